"""Video fingerprints: MD5 and SHA-256 of the file, and PDQ of its frames (vPDQ).

A frame is hashed from its luma plane as it leaves the decoder, limited range accounted for: no picture in colours is
made. From the published hashes of vPDQ's sample videos such a hash differs by 1 bit in the mean and at most 6, and in a
fade to black, with a quality of 50 to 60, by up to 12 (two RGB conversions differ by up to 22 there; two hashes match
up to 31). Frames stand as they are stored: like vPDQ, rotation written beside the video is not applied
(`VideoPrint.rotation` tells it).

A hostile file costs at most what `Limits` allows. Only containers of video are opened (never play lists, which name
other files and addresses), and nothing but the given bytes is read.

Needs ``turs[video]`` (PyAV). Reference: Meta, *vPDQ*, https://github.com/facebook/ThreatExchange/tree/main/vpdq.
"""

from __future__ import annotations

import hashlib
import io
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

import numpy as np
from numpy.typing import NDArray

from turs.match.perceptual import pdq_of_limited_luma, pdq_of_luma
from turs.match.video_index import Stretch, VideoIndex, VideoMatch
from turs.match.vpdq import FramePrint, frames_from_text, frames_to_text, matchable
from turs.optional import require
from turs.unreadable import UnreadableFile, Words

__all__ = ["EVERY", "LIMITS", "Every", "Frame", "FramePrint", "Limits", "Stretch", "VideoIndex", "VideoMatch",
           "VideoPrint", "VideoUnreadable", "fingerprint_video", "frames_from_text", "frames_to_text", "matchable",
           "video_frames"]

VERSION = "video/1"
EVERY: Final = 1.0
"""Seconds from one hashed frame to the next, where nothing else is asked for: as in vPDQ."""

Every = float | Literal["keyframes"]
"""Which frames: seconds from one to the next, 0 for every frame, or ``keyframes``."""

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one video may cost.

    file_bytes: size of the file. pixels: width times height of a frame (memory is at most some thirty times that).
    frames: most frames given out; the rest is left, and `VideoPrint.note` says so. seconds: longest time of decoding.
    """

    file_bytes: int = 512 * _MIB
    pixels: int = 16_777_216
    frames: int = 20_000
    seconds: float = 600.0


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. seconds: since the first frame. luma: grey levels 0 to 255, shape (height, width)."""

    seconds: float
    luma: NDArray[np.uint8] = field(repr=False)


@dataclass(frozen=True, slots=True)
class VideoPrint:
    """Fingerprints of one video.

    seconds: time of the last frame that was decoded, whatever the container claims. width, height: pixels.
    rotation: degrees by which players turn the picture. frames: all that were hashed, of low quality too.
    note: "" where the whole video was read; ``damaged`` where parts could not be decoded, ``frames`` where it has more
    frames than the limit.
    """

    md5: str
    sha256: str
    seconds: float
    width: int
    height: int
    rotation: int
    frames: tuple[FramePrint, ...] = field(repr=False)
    note: str = ""

    @property
    def matchable(self) -> tuple[FramePrint, ...]:
        """The frames that are indexed and looked up."""
        return matchable(self.frames)


WORDS: Final[Words] = {
    "video_empty": {
        "ar": ("ملف الفيديو فارغ.", "أعد تنزيله من مصدره."),
        "en": ("The video file is empty.", "Download it again from where it came."),
    },
    "video_too_large": {
        "ar": ("ملف الفيديو أكبر من الحد المسموح به.", "اقتطع منه الجزء المطلوب، أو ارفع الحد إن كنت تثق بمصدره."),
        "en": ("The video file is larger than the limit.",
               "Cut out the part that matters, or raise the limit if you trust where it came from."),
    },
    "video_unknown": {
        "ar": ("الملف ليس فيديو معروف النوع.", "تحقق من حقيقة الملف، أو حوّله إلى MP4 أو WebM."),
        "en": ("The file is no video of a known kind.", "Check what it really is, or convert it to MP4 or WebM."),
    },
    "video_no_picture": {
        "ar": ("لا صورة متحركة في الملف: فيه صوت فقط.", "عامله ملفا صوتيا: يُعرف ببصمته الرقمية وحدها."),
        "en": ("The file has no moving picture, only sound.", "Treat it as sound: it is known by its digest alone."),
    },
    "video_codec": {
        "ar": ("لا يوجد ما يفك ترميز هذا الفيديو.", "حوّله إلى H.264 أو VP9 واحتفظ بالأصل."),
        "en": ("Nothing here decodes this video.", "Convert it to H.264 or VP9 and keep the original."),
    },
    "video_frame_too_large": {
        "ar": ("أبعاد الصورة في الفيديو تتجاوز الحد المسموح به.", "افحصه في عارض معزول، أو اصنع نسخة أصغر منه."),
        "en": ("The frames of the video are larger than the limit.",
               "Look at it in an isolated viewer, or make a smaller copy."),
    },
    "video_damaged": {
        "ar": ("الفيديو تالف أو مقطوع ولم تُفك منه أي صورة.", "اطلب من المصدر نسخة أخرى."),
        "en": ("The video is damaged or cut off; not one frame could be decoded.", "Ask the source for another copy."),
    },
    "video_too_slow": {
        "ar": ("استغرق فك ترميز الفيديو أطول من الحد المسموح به.",
               "افحص الصور المفتاحية وحدها، أو اقتطع منه الجزء المطلوب، أو ارفع الحد."),
        "en": ("Decoding the video took longer than the limit.",
               "Look at key frames only, cut out the part that matters, or raise the limit."),
    },
}


