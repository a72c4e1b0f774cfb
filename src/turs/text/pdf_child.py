"""Read one PDF inside a process of its own: run by `turs.text.pdf` as a script, never imported by it.

A PDF is a program for a large C++ library; a hostile one may ask for gigabytes, hours, or the process itself. Here all
that ends is this process. Only the standard library and pypdfium2 are imported, so that it starts in a tenth of a
second.

Standard input: the PDF, as a file. Argument: JSON with pages, characters, glyphs, links, images, side, memory, seconds,
output. Standard output, as a file: lines of JSON, each followed by as many bytes as its ``bytes`` says:

* ``{"pages": n, "attachments": n}`` once, first;
* ``{"page": n, "text": "...", "links": [...]}``, or for a page with right-to-left letters
  ``{"page": n, "glyphs": k, "links": [...], "bytes": 48 k}`` and code points, origins x and y, left and right sides,
  heights of k characters (float64, one column after the other);
* ``{"image": n, "width": w, "height": h, "bytes": w h}`` and the grey levels;
* ``{"note": "characters"}`` where the text goes on beyond the limit; ``{"end": true}`` last;
* ``{"error": code}`` in place of the rest.
"""

from __future__ import annotations

import array
import ctypes
import json
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

_RIGHT_TO_LEFT = ((0x0590, 0x08FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFC), (0x10800, 0x10FFF), (0x1E800, 0x1EFFF))
"""Blocks of letters written from right to left (Unicode 16, DerivedBidiClass)."""


def main(asked: dict[str, Any]) -> None:
    _confine(asked)
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        count = len(document)
    except pypdfium2.PdfiumError as error:
        password = getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        return _say({"error": "pdf_encrypted" if password else "pdf_damaged"})
    if not count:
        return _say({"error": "pdf_damaged"})
    _say({"pages": count, "attachments": document.count_attachments()})
    left = asked["characters"]
    for number in range(min(count, asked["pages"])):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            _say({"page": number, "text": "", "links": [], "broken": True})
            continue
        left -= _text(raw, page, number, left, asked["links"])
        if number < asked["images"]:
            _image(page, number, asked["side"])
        page.close()
        if left <= 0:
            _say({"note": "characters"})
            break
    _say({"end": True})


def _confine(asked: dict[str, Any]) -> None:
    try:
        import resource
    except ImportError:  # no such limits on this system; the parent still keeps the time
        return
    for what, most in ((resource.RLIMIT_AS, asked["memory"]), (resource.RLIMIT_CPU, asked["seconds"]),
                       (resource.RLIMIT_FSIZE, asked["output"]), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))


def _text(raw: Any, page: Any, number: int, left: int, most_links: int) -> int:
    """Write the text of a page; answer how long it was."""
    text_page = page.get_textpage()
    count = min(text_page.count_chars(), max(left, 0))
    text = text_page.get_text_range(0, count) if count else ""
    links = list(_links(raw, page, most_links))
    if any(first <= ord(letter) <= last for letter in text for first, last in _RIGHT_TO_LEFT):
        glyphs = list(_glyphs(raw, text_page, count))
        columns = [array.array("d", column) for column in zip(*glyphs, strict=True)]
        data = b"".join(column.tobytes() for column in columns)
        _say({"page": number, "glyphs": len(glyphs), "links": links, "bytes": len(data)}, data)
    else:
        _say({"page": number, "text": text, "links": links})
    text_page.close()
    return int(count)


def _glyphs(raw: Any, text_page: Any, count: int) -> Iterator[tuple[float, float, float, float, float, float]]:
    """Every character that stands on the page: sides of its ink for a combining mark, of its room for the others."""
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    box = raw.FS_RECTF()
    for index in range(count):
        point = raw.FPDFText_GetUnicode(text_page, index)
        if point < 0x20 or raw.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        raw.FPDFText_GetCharOrigin(text_page, index, x, y)
        raw.FPDFText_GetLooseCharBox(text_page, index, box)
        height = box.top - box.bottom
        if unicodedata.combining(chr(point)):
            raw.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
            yield float(point), x.value, y.value, left.value, right.value, height
        else:
            yield float(point), x.value, y.value, box.left, box.right, height


def _links(raw: Any, page: Any, most: int) -> Iterator[str]:
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    for _ in range(most):
        if not raw.FPDFLink_Enumerate(page, position, link):
            return
        action = raw.FPDFLink_GetAction(link)
        if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
            continue
        size = raw.FPDFAction_GetURIPath(page.pdf, action, None, 0)
        if 0 < size <= 4096:
            buffer = ctypes.create_string_buffer(size)
            raw.FPDFAction_GetURIPath(page.pdf, action, buffer, size)
            yield buffer.raw[: size - 1].decode("utf-8", "replace")


def _image(page: Any, number: int, side: int) -> None:
    """The page as grey levels, `side` pixels on its longer side."""
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        return
    bitmap = page.render(scale=side / max(width, height), grayscale=True)
    pixels = memoryview(bitmap.buffer).cast("B")
    rows = [bytes(pixels[row * bitmap.stride : row * bitmap.stride + bitmap.width]) for row in range(bitmap.height)]
    data = b"".join(rows)
    _say({"image": number, "width": bitmap.width, "height": bitmap.height, "bytes": len(data)}, data)


def _say(line: dict[str, Any], data: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n" + data)


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except MemoryError:
        _say({"error": "pdf_too_heavy"})
