"""Small files of every kind, made in code: what people bring, and what is broken about it."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import numpy as np
from PIL import Image

TEXT = (
    "عقد المنتدى جلسته الأولى أمس في العاصمة بحضور واسع من الصحفيين، وقال المتحدث إن الجلسة المقبلة ستعقد في الربيع "
    "بمشاركة الجامعات والمدارس، وإن بابها مفتوح لمن يريد أن يسأل أو يعترض."
)


def scene(seed: int = 1, height: int = 96, width: int = 128) -> Any:
    """A generated picture of many waves, shape (height, width, 3)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    out = np.zeros((height, width))
    for _ in range(60):
        a, b, phase = [*rng.uniform(-45, 45, 2).tolist(), rng.uniform(0, 6)]
        out += np.sin((a * x / width + b * y / height) + phase)
    out = (out - out.min()) / np.ptp(out)
    return np.stack([out * 200 + 20, out * 180 + 40, out * 220 + 10], axis=2).astype(np.uint8)


def picture(seed: int = 1, turns: int = 0, kind: str = "PNG") -> bytes:
    """A picture file; turns: quarters counter-clockwise."""
    out = io.BytesIO()
    Image.fromarray(np.rot90(scene(seed), turns).copy()).save(out, kind)
    return out.getvalue()


def blank() -> bytes:
    """A picture that shows nothing."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(out, "PNG")
    return out.getvalue()


def film(seeds: list[int]) -> bytes:
    """A video of these scenes, one a second. Needs turs[video]."""
    import av

    stream = io.BytesIO()
    with av.open(stream, "w", format="matroska") as out:
        track = out.add_stream("mpeg4", rate=1)
        track.height, track.width, track.pix_fmt = 96, 128, "yuv420p"
        track.codec_context.bit_rate = 2_000_000
        for place, seed in enumerate(seeds):
            frame = av.VideoFrame.from_ndarray(scene(seed), format="rgb24")
            frame.pts, frame.time_base = place, Fraction(1, 1)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))
    return stream.getvalue()


def page(words: str = "", shapes: int = 0) -> bytes:
    """A PDF of one page: these words, and so many grey rectangles as a poster has them. Needs turs[pdf] to be read."""
    rng = np.random.default_rng(7)
    drawn = [f"{rng.random():.2f} g {rng.integers(400)} {rng.integers(300)} {rng.integers(20, 160)} "
             f"{rng.integers(20, 160)} re f" for _ in range(shapes)]  # fmt: skip
    content = "\n".join([*drawn, f"0 g BT /F 12 Tf 20 200 Td ({words}) Tj ET" if words else ""]).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 300] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    out, starts = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    end = f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(starts) + 1} /Root 1 0 R >>\n"
    return bytes(out) + end.encode() + f"startxref\n{len(out)}\n%%EOF\n".encode()
