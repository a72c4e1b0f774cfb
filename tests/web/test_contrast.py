"""Every pair of colours that stands together on screen is readable in both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import turs.desk.web

TOKENS = (Path(turs.desk.web.__file__).parent / "static" / "tokens.css").read_text()
COLOUR = re.compile(r"--([a-z-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));")
THEMES = {
    "light": {name: light or plain for name, light, _dark, plain in COLOUR.findall(TOKENS)},
    "dark": {name: dark or plain for name, _light, dark, plain in COLOUR.findall(TOKENS)},
}
GROUNDS = ("paper", "surface", "sunken")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "accent", "accent-strong", "amber", "brick") for ground in GROUNDS),
    ("ink", "accent-soft"), ("accent-strong", "accent-soft"), ("accent", "accent-soft"), ("ink-soft", "accent-soft"),
    ("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-brick", "brick"), ("paper", "ink"),
    ("ink", "amber-soft"), ("amber", "amber-soft"), ("ink", "brick-soft"), ("brick", "brick-soft"),
    ("ink", "evidence"), ("ink", "evidence-link"), ("ink", "evidence-call"), ("ink", "evidence-safe"),
    *((f"tlp-{name}", "tlp-ground") for name in ("red", "amber", "green", "clear")),
]  # fmt: skip
EDGES = [("edge", ground) for ground in GROUNDS] + [("accent", ground) for ground in GROUNDS]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio from 1 to 21 (WCAG 2.2, definition)."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself_knows_black_on_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_is_readable(theme: str, ink: str, ground: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_are_visible(theme: str, edge: str, ground: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours[edge], colours[ground]) >= 3


def test_the_colours_of_the_look_are_exact() -> None:
    assert (THEMES["light"]["paper"], THEMES["light"]["ink"]) == ("#FBFAF7", "#16232E")
    assert (THEMES["dark"]["paper"], THEMES["dark"]["ink"]) == ("#0F171E", "#E9E5DB")
    assert (THEMES["light"]["accent"], THEMES["dark"]["accent"]) == ("#0B6E69", "#5FC9BF")
    assert (THEMES["light"]["amber"], THEMES["light"]["brick"]) == ("#8A5A00", "#A33B2A")


def test_tlp_wears_the_colours_of_first() -> None:
    tlp = {name: THEMES["light"][f"tlp-{name}"] for name in ("red", "amber", "green", "clear", "ground")}
    assert tlp == {"red": "#FF2B2B", "amber": "#FFC000", "green": "#33FF00", "clear": "#FFFFFF", "ground": "#000000"}
