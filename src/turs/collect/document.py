"""A PDF: one posting with the text of its pages, and the file itself as its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from turs.collect import languages, limits
from turs.collect.inputfile import InputFile
from turs.collect.links import absolute, links_in, unique
from turs.collect.plain import PUBLISHED_AT, URL
from turs.collect.reader import LANGUAGE, SOURCE, Example, Reader
from turs.optional import MissingExtra
from turs.posting import Media, Posting, Reject, sha256
from turs.text.pdf import LIMITS, DocumentUnreadable, is_pdf, read_pdf

MIME: Final = "application/pdf"


def is_document(head: bytes, suffix: str) -> bool:
    """True for a PDF. The mark may stand later than at the start, but then only a file called .pdf is believed."""
    return head.startswith(b"%PDF-") or (suffix == ".pdf" and is_pdf(head))


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    data = file.content(LIMITS.file_bytes)
    try:
        document = read_pdf(data)
    except MissingExtra as error:
        raise file.refuse("pdf_extra") from error
    except DocumentUnreadable as error:
        raise file.refuse(error.code, excerpt=error.detail) from error
    text = document.text[: limits.RECORD_CHARACTERS]
    extra: dict[str, Any] = {"pages": document.count}
    if silent := sum(not page for page in document.pages):
        extra["pages_without_text"] = silent
    if document.attachments:
        extra["attachments"] = document.attachments
    yield Posting(
        source=options["source"],
        url=absolute(options["url"]),
        published_at=options["published_at"],
        text=text,
        language=languages.declared(options["language"]),
        links=unique([*links_in(text), *filter(None, map(absolute, document.links))]),
        media=(Media("document", MIME, sha256(data), len(data), file.name, data=data),),
        extra=extra,
        capture=file.capture(data, MIME, READER.tool),
    )
    if document.note:
        yield file.reject("pdf_in_part", 0, document.note)


def _example(codes: bytes, letters: str, places: tuple[int, ...]) -> bytes:
    """A PDF of one line: glyphs `codes`, read as `letters`, drawn at `places` (points from the left)."""
    width = 12
    pairs = " ".join(f"<{code:02x}> <{ord(letter):04x}>" for code, letter in zip(codes, letters, strict=True))
    drawn = " ".join(f"1 0 0 1 {place} 100 Tm <{code:02x}> Tj" for code, place in zip(codes, places, strict=True))
    unicode_map = (f"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
                   f"{len(codes)} beginbfchar {pairs} endbfchar endcmap end")
    widths = " ".join([str(width * 50)] * 256)
    page = f"BT /F 20 Tf {drawn} ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(page)} >>\nstream\n{page}\nendstream",
        f"<< /Type /Font /Subtype /TrueType /BaseFont /Helvetica /FirstChar 0 /LastChar 255 /Widths [{widths}] "
        "/ToUnicode 6 0 R >>",
        f"<< /Length {len(unicode_map)} >>\nstream\n{unicode_map}\nendstream",
    )
    out = bytearray(b"%PDF-1.4\n")
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    end = (f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(starts) + 1} /Root 1 0 R >>\n"
           f"startxref\n{len(out)}\n%%EOF\n")
    return bytes(out) + end.encode()


_ARABIC, _ENGLISH = "بيان من المنتدى", "Statement"

READER: Final = Reader(
    name="document",
    version="1",
    suffixes=(".pdf",),
    title={"ar": "وثيقة PDF", "en": "PDF document"},
    summary={
        "ar": "الوثيقة كلها منشور واحد، نصه نص صفحاتها والملف نفسه دليله. يُرتَّب النص العربي بحسب مواضع حروفه على "
        "الصفحة، وتُفتح الوثيقة في عملية مستقلة محدودة الذاكرة والوقت. يحتاج إلى turs[pdf].",
        "en": "The whole document is one posting: its text is that of the pages, the file itself is the evidence. "
        "Arabic is put in order from where its letters stand on the page; the document is opened in a process of its "
        "own with limited memory and time. Needs turs[pdf].",
    },
    options=(SOURCE, LANGUAGE, URL, PUBLISHED_AT),
    read=_read,
    examples=(
        Example(
            name="statement.pdf",
            data=_example(
                bytes(range(65, 65 + len(_ENGLISH))), _ENGLISH, tuple(range(50, 50 + 12 * len(_ENGLISH), 12))
            ),
            title={"ar": "وثيقة من سطر واحد", "en": "A document of one line"},
            bodies=(_ENGLISH,),
        ),
        Example(
            name="bayan.pdf",
            data=_example(
                bytes(65 + place for place, letter in enumerate(_ARABIC) if letter != " "),
                _ARABIC.replace(" ", ""),
                tuple(300 - 12 * place for place, letter in enumerate(_ARABIC) if letter != " "),
            ),
            title={
                "ar": "سطر عربي رُسمت حروفه حرفًا حرفًا من اليمين",
                "en": "An Arabic line, drawn letter by letter from the right",
            },
            bodies=(_ARABIC,),
        ),
    ),
)
