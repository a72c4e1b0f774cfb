"""Document fingerprints: digests of a PDF, its text, and PDQ of its first pages as they look.

The text is matched like any other text. Pages are known again by their PDQ too: covers, posters and scans have no text,
and a PDF may be made anew from pictures of its pages. Different pages of print stay apart: of 40 pages of ten PDFs the
nearest two differ by 72 bits, where 31 match.

Needs ``turs[pdf]`` (pypdfium2). The GIFCT hash-sharing database holds PDFs (manifestos, branded publications) since
2021.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from turs.match.digests import md5, sha256
from turs.match.perceptual import LOWEST_QUALITY, pdq_of_luma
from turs.text import pdf
from turs.text.pdf import LIMITS, DocumentUnreadable, Limits

__all__ = ["LIMITS", "Document", "DocumentUnreadable", "Limits", "PagePrint", "read_document"]

VERSION = f"document/1 {pdf.VERSION}"
IMAGES: Final = 5
"""Pages that are drawn and hashed, from the first."""


@dataclass(frozen=True, slots=True)
class PagePrint:
    """PDQ of one page as it looks. page: from 0. quality: 0 to 100."""

    page: int
    value: str
    quality: int

    @property
    def matchable(self) -> bool:
        """The page shows enough to be matched; an empty one, or one of a few lines, does not."""
        return self.quality >= LOWEST_QUALITY


@dataclass(frozen=True, slots=True)
class Document:
    """Fingerprints of one PDF.

    pages: text of every page read. count: pages of the whole document. prints: of the first pages. links: where its
    links lead. attachments: files inside it, not opened. note: as in `turs.text.pdf.PdfText`.
    """

    md5: str
    sha256: str
    pages: tuple[str, ...] = field(repr=False)
    count: int
    prints: tuple[PagePrint, ...] = field(repr=False)
    links: tuple[str, ...] = ()
    attachments: int = 0
    note: str = ""

    @property
    def text(self) -> str:
        """The pages one after the other, an empty line between."""
        return "\n\n".join(page for page in self.pages if page)


def read_document(data: bytes, limits: Limits = LIMITS, images: int = IMAGES) -> Document:
    """Fingerprints of a PDF. images: how many pages are drawn and hashed. `DocumentUnreadable`, `MissingExtra`."""
    read = pdf.read_pdf(data, limits, images)
    prints = []
    for image in read.images:
        seen = pdq_of_luma(image.luma)
        prints.append(PagePrint(image.page, seen.value, seen.quality))
    return Document(md5(data), sha256(data), read.pages, read.count, tuple(prints), read.links, read.attachments,
                    read.note)  # fmt: skip
