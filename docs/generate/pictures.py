"""Pictures of the screens, where ``scripts/screenshots.py`` has made them."""

from __future__ import annotations

from .desk import ROOT


def picture(language: str, argument: str) -> str:
    """``name words``: the picture ``docs/images/name.png`` with its words, or nothing before it is made."""
    name, _, words = argument.partition(" ")
    if not (ROOT / "docs" / "images" / f"{name}.png").is_file():
        return ""
    return f"![{words}](../images/{name}.png){{ .shot loading=lazy }}\n"
