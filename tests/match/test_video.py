"""Videos: frames are hashed as the picture that people see, hostile files cost little, copies are found and placed."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from turs.match import hamming, snapshot
from turs.match.perceptual import pdq_of_pixels
from turs.match.video import (
    FramePrint,
    Limits,
    VideoIndex,
    VideoUnreadable,
    fingerprint_video,
    frames_from_text,
    frames_to_text,
    matchable,
    video_frames,
)
from turs.optional import MissingExtra, require

av = pytest.importorskip("av", reason="needs turs[video]")


def scene(number: int, height: int = 96, width: int = 128) -> np.ndarray:
    """A generated picture: waves that move a little from frame to frame; every ten frames it is another place."""
    rng = np.random.default_rng(number // 10)
    y, x = np.mgrid[0:height, 0:width]
    out = np.zeros((height, width))
    for _ in range(60):
        a, b, phase = [*rng.uniform(-45, 45, 2).tolist(), rng.uniform(0, 6)]
        out += np.sin((a * x / width + b * y / height) + phase + 0.03 * (number % 10))
    out = (out - out.min()) / np.ptp(out)
    return np.stack([out * 200 + 20, out * 180 + 40, out * 220 + 10], axis=2).astype(np.uint8)


def film(
    numbers: list[int], codec: str = "mpeg4", container: str = "matroska", rate: int = 10, pixels: str = "yuv420p",
    full: bool = False, sound: bool = False, size: tuple[int, int] = (96, 128),
) -> bytes:
    """A small video of these scenes."""
    stream = io.BytesIO()
    with av.open(stream, "w", format=container) as out:
        track = out.add_stream(codec, rate=rate)
        track.height, track.width = size
        track.pix_fmt = pixels
        track.codec_context.bit_rate = 2_000_000
        if full:
            track.codec_context.color_range = 2
        if sound:
            out.add_stream("pcm_s16le", rate=8000)
        for place, number in enumerate(numbers):
            frame = av.VideoFrame.from_ndarray(scene(number, *size), format="rgb24")
            frame.pts, frame.time_base = place, Fraction(1, rate)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))
    return stream.getvalue()


def sound_only(cover: bool = False) -> bytes:
    stream = io.BytesIO()
    with av.open(stream, "w", format="matroska") as out:
        track = out.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.rate = 8000
        out.mux(track.encode(frame))
        out.mux(track.encode(None))
    return stream.getvalue()


FILM = film(list(range(60)))


# -- frames ----------------------------------------------------------------------------------------


def test_every_frame_is_hashed_with_its_time() -> None:
    seen = fingerprint_video(FILM, 0)
    assert len(seen.frames) == 60
    assert [frame.seconds for frame in seen.frames[:3]] == [0.0, 0.1, 0.2]
    assert seen.seconds == pytest.approx(5.9)
    assert (seen.width, seen.height, seen.note) == (128, 96, "")
    assert seen.md5 == hashlib.md5(FILM).hexdigest()
    assert seen.sha256 == hashlib.sha256(FILM).hexdigest()


@pytest.mark.parametrize(("every", "times"), [(1.0, [0, 1, 2, 3, 4, 5]), (2.5, [0, 2.5, 5]), (100.0, [0])])
def test_one_frame_a_stretch_of_time(every: float, times: list[float]) -> None:
    assert [frame.seconds for frame in fingerprint_video(FILM, every).frames] == pytest.approx(times)


def test_keyframes_are_frames_of_the_video() -> None:
    every = {frame.seconds: frame.value for frame in fingerprint_video(FILM, 0).frames}
    keys = fingerprint_video(FILM, "keyframes").frames
    assert 0 < len(keys) < 60
    assert all(every[frame.seconds] == frame.value for frame in keys)


@pytest.mark.parametrize("every", [-1.0, float("nan"), float("inf"), "often"])
def test_how_often_must_make_sense(every: float) -> None:
    with pytest.raises(ValueError, match="keyframes"):
        fingerprint_video(FILM, every)


def test_a_file_and_its_bytes_are_one_video(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    path.write_bytes(FILM)
    assert fingerprint_video(path, 1.0) == fingerprint_video(FILM, 1.0)


def test_threads_of_the_decoder_change_nothing() -> None:
    assert fingerprint_video(FILM, 0, threads=2) == fingerprint_video(FILM, 0)


@pytest.mark.parametrize(
    ("codec", "container", "pixels", "full"),
    [("mpeg4", "mp4", "yuv420p", False), ("mjpeg", "matroska", "yuvj420p", True), ("libvpx", "webm", "yuv420p", False),
     ("ffv1", "matroska", "yuv420p10le", False), ("ffv1", "matroska", "gray", False),
     ("ffv1", "matroska", "bgr0", False),
     ("ffv1", "matroska", "yuv444p", False), ("mpeg2video", "mpegts", "yuv420p", False),
     ("mpeg4", "avi", "yuv420p", False)],
)
def test_luma_says_what_the_colours_say(codec: str, container: str, pixels: str, full: bool) -> None:
    """Limited and full range, eight and ten bits, planes and packed colours: the hash is that of the RGB frame."""
    data = film(list(range(0, 40, 10)), codec, container, 25, pixels, full)
    with av.open(io.BytesIO(data)) as container_:
        expected = [pdq_of_pixels(frame.to_ndarray(format="rgb24")) for frame in container_.decode(video=0)]
    found = fingerprint_video(data, 0).frames
    assert len(found) == len(expected) == 4
    for frame, other in zip(found, expected, strict=True):
        assert hamming.distance(frame.value, other.value) <= 10
        assert abs(frame.quality - other.quality) <= 2


def test_the_limited_range_is_spread() -> None:
    """Black is 0 and white 255 whatever the video says: quality counts steps of grey."""
    for full in (False, True):
        data = film([0], "mjpeg" if full else "ffv1", "matroska", 25, "yuvj420p" if full else "yuv420p", full)
        (frame,) = video_frames(data, 0)
        grey = scene(0) @ [0.299, 0.587, 0.114]
        assert np.abs(frame.luma - grey).mean() < 2.0


def test_reference_videos_have_their_published_hashes(shared: Path) -> None:
    """vPDQ's own sample hashes, every frame: a steady picture within 8 bits, a fade to black within 16."""
    for name, count, furthest, mean in (("chair-19-sd-bar", 564, 8, 1.5), ("doorknob-hd-no-bar", 120, 16, 5.0)):
        folder = shared / "inputs" / "06_images"
        published = frames_from_text((folder / f"ThreatExchange__{name}.txt").read_text())
        found = fingerprint_video(folder / f"ThreatExchange__{name}.mp4", 0).frames
        assert len(found) == len(published) == count
        for frame, other in zip(found, published, strict=True):
            assert abs(frame.quality - other.quality) <= 1
            assert abs(frame.seconds - other.seconds) < 0.002
        bits = [hamming.distance(a.value, b.value) for a, b in zip(found, published, strict=True) if b.quality >= 50]
        assert max(bits) <= furthest
        assert np.mean(bits) <= mean


