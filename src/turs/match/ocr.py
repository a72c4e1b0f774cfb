"""Text in images: RapidOCR's bundled detector finds the lines, tesseract reads them.

The detector (PP-OCRv6, its small model) comes inside the rapidocr wheel and finds text of any script, in photographs
and posters where tesseract alone finds little; nothing is downloaded. tesseract is the operating system's program: on
Debian ``apt-get install tesseract-ocr tesseract-ocr-ara tesseract-ocr-fas …``. It runs as a process of its own, one for
all lines of an image, with a time limit.

What is read is a hint for search and for people, never the wording of a posting. Measured on generated posters of clean
Arabic lines (24 lines of the Universal Declaration, three Noto fonts, dark on light and light on dark): 0.3 to 2.3 %
of the characters are wrong; French 1.3 %, Urdu 0.7 %. Photographs and hand-drawn letters are not measured: expect far
worse.

Needs ``turs[ocr]`` (rapidocr, onnxruntime).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from turs.match.perceptual import ImageUnreadable, decode
from turs.optional import require

__all__ = ["ImageText", "ImageUnreadable", "OcrUnavailable", "TextBox", "read_image_text"]

VERSION = "ocr/1"
LANGUAGES: Final[Mapping[str, str]] = {
    "ar": "ara", "fa": "fas", "ur": "urd", "en": "eng", "fr": "fra", "ru": "rus", "tr": "tur", "id": "ind",
    "ckb": "ckb", "ku": "kmr", "so": "som", "ha": "hau", "es": "spa", "de": "deu", "he": "heb", "ps": "pus",
}
"""BCP 47 tag -> tesseract's name of the language."""

_SCRIPTS: Final = {**dict.fromkeys(("ara", "fas", "urd", "ckb", "pus"), "Arab"), "rus": "Cyrl", "heb": "Hebr"}
"""tesseract's name of a language -> its script (ISO 15924), where it is not the Latin one."""

_LINE, _RAW_LINE = "7", "13"
"""Page segmentation modes of tesseract."""
_SURE, _BETTER = 0.9, 0.1
"""Confidence below which a line is read again as a mixture of scripts, and by how much that must be surer."""

