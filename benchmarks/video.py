"""PDQ of every frame of a video, one core: ours against PyAV and pdqhash, frame by frame, in the same process.

Video: a sample of vPDQ (480 x 720, H.264) where the folder of shared inputs is there, and a generated one (1280 x 720,
MPEG-4) always. Both sides decode with one thread and hash every frame.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from turs.match import video

ROUNDS, TARGET = 5, 5.0
"""Runs of each side, of which the middle one counts; and how many times the peer must be beaten."""
FRAMES = 150

SHARED = Path(os.environ.get("TURS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
SAMPLE = SHARED / "inputs" / "06_images" / "ThreatExchange__chair-19-sd-bar.mp4"


def generated(count: int = FRAMES, width: int = 1280, height: int = 720) -> bytes:
    """A video of moving waves with the grain of a camera."""
    import av

    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:height, 0:width]
    waves = [rng.uniform(-40, 40, 2) for _ in range(12)]
    still = sum(np.sin(a * x / width + b * y / height) for a, b in waves)
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as out:
        track = out.add_stream("mpeg4", rate=25)
        track.width, track.height, track.pix_fmt = width, height, "yuv420p"
        track.codec_context.bit_rate = 4_000_000
        for number in range(count):
            grey = np.roll(still, 7 * number, axis=1) * 20 + 128 + rng.normal(0, 3, (height, width))
            picture = np.repeat(grey.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))
    return stream.getvalue()


def ours(data: bytes) -> int:
    """Frames hashed by `turs.match.video`."""
    return len(video.fingerprint_video(data, every=0, threads=1).frames)


def peer(data: bytes) -> int:
    """Frames hashed by PyAV and pdqhash, as their documentation shows."""
    import av
    import pdqhash

    count = 0
    with av.open(io.BytesIO(data)) as container:
        track = container.streams.video[0]
        track.codec_context.thread_count = 1
        track.codec_context.thread_type = "NONE"
        for frame in container.decode(track):
            pdqhash.compute(frame.to_ndarray(format="rgb24"))
            count += 1
    return count


def _rate(hashed: Callable[[bytes], int], data: bytes) -> float:
    began = time.process_time()
    count = hashed(data)
    return count / (time.process_time() - began)


def run() -> list[dict[str, Any]]:
    """Both sides in turn, in processor time of this one process."""
    videos = {"video frames to PDQ, 480 x 720 sample of vPDQ": SAMPLE.read_bytes()} if SAMPLE.is_file() else {}
    videos["video frames to PDQ, 1280 x 720 generated"] = generated()
    versions = {"turs": video.VERSION, "av": version("av"), "pdqhash": version("pdqhash")}
    rows = []
    for job, data in videos.items():
        ours(data)  # compile
        pairs = [(_rate(ours, data), _rate(peer, data)) for _ in range(ROUNDS)]
        mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
        rows.append({"job": job, "size": ours(data), "ours": mine, "peer": theirs, "ratio": mine / theirs,
                     "unit": "frames/s", "versions": versions, "target": TARGET})
    return rows


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