# -- bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "video_empty"),
        (b"\0" * 5000, "video_unknown"),
        (b"once upon a time" * 100, "video_unknown"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n", "video_unknown"),
        (b"ffconcat version 1.0\nfile 'a.mp4'\n", "video_unknown"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "video_unknown"),
        (FILM[:300], "video_unknown"),
    ],
    ids=["empty", "zeros", "text", "play list", "list of files", "picture", "head only"],
)
def test_what_is_no_video_is_refused_with_a_remedy(data: bytes, code: str) -> None:
    with pytest.raises(VideoUnreadable) as caught:
        fingerprint_video(data)
    assert caught.value.code in (code, "video_no_picture" if data == FILM[:300] else code, "video_damaged")
    assert caught.value.reason
    assert caught.value.remedy
    assert set(caught.value.words) == {"ar", "en"}


def test_sound_alone_is_told_apart() -> None:
    with pytest.raises(VideoUnreadable) as caught:
        fingerprint_video(sound_only())
    assert caught.value.code == "video_no_picture"


def test_what_a_play_list_names_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "real.mkv").write_bytes(FILM)
    path = tmp_path / "list.m3u8"
    address = (tmp_path / "real.mkv").as_uri()
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n#EXT-X-ENDLIST\n")
    with pytest.raises(VideoUnreadable):
        fingerprint_video(path)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_video_gives_what_is_left(share: float) -> None:
    whole = fingerprint_video(FILM, 0).frames
    left = fingerprint_video(FILM[: int(len(FILM) * share)], 0).frames
    assert 0.5 * share * len(whole) < len(left) < len(whole)
    same = sum(a.value == b.value for a, b in zip(left, whole, strict=False))
    assert same >= len(left) - 1  # the last frame may be cut itself