MOST_LINES: Final = 200
"""Lines read of one image; the best found ones."""
SECONDS: Final = 60.0
_LONGEST_SIDE, _FLATTEST = 1600, 8
"""Pixels of the longer side that the detector sees, and how many times longer than the shorter it may be."""
_LINE_HEIGHT, _LINE_MARGIN, _LONGEST_LINE = 48, 16, 4000
"""Pixels of a line as tesseract is given it; its models were trained on lines of about 48."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class TextBox:
    """One line. region: its four corners (x, y) in pixels of the image, clockwise. confidence: 0 to 1."""

    region: tuple[tuple[int, int], ...]
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ImageText:
    """What an image says. text: its lines from top to bottom. boxes: the same with their places."""

    text: str
    boxes: tuple[TextBox, ...] = field(default=(), repr=False)


class OcrUnavailable(RuntimeError):
    """tesseract cannot read here. words: the message in ``ar`` and ``en``."""

    def __init__(self, arabic: str, english: str) -> None:
        self.words = {"ar": arabic, "en": english}
        super().__init__(english)


def read_image_text(
    data: bytes, languages: Sequence[str] = ("ar", "en"), seconds: float = SECONDS
) -> ImageText:
    """The text in an image file (JPEG, PNG, WebP, GIF, BMP, TIFF).

    languages: BCP 47 tags of what is expected. Those of one script are read together, each script by itself, a line is
    taken from the script that is surest of it, and where none is sure it is read as a mixture.
    `MissingExtra` without ``turs[ocr]``, `OcrUnavailable` without tesseract or one of its languages, `ImageUnreadable`
    for a damaged image or where reading takes longer than `seconds`.
    """
    runs = _installed(tuple(languages))
    pixels = decode(data)
    corners = _find(pixels)
    lines = [_straight(pixels, quad) for quad in corners]
    read = _surest([_read(lines, names, seconds) for names in runs]) if lines else []
    unsure = [number for number, (_, confidence) in enumerate(read) if confidence < _SURE]
    if len(runs) > 1 and unsure:  # lines of two scripts
        again = _read([lines[number] for number in unsure], "+".join(runs), seconds)
        for number, reading in zip(unsure, again, strict=True):
            if reading[1] > read[number][1] + _BETTER:
                read[number] = reading
    boxes = [
        TextBox(tuple((int(x), int(y)) for x, y in np.rint(quad)), text, round(confidence, 3))
        for quad, (text, confidence) in zip(corners, read, strict=True) if any(map(str.isalnum, text))
    ]  # fmt: skip
    rows = list(_rows(boxes))
    text = "\n".join(" ".join(box.text for box in row) for row in rows)
    return ImageText(text, tuple(box for row in rows for box in row))


# -- finding lines ---------------------------------------------------------------------------------


@cache
def _detector() -> Any:
    """The detector with its bundled model, on one thread; a model that is named by its path is never downloaded."""
    rapidocr = require("rapidocr", "ocr")
    require("onnxruntime", "ocr")
    omegaconf = require("omegaconf", "ocr")
    detection = require("rapidocr.ch_ppocr_det", "ocr")
    kinds = require("rapidocr.utils.typings", "ocr")
    folder = Path(str(rapidocr.__file__)).parent
    models = sorted((folder / "models").glob("*_det_*.onnx"))
    if not models:
        raise OcrUnavailable(
            "لا يحمل هذا الإصدار من rapidocr نموذجًا لكشف النص؛ أعد تثبيته: pip install --force-reinstall rapidocr",
            "this release of rapidocr carries no detection model: pip install --force-reinstall rapidocr")
    settings = omegaconf.OmegaConf.load(folder / "config.yaml")
    chosen, engine = settings.Det, settings.EngineConfig.onnxruntime
    engine.intra_op_num_threads = engine.inter_op_num_threads = 1
    chosen.engine_type, chosen.engine_cfg = kinds.EngineType.ONNXRUNTIME, engine
    chosen.model_path = str(models[0])
    return detection.TextDetector(chosen)


def _find(pixels: Pixels) -> list[NDArray[np.float64]]:
    """Corners of every line of text, clockwise from its upper left, shape (4, 2)."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _LONGEST_SIDE / max(height, width))
    small = pixels
    if scale < 1.0:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
    # A ribbon would be blown up to a huge picture by the detector, which wants 736 pixels on the shorter side.
    least = -(-max(small.shape[:2]) // _FLATTEST)
    more = [(0, max(0, least - side)) for side in small.shape[:2]]
    if any(after for _, after in more):
        small = np.pad(small, (*more, (0, 0)), mode="edge")
    # The detector was trained on pictures in the order blue, green, red.
    found = _detector()(np.ascontiguousarray(small[:, :, ::-1]))
    if found.boxes is None:
        return []
    ranked = sorted(zip(found.scores, found.boxes, strict=True), key=lambda pair: -float(pair[0]))[:MOST_LINES]
    quads = [np.asarray(box, dtype=np.float64) / scale for _, box in ranked]
    return [np.clip(quad, 0, (width, height)) for quad in quads]


def _straight(pixels: Pixels, quad: NDArray[np.float64]) -> Pixels:
    """One line as dark letters on light ground, straight, `_LINE_HEIGHT` high, with a margin."""
    sides = [float(np.linalg.norm(quad[(corner + 1) % 4] - quad[corner])) for corner in range(4)]
    wide, high = max(sides[0], sides[2], 1.0), max(sides[1], sides[3], 1.0)
    size = (int(min(max(wide * _LINE_HEIGHT / high, 8), _LONGEST_LINE)), _LINE_HEIGHT)
    left, top = np.floor(quad.min(axis=0)).astype(int)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int) + 1
    part = Image.fromarray(pixels[top:bottom, left:right]).convert("L")
    # Pillow wants upper left, lower left, lower right, upper right.
    source = (quad[[0, 3, 2, 1]] - (left, top)).ravel().tolist()
    if high > 2 * _LINE_HEIGHT:  # far larger than it is wanted: averaged first, so that no stroke is lost
        half = max(1, int(high / _LINE_HEIGHT))
        part = part.reduce(half)
        source = [value / half for value in source]
    line = part.transform(size, Image.Transform.QUAD, source, Image.Resampling.BICUBIC)
    grey = np.asarray(line)
    edge = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    if np.median(edge) < 128:
        grey = 255 - grey
        edge = 255 - edge
    return np.pad(grey, _LINE_MARGIN, constant_values=int(np.median(edge)))


def _rows(boxes: Sequence[TextBox]) -> Iterator[list[TextBox]]:
    """Lines that stand beside each other, in reading order: from the right where most letters run from the right."""
    rows: list[list[TextBox]] = []
    for box in sorted(boxes, key=lambda box: sum(_span(box, 1))):
        if rows and _common(box, rows[-1][0], 1) > 0.5 and all(_common(box, other, 0) < 0.3 for other in rows[-1]):
            rows[-1].append(box)
        else:
            rows.append([box])
    letters = [letter for box in boxes for letter in box.text if letter.isalpha()]
    right_to_left = 2 * sum("\u0590" <= letter <= "\u08ff" or letter >= "\ufb1d" for letter in letters) > len(letters)
    for row in rows:
        yield sorted(row, key=lambda box: _span(box, 0), reverse=right_to_left)


