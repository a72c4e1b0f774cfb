"""How much a reader takes before it says no: every limit of the room, by name, in one place.

A limit is a promise about memory and time, so that one hostile file cannot stop a watch. Reaching one
is never silent: the file is refused, or the record becomes a reject, with the limit named in the reason.
"""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

FILE_BYTES: Final = 512 * MIB
"""Largest file taken at all. Streamed formats (tables, JSON Lines, Telegram) may be this long."""

TEXT_BYTES: Final = 8 * MIB
"""Largest plain text file: it is one posting, and is held whole."""

HTML_BYTES: Final = 32 * MIB
"""Largest page; the tree a parser builds is about ten times its bytes."""

EXTRACTOR_BYTES: Final = MIB // 2
"""Largest page given to the main-text extractor, whose time grows faster than the page; above it all text stays."""

FEED_BYTES: Final = 32 * MIB
"""Largest feed: the feed parser holds the whole of it."""

LOOSE_FEED_BYTES: Final = MIB // 4
"""Largest feed that is mended where it is not well-formed XML."""

TRANSCRIPT_BYTES: Final = 32 * MIB
"""Largest subtitle file; a day of speech is about one MiB."""

RECORD_CHARACTERS: Final = 2 * MIB
"""Longest text of one record, in code points."""

RECORD_BYTES: Final = 16 * MIB
"""Longest record of a streamed file in its raw form, all fields together."""

RECORDS: Final = 5_000_000
"""Most records of one file."""

COLUMNS: Final = 2_000
"""Most columns of a table."""

JSON_DEPTH: Final = 64
"""Deepest nesting of arrays and objects in one JSON record."""

JSON_SKIP_DEPTH: Final = 10_000
"""Deepest nesting that is followed to its end only to leave it out; beyond, the file is given up."""

HTML_ATTRIBUTES: Final = 2_000
"""Most attributes of one element; the parser's time grows with their square."""

HTML_DEPTH: Final = 2_048
"""Deepest nesting of elements: libxml2's own bound, beyond which it drops the rest of the page."""

IMAGE_BYTES: Final = 64 * MIB
"""Largest image file."""

IMAGE_PIXELS: Final = 64_000_000
"""Largest picture, width times height, in pixels (64 MP)."""

IMAGE_FRAMES_PIXELS: Final = 512_000_000
"""Most pixels decoded over all frames of a moving picture while checking that it is whole."""

VIDEO_BYTES: Final = 256 * MIB
"""Largest video file; it is held whole, as its evidence is."""

MEDIA_BYTES: Final = 64 * MIB
"""Largest media file beside an export whose bytes are carried; of a larger one only digest and size are."""

LINKS: Final = 2_000
"""Most links kept of one posting."""

SECONDS: Final = 1_800.0
"""Longest time spent reading one file, not counting what the caller does between two records."""

FOLDER_FILES: Final = 100_000
"""Most files of one folder tree."""

EXCERPT_CHARACTERS: Final = 200
"""Longest excerpt shown in a reject."""

SEGMENT_GAP_SECONDS: Final = 30.0
"""Silence between two cues of a transcript that begins a new segment."""

SEGMENT_SECONDS: Final = 600.0
"""Longest segment of a transcript."""

SEGMENT_CHARACTERS: Final = 6_000
"""Longest text of one segment of a transcript, in code points."""
