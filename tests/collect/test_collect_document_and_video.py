"""PDF and video files: the bytes decide, the file is kept whole as its evidence, what cannot be read is refused."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from typing import Any

import pytest

from turs.collect import READERS, limits
from turs.posting import Posting, Reject

Read = Callable[..., tuple[list[Posting], list[Reject]]]
MP4, WEBM = (example.data for example in READERS["video"].examples)
PDF, BAYAN = (example.data for example in READERS["document"].examples)


@pytest.mark.parametrize(("data", "mime"), [(MP4, "video/mp4"), (WEBM, "video/webm")])
@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.mkv", "a.txt", "a.jpg", "a"])
def test_magic_bytes_decide_what_is_a_video(read_bytes: Read, data: bytes, mime: str, name: str) -> None:
    (posting,), rejects = read_bytes(name, data)
    (media,) = posting.media
    assert (posting.text, media.kind, media.mime, media.data, rejects) == ("", "video", mime, data, [])
    assert posting.capture is not None
    assert posting.capture.raw == data


def test_the_size_of_the_picture_is_told(read_bytes: Read) -> None:
    media = read_bytes("a.mp4", MP4)[0][0].media[0]
    assert (media.width, media.height) == (16, 16)


def test_matroska_is_not_called_webm(read_bytes: Read) -> None:
    data = WEBM.replace(b"\x42\x82\x84webm", b"\x42\x82\x88matroska", 1)
    assert read_bytes("a.mkv", data)[0][0].media[0].mime == "video/x-matroska"


def test_examples_are_real_videos() -> None:
    pytest.importorskip("av", reason="needs turs[video]")
    from turs.match.video import fingerprint_video

    for data in (MP4, WEBM):
        assert len(fingerprint_video(data, 0).frames) == 1


def test_a_video_without_its_index_is_refused(refusal: Callable[..., Reject]) -> None:
    assert refusal("a.mp4", MP4[: MP4.index(b"moov") - 4]).code == "video_broken"
    assert refusal("a.mp4", MP4[: MP4.index(b"moov") + 50]).code == "video_broken"


def test_a_video_that_breaks_off_is_kept_and_told(read_bytes: Read) -> None:
    index = MP4.index(b"moov") - 4
    front = MP4[:28] + MP4[index:] + struct.pack(">I4s", 5000, b"mdat") + bytes(100)
    postings, rejects = read_bytes("a.mp4", front)
    assert len(postings) == 1
    assert [reject.code for reject in rejects] == ["video_cut"]


def test_sound_in_the_clothes_of_a_video_is_refused(refusal: Callable[..., Reject]) -> None:
    assert refusal("a.mp4", MP4.replace(b"vide", b"soun", 1)).code == "video_no_picture"


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
def test_a_name_makes_no_video(refusal: Callable[..., Reject], name: str) -> None:
    assert refusal(name, b"once upon a time").code == "video_kind"


def test_long_videos_are_refused(refusal: Callable[..., Reject], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "VIDEO_BYTES", 100)
    assert refusal("a.mp4", MP4).code == "too_large"


@pytest.mark.parametrize("name", ["a.pdf", "a.txt", "a.html", "a"])
def test_a_document_is_its_text_and_its_file(read_bytes: Read, name: str) -> None:
    (posting,), rejects = read_bytes(name, BAYAN, {"source": "forum.example"})
    (media,) = posting.media
    assert (posting.text, rejects, posting.extra) == ("بيان من المنتدى", [], {"pages": 1})
    assert (media.kind, media.mime, media.data) == ("document", "application/pdf", BAYAN)
    assert posting.capture is not None
    assert posting.capture.raw == BAYAN


def test_a_document_of_pictures_alone_is_kept(read_bytes: Read) -> None:
    data = PDF.replace(b"Tj", b"  ")
    (posting,), _ = read_bytes("a.pdf", data)
    assert (posting.text, posting.extra["pages_without_text"], len(posting.media)) == ("", 1, 1)


def test_a_document_read_in_part_says_so(read_bytes: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from turs.collect import document
    from turs.text import pdf

    read = pdf.read_pdf
    monkeypatch.setattr(document, "read_pdf", lambda data: read(data, replace(pdf.LIMITS, characters=4)))
    (posting,), rejects = read_bytes("a.pdf", PDF)
    assert posting.text == "Stat"
    assert [reject.code for reject in rejects] == ["pdf_in_part"]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"once upon a time", "pdf_unknown"), (b"%PDF-1.4\n", "pdf_damaged"), (b"", "empty"),
     (bytes(3000), "pdf_unknown")],
)
def test_what_is_no_document_is_refused(refusal: Callable[..., Reject], data: bytes, code: str) -> None:
    assert refusal("a.pdf", data).code == code


def test_without_the_extra_the_remedy_is_its_installation(
    refusal: Callable[..., Reject], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    reject = refusal("a.pdf", PDF)
    assert reject.code == "pdf_extra"
    assert "turs[pdf]" in reject.remedy


def test_real_documents(shared: Any, read_bytes: Read, refusal: Callable[..., Reject]) -> None:
    folder = shared / "inputs" / "07_pdf"
    (posting,), _ = read_bytes("a.pdf", (folder / "texlive-lang-arabic__arabi-add-example.pdf").read_bytes())
    assert "الإشتقاق و تطبيقاته" in posting.text
    (path,) = folder.glob("*password*.pdf")
    assert refusal("b.pdf", path.read_bytes()).code == "pdf_encrypted"


def test_real_videos(shared: Any, read_bytes: Read) -> None:
    for path in (shared / "inputs" / "06_images").glob("*.mp4"):
        (posting,), rejects = read_bytes("a.mp4", path.read_bytes())
        assert posting.media[0].width > 400
        assert rejects == []
