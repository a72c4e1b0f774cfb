"""How much a format takes before it says no: every limit of the room, by name, in one place."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

FILE_BYTES: Final = 256 * MIB
"""Largest file of lines or columns."""

TREE_BYTES: Final = 64 * MIB
"""Largest JSON or XML document: it is held whole, at about ten times its bytes."""

RECORDS: Final = 5_000_000
"""Most records of one file."""

DEPTH: Final = 64
"""Deepest nesting of a JSON document."""

COLUMNS: Final = 500
"""Most columns of a table."""

VALUE_CHARACTERS: Final = 100_000
"""Longest text or address kept as a value, in code points."""

FRAMES_CHARACTERS: Final = 4 * MIB
"""Longest list of the frames of one video, in characters: about fourteen hours at one frame a second."""

FIELD_CHARACTERS: Final = 4_000
"""Longest label, note, owner or other field of a signal, in code points."""

LABELS: Final = 200
"""Most labels of one signal."""

OPINIONS: Final = 1_000
"""Most opinions about one signal."""

PATTERN_CHARACTERS: Final = 200_000
"""Longest STIX pattern that is read."""

EXCERPT_CHARACTERS: Final = 200
"""Longest excerpt of a record in a problem."""
