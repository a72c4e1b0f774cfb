"""Files that cannot be read: a code, and what it means in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

Words = Mapping[str, Mapping[str, tuple[str, str]]]
"""Code -> language (``ar``, ``en``) -> reason and remedy."""


class UnreadableFile(ValueError):
    """These bytes cannot be read. code: a key of `table`; reason, remedy: English; words: both languages."""

    table: ClassVar[Words]

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.words = self.table[code]
        self.reason, self.remedy = self.words["en"]
        self.detail = detail
        super().__init__(f"{self.reason} {self.remedy}" + (f" ({detail})" if detail else ""))
