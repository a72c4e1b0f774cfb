"""Lines of text from the glyphs of a page, in the order in which they are read: for pages with Arabic or Hebrew.

A PDF draws glyphs at places, in any order; the order in which the file names them is no reading order for scripts that
run from right to left, least where vowel signs are drawn by themselves. So the places decide: glyphs of one baseline
that stand near each other are one line; each combining mark goes to the letter it stands over; the line, as seen from
left to right, is turned into reading order (the inverse of Unicode Standard Annex 9, as far as one line goes).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

SAME_LINE: Final = 0.35
"""Heights of a glyph by which two baselines may differ in one line."""
NEAR: Final = 1.0
"""Heights between two glyphs beyond which they belong to two lines, or to two columns."""
SPACE: Final = 0.07
"""Heights between two glyphs from which a space is read: within a word the rooms of its letters touch."""
_OPEN_LINES, _MARK_REACH = 40, 40
_JOINS_NUMBERS: Final = frozenset(".,:/-+%٫٬٪")


@dataclass(slots=True)
class _Glyph:
    """What one glyph says: several letters where it is a ligature. order: its turn in the file."""

    text: str
    x: float
    y: float
    left: float
    right: float
    height: float
    order: int
    marks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    y: float
    height: float
    left: float
    right: float
    glyphs: list[_Glyph]


def reading_order(points: NDArray[np.float64], places: NDArray[np.float64]) -> str:
    """The text of a page, a line each.

    points: code points, shape (n,), in the order of the file. places: shape (5, n): origin x and y, left, right,
    height.
    """
    glyphs, marks = _glyphs(points, places)
    _attach(glyphs, marks)
    text = "\n".join(text for line in _lines(glyphs) if (text := _read(line)).strip())
    return unicodedata.normalize("NFC", text)  # marks over one letter have no order on the page


def _glyphs(points: NDArray[np.float64], places: NDArray[np.float64]) -> tuple[list[_Glyph], list[_Glyph]]:
    """Glyphs that stand by themselves, and combining marks. Letters at the very same place come from one glyph."""
    glyphs: list[_Glyph] = []
    marks: list[_Glyph] = []
    last: _Glyph | None = None
    rows = zip(points.tolist(), *places.tolist(), strict=True)
    for order, (point, x, y, left, right, height) in enumerate(rows):
        sound = 0 < point < 0x110000 and not 0xD800 <= point < 0xE000
        letter = chr(int(point)) if sound else "\N{REPLACEMENT CHARACTER}"
        if last is not None and (x, y) == (last.x, last.y) and (unicodedata.combining(letter) or right == last.right):
            last.text += letter
            continue
        glyph = _Glyph(letter, x, y, min(left, right), max(left, right), max(height, 1e-3), order)
        if unicodedata.combining(letter):
            marks.append(glyph)
        else:
            last = glyph
            glyphs.append(glyph)
    return [glyph for glyph in glyphs if glyph.text.strip()], marks


def _attach(glyphs: Sequence[_Glyph], marks: Sequence[_Glyph]) -> None:
    """Give every mark to the letter over which it stands; one with no letter near stays away."""
    if not glyphs:
        return
    orders = [glyph.order for glyph in glyphs]
    at = np.searchsorted(orders, [mark.order for mark in marks])
    for mark, middle in zip(marks, at.tolist(), strict=True):
        centre = (mark.left + mark.right) / 2
        near = glyphs[max(middle - _MARK_REACH, 0) : middle + _MARK_REACH]

        def cost(glyph: _Glyph, centre: float = centre, mark: _Glyph = mark) -> float:
            outside = max(glyph.left - centre, centre - glyph.right, 0.0)
            aside = abs(centre - (glyph.left + glyph.right) / 2)
            return (outside + abs(glyph.y - mark.y) + 0.05 * aside) / glyph.height

        best = min(near, key=cost)
        if cost(best) < 1.0:
            best.marks.append(mark.text)


def _lines(glyphs: Sequence[_Glyph]) -> list[_Line]:
    """Lines in the order of the file. A glyph joins the latest line that it continues on either side."""
    lines: list[_Line] = []
    for glyph in glyphs:
        for line in reversed(lines[-_OPEN_LINES:]):
            height = max(line.height, glyph.height)
            gap = max(glyph.left - line.right, line.left - glyph.right)
            if abs(glyph.y - line.y) <= SAME_LINE * height and gap <= NEAR * height:
                line.left, line.right = min(line.left, glyph.left), max(line.right, glyph.right)
                line.glyphs.append(glyph)
                break
        else:
            lines.append(_Line(glyph.y, glyph.height, glyph.left, glyph.right, [glyph]))
    return _merged(lines)


def _merged(lines: Sequence[_Line]) -> list[_Line]:
    """Parts that the file named at different times, and that turn out to stand side by side, as one line."""
    whole: list[_Line] = []
    for part in sorted(lines, key=lambda line: (-line.y, line.left)):
        for line in reversed(whole[-_OPEN_LINES:]):
            height = max(line.height, part.height)
            gap = max(part.left - line.right, line.left - part.right)
            if abs(part.y - line.y) <= SAME_LINE * height and gap <= NEAR * height:
                if len(part.glyphs) > len(line.glyphs):
                    line.y, line.height = part.y, part.height
                line.left, line.right = min(line.left, part.left), max(line.right, part.right)
                line.glyphs.extend(part.glyphs)
                break
        else:
            whole.append(part)
    for line in whole:
        line.glyphs.sort(key=lambda glyph: glyph.order)
    return sorted(whole, key=lambda line: line.glyphs[0].order)


def _read(line: _Line) -> str:
    """One line as it is read."""
    turned = _turned_ligatures(line.glyphs)
    seen: list[tuple[str, str]] = []  # text and class, from left to right
    before: _Glyph | None = None
    for glyph in sorted(line.glyphs, key=lambda glyph: (glyph.left + glyph.right, glyph.order)):
        if before is not None:
            if glyph.text == before.text and abs(glyph.left - before.left) < 0.05 * line.height:
                continue  # drawn twice, to look bold
            if glyph.left - before.right > SPACE * line.height:
                seen.append((" ", "O"))
        text = glyph.text[::-1] if glyph.order in turned else glyph.text
        seen.append((_with_marks(text, glyph.marks), _class(text)))
        before = glyph
    kinds = [kind for _, kind in seen]
    right_to_left = kinds.count("R") >= kinds.count("L") and "R" in kinds
    order = _logical(seen, right_to_left)
    return "".join(seen[place][0] for place in order)


def _with_marks(text: str, marks: list[str]) -> str:
    """In a ligature the marks cannot be told apart by place alone: they follow its first letter."""
    return text[:1] + "".join(marks) + text[1:]


def _turned_ligatures(glyphs: Sequence[_Glyph]) -> set[int]:
    """Ligatures whose letters were given backwards: those in a stretch that the file names from left to right."""
    turned = set()
    for place, glyph in enumerate(glyphs):
        if len(glyph.text) < 2 or _class(glyph.text) != "R":
            continue
        votes = 0
        for a, b in ((place - 1, place), (place, place + 1)):
            if a >= 0 and b < len(glyphs) and _class(glyphs[a].text) == _class(glyphs[b].text) == "R":
                votes += 1 if glyphs[b].x > glyphs[a].x else -1
        alone = glyph.text[0].isspace() or bool(unicodedata.combining(glyph.text[0]))
        if votes > 0 or (votes == 0 and alone):
            turned.add(glyph.order)
    return turned


def _class(text: str) -> str:
    """``R`` and ``L`` for letters of either direction, ``N`` for numbers, ``O`` for the rest."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    if "R" in kinds or "AL" in kinds:
        return "R"
    if "L" in kinds:
        return "L"
    return "N" if "EN" in kinds or "AN" in kinds else "O"


