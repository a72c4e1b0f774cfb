"""PDF documents: Arabic comes out in reading order, pages are known by their looks, bombs are contained."""

from __future__ import annotations

import hashlib
import io
import re
import sys
import time
import unicodedata
import zlib
from contextlib import suppress
from pathlib import Path

import pytest

from turs.match import hamming
from turs.match.documents import Limits, read_document
from turs.optional import MissingExtra
from turs.text import pdf, pdf_child, pdf_lines
from turs.text.pdf import DocumentUnreadable, is_pdf, read_pdf

pdfium = pytest.importorskip("pypdfium2", reason="needs turs[pdf]")


def document(*objects: str | bytes, root: str = "/Root 1 0 R") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n".encode() + (body.encode() if isinstance(body, str) else body) + b"\nendobj\n"
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    end = f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(starts) + 1} {root} >>\n"
    return bytes(out) + end.encode() + f"startxref\n{len(out)}\n%%EOF\n".encode()


def stream(data: bytes, entries: str = "") -> bytes:
    return f"<< /Length {len(data)} {entries} >>\nstream\n".encode() + data + b"\nendstream"


FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
CATALOGUE = "<< /Type /Catalog /Pages 2 0 R >>"


def one_page(content: bytes, entries: str = "", box: str = "0 0 400 300", more: str = "") -> bytes:
    """A PDF of one page with this content; font /F is Helvetica."""
    return document(
        CATALOGUE, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R "
        f"/Resources << /Font << /F 5 0 R >> >> {more} >>",
        stream(content, entries), FONT,
    )  # fmt: skip


def picture_page(seed: int) -> bytes:
    """A page of grey rectangles, as a poster has them."""
    import random

    rng = random.Random(seed)
    parts = [f"{rng.random():.2f} g {rng.randrange(400)} {rng.randrange(300)} {rng.randrange(20, 160)} "
             f"{rng.randrange(20, 160)} re f" for _ in range(60)]  # fmt: skip
    return one_page("\n".join(parts).encode())


def drawn(line: str, places: list[float], y: float = 100.0, size: float = 20.0) -> bytes:
    """A page that draws each letter of `line` at its own place, in the order given."""
    letters = "".join(f"1 0 0 1 {place:.1f} {y} Tm <{65 + index:02x}> Tj " for index, place in enumerate(places))
    pairs = " ".join(f"<{65 + index:02x}> <{ord(letter):04x}>" for index, letter in enumerate(line))
    unicode_map = (f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange {len(line)} beginbfchar {pairs} "
                   "endbfchar endcmap").encode()
    font = ("<< /Type /Font /Subtype /TrueType /BaseFont /Helvetica /FirstChar 0 /LastChar 255 "
            f"/Widths [{' '.join(['600'] * 256)}] /ToUnicode 6 0 R >>")
    return document(
        CATALOGUE, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        stream(f"BT /F {size} Tf {letters} ET".encode()), font, stream(unicode_map),
    )  # fmt: skip


# -- text ------------------------------------------------------------------------------------------


def test_latin_text_is_read() -> None:
    read = read_pdf(one_page(b"BT /F 18 Tf 40 200 Td (Statement of the forum) Tj ET"))
    assert (read.pages, read.count, read.note) == (("Statement of the forum",), 1, "")


@pytest.mark.parametrize("order", ["as read", "from the left", "shuffled"])
def test_arabic_is_read_whatever_order_it_was_drawn_in(order: str) -> None:
    line = "المنتدى"
    numbers = list(range(len(line)))
    if order == "from the left":
        numbers.reverse()
    elif order == "shuffled":
        numbers = numbers[::2] + numbers[1::2]
    data = drawn("".join(line[n] for n in numbers), [400.0 - 12 * n for n in numbers])
    assert read_pdf(data).text == line


def test_words_are_parted_where_the_page_shows_a_gap() -> None:
    line = "بيان من المنتدى"
    letters = [(letter, 400.0 - 12 * place) for place, letter in enumerate(line) if letter != " "]
    assert read_pdf(drawn("".join(a for a, _ in letters), [b for _, b in letters])).text == line


def test_numbers_and_latin_words_keep_their_direction() -> None:
    """Seen from left to right: 2026 maʿlūm Example; read from the right: Example, then the Arabic, then the number."""
    seen = "2026" + "ناي" + "Web"
    places = [100, 112, 124, 136, 160, 172, 184, 208, 220, 232]
    assert read_pdf(drawn(seen, [float(place) for place in places])).text == "Web يان 2026"


