"""Text comes out as it was written, whatever it was written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from turs.collect.decode import Undecodable, codec_of, decode, stream_encoding

ARABIC = "قال المتحدث باسم المنتدى إن الاجتماع عُقد في بغداد أمس.\nوأضاف أن الأعمال مستمرة.\n"
FRENCH = "Le forum s’est tenu à l’hôtel de ville ; les élèves ont été reçus.\n"
RUSSIAN = "Форум прошёл вчера в городской библиотеке. Работа продолжается.\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1256"]
)
def test_arabic_is_read_without_a_declaration(encoding: str) -> None:
    assert decode(ARABIC.encode(encoding)).text == ARABIC


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ARABIC.replace("ُ", ""), "iso8859-6"),
        (FRENCH, "cp1252"),
        ("café déjà vu", "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        ("خبر", "cp1256"),
        ("سلام", "cp1256"),
    ],
)
def test_old_code_pages_are_told_apart(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_a_declaration_counts_where_utf8_does_not_fit() -> None:
    assert decode("ünïcödé".encode("cp1252"), "ISO-8859-1").text == "ünïcödé"
    assert decode(FRENCH.encode("cp1252"), "iso-8859-1").text == FRENCH


def test_a_false_declaration_does_not_spoil_utf8() -> None:
    assert decode(ARABIC.encode(), "windows-1252").text == ARABIC
    assert decode(ARABIC.encode("cp1256"), "utf-8").text == ARABIC


def test_a_byte_order_mark_goes_before_a_declaration() -> None:
    decoded = decode(ARABIC.encode("utf-16"), "windows-1256")
    assert (decoded.text, decoded.encoding) == (ARABIC, "utf-16-le")


def test_a_scratch_in_utf8_costs_one_character_and_is_counted() -> None:
    data = ARABIC.encode()
    decoded = decode(data[:100] + b"\xff" + data[100:])
    assert decoded.encoding == "utf-8"
    assert decoded.replaced >= 1
    assert "بغداد أمس" in decoded.text


def test_utf8_cut_inside_a_letter_stays_utf8() -> None:
    assert decode("خبر".encode()[:-1]).text == "خب\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 4, b"\x7fELF\x02\x01\x01" + bytes(64), b"%PDF-1.7\n" + bytes(range(32)) * 9]
)
def test_binary_data_is_no_text(data: bytes) -> None:
    with pytest.raises(Undecodable) as caught:
        decode(data)
    assert caught.value.code == "binary"


def test_bidirectional_and_zero_width_characters_stay() -> None:
    text = "دا\u200bعم \u202eمعكوس\u202c \u2066وسط\u2069 \ufeffنهاية"
    assert decode(text.encode()).text == text


@pytest.mark.parametrize("label", ["utf-7", "zip", "rot13", "idna", "hex", "no-such", "", "x" * 100, "‮utf-8"])
def test_labels_that_are_no_text_encoding_are_ignored(label: str) -> None:
    assert codec_of(label) == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1256"])
def test_the_encoding_of_a_long_file_is_found_without_holding_it(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(("ascii only\n" * 20_000 + ARABIC * 50).encode(encoding))
    name, mark = stream_encoding(path)
    assert path.read_bytes()[mark:].decode(name).endswith(ARABIC)


def test_published_samples(shared: Path) -> None:
    folder = shared / "inputs" / "02_html"
    expected = {
        "charset_normalizer__sample-arabic-1.txt": "cp1256",
        "charset_normalizer__sample-french-1.txt": "cp1252",
        "charset_normalizer__sample-russian.txt": "mac-cyrillic",
        "charset_normalizer__sample-english.bom.txt": "utf-8",
        "chardet___chromium_windows-1256_with_no_encoding_specified.html": "cp1256",
    }
    assert {name: decode((folder / name).read_bytes()).encoding for name in expected} == expected
