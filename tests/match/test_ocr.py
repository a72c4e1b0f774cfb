"""Text in images: generated lines are read letter by letter, in every script; hostile pictures cost little."""

from __future__ import annotations

import importlib.util
import io
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont, features

from turs.match import ocr
from turs.match.ocr import OcrUnavailable, read_image_text
from turs.match.perceptual import ImageUnreadable
from turs.optional import MissingExtra

FONTS = Path("/usr/share/fonts/truetype")
READY = bool(importlib.util.find_spec("rapidocr") and importlib.util.find_spec("onnxruntime"))
needs_extra = pytest.mark.skipif(not READY, reason="needs turs[ocr]")
needs_tesseract = pytest.mark.skipif(
    not READY or not shutil.which("tesseract"), reason="needs turs[ocr] and tesseract with its languages"
)

ARABIC = ("اجتمع الوزراء أمس في العاصمة لبحث التعاون", "بيان المنتدى الثالث لعام 2026")


def poster(
    lines: tuple[str, ...], font: str = "noto/NotoNaskhArabic-Regular.ttf", ink: tuple[int, int, int] = (20, 20, 20),
    ground: tuple[int, int, int] = (250, 250, 250), right: bool = True, turn: float = 0.0,
) -> bytes:
    """A picture of these lines, letters joined."""
    if not (FONTS / font).is_file() or (right and not features.check("raqm")):
        pytest.skip(f"needs the font {font} and Pillow with raqm")
    letters = ImageFont.truetype(FONTS / font, 40)
    image = Image.new("RGB", (900, 60 + 80 * len(lines)), ground)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        place = (860 if right else 40, 40 + 80 * number)
        draw.text(place, line, font=letters, fill=ink, anchor="ra" if right else "la",
                  direction="rtl" if right and features.check("raqm") else None)
    if turn:
        image = image.rotate(turn, fillcolor=ground, expand=True)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def wrong(read: str, written: str) -> float:
    """Edits a character (Levenshtein) that make the one into the other."""
    row = list(range(len(written) + 1))
    for number, letter in enumerate(read, 1):
        above, row[0] = row[0], number
        for place, other in enumerate(written, 1):
            above, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, above + (letter != other))
    return row[-1] / max(1, len(written))


def languages_or_skip(*tags: str) -> tuple[str, ...]:
    try:
        ocr._installed(tags)
    except OcrUnavailable as error:
        pytest.skip(str(error))
    return tags


@needs_tesseract
@pytest.mark.parametrize(
    ("style", "tags"),
    [({}, ("ar",)), ({"ink": (255, 255, 255), "ground": (10, 60, 20)}, ("ar",)), ({"turn": 7.0}, ("ar", "en"))],
    ids=["black on white", "white on green", "tilted"],
)
def test_arabic_is_read(style: dict[str, object], tags: tuple[str, ...]) -> None:
    read = read_image_text(poster(ARABIC, **style), languages_or_skip(*tags))  # type: ignore[arg-type]
    assert wrong(read.text, "\n".join(ARABIC)) <= 0.05
    assert len(read.boxes) == 2
    for box in read.boxes:
        assert len(box.region) == 4
        assert 0.5 < box.confidence <= 1.0


@needs_tesseract
def test_two_scripts_in_one_line_are_read() -> None:
    lines = ("قناة Example Front الجديدة", "Join the forum today")
    read = read_image_text(poster(lines, "dejavu/DejaVuSans.ttf"), languages_or_skip("ar", "en"))
    assert wrong(read.text, "\n".join(lines)) <= 0.1


@needs_tesseract
@pytest.mark.parametrize(
    ("tag", "line", "right"),
    [("fa", "پایتخت کشور و گفت‌وگوی جوانان", True),
     ("ur", "نوجوانوں کی حفاظت کا پروگرام", True),
     ("fr", "Les ministres se sont réunis à la capitale", False),
     ("ru", "Министры встретились вчера в столице", False)],
)
def test_other_languages_are_read(tag: str, line: str, right: bool) -> None:
    font = "noto/NotoNaskhArabic-Regular.ttf" if right else "dejavu/DejaVuSans.ttf"
    read = read_image_text(poster((line,), font, right=right), languages_or_skip(tag))
    assert wrong(read.text, line) <= 0.08


@needs_tesseract
def test_regions_are_where_the_lines_stand() -> None:
    read = read_image_text(poster(("Statement",), "dejavu/DejaVuSans.ttf", right=False), languages_or_skip("en"))
    (box,) = read.boxes
    assert box.text == "Statement"
    columns, rows = zip(*box.region, strict=True)
    assert 20 <= min(columns) <= 45
    assert 200 <= max(columns) <= 300
    assert 20 <= min(rows) < max(rows) <= 110


@needs_tesseract
@pytest.mark.parametrize("size", [(64, 64), (5, 5), (3000, 12), (12, 3000)])
def test_pictures_without_text_say_nothing(size: tuple[int, int]) -> None:
    stream = io.BytesIO()
    Image.new("RGB", size, (40, 90, 60)).save(stream, "PNG")
    assert read_image_text(stream.getvalue(), languages_or_skip("en")) == ocr.ImageText("")


@needs_tesseract
def test_real_pictures(shared: Path) -> None:
    folder = shared / "inputs" / "06_images"
    latin = "Alphabetum in mundo hodie frequentissime adhibitum est alphabetum Latinum."
    known = {"RapidOCR__latin.jpg": ("en", latin),
             "RapidOCR__arabic.png": ("fa", "امروز هوا خوبه."),
             "Pillow__test_arabictext_features.png": ("ar", "اللغة العربية")}
    present = {name: answer for name, answer in known.items() if (folder / name).is_file()}
    assert present
    for name, (tag, written) in present.items():
        read = read_image_text((folder / name).read_bytes(), languages_or_skip(tag))
        assert wrong(read.text, written) <= 0.1, name


@needs_tesseract
def test_a_limit_of_time_is_kept() -> None:
    data = poster(ARABIC)
    languages_or_skip("ar")
    with pytest.raises(ImageUnreadable) as caught:
        read_image_text(data, ("ar",), seconds=0.001)
    assert caught.value.code == "ocr_too_slow"


@needs_extra
@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_what_is_no_picture_is_refused(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_installed", lambda languages: ["eng"])
    with pytest.raises(ImageUnreadable):
        read_image_text(data, ("en",))


@needs_extra
def test_without_tesseract_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr.shutil, "which", lambda name: None)
    packages = "apt-get install tesseract-ocr tesseract-ocr-ara tesseract-ocr-eng"
    with pytest.raises(OcrUnavailable, match=packages) as caught:
        read_image_text(b"", ("ar", "en"))
    assert "apt-get install tesseract-ocr" in caught.value.words["ar"]


@needs_tesseract
def test_a_missing_language_is_named() -> None:
    if "hau" in ocr._languages_of(str(shutil.which("tesseract"))):
        pytest.skip("tesseract has every language here")
    with pytest.raises(OcrUnavailable, match="apt-get install tesseract-ocr-hau"):
        read_image_text(b"", ("ha",))


@needs_extra
@pytest.mark.parametrize("tags", [(), ("xx",), ("ara+osd; rm",)])
def test_only_known_languages_reach_the_program(tags: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="language"):
        read_image_text(b"", tags)


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(MissingExtra, match=r"pip install 'turs\[ocr\]'"):
        read_image_text(b"", ("ar",))