class VideoUnreadable(UnreadableFile):
    """These bytes give no frame. code: a key of `WORDS`."""

    table = WORDS


def fingerprint_video(
    source: bytes | Path, every: Every = EVERY, limits: Limits = LIMITS, threads: int = 1
) -> VideoPrint:
    """Fingerprints of a video: its bytes, or the path of its file.

    every: seconds from one hashed frame to the next, 0 for every frame, or ``keyframes`` (fast, coarse). threads: of
    the decoder. Raises `VideoUnreadable`; a video that is damaged after its first frame is told by `VideoPrint.note`.
    """
    with _open(source, limits) as stream:
        md5, sha256 = _digests(stream)
        passage = _Passage(stream, every, limits, threads, for_hashes=True)
        frames = tuple(_print(seconds, frame) for seconds, frame in passage)
    return VideoPrint(md5, sha256, passage.last, passage.width, passage.height, passage.rotation, frames, passage.note)


def video_frames(
    source: bytes | Path, every: Every = EVERY, limits: Limits = LIMITS, threads: int = 1
) -> Iterator[Frame]:
    """The frames of a video, one at a time; parameters and errors as for `fingerprint_video`."""
    with _open(source, limits) as stream:
        for seconds, frame in _Passage(stream, every, limits, threads):
            levels, limited = _plane(frame)
            yield Frame(seconds, _spread(levels) if limited else levels)


def _print(seconds: float, frame: Any) -> FramePrint:
    levels, limited = _plane(frame)
    seen = pdq_of_limited_luma(levels) if limited else pdq_of_luma(levels, exact=False)
    return FramePrint(seen.value, seen.quality, seconds)


# -- decoding --------------------------------------------------------------------------------------

_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg"
"""Demuxers that may open a file. Play lists (HLS, DASH, concat) are not among them: they read what others name."""

_LUMA_FIRST = frozenset({
    "gray", "nv12", "nv21", "yuva420p",
    *(f"yuv{j}{kind}p" for j in ("", "j") for kind in (410, 411, 420, 422, 440, 444)),
})
"""Pixel formats whose first plane is eight-bit luma."""

_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_SPREAD = np.clip(np.floor((np.arange(256) - 16) * 255 / 219 + 0.5), 0, 255).astype(np.uint8)


