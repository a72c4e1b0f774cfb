"""Bytes to text: byte order mark, declared charset, UTF-8, UTF-16/32 by their shape, old Arabic code pages.

The order is that of the WHATWG Encoding and HTML standards (mark first, then a declaration), with two
differences that our material asks for: valid UTF-8 with letters beyond ASCII goes before a declaration,
because declarations lie more often than UTF-8 happens by chance; and where nothing is declared, Arabic
code pages (windows-1256, ISO 8859-6) are tried before a general detector.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 stands before UTF-16, whose little-endian mark it begins with."""

_BROADER: Final = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
"""Labels the web uses for a wider code page than they name (WHATWG Encoding, section 4.2), by Python codec name."""

_REFUSED: Final = frozenset(
    {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_WEB: Final = (
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp866", "cp874",
    "koi8_r", "koi8_u", "mac_roman", "mac_cyrillic", "iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8",
    "iso8859_15", "gb18030", "big5hkscs", "cp949", "cp932", "euc_jp", "iso2022_jp",
)  # fmt: skip
"""The encodings of the WHATWG Encoding standard, section 4.2, that Python has."""
_CONTROLS: Final = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_BESIDE_LATIN: Final = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
_ARABIC_LETTERS: Final = re.compile(
    "[\u0621-\u063a\u0641-\u064a\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06c1\u06d2\u0679]"
)
_LATIN_HIGH: Final = re.compile("[\u00c0-\u024f\u0370-\u05ff\u0e00-\u0eff]")
_SAMPLE: Final = 65_536


class Undecodable(ValueError):
    """The bytes are no text: `code` is ``binary`` or ``encoding``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and the encoding it was written in (Python codec name); replaced: bytes sequences that did not fit."""

    text: str
    encoding: str
    replaced: int = 0


def codec_of(label: str) -> str:
    """Python codec name for an encoding label as people declare it, "" where it names no text encoding."""
    label = label.strip().strip("\"'").lower()
    if not label or len(label) > 40 or not label.isascii():
        return ""
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    # `_is_text_encoding` is how codecs itself keeps zip, hex and rot13 out of str.encode.
    if info.name in _REFUSED or not getattr(info, "_is_text_encoding", True):
        return ""
    return _BROADER.get(info.name, info.name)


def decode(data: bytes, declared: str = "") -> Decoded:
    """`data` as text. declared: charset label from a header or declaration, trusted after mark and UTF-8.

    Raises `Undecodable` for binary data, or where no encoding fits.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], encoding)
    wide = wide_encoding(data)
    if wide:
        return _replacing(data, wide)
    if _is_binary(data):
        raise Undecodable("binary")
    label = codec_of(declared)
    ascii_only = data.isascii()
    if ascii_only and label.startswith(("iso2022", "hz")):
        return _replacing(data, label)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if label and label != "utf-8" and not label.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
        try:
            return Decoded(data.decode(label), label)
        except UnicodeDecodeError:
            pass
    if _mostly_utf8(data):
        return _replacing(data, "utf-8")
    encoding = legacy_encoding(data)
    if encoding:
        return _replacing(data, encoding)
    if label:
        return _replacing(data, label)
    raise Undecodable("encoding")


def stream_encoding(path: Path) -> tuple[str, int]:
    """Encoding of a text file of any length, and the length of its byte order mark, with bounded memory.

    The whole file is read once, unless a mark says. Raises `Undecodable`.
    """
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
        for mark, encoding in _BOMS:
            if head.startswith(mark):
                return encoding, len(mark)
        wide = wide_encoding(head)
        if wide:
            return wide, 0
        decoder = codecs.getincrementaldecoder("utf-8")("strict")
        sample = b""
        valid = True
        block = head
        while block:
            if _is_binary(block[:4096]):
                raise Undecodable("binary")
            if valid:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    valid = False
            if not valid and len(sample) < _SAMPLE and not block.isascii():
                sample += b"\n".join(line for line in block.split(b"\n") if not line.isascii())[:_SAMPLE]
            if not valid and len(sample) >= _SAMPLE:
                break
            block = stream.read(_SAMPLE)
    if valid:
        return "utf-8", 0
    if _mostly_utf8(sample):
        return "utf-8", 0
    encoding = legacy_encoding(sample)
    if not encoding:
        raise Undecodable("encoding")
    return encoding, 0


def wide_encoding(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, told by where its zero or high bytes stand; "" for anything else.

    Arabic in UTF-16 shows few zero bytes: there the high byte is 0x06 for letters and 0x00 for spaces and
    line ends, so either must fill one side of the pairs and not the other.
    """
    sample = data[:4096]
    sample = sample[: len(sample) - len(sample) % 4]
    if len(sample) < 8:
        sample = data[: len(data) - len(data) % 2] if len(data) % 2 == 0 else b""
        if len(sample) < 4:
            return ""
    if len(sample) % 4 == 0 and len(data) % 4 == 0:
        for encoding, zeros, low in (("utf-32-le", (2, 3), 1), ("utf-32-be", (0, 1), 2)):
            if not any(sample[zeros[1] :: 4]) and max(sample[zeros[0] :: 4]) <= 0x10 and max(sample[low::4]) <= 0xFE:
                fits = _fits(sample, encoding)
                if fits:
                    return encoding
    if b"\0" not in sample:
        return ""
    even, odd = sample[0::2], sample[1::2]
    for encoding, high, low_bytes in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        script = sum(byte in (0x00, 0x04, 0x05, 0x06, 0x20, 0xFE, 0xFB) for byte in high)
        if script >= 0.9 * len(high) and low_bytes.count(0) <= 0.05 * len(low_bytes) and _fits(sample, encoding):
            return encoding
    return ""


def _fits(sample: bytes, encoding: str) -> bool:
    text = sample.decode(encoding, "replace")
    good = sum(character.isprintable() or character in "\t\n\r\f\ufeff" for character in text)
    return good >= 0.95 * len(text)


def _is_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    controls = len(_CONTROLS.findall(sample))
    # A stray NUL or two in a long export is an accident; one in thirty bytes is not text.
    return controls > 0 and controls * 30 > len(sample)


def _mostly_utf8(data: bytes) -> bool:
    """True where nearly all multi-byte sequences are valid UTF-8: the text was UTF-8 and was cut or scratched."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    good = sum(character > "\x7f" for character in text) - bad
    return (good >= 3 and bad * 20 <= good) or (
        good >= 1 and bad == 1 and _HIGH.search(data[:-3]) is not None and _cut_at_end(data)
    )


def _cut_at_end(data: bytes) -> bool:
    for cut in (1, 2, 3):
        try:
            data[:-cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False


def legacy_encoding(data: bytes) -> str:
    """The 8-bit or multi-byte code page `data` was most likely written in, "" where none fits."""
    high = b"".join(_HIGH.findall(data))[:_SAMPLE]
    if not high:
        return "utf-8"
    # Arabic letters stand beside Arabic letters; é and à stand beside Latin ones.
    latin = len(_BESIDE_LATIN.findall(data[:_SAMPLE])) > 0.2 * len(high)
    arabic = {name: 0.0 if latin else _arabic_share(high, name) for name in ("cp1256", "iso8859-6")}
    best = max(arabic, key=lambda name: arabic[name])
    if arabic[best] >= 0.97 and _alef_lam_share(high, best) >= 0.15:
        return best
    guess = _general_guess(data)
    if arabic[best] >= 0.99 and guess[1] < 0.1 and not _starts_with_mark(data, best):
        return best
    return guess[0]


def _arabic_share(high: bytes, encoding: str) -> float:
    """Share of Arabic letters among the letters that the high bytes would be in `encoding`."""
    text = high.decode(encoding, "replace")
    letters = len(_ARABIC_LETTERS.findall(text))
    others = len(_LATIN_HIGH.findall(text)) + text.count("\N{REPLACEMENT CHARACTER}")
    return letters / (letters + others) if letters else 0.0


def _alef_lam_share(high: bytes, encoding: str) -> float:
    """Share of ا and ل, the two most frequent letters of Arabic (about 30 %); other scripts miss them."""
    text = high.decode(encoding, "replace")
    letters = len(_ARABIC_LETTERS.findall(text)) or 1
    lam = text.count("ل") / letters
    return (text.count("ا") + text.count("ل")) / letters if lam >= 0.03 else 0.0


def _starts_with_mark(data: bytes, encoding: str) -> bool:
    """Words beginning with a vowel mark: never in Arabic, always where Cyrillic capitals (KOI8-R) were meant."""
    return re.search(r"(?:^|\s)[\u064b-\u0652]", data[:_SAMPLE].decode(encoding, "replace")) is not None


def _general_guess(data: bytes) -> tuple[str, float]:
    """charset-normalizer's answer and its coherence, 0 to 1; on a tie of short texts the commonest code page."""
    from charset_normalizer import from_bytes  # only old encodings need it

    matches = list(from_bytes(data[:_SAMPLE], cp_isolation=list(_WEB)))
    if not matches:
        return "", 0.0
    best = matches[0]
    tied = {
        match.encoding
        for match in matches
        if match.chaos <= best.chaos + 0.005 and match.coherence >= best.coherence - 0.1
    }
    if len(tied) > 1:
        for name in ("cp1256", "cp1252", "cp1251", "cp1254", "cp1255", "cp1253", "cp1250"):
            if name in tied:
                return name, float(best.coherence)
    return codec_of(best.encoding) or best.encoding, float(best.coherence)


def _replacing(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        pass
    except UnicodeError as error:
        raise Undecodable("encoding") from error
    try:
        text = data.decode(encoding, "replace")
    except UnicodeError as error:
        raise Undecodable("encoding") from error
    return Decoded(text, encoding, text.count("\N{REPLACEMENT CHARACTER}"))