def _common(a: TextBox, b: TextBox, axis: int) -> float:
    """Share of the shorter one that both have in common along an axis."""
    (start, end), (first, last) = _span(a, axis), _span(b, axis)
    return (min(end, last) - max(start, first)) / max(1, min(end - start, last - first))


def _span(box: TextBox, axis: int) -> tuple[int, int]:
    values = [corner[axis] for corner in box.region]
    return min(values), max(values)


# -- reading them ----------------------------------------------------------------------------------


def _installed(languages: tuple[str, ...]) -> list[str]:
    """tesseract's names of these languages, all of which it has, those of one script joined."""
    require("rapidocr", "ocr")
    require("onnxruntime", "ocr")
    if not languages:
        raise ValueError("no language given: name at least one, such as ar")
    program = shutil.which("tesseract")
    unknown = [tag for tag in languages if tag.split("-")[0] not in LANGUAGES]
    if unknown:
        raise ValueError(f"no language {unknown[0]!r} for text in images: choose from {', '.join(LANGUAGES)}")
    names = list(dict.fromkeys(LANGUAGES[tag.split("-")[0]] for tag in languages))
    missing = names if program is None else [name for name in names if name not in _languages_of(program)]
    if missing:
        packages = " ".join(["tesseract-ocr"] * (program is None) + [f"tesseract-ocr-{name}" for name in missing])
        command = f"apt-get install {packages}"
        raise OcrUnavailable(
            f"قراءة النص في الصور تحتاج إلى برنامج tesseract ولغاته، وهو غير مثبت كاملًا؛ ثبّته بالأمر: {command}",
            f"text in images needs the program tesseract with its languages ({', '.join(missing)} missing): {command}")
    scripts: dict[str, list[str]] = {}
    for name in names:
        scripts.setdefault(_SCRIPTS.get(name, "Latn"), []).append(name)
    return ["+".join(group) for group in scripts.values()]


@cache
def _languages_of(program: str) -> frozenset[str]:
    done = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False)
    return frozenset((done.stdout or done.stderr).split("\n")[1:])


def _surest(readings: Sequence[Sequence[tuple[str, float]]]) -> list[tuple[str, float]]:
    return [max(line, key=lambda reading: reading[1]) for line in zip(*readings, strict=True)]


def _read(lines: Sequence[Pixels], names: str, seconds: float) -> list[tuple[str, float]]:
    """Text and confidence of every line.

    tesseract loses a clean line now and then (in Arabic one of fifteen); its raw mode, worse otherwise, has it.
    """
    read = _run(lines, names, _LINE, seconds)
    lost = [number for number, (text, _) in enumerate(read) if not text]
    if lost:
        again = _run([lines[number] for number in lost], names, _RAW_LINE, seconds)
        for number, reading in zip(lost, again, strict=True):
            read[number] = reading
    return read


def _run(lines: Sequence[Pixels], names: str, mode: str, seconds: float) -> list[tuple[str, float]]:
    """One run of tesseract over all lines, a page each."""
    with tempfile.TemporaryDirectory(prefix="turs-ocr-") as folder:
        paths = []
        for number, line in enumerate(lines):
            path = Path(folder, f"{number}.pgm")
            path.write_bytes(b"P5 %d %d 255\n" % (line.shape[1], line.shape[0]) + line.tobytes())
            paths.append(str(path))
        listing = Path(folder, "lines.txt")
        listing.write_text("\n".join(paths) + "\n")
        command = ["tesseract", str(listing), "stdout", "-l", names, "--psm", mode, "--dpi", "150", "tsv"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds, check=False,
                                  env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        except subprocess.TimeoutExpired as error:
            raise ImageUnreadable("ocr_too_slow", f"reading the text of the image took longer than {seconds:g} s: "
                                  "cut out the part that matters") from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip()[-200:]
        raise OcrUnavailable(f"توقف برنامج tesseract عن العمل: {told}", f"tesseract stopped: {told}")
    return _understood(done.stdout.decode("utf-8", "replace"), len(lines))


_MARKS: Final = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c"))
"""Marks of direction, with which tesseract surrounds words of the other direction."""


def _understood(table: str, count: int) -> list[tuple[str, float]]:
    """The words of tesseract's table, joined line by line."""
    words: list[list[tuple[str, float]]] = [[] for _ in range(count)]
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip() and 1 <= int(cells[1]) <= count:
            words[int(cells[1]) - 1].append((cells[11].strip().translate(_MARKS), max(float(cells[10]), 0.0)))
    return [
        (" ".join(word for word, _ in line), sum(sure for _, sure in line) / len(line) / 100 if line else 0.0)
        for line in words
    ]
