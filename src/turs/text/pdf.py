"""The text of a PDF, page by page, and its first pages as pictures.

The file is opened in a process of its own with limits on memory, time and output (`turs.text.pdf_child`), so that no
PDF can stop or fill the process that asks. Pages with Arabic or Hebrew are put into reading order from the places of
their glyphs (`turs.text.pdf_lines`); presentation forms become letters as in `turs.text.normalise`. What a font does
not say (a private font without a Unicode map) is not guessed: such a page has no text, and is seen by its picture.

Needs ``turs[pdf]`` (pypdfium2). It stands in this room because readers and fingerprints both use it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from turs.optional import require
from turs.unreadable import UnreadableFile, Words

VERSION = "pdf/1"
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one PDF may cost.

    file_bytes: of the file. pages: most pages read. characters: most characters of text over all pages. links: most
    addresses of a page. side: pixels of the longer side of a page picture. seconds: of processor time, and twice as
    many of waiting. memory: bytes of address space of the reading process. output: bytes it may answer with.
    """

    file_bytes: int = 64 * _MIB
    pages: int = 2_000
    characters: int = 2 * _MIB
    links: int = 500
    side: int = 800
    seconds: int = 30
    memory: int = 1024 * _MIB
    output: int = 256 * _MIB


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as it looks. page: from 0. luma: grey levels, shape (height, width)."""

    page: int
    luma: NDArray[np.uint8] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a PDF says.

    pages: text of every page that was read, "" where it has none. count: pages of the whole document.
    links: addresses that its links lead to, in order, each once. attachments: files inside it (not opened).
    note: "" where all was read; ``pages`` or ``characters`` where a limit was reached; ``damaged`` where pages could
    not be read.
    """

    pages: tuple[str, ...]
    count: int
    links: tuple[str, ...] = ()
    attachments: int = 0
    images: tuple[PageImage, ...] = field(default=(), repr=False)
    note: str = ""

    @property
    def text(self) -> str:
        """The pages one after the other, an empty line between."""
        return "\n\n".join(page for page in self.pages if page)


WORDS: Final[Words] = {
    "pdf_empty": {
        "ar": ("ملف PDF فارغ.", "أعد تنزيله من مصدره."),
        "en": ("The PDF file is empty.", "Download it again from where it came."),
    },
    "pdf_too_large": {
        "ar": ("ملف PDF أكبر من الحد المسموح به.", "قسّمه إلى أجزاء أصغر، واحتفظ بالأصل."),
        "en": ("The PDF file is larger than the limit.", "Split it into smaller files, and keep the original."),
    },
    "pdf_unknown": {
        "ar": ("الملف ليس وثيقة PDF.", "تحقق من حقيقة الملف، أو صدّر الوثيقة بصيغة PDF."),
        "en": ("The file is no PDF.", "Check what it really is, or export the document as PDF."),
    },
    "pdf_encrypted": {
        "ar": ("ملف PDF محمي بكلمة مرور.", "افتحه بكلمة المرور واحفظ نسخة بلا حماية، واحتفظ بالأصل دليلًا."),
        "en": ("The PDF is protected by a password.",
               "Open it with the password, save a copy without one, and keep the original as evidence."),
    },
    "pdf_damaged": {
        "ar": ("ملف PDF تالف أو مقطوع ولا يمكن فتحه.", "اطلب من المصدر نسخة أخرى، أو احفظه من جديد ببرنامج آخر."),
        "en": ("The PDF is damaged or cut off and cannot be opened.",
               "Ask the source for another copy, or save it anew with another program."),
    },
    "pdf_too_heavy": {
        "ar": ("تحتاج قراءة ملف PDF إلى وقت أو ذاكرة فوق الحد المسموح به.",
               "قد يكون قنبلة ضغط: افحصه في عارض معزول، أو استورد صفحاته صورا."),
        "en": ("Reading the PDF takes more time or memory than the limit.",
               "It may be a decompression bomb: look at it in an isolated viewer, or import its pages as pictures."),
    },
}


class DocumentUnreadable(UnreadableFile):
    """This PDF cannot be read. code: a key of `WORDS`."""

    table = WORDS


