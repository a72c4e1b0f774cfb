"""vPDQ: a video as the PDQ hashes of its frames, and its text form.

Reference: Meta, *vPDQ*, https://github.com/facebook/ThreatExchange/tree/main/vpdq.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from turs.match.perceptual import LOWEST_QUALITY

MOST_FRAMES: Final = 100_000
"""Frames that one text may hold: a day, one frame a second. More is refused."""


@dataclass(frozen=True, slots=True)
class FramePrint:
    """PDQ of one frame. value: 64 hex digits. quality: 0 to 100. seconds: since the first frame."""

    value: str
    quality: int
    seconds: float


def matchable(frames: Iterable[FramePrint], quality: int = LOWEST_QUALITY) -> tuple[FramePrint, ...]:
    """Frames of at least this quality, each hash once, the first that shows it: what is indexed and looked up."""
    first: dict[str, FramePrint] = {}
    for frame in frames:
        if frame.quality >= quality:
            first.setdefault(frame.value, frame)
    return tuple(first.values())


def frames_to_text(frames: Iterable[FramePrint]) -> str:
    """Frames in the form of the ``vpdq`` extension of threatexchange: a JSON list of ``"hash,quality,seconds"``.

    Seconds are exact to the millisecond. (The extension itself keeps three digits: it writes 100.5 as 1e+02.)
    """
    return json.dumps([f"{frame.value},{frame.quality},{round(frame.seconds, 3)!r}" for frame in frames])


def frames_from_text(text: str) -> tuple[FramePrint, ...]:
    """Frames from what `frames_to_text` writes, or from the lines of Meta's program (number, quality, hash, seconds).

    ValueError tells the place of what is amiss. An empty text holds no frame.

    >>> frames_from_text('["' + "0F" * 32 + ',100,0.5"]')[0].seconds
    0.5
    """
    text = text.strip()
    if text.startswith(("[", "{", '"')):
        try:
            items = json.loads(text)
            if not isinstance(items, list):
                raise ValueError(f"it holds a {type(items).__name__}")
        except (ValueError, RecursionError) as error:
            raise ValueError(f"no vPDQ text ({error}): a JSON list of \"hash,quality,seconds\" is expected") from error
        rows = [item.split(",") if isinstance(item, str) else [str(item)[:80]] for item in items]
    else:
        lines = [line.split(",") for line in text.splitlines()]
        rows = [[line[2], line[1], line[3]] if len(line) == 4 else line for line in lines]
    if len(rows) > MOST_FRAMES:
        raise ValueError(f"vPDQ text with {len(rows):,} frames, more than {MOST_FRAMES:,}: take one frame a second")
    return tuple(_frame(row, number) for number, row in enumerate(rows, 1))


def _frame(row: list[str], number: int) -> FramePrint:
    try:
        value, quality, seconds = row[0].strip().lower(), int(row[1]), float(row[2])
        sound = len(row) == 3 and len(value) == 64 and len(bytes.fromhex(value)) == 32
        if sound and 0 <= quality <= 100 and 0 <= seconds < math.inf:
            return FramePrint(value, quality, seconds)
    except (ValueError, IndexError):
        pass
    raise ValueError(f"frame {number} of a vPDQ text is {','.join(row)[:120]!r}: 64 hex digits, a quality from 0 to "
                     "100 and seconds are expected, with commas between")