def test_a_scratched_video_says_so_or_reads_on() -> None:
    data = bytearray(FILM)
    rng = np.random.default_rng(5)
    for place in rng.integers(len(data) // 3, len(data), 400):
        data[place] ^= 0xFF
    seen = fingerprint_video(bytes(data), 0)
    assert 10 < len(seen.frames) <= 61


def test_no_bytes_whatever_raise_anything_else() -> None:
    rng = np.random.default_rng(11)
    for kind in (FILM, film([0, 10], "mpeg4", "mp4"), film([0, 10], "mpeg2video", "mpegts")):
        for _ in range(40):
            data = bytearray(kind)
            for place in rng.integers(0, min(len(data), 2000), 12):
                data[place] = rng.integers(256)
            with suppress(VideoUnreadable):
                fingerprint_video(bytes(data), 0, Limits(frames=100, seconds=20.0))


def test_limits_are_kept_and_told() -> None:
    with pytest.raises(VideoUnreadable) as caught:
        fingerprint_video(FILM, 0, Limits(file_bytes=1000))
    assert caught.value.code == "video_too_large"
    with pytest.raises(VideoUnreadable) as caught:
        fingerprint_video(FILM, 0, Limits(pixels=1000))
    assert caught.value.code == "video_frame_too_large"
    with pytest.raises(VideoUnreadable) as caught:
        fingerprint_video(FILM, 0, Limits(seconds=0.0))
    assert caught.value.code == "video_too_slow"
    seen = fingerprint_video(FILM, 0, Limits(frames=7))
    assert (len(seen.frames), seen.note) == (7, "frames")
    assert fingerprint_video(FILM, 0, Limits(frames=60)).note == ""


def test_a_frame_larger_than_its_container_says_is_refused() -> None:
    """The size in the container is believed by nobody: the decoder has the limit too."""
    data = film([0, 10], "mpeg4", "mp4")
    place = data.rindex(b"mp4v") + 4 + 24  # VisualSampleEntry: width and height (ISO/IEC 14496-12, section 12.1.3)
    assert data[place : place + 4] == bytes((0, 128, 0, 96))
    lying = data[:place] + bytes((0, 16, 0, 16)) + data[place + 4 :]
    with pytest.raises(VideoUnreadable) as caught:
        fingerprint_video(lying, 0, Limits(pixels=1000))
    assert caught.value.code in ("video_frame_too_large", "video_damaged")


def test_times_that_stand_still_hide_no_frames() -> None:
    stream = io.BytesIO()
    with av.open(stream, "w", format="matroska") as out:
        track = out.add_stream("mpeg4", rate=10)
        track.height, track.width, track.pix_fmt = 96, 128, "yuv420p"
        packets = []
        for place in range(40):
            frame = av.VideoFrame.from_ndarray(scene(place), format="rgb24")
            frame.pts = place
            packets += track.encode(frame)
        packets += track.encode(None)
        for number, packet in enumerate(packets):
            packet.pts = packet.dts = number // 20  # twenty frames at one instant
            out.mux(packet)
    assert [frame.seconds for frame in fingerprint_video(stream.getvalue(), 1.0).frames] == [0.0, 1.0, 2.0, 3.0]


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtra, match=r"pip install 'turs\[video\]'") as caught:
        fingerprint_video(FILM)
    assert "turs[video]" in caught.value.words["ar"]


def test_an_installed_part_that_breaks_is_not_called_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_part.py").write_text("import turs_no_such_dependency")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError) as caught:
        require("broken_part", "video")
    assert not isinstance(caught.value, MissingExtra)


# -- the vPDQ text form ----------------------------------------------------------------------------

HASH = "0f" * 32


def test_the_text_form_is_that_of_threatexchange() -> None:
    frames = (FramePrint(HASH, 100, 0.0), FramePrint("f" * 64, 49, 1234.5678))
    text = frames_to_text(frames)
    assert json.loads(text) == [f"{HASH},100,0.0", f"{'f' * 64},49,1234.568"]
    assert frames_from_text(text) == (frames[0], FramePrint("f" * 64, 49, 1234.568))
    assert frames_to_text(frames_from_text(text)) == text
    assert frames_from_text("") == frames_from_text("[]") == ()
    assert frames_from_text(f'["{HASH.upper()},50,1e+02"]')[0] == FramePrint(HASH, 50, 100.0)