def test_a_mark_goes_to_the_letter_it_stands_over() -> None:
    line = "بيان"
    places = [400.0 - 12 * n for n in range(4)]
    read = read_pdf(drawn(line + "\u064e", [*places, places[1] + 1])).text
    assert read == "بيَان"


def test_presentation_forms_become_letters() -> None:
    shapes = "\ufe91\ufef4\ufe8e\ufee5"  # initial beh, medial yeh, final alef, isolated noon
    assert read_pdf(drawn(shapes, [400.0 - 12 * n for n in range(4)])).text == "بيان"


def test_lines_are_kept_apart_and_columns_too() -> None:
    one, other = "بيان", "خبر"
    places = [560.0 - 12 * n for n in range(4)] + [200.0 - 12 * n for n in range(3)]
    assert read_pdf(drawn(one + other, places)).text == f"{one}\n{other}"


def test_links_are_kept() -> None:
    more = "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org/a) >> >>]"
    assert read_pdf(one_page(b"", more=more)).links == ("https://example.org/a",)


def test_no_text_is_no_error() -> None:
    read = read_document(picture_page(1))
    assert (read.text, read.pages, read.count) == ("", ("",), 1)


ARABIC_FILES = {
    "texlive-lang-arabic__al-Jahiz.pdf": ("دَجَاجَةُ أَبِي ٱلْهُذَيْلِ ٱلْعَلَّافِ", 750),
    "texlive-lang-arabic__quran-test.pdf": ("بِسْمِ ٱللَّهِ", 300),
    "texlive-lang-arabic__exam_with_sexam_ar-DZ.pdf": ("ثانوية الدكتور أحمد عروة السنة الدراسية", 1200),
    "texlive-lang-arabic__arabi-add-example.pdf": ("الإشتقاق و تطبيقاته", 5600),
    "sample-files__015-arabic__habibi.pdf": ("حَبيبي", 10),
    "sample-files__015-arabic__habibi-oneline-cmap.pdf": ("حَبيبي", 10),
    "sample-files__015-arabic__habibi-rotated.pdf": ("حَبيبي", 40),
    "texlive-lang-arabic__arabtex-doc.pdf": ("The ArabTEX package", 0),
}


@pytest.mark.parametrize("name", ARABIC_FILES)
def test_real_arabic_documents(shared: Path, name: str) -> None:
    """Made by four engines: bare, fully vocalised, presentation forms, and one with a font that says nothing."""
    sentence, letters = ARABIC_FILES[name]
    read = read_pdf((shared / "inputs" / "07_pdf" / name).read_bytes())
    words = " ".join(read.text.split())
    assert unicodedata.normalize("NFC", sentence) in words
    assert len(re.findall("[\u0621-\u064a]", words)) >= letters
    assert not re.search("[\ufb50-\ufd3d\ufe70-\ufefc]", words)


def test_every_real_document_is_read_or_refused_with_a_reason(shared: Path) -> None:
    codes = {}
    for path in sorted((shared / "inputs" / "07_pdf").glob("*.pdf")):
        try:
            codes[path.name] = read_document(path.read_bytes(), images=1).note
        except DocumentUnreadable as error:
            codes[path.name] = error.code
    assert {name: code for name, code in codes.items() if code} == {
        "sample-files__005-libreoffice-writer-password__libreoffice-writer-password.pdf": "pdf_encrypted"}


# -- fingerprints ----------------------------------------------------------------------------------


def test_fingerprints_are_of_the_file_and_of_its_pages() -> None:
    data = picture_page(1)
    read = read_document(data)
    assert read.sha256 == hashlib.sha256(data).hexdigest()
    assert read.md5 == hashlib.md5(data).hexdigest()
    (page,) = read.prints
    assert (page.page, page.matchable) == (0, True)


def test_a_page_is_known_again_in_another_document() -> None:
    pages = [read_document(picture_page(seed)).prints[0].value for seed in (1, 2)]
    again = picture_page(1).replace(b"0 0 400 300", b"0 0 400 301")
    assert hamming.distance(pages[0], read_document(again).prints[0].value) <= 31
    assert hamming.distance(*pages) > 60