class _Passage:
    """One passage through a video: iterate once (seconds, frame of PyAV), then ask what was seen.

    for_hashes: edges between blocks stay rough in frames that are predicted both ways, which saves up to a sixth of the
    time and changes a hash by 4 bits at most (0.1 in the mean). In other frames it would: the error is handed on.
    """

    def __init__(
        self, stream: BinaryIO, every: Every, limits: Limits, threads: int, for_hashes: bool = False
    ) -> None:
        if every != "keyframes" and not (isinstance(every, (int, float)) and 0 <= every < math.inf):
            raise ValueError(f"every must be seconds, 0 or 'keyframes', not {every!r}")
        self._stream, self._every, self._limits, self._threads = stream, every, limits, threads
        self._for_hashes = for_hashes
        self.last = 0.0
        self.width = self.height = self.rotation = 0
        self.note = ""

    def __iter__(self) -> Iterator[tuple[float, Any]]:
        av = require("av", "video")
        with self._container(av) as container:
            track = _track(container)
            context = track.codec_context
            if context.width * context.height > self._limits.pixels:
                raise VideoUnreadable("video_frame_too_large", f"{context.width} x {context.height}")
            context.thread_count = self._threads
            context.thread_type = "AUTO" if self._threads != 1 else "NONE"
            options = {"max_pixels": str(self._limits.pixels)}  # what a frame says of itself may be larger
            context.options = options | ({"skip_loop_filter": "bidir"} if self._for_hashes else {})
            if self._every == "keyframes":
                context.skip_frame = "NONKEY"
            yield from self._frames(av, container, track)

    def _container(self, av: Any) -> Any:
        try:
            return av.open(
                self._stream, container_options={"format_whitelist": _CONTAINERS}, io_open=_open_nothing,
                options={"max_pixels": str(self._limits.pixels)}, metadata_errors="replace")
        except (av.error.FFmpegError, OSError, ValueError, RuntimeError) as error:
            raise VideoUnreadable("video_unknown", _brief(error)) from error

    def _frames(self, av: Any, container: Any, track: Any) -> Iterator[tuple[float, Any]]:
        step = float(1 / track.average_rate) if track.average_rate else 1 / 25
        every = 0.0 if self._every == "keyframes" else float(self._every)
        start: float | None = None
        due, given = 0.0, 0
        for frame in self._decoded(av, container, track):
            seconds = float(frame.time) if frame.time is not None else math.nan
            if start is None:
                start = seconds if math.isfinite(seconds) else 0.0
                self.width, self.height, self.rotation = frame.width, frame.height, int(frame.rotation)
            else:
                seconds -= start
                # Times that stand still or run back would let a video hide between two hashed frames.
                self.last = seconds if seconds > self.last else self.last + step
            if self.last + step / 2 < due:
                continue
            if given == self._limits.frames:
                self.note = "frames"
                return
            due, given = max(due + every, self.last), given + 1
            yield round(self.last, 6), frame
        if start is None:
            raise VideoUnreadable("video_damaged")

    def _decoded(self, av: Any, container: Any, track: Any) -> Iterator[Any]:
        """Every frame that can be decoded, within the time allowed."""
        spent, packets = 0.0, iter(container.demux(track))
        while True:
            began = time.perf_counter()
            frames: list[Any] = []
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                frames = packet.decode()
            except av.error.EOFError:
                return
            except av.error.ArgumentError as error:  # the decoder refuses to start: what it would show is too large
                raise VideoUnreadable("video_frame_too_large", _brief(error)) from error
            except av.error.FFmpegError:
                self.note = "damaged"
            spent += time.perf_counter() - began
            if spent > self._limits.seconds:
                raise VideoUnreadable("video_too_slow", f"{self._limits.seconds:g} s")
            yield from frames


def _track(container: Any) -> Any:
    """The video track that players show: the one marked as default, else the first. Cover art is none."""
    tracks = [track for track in container.streams.video if "attached_pic" not in str(track.disposition)]
    if not tracks:
        raise VideoUnreadable("video_no_picture" if container.streams.audio or container.streams.video
                              else "video_unknown")
    chosen = next((track for track in tracks if "default" in str(track.disposition)), tracks[0])
    if chosen.codec_context is None:
        raise VideoUnreadable("video_codec")
    return chosen


def _plane(frame: Any) -> tuple[NDArray[np.uint8], bool]:
    """Grey levels of a decoded frame, shape (height, width), not copied; and whether their range is the limited one."""
    name = frame.format.name
    plane = frame.planes[0]
    if name not in _LUMA_FIRST or plane.line_size < frame.width:
        frame = frame.reformat(format="gray")  # spreads the limited range by itself
        name, plane = "gray", frame.planes[0]
    shape = (frame.height, plane.line_size)
    levels = np.frombuffer(plane, dtype=np.uint8, count=shape[0] * shape[1]).reshape(shape)
    full = name == "gray" or name.startswith("yuvj") or frame.color_range == _FULL_RANGE
    return levels[:, : frame.width], not full


def _spread(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The limited range (black 16, white 235) as 0 to 255, rounded and clipped (ITU-R BT.601, section 2.5.3)."""
    return _SPREAD[levels]


def _open(source: bytes | Path, limits: Limits) -> BinaryIO:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if not size:
        raise VideoUnreadable("video_empty")
    if size > limits.file_bytes:
        raise VideoUnreadable("video_too_large", f"{size:,} bytes, more than {limits.file_bytes:,}")
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _digests(stream: BinaryIO) -> tuple[str, str]:
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    while block := stream.read(_MIB):
        md5.update(block)
        sha256.update(block)
    stream.seek(0)
    return md5.hexdigest(), sha256.hexdigest()


def _open_nothing(address: str, flags: int, options: Mapping[str, str]) -> BinaryIO:
    raise PermissionError("a video may not open other files")


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
