"""Prints: what a file is by its bytes, everything it can be recognised by, and what is said of what is amiss."""

from __future__ import annotations

import hashlib
import sys

import pytest
from samples import TEXT, blank, film, page, picture, scene

from turs.match import pdq, pdq_dihedral, pdq_of_pixels, text_digest
from turs.match.banks import LONGEST_TEXT
from turs.match.perceptual import DIHEDRAL
from turs.match.prints import PARTLY, file_kind, fingerprint

ENGLISH = "The forum held its first session yesterday in the capital before many journalists."


# -- what a file is --------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_pictures_are_told_by_their_bytes(kind: str) -> None:
    assert file_kind(picture(kind=kind)) == "image"


def test_a_video_and_a_document_are_told_by_their_bytes() -> None:
    pytest.importorskip("av", reason="needs turs[video]")
    assert file_kind(film([1])) == "video"
    assert file_kind(page("words")) == "document"


@pytest.mark.parametrize(
    "data",
    [TEXT.encode(), "\ufeff".encode() + TEXT.encode(), b"a\tb\r\nc", b"BMX racing is a sport.", b"OggSmith wrote it."],
)
def test_a_text_is_a_text_whatever_letters_it_begins_with(data: bytes) -> None:
    assert file_kind(data) == "text"


@pytest.mark.parametrize(
    "data",
    [b"", b" \n\t ", b"\0\1\2", TEXT.encode("utf-16"), TEXT.encode("cp1256"), b"a" * 9000 + b"\0",
     b"a" * 9000 + b"\xff", b"a" * 9000 + b"\x1b[2J"],
)  # fmt: skip
def test_what_is_no_sound_text_is_just_a_file(data: bytes) -> None:
    """Also where the fault stands far from the beginning."""
    assert file_kind(data) == "file"


# -- what it can be recognised by ------------------------------------------------------------------
def kinds(data: bytes, **options: object) -> list[str]:
    return [feature.kind for feature in fingerprint(data, **options).features("file")]


@pytest.mark.parametrize("data", [b"", b"\0\1", TEXT.encode(), b"\x89PNG\r\n\x1a\nbroken", b"%PDF-1.7 broken"])
def test_every_file_has_its_digests(data: bytes) -> None:
    seen = fingerprint(data)
    assert (seen.sha256, seen.md5) == (hashlib.sha256(data).hexdigest(), hashlib.md5(data).hexdigest())
    assert kinds(data) == ["sha256", "md5"]


def test_a_picture_has_its_pdq_and_its_turned_forms_where_asked() -> None:
    data = picture()
    seen = fingerprint(data)
    assert (seen.kind, seen.pdq, seen.dihedral, seen.note) == ("image", pdq(data), (), "")
    assert kinds(data) == ["sha256", "md5", "pdq"]
    turned = fingerprint(data, dihedral=True)
    assert turned.dihedral == pdq_dihedral(data)
    assert len(turned.dihedral) == len(DIHEDRAL) == 8
    assert turned.pdq == seen.pdq == turned.dihedral[0]


def test_a_picture_that_shows_too_little_says_so() -> None:
    seen = fingerprint(blank())
    assert (seen.note, seen.pdq is not None) == ("low_quality", True)
    assert seen.note in PARTLY
    assert "too little" in seen.problem


def test_a_video_has_the_hashes_of_its_frames() -> None:
    pytest.importorskip("av", reason="needs turs[video]")
    seen = fingerprint(film([1, 2, 3, 4]))
    assert (seen.kind, seen.note) == ("video", "")
    assert [frame.seconds for frame in seen.frames] == [0, 1, 2, 3]
    near = int(seen.frames[0].value, 16) ^ int(pdq_of_pixels(scene(1)).value, 16)
    assert near.bit_count() < 32
    assert [feature.kind for feature in seen.features("file")] == ["sha256", "md5", "vpdq"]
    assert len(fingerprint(film([1, 2, 3, 4]), every=2.0).frames) == 2


def test_a_document_has_its_pages_and_its_text() -> None:
    pytest.importorskip("pypdfium2", reason="needs turs[pdf]")
    seen = fingerprint(page(ENGLISH, shapes=60))
    assert (seen.kind, seen.note, len(seen.pages)) == ("document", "", 1)
    assert text_digest(seen.text) == text_digest(ENGLISH)
    assert [feature.kind for feature in seen.features("file")] == ["sha256", "md5", "pdq"]
    assert fingerprint(page(ENGLISH)).pages == (), "a line of print on an empty page is no picture to know it by"


def test_a_text_is_read_as_far_as_banks_keep_texts() -> None:
    assert fingerprint("\ufeff".encode() + TEXT.encode()).text == TEXT
    assert len(fingerprint(b"word " * LONGEST_TEXT).text) == LONGEST_TEXT


def test_one_file_always_has_the_same_prints() -> None:
    assert fingerprint(picture()) == fingerprint(picture())


# -- what is said where something is amiss ---------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "kind"),
    [(picture()[:200], "image"), (picture(kind="JPEG")[:200], "image"), (b"\x1aE\xdf\xa3" + b"x" * 200, "video"),
     (b"\0\0\0\x18ftypisom" + b"\0" * 50, "video"), (b"%PDF-1.7\n" + b"x" * 200, "document")],
)  # fmt: skip
def test_a_broken_file_keeps_its_kind_and_digests_and_says_what_to_do(data: bytes, kind: str) -> None:
    seen = fingerprint(data)
    assert (seen.kind, seen.sha256) == (kind, hashlib.sha256(data).hexdigest())
    assert seen.note
    assert seen.note not in PARTLY
    assert len(seen.problem.split(". ")) >= 2 or ":" in seen.problem, "the reason and the remedy"


def test_a_video_longer_than_is_hashed_keeps_what_was_hashed_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("av", reason="needs turs[video]")
    monkeypatch.setattr("turs.match.prints.MOST_FRAMES", 2)
    seen = fingerprint(film([1, 2, 3, 4]))
    assert (len(seen.frames), seen.note) == (2, "frames")
    assert seen.note in PARTLY
    assert "Cut the video" in seen.problem


@pytest.mark.parametrize(("module", "data"), [("av", b"\x1aE\xdf\xa3" + b"x" * 200), ("pypdfium2", page("words"))])
def test_a_missing_part_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, module: str, data: bytes
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    seen = fingerprint(data)
    assert seen.note == "extra_missing"
    assert "pip install 'turs[" in seen.problem
    assert seen.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("every", [-1.0, float("nan"), float("inf")])
def test_how_often_must_make_sense_whatever_the_file(every: float) -> None:
    with pytest.raises(ValueError, match="keyframes"):
        fingerprint(b"x", every=every)