def _logical(seen: Sequence[tuple[str, str]], right_to_left: bool) -> list[int]:
    """Places of `seen` in reading order."""
    kinds = [kind for _, kind in seen]
    order = list(range(len(seen)))
    if not right_to_left:
        for start, end in _runs(kinds, "R", "RNO"):
            part = order[start:end][::-1]
            order[start:end] = _numbers_kept(part, seen)
        return order
    order.reverse()
    turned = [kinds[place] for place in order]
    for start, end in _runs(turned, "L", "LNO"):
        order[start:end] = order[start:end][::-1]
    kept: list[int] = []
    position = 0
    for start, end in (*_runs(turned, "L", "LNO"), (len(order), len(order))):
        kept += [*_numbers_kept(order[position:start], seen), *order[start:end]]
        position = end
    return kept


def _runs(kinds: Sequence[str], core: str, inside: str) -> list[tuple[int, int]]:
    """Longest stretches of `inside` that begin and end with `core`, or with a number beside it."""
    runs = []
    start = 0
    while start < len(kinds):
        if kinds[start] not in inside:
            start += 1
            continue
        end = start
        while end < len(kinds) and kinds[end] in inside:
            end += 1
        own = [place for place in range(start, end) if kinds[place] == core]
        if own:
            runs.append((own[0], own[-1] + 1))
        start = end
    return runs


def _numbers_kept(part: list[int], seen: Sequence[tuple[str, str]]) -> list[int]:
    """A turned stretch with its numbers turned back: they run from left to right in every script."""
    out: list[int] = []
    place = 0
    while place < len(part):
        if seen[part[place]][1] != "N":
            out.append(part[place])
            place += 1
            continue
        end = place + 1
        while end < len(part) and (
            seen[part[end]][1] == "N"
            or (seen[part[end]][0] in _JOINS_NUMBERS and end + 1 < len(part) and seen[part[end + 1]][1] == "N")
        ):
            end += 1
        out += part[place:end][::-1]
        place = end
    return out