def test_empty_pages_are_not_matched() -> None:
    (page,) = read_document(one_page(b"")).prints
    assert not page.matchable


def test_only_the_first_pages_are_drawn() -> None:
    kids = " ".join(f"{number} 0 R" for number in range(3, 13))
    pages = ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"] * 10
    data = document(CATALOGUE, f"<< /Type /Pages /Kids [{kids}] /Count 10 >>", *pages)
    read = read_document(data, images=3)
    assert (read.count, [page.page for page in read.prints]) == (10, [0, 1, 2])
    assert read_document(data, images=0).prints == ()
    short = read_document(data, Limits(pages=4))
    assert (len(short.pages), short.count, short.note) == (4, 10, "pages")


def test_a_page_of_any_size_becomes_a_small_picture() -> None:
    for box in ("0 0 14400 14400", "0 0 14400 3", "0 0 3 3"):
        for image in read_pdf(one_page(b"", box=box), images=1).images:
            assert max(image.luma.shape) <= 801


# -- bad input -------------------------------------------------------------------------------------


def refused(data: bytes, limits: Limits = pdf.LIMITS) -> str:
    with pytest.raises(DocumentUnreadable) as caught:
        read_document(data, limits)
    assert caught.value.reason
    assert caught.value.remedy
    assert set(caught.value.words) == {"ar", "en"}
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "pdf_empty"), (b"once upon a time", "pdf_unknown"), (b"%PDF-1.7\nnothing follows", "pdf_damaged"),
     (bytes(2000) + b"%PDF-1.7", "pdf_unknown")],
    ids=["empty", "text", "head only", "late"],
)
def test_what_is_no_document_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_password_is_told_apart(shared: Path) -> None:
    (path,) = (shared / "inputs" / "07_pdf").glob("*password*.pdf")
    assert refused(path.read_bytes()) == "pdf_encrypted"


def test_a_document_without_pages_is_refused() -> None:
    assert refused(document(CATALOGUE, "<< /Type /Pages /Kids [] /Count 0 >>")) == "pdf_damaged"


def test_large_files_are_refused_before_they_are_opened() -> None:
    assert refused(picture_page(1), Limits(file_bytes=100)) == "pdf_too_large"


def test_a_bomb_stops_only_the_process_that_reads_it() -> None:
    """A megabyte that unfolds to a gigabyte of drawing, and one that would draw for ever."""
    bomb = one_page(zlib.compress(b"0 0 m 9 9 l S " * 40_000_000, 1), "/Filter /FlateDecode")
    began = time.monotonic()
    assert refused(bomb, Limits(memory=400 * 1024 * 1024, seconds=10)) == "pdf_too_heavy"
    slow = one_page(zlib.compress(b"0 0 400 300 re f 1 0 0 1 0 0 cm " * 2_000_000, 1), "/Filter /FlateDecode")
    assert refused(slow, Limits(seconds=1)) == "pdf_too_heavy"
    assert time.monotonic() - began < 30


def test_text_beyond_the_limit_is_left_and_told() -> None:
    read = read_document(one_page(b"BT /F 9 Tf 9 99 Td (Statement of the forum) Tj ET"), Limits(characters=9))
    assert (read.text, read.note) == ("Statement", "characters")


def test_cut_documents_are_mended_or_refused(shared: Path) -> None:
    data = (shared / "inputs" / "07_pdf" / "texlive-lang-arabic__arabi-add-example.pdf").read_bytes()
    for share in (0.1, 0.5, 0.9):
        with suppress(DocumentUnreadable):
            assert read_document(data[: int(len(data) * share)], images=0).count > 0


def test_the_mark_of_a_pdf_may_stand_a_little_later() -> None:
    assert is_pdf(b"junk\n%PDF-1.4")
    assert not is_pdf(bytes(1024) + b"%PDF-1.4")


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(MissingExtra, match=r"pip install 'turs\[pdf\]'"):
        read_document(picture_page(1))


def test_the_reading_process_needs_nothing_of_ours() -> None:
    """It is started as a script, cut off from the environment: it must import nothing of the package."""
    source = Path(str(pdf_child.__file__)).read_text(encoding="utf-8")
    assert not re.search(r"^\s*(?:from|import) (?:turs|numpy)", source, re.MULTILINE)
    assert io.StringIO(source).readline().startswith('"""')
    assert pdf_lines.SPACE < pdf_lines.NEAR
