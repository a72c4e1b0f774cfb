"""PDQ of a picture of 1.7 million pixels: our reading against python-threatexchange, and pixels against pdqhash.

Ours and the peer take turns in one thread of one process; processor time counts, so that other work on the machine
does not; the middle of several rounds is reported. Bits must be those of the peer, or there is no result.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT, ROUNDS = 1500, 1136, 15
TARGET, TARGET_LUMA = 9.0, 16.0
SHARED = Path(os.environ.get("TURS_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "inputs" / "06_images"
QUALITY = 75
"""JPEG quality of the generated picture: what Pillow takes by default."""


def photograph(width: int = WIDTH, height: int = HEIGHT, seed: int = 17) -> NDArray[np.uint8]:
    """A generated picture with the spectrum of photographs (amplitude falls as frequency rises), edges and grain."""
    rng = np.random.default_rng(seed)
    across, down = np.fft.rfftfreq(width)[None, :], np.fft.fftfreq(height)[:, None]
    fall = 1.0 / np.maximum(np.hypot(across * width, down * height), 1.0) ** 1.25
    planes = []
    for strength in (1.0, 0.25, 0.25):
        spectrum = fall * np.exp(2j * np.pi * rng.random(fall.shape))
        plane = np.fft.irfft2(spectrum, s=(height, width))
        planes.append(plane / plane.std() * 48 * strength)
    light, blue, red = planes
    for _ in range(24):
        top, left = int(rng.integers(0, height)), int(rng.integers(0, width))
        light[top : top + int(rng.integers(20, 400)), left : left + int(rng.integers(20, 400))] += rng.normal(0, 25)
    light += 120 + rng.normal(0, 2.0, light.shape)
    rgb = np.stack([light + 1.4 * red, light - 0.34 * blue - 0.71 * red, light + 1.77 * blue], axis=-1)
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def jpeg(pixels: NDArray[np.uint8], quality: int = QUALITY) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def middle(*jobs: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of processor time of each job, taken in turn; the middle of the rounds."""
    for job in jobs:
        job()
    times: list[list[float]] = [[] for _ in jobs]
    for _ in range(rounds):
        for job, seen in zip(jobs, times, strict=True):
            begin = time.thread_time()
            job()
            seen.append((time.thread_time() - begin) * 1000)
    return [sorted(seen)[rounds // 2] for seen in times]


def run() -> list[dict[str, Any]]:
    """Rows: the generated JPEG (exact, luma), the real ones where the shared folder is, pixels, and a luma plane."""
    import pdqhash
    from threatexchange.signal_type.pdq.signal import PdqSignal

    from turs.match import distance, perceptual
    from turs.match.perceptual import pdq, pdq_of_luma, pdq_of_pixels

    perceptual.warm()
    versions = {name: version(name) for name in ("threatexchange", "pdqhash", "pillow", "simplejpeg", "numba")}
    rows: list[dict[str, Any]] = []

    def add(job: str, size: int, ours: float, peer: float, target: float | None) -> None:
        rows.append({"job": job, "size": size, "ours": ours, "peer": peer, "ratio": peer / ours, "unit": "ms",
                     "versions": versions, "target": target})

    rgb = photograph()
    data = jpeg(rgb)
    subjects = [(f"generated, {len(data) // 1000} kB", data, TARGET, TARGET_LUMA)]
    for name in ("aaa-orig", "sharpen-a-little", "blur-a-lot"):
        path = SHARED / f"ThreatExchange__{name}.jpg"
        if path.is_file():
            real = path.read_bytes()
            subjects.append((f"{name}, {len(real) // 1000} kB", real, None, None))
    for name, data, target, luma_target in subjects:
        expected = PdqSignal.hash_from_bytes(data)
        if pdq(data).value != expected or distance(pdq(data, exact=False).value, expected) > perceptual.FAST_DISTANCE:
            raise RuntimeError(f"{name}: another hash than the peer's")
        with Image.open(io.BytesIO(data)) as image:
            size = image.width * image.height
        peer, ours, luma = middle(lambda: PdqSignal.hash_from_bytes(data), lambda: pdq(data),  # noqa: B023
                                  lambda: pdq(data, exact=False))  # noqa: B023
        add(f"PDQ of a JPEG ({name})", size, ours, peer, target)
        add(f"PDQ of a JPEG from its luma ({name})", size, luma, peer, luma_target)
    peer, ours = middle(lambda: pdqhash.compute(rgb), lambda: pdq_of_pixels(rgb))
    add("PDQ of pixels", rgb.shape[0] * rgb.shape[1], ours, peer, None)
    frame = np.ascontiguousarray(photograph(1280, 720)[:, :, 1])
    triple = np.repeat(frame[:, :, None], 3, axis=2)
    peer, ours = middle(lambda: pdqhash.compute(triple), lambda: pdq_of_luma(frame))
    add("PDQ of a luma plane, 720 lines", frame.size, ours, peer, None)
    return rows


if __name__ == "__main__":
    for row in run():
        print(f"{row['job']:<60}{row['ours']:>8.2f}{row['peer']:>8.2f} ms {row['ratio']:>6.1f} times")