def test_lines_of_the_reference_program_are_read() -> None:
    assert frames_from_text(f"0,100,{HASH},0.000\n1,7,{HASH},0.033\n")[1] == FramePrint(HASH, 7, 0.033)


@pytest.mark.parametrize(
    "item", ["", "x", f"{HASH},100", f"{HASH[:-1]},100,0", f"{HASH},101,0", f"{HASH},-1,0", f"{HASH},100,-1",
             f"{HASH},100,nan", f"{HASH},100,inf", f"{HASH},100,0,0,0", f"{'g' * 64},100,0", f"{HASH},ten,0"],
)
def test_a_bad_item_is_refused_by_its_place(item: str) -> None:
    with pytest.raises(ValueError, match="frame 2"):
        frames_from_text(json.dumps([f"{HASH},100,0", item]))


@pytest.mark.parametrize("text", ['{"0": {}}', '"abc"', "[1, 2]", "[" * 100_000, '["' + HASH, "[null]"])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        frames_from_text(text)


def test_low_quality_and_repeated_frames_are_kept_but_not_matched() -> None:
    frames = (FramePrint(HASH, 49, 0.0), FramePrint(HASH, 50, 1.0), FramePrint(HASH, 90, 2.0))
    assert matchable(frames) == (frames[1],)


# -- the index -------------------------------------------------------------------------------------


def frames(seed: int, count: int, start: float = 0.0) -> list[FramePrint]:
    rng = np.random.default_rng(seed)
    return [FramePrint(rng.bytes(32).hex(), 100, start + place) for place in range(count)]


def flipped(value: str, bits: int) -> str:
    number = int(value, 16)
    for bit in range(bits):
        number ^= 1 << (bit * 8 + 3)
    return f"{number:064x}"


def test_shares_are_those_of_vpdq() -> None:
    known = frames(1, 10)
    index = VideoIndex()
    index.add(known, key=5)
    index.add(frames(2, 4), key=6)
    assert index.search(known[:5])[0].query_percent == 100.0
    assert index.search(known[:5])[0].entry_percent == 50.0
    (match,) = index.search(known[:2] + frames(3, 6, 50.0))
    assert (match.key, match.query_percent, match.entry_percent) == (5, 25.0, 20.0)
    assert index.search(known[:2] + frames(3, 6, 50.0), query_percent=26.0) == ()
    assert index.search(known[:2] + frames(3, 6, 50.0), query_percent=25.0, entry_percent=20.0)
    assert index.search(known[:2] + frames(3, 6, 50.0), entry_percent=21.0) == ()


def test_thirty_one_bits_match_and_thirty_two_do_not() -> None:
    known = frames(1, 3)
    index = VideoIndex()
    index.add(known)
    near = [FramePrint(flipped(frame.value, 31), 100, frame.seconds) for frame in known]
    far = [FramePrint(flipped(frame.value, 32), 100, frame.seconds) for frame in known]
    assert index.search(near)[0].entry_percent == 100.0
    assert index.search(far) == ()
    assert index.search(far, distance=32)


def test_repeated_and_poor_frames_do_not_count() -> None:
    known = frames(1, 4)
    index = VideoIndex()
    index.add([*known, *known, FramePrint("0" * 64, 10, 9.0)])
    (match,) = index.search([known[0]] * 7 + [FramePrint("0" * 64, 10, 9.0)])
    assert (match.query_percent, match.entry_percent) == (100.0, 25.0)
    assert index.describe()["frames"] == 4
    assert index.search([FramePrint("0" * 64, 10, 9.0)]) == ()


def test_stretches_say_where_on_both_sides() -> None:
    known = frames(1, 30)
    index = VideoIndex()
    index.add(known)
    part = [FramePrint(frame.value, 100, 100.0 + place) for place, frame in enumerate(known[10:16])]
    other = [FramePrint(frame.value, 100, 200.0 + place) for place, frame in enumerate(known[2:5])]
    (match,) = index.search([*frames(9, 5), *part, *other])
    told = [(s.query_from, s.query_to, s.entry_from, s.entry_to, s.frames) for s in match.stretches]
    assert told == [(100.0, 105.0, 10.0, 15.0, 6), (200.0, 202.0, 2.0, 4.0, 3)]


