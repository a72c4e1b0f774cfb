"""The list of decisions, from the records themselves."""

from __future__ import annotations

import re

from .desk import ROOT, table

FOLDER = ROOT / "docs" / "decisions"


def decisions(language: str, _: str) -> str:
    """Number, title and, in Arabic, the summary of every record."""
    rows = []
    for path in sorted(FOLDER.glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        title = re.search(r"^# \d+ (.+)$", text, re.MULTILINE)
        date = re.search(r"^Date: (\S+)", text, re.MULTILINE)
        summary = re.search(r'<div lang="ar"[^>]*>\s*(.+?)\s*</div>', text, re.DOTALL)
        if not (title and date and summary):
            raise ValueError(f"{path.name} lacks its title, date or Arabic summary: write it as in the other records")
        link = f"../../decisions/{path.name}"
        words = summary[1] if language == "ar" else title[1]
        rows.append((f"[{path.name[:4]}]({link})", words, f'<span class="ltr">{date[1]}</span>'))
    header = {"ar": ("الرقم", "القرار وسببه", "التاريخ"), "en": ("Number", "Decision", "Date")}[language]
    return table(header, rows)
