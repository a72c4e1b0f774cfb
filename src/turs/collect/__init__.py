"""Collect: readers, one file a format, that turn files into postings.

    from turs.collect import read
    for result in read("news.rss"):
        ...  # Posting or Reject

A reader takes what people publish and leaves people out (design, rule 1): senders, authors and speakers are
not carried, and conversations that are not public are refused without a recorded lawful authority.
"""

from __future__ import annotations

from turs.collect.inputfile import InputFile, Unreadable
from turs.collect.reader import FIELDS, Example, Option, Reader
from turs.collect.reasons import REASONS
from turs.collect.registry import READERS, read, read_folder, sniff
from turs.collect.show import shown

__all__ = [
    "FIELDS",
    "READERS",
    "REASONS",
    "Example",
    "InputFile",
    "Option",
    "Reader",
    "Unreadable",
    "read",
    "read_folder",
    "shown",
    "sniff",
]