def test_a_copy_made_anew_is_found_inside_a_longer_video() -> None:
    """Other size, other codec, other rate, between other scenes: most of its frames are known, and where is told."""
    known = fingerprint_video(FILM, 0.5)
    index = VideoIndex()
    index.add(known.frames, key=1)
    index.add(fingerprint_video(film(list(range(500, 560))), 0.5).frames, key=2)
    longer = film([*range(200, 230), *range(60), *range(300, 330)], "libvpx", "webm", 10, size=(72, 96))
    match = index.search(fingerprint_video(longer, 0.5).frames)[0]
    assert match.key == 1
    assert match.entry_percent >= 80.0
    assert 30.0 <= match.query_percent <= 60.0
    stretch = max(match.stretches, key=lambda stretch: stretch.frames)
    assert stretch.query_from - stretch.entry_from == pytest.approx(3.0, abs=1.0)
    assert index.search(fingerprint_video(film(list(range(700, 720))), 0.5).frames) == ()


def test_empty_and_single_indexes_are_right(tmp_path: Path) -> None:
    index = VideoIndex()
    assert (len(index), index.search(frames(1, 3)), index.remove(1)) == (0, (), False)
    index.save(tmp_path / "none")
    again = VideoIndex.load(tmp_path / "none")
    assert (len(again), again.search(frames(1, 3))) == (0, ())
    one = frames(1, 1)
    assert again.add(one) == 0
    assert again.search(one)[0].key == 0
    assert again.search([]) == ()


def test_a_video_without_good_frames_is_held_and_never_found() -> None:
    index = VideoIndex()
    key = index.add([FramePrint("0" * 64, 0, 0.0)])
    assert key in index
    assert index.search(frames(1, 3)) == ()
    assert index.remove(key)


def test_the_same_video_twice_is_found_twice() -> None:
    index = VideoIndex()
    index.add_many([frames(1, 3), frames(1, 3)], [9, 4])
    assert [match.key for match in index.search(frames(1, 3))] == [4, 9]


def test_keys_are_free_once_only() -> None:
    index = VideoIndex()
    index.add(frames(1, 3), key=9)
    with pytest.raises(ValueError, match="key 9 is taken"):
        index.add(frames(2, 3), key=9)
    with pytest.raises(ValueError, match="own key"):
        index.add_many([frames(2, 3), frames(3, 3)], [1, 1])
    assert index.add(frames(2, 3)) == 10
    assert index.remove(9)
    assert 9 not in index
    assert index.search(frames(1, 3)) == ()
    assert index.add(frames(1, 2), key=9) == 9
    assert index.search(frames(1, 3))[0].entry_percent == 100.0


def test_a_snapshot_gives_the_same_answers_and_can_grow(tmp_path: Path) -> None:
    index = VideoIndex()
    index.add_many([frames(seed, 20) for seed in range(50)])
    index.remove(7)
    path = tmp_path / "videos"
    for _ in range(2):
        index.save(path)
    again = VideoIndex.load(path)
    assert len(list(tmp_path.iterdir())) == 2
    for seed in (0, 7, 30):
        assert again.search(frames(seed, 30)) == index.search(frames(seed, 30))
    assert again.describe()["frames"] == 49 * 20
    assert again.add(frames(90, 5)) == 50
    assert again.search(frames(90, 5))[0].key == 50
    assert again.remove(3)


def test_a_damaged_snapshot_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "videos"
    index = VideoIndex()
    index.add_many([frames(seed, 20) for seed in range(5)])
    index.save(path)
    data = path.read_bytes()
    for wrong in (data[:-3], data[:40], data[:-10] + b"x" + data[-9:]):
        path.write_bytes(wrong)
        with pytest.raises(snapshot.SnapshotDamaged):
            VideoIndex.load(path)
    path.write_bytes(data)
    (beside,) = [other for other in tmp_path.iterdir() if other != path]
    beside.unlink()
    with pytest.raises(snapshot.SnapshotDamaged, match="missing"):
        VideoIndex.load(path)
