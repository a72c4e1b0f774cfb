"""The text sketch: what two copies of a text have in common, however one of them is disguised.

A text is folded to its skeleton (``turs.text``), and only its letters are kept: spaces, punctuation, digits,
emoji, web addresses and @names say nothing. Every `GRAM` letters in a row are a shingle; of each `WINDOW`
shingle hashes in a row the least is kept, so that any 13 letters that two texts share give them a shingle
in common, wherever they stand.

References: S. Schleimer, D. Wilkerson, A. Aiken, "Winnowing", SIGMOD 2003; A. Broder, "On the resemblance
and containment of documents", 1997 (the two scores).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from turs.text import folding

VERSION = "sketch/1"
GRAM, WINDOW = 8, 6
"""Letters of a shingle; shingles of a window."""

SHORTEST = 20
"""Letters below which a text says too little to be known again: it has no sketch and is not indexed."""

PIECE = 8192
"""Letters of a piece: a longer text is sketched and compared in pieces, so that work and memory stay bounded."""

BATCH = 1 << 19
"""Code points folded at a time."""

_KNOWN = 128
_RASM = ("بتثنيئ", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق")
"""Letters that differ by their dots alone. Text written without dots reads the same."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A sketch by itself, to keep or to send: it cannot be turned back into the text.

    letters: letters of the text. shingles: hashes kept, sorted, each once, shape (n,), 36 bits each.
    """

    letters: int
    shingles: NDArray[np.uint64]

    def containment(self, other: Sketch) -> float:
        """Shared shingles as a share of the smaller sketch, 0 to 1."""
        smaller = min(len(self.shingles), len(other.shingles))
        return self._shared(other) / smaller if smaller else 0.0

    def resemblance(self, other: Sketch) -> float:
        """Shared shingles as a share of those of both together (Jaccard), 0 to 1."""
        shared = self._shared(other)
        both = len(self.shingles) + len(other.shingles) - shared
        return shared / both if both else 0.0

    def _shared(self, other: Sketch) -> int:
        return len(np.intersect1d(self.shingles, other.shingles, assume_unique=True))

    def as_text(self) -> str:
        """The sketch as one word: version, letters, base64 of the hashes (five bytes each, big-endian)."""
        raw = self.shingles.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 3:].tobytes()
        return f"{VERSION}:{self.letters}:{base64.b64encode(raw).decode('ascii')}"

    @classmethod
    def from_text(cls, written: str) -> Sketch:
        """The sketch that `as_text` wrote; ValueError says what is wrong with anything else."""
        version, _, rest = written.partition(":")
        letters, _, data = rest.partition(":")
        if version != VERSION:
            raise ValueError(f"no sketch of version {VERSION}: make it again from the text")
        try:
            raw = np.frombuffer(base64.b64decode(data, validate=True), dtype=np.uint8).reshape(-1, 5)
            count = int(letters)
        except ValueError as error:
            raise ValueError(f"damaged sketch ({error}): make it again from the text") from error
        padded = np.zeros((len(raw), 8), dtype=np.uint8)
        padded[:, 3:] = raw
        return cls(count, np.unique(padded.view(">u8").astype(np.uint64)))


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters of texts, back to back, with the way back to each original.

    letters: classes of letters, shape (n,). places, ends: where each stands in its own original, in code
    points. starts: where each text begins, and the end, shape (texts + 1,).
    """

    letters: NDArray[np.uint8]
    places: NDArray[np.int32]
    ends: NDArray[np.int32]
    starts: NDArray[np.int64]


def sketch(text: str) -> Sketch:
    """The sketch of one text; without shingles where it has fewer than `SHORTEST` letters.

    >>> sketch("اجتمع الوزراءُ يوم الخميس في العاصمـــة").containment(sketch("اجتمع الوزراء يوم الخميس في العاصمة"))
    1.0
    """
    found = letters_of((text,))
    pieces, _ = pieces_of(found.starts)
    postings, _ = shingles_of(found.letters, pieces)
    return Sketch(len(found.letters), np.unique(postings >> np.uint64(28)))


def letters_of(texts: Sequence[str]) -> Letters:
    """Letters of texts at skeleton level."""
    codes, bounds, sources = folding.fold_many(texts, "skeleton")
    sizes = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    out = np.empty(len(codes), dtype=np.uint8)
    places, ends = np.empty(len(codes), dtype=np.int32), np.empty(len(codes), dtype=np.int32)
    starts = np.empty(len(texts) + 1, dtype=np.int64)
    count = kernels().letters(codes, bounds, sources, sizes, _classes(), out, places, ends, starts)
    return Letters(out[:count], places[:count], ends[:count], starts)


def letter_counts(texts: Sequence[str]) -> NDArray[np.int64]:
    """How many letters the sketch of each text is made from; fewer than `SHORTEST` make none."""
    counts = [np.diff(letters_of(batch).starts) for batch in batches(texts)]
    return np.concatenate(counts) if counts else np.empty(0, dtype=np.int64)


def pieces_of(starts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Texts cut into pieces of at most `PIECE` letters; a text has at least one.

    starts: where each text begins, and the end. Returns where each piece begins, and the end; and the text
    of each piece.
    """
    sizes = np.diff(starts)
    if not sizes.size or int(sizes.max()) <= PIECE:
        return starts, np.arange(len(sizes), dtype=np.int32)
    counts = np.maximum(1, -(-sizes // PIECE))
    owners = np.repeat(np.arange(len(sizes)), counts)
    number = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    begins = starts[owners] + number * sizes[owners] // counts[owners]
    return np.append(begins, starts[-1]), owners.astype(np.int32)


def shingles_of(
    letters: NDArray[np.uint8], starts: NDArray[np.int64], first: int = 0
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Winnowed shingles of pieces as postings (hash, then ``first`` + number of the piece), and their ends."""
    out, ends = np.empty(len(letters), dtype=np.uint64), np.empty(len(starts) - 1, dtype=np.int64)
    count = kernels().winnow(letters, starts, first, out, ends)
    return out[:count], ends


def batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Texts in runs of about `BATCH` code points, so that arrays stay in the cache of the processor."""
    begin, size = 0, 0
    for place, text in enumerate(texts):
        size += len(text)
        if size >= BATCH:
            yield texts[begin : place + 1]
            begin, size = place + 1, 0
    if begin < len(texts):
        yield texts[begin:]


@cache
def kernels() -> ModuleType:
    """The compiled loops, imported at first use."""
    from turs.match.kernels import sketch as module

    return module


def warm() -> None:
    """Compile, or load from the cache, what a sketch needs."""
    sketch("اجتمع الوزراء يوم الخميس في العاصمة")


@cache
def _classes() -> NDArray[np.uint8]:
    """Class of each folded code point, 0 for what is no letter; shape (folding.TABLE_SIZE,).

    Letters of the Arabic, Latin and Cyrillic alphabets have a class each (dots aside), others share 127.
    """
    table = np.zeros(folding.TABLE_SIZE, dtype=np.uint8)
    for code in range(folding.TABLE_SIZE):
        if chr(code).isalpha():
            table[code] = _KNOWN + code % 127
    alphabets = (*range(0x61, 0x7B), *range(0x621, 0x64B), *range(0x430, 0x460))
    for number, char in enumerate(filter(str.isalpha, map(chr, alphabets)), start=1):
        table[ord(char)] = number
    for group in _RASM:
        for char in group:
            table[ord(char)] = table[ord(group[0])]
    return table