def is_pdf(head: bytes) -> bool:
    """Whether a file that begins so is a PDF: the mark may stand anywhere in the first 1024 bytes (ISO 32000-1, H)."""
    return b"%PDF-" in head[:1024]


def read_pdf(data: bytes, limits: Limits = LIMITS, images: int = 0) -> PdfText:
    """Text and links of a PDF, and pictures of its first `images` pages. `DocumentUnreadable`, `MissingExtra`."""
    require("pypdfium2", "pdf")
    if not data:
        raise DocumentUnreadable("pdf_empty")
    if len(data) > limits.file_bytes:
        raise DocumentUnreadable("pdf_too_large", f"{len(data):,} bytes, more than {limits.file_bytes:,}")
    if not is_pdf(data):
        raise DocumentUnreadable("pdf_unknown")
    asked = {name: getattr(limits, name) for name in limits.__slots__} | {"images": images}
    # Files, not pipes: the answer of the other process is bounded by the size a file may have.
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answer:
        question.write(data)
        question.seek(0)
        status = _run(json.dumps(asked), question, answer, limits.seconds)
        answer.seek(0)
        return _understood(answer, status)


def _run(asked: str, question: BinaryIO, answer: BinaryIO, seconds: int) -> int:
    child = Path(__file__).with_name("pdf_child.py")
    try:
        return subprocess.run([sys.executable, "-I", str(child), asked], stdin=question, stdout=answer,
                              stderr=subprocess.DEVNULL, timeout=2 * seconds, check=False).returncode
    except subprocess.TimeoutExpired as error:
        raise DocumentUnreadable("pdf_too_heavy", f"{seconds} s") from error


def _understood(answer: BinaryIO, status: int) -> PdfText:
    pages: dict[int, str] = {}
    links: dict[str, None] = {}
    images: list[PageImage] = []
    count = attachments = 0
    notes: list[str] = []
    ended = False
    for line, data in _lines(answer):
        if "error" in line:
            raise DocumentUnreadable(line["error"])
        if "pages" in line:
            count, attachments = line["pages"], line["attachments"]
        elif "page" in line:
            pages[line["page"]] = _page(line, data)
            links |= dict.fromkeys(line["links"])
            notes += ["damaged"] if line.get("broken") else []
        elif "image" in line:
            shape = (line["height"], line["width"])
            images.append(PageImage(line["image"], np.frombuffer(data, dtype=np.uint8).reshape(shape)))
        elif "note" in line:
            notes.append(line["note"])
        ended = ended or "end" in line
    if not ended:
        # Killed: by the limits of memory, time or output where it had begun, else by what it was given to open.
        raise DocumentUnreadable("pdf_too_heavy" if count or status < 0 else "pdf_damaged", f"status {status}")
    if not notes and len(pages) < count:
        notes.append("pages")
    texts = tuple(pages[number] for number in sorted(pages))
    return PdfText(texts, count, tuple(links), attachments, tuple(images), notes[0] if notes else "")


def _lines(answer: BinaryIO) -> Iterator[tuple[dict[str, Any], bytes]]:
    while head := answer.readline():
        try:
            line = json.loads(head)
        except ValueError:
            return  # the process died in the middle of a line
        data = answer.read(line.get("bytes", 0))
        if len(data) < line.get("bytes", 0):
            return
        yield line, data


_PRESENTATION: Final = re.compile("[\ufb50-\ufdfb\ufdff\ufe70-\ufefc]+")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""pdfium writes U+FFFE for the hyphen of a word that is broken at the end of a line."""


def _page(line: dict[str, Any], data: bytes) -> str:
    if "text" in line:
        text = line["text"].replace("\r\n", "\n").replace("\r", "\n")
    else:
        from turs.text.pdf_lines import reading_order

        columns = np.frombuffer(data, dtype=np.float64).reshape(6, line["glyphs"])
        text = reading_order(columns[0], columns[1:])
    from turs.text.folding import fold

    text = _PRESENTATION.sub(lambda found: fold(found[0], "canonical"), text)
    return _CONTROLS.sub("", text).strip()
