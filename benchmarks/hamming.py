"""Search among PDQ hashes against threatexchange's default index (faiss): one core, one process, the same data.

``TURS_BENCH_LARGE=1`` adds five million hashes (about 5 GB of memory and two minutes, nearly all for the peer).
``TURS_SHARED`` names a folder whose pictures the skewed codes are made from; without one, pictures are generated.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from turs.match import hamming, perceptual
from turs.match.hamming import HammingIndex

TARGETS = {100_000: 20, 1_000_000: 50, 5_000_000: 80}
"""How many times the peer's speed a query must have, by size."""
MILLION, BATCH = 1_000_000, 2000
ROUNDS = 7

Codes = NDArray[np.uint8]


# -- data ------------------------------------------------------------------------------------------


def uniform(size: int, seed: int = 1) -> Codes:
    """Codes of random bits, shape (size, 32): what the arithmetic of the index is made for."""
    return np.random.default_rng(seed).integers(0, 256, (size, 32), dtype=np.uint8)


def skewed(size: int, seed: int = 1) -> Codes:
    """Codes with the hot buckets of real ones: each a hash of a picture with some 32 of its bits changed at random.

    Two codes of one picture differ in some 56 bits, so that few match, but they share pieces, and neighbouring pieces,
    as hashes of pictures do: about 600 of a million entries pass the first test, where 11 of uniform codes do.
    """
    rng = np.random.default_rng(seed)
    hashes = picture_hashes()
    return hashes[rng.integers(0, len(hashes), size)] ^ flipped(rng, size, 64)


@cache
def picture_hashes(wanted: int = 2000) -> Codes:
    """PDQ hashes of parts of real pictures where there are some, else of generated ones; quality 50 and more."""
    rng = np.random.default_rng(5)
    pictures = list(_real_pictures()) or [_generated(rng) for _ in range(60)]
    found: dict[str, None] = {}
    for turn in range(6 * wanted):
        picture = pictures[turn % len(pictures)]
        height, width = (int(side * rng.uniform(0.3, 1.0)) for side in picture.shape[:2])
        top, left = rng.integers(0, picture.shape[0] - height + 1), rng.integers(0, picture.shape[1] - width + 1)
        part = picture[top : top + height, left : left + width]
        part = part[:: max(1, height // 256), :: max(1, width // 256)][:, :: int(rng.choice([-1, 1]))]
        pdq = perceptual.pdq_of_pixels(np.ascontiguousarray(part))
        if pdq.matchable:
            found[pdq.value] = None
        if len(found) == wanted:
            break
    return np.frombuffer(bytes.fromhex("".join(found)), dtype=np.uint8).reshape(-1, 32)


def _real_pictures() -> Iterable[NDArray[np.uint8]]:
    shared = Path(os.environ.get("TURS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    for path in sorted((shared / "inputs" / "06_images").glob("*.*")):
        try:
            pixels = perceptual.decode(path.read_bytes())
        except ValueError:
            continue
        if min(pixels.shape[:2]) >= 128:
            yield pixels[:2000, :2000]


def _generated(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A picture whose detail falls off as in photographs: noise of 1/f."""
    scale = 1.0 / np.maximum(np.hypot(np.fft.fftfreq(256)[:, None], np.fft.rfftfreq(256)[None, :]), 1 / 256)
    waves = np.fft.rfft2(rng.standard_normal((3, 256, 256))) * scale
    grey = np.fft.irfft2(waves)
    grey = (grey - grey.min()) / (grey.max() - grey.min())
    return (grey.transpose(1, 2, 0) * 255).astype(np.uint8)


def flipped(rng: np.random.Generator, size: int, most: int) -> Codes:
    """Rows of 256 bits of which up to `most` are set."""
    out = np.zeros((size, 32), dtype=np.uint8)
    for _ in range(most):
        rows = np.flatnonzero(rng.random(size) < 0.5)
        bits = rng.integers(0, 256, len(rows))
        out[rows, bits >> 3] ^= (1 << (bits & 7)).astype(np.uint8)
    return out


def queries(codes: Codes, make: Callable[[int, int], Codes], count: int, seed: int) -> list[str]:
    """Half of them entries with up to 31 bits changed, half strangers of the same make, in any order."""
    rng = np.random.default_rng(seed)
    near = codes[rng.integers(0, len(codes), count // 2)]
    far = make(count - count // 2, 1000 + seed)
    for row in near:
        for bit in rng.choice(256, rng.integers(0, 32), replace=False):
            row[bit >> 3] ^= 1 << (bit & 7)
    mixed = np.concatenate((near, far))
    return [row.tobytes().hex() for row in mixed[rng.permutation(count)]]


# -- measures --------------------------------------------------------------------------------------


def run() -> list[dict[str, Any]]:
    hamming.warm()
    large = [5_000_000] if os.environ.get("TURS_BENCH_LARGE") else []
    rows: list[dict[str, Any]] = []
    for size in [100_000, MILLION, *large]:
        for name, make in {"uniform codes": uniform, "codes of pictures": skewed}.items():
            rows += _against_peer(name, make, size)
    return rows + _alone(uniform(MILLION))


def _against_peer(name: str, make: Callable[[int, int], Codes], size: int) -> list[dict[str, Any]]:
    """A query, and at a million a batch and what changes an index, beside the peer's."""
    codes = make(size, 1)
    texts = [row.tobytes().hex() for row in codes]
    begin = time.process_time()
    peer = _peer(texts)
    peer_build = time.process_time() - begin
    index = HammingIndex(texts)
    asked, many = queries(codes, make, 300, 2), queries(codes, make, BATCH, 3)
    recall = _recall(index, codes, queries(codes, make, 60, 4))
    ours, theirs, batch = [], [], []
    for _ in range(ROUNDS):
        theirs.append(_each(peer.query, asked))
        ours.append(_each(index.search, many))
        batch.append(_seconds(lambda: index.search_many(many)) / BATCH)
    one, other = 1e6 * median(ours), 1e6 * median(theirs)
    rows = [
        _row(f"PDQ query, {name}", size, one, other, "µs", TARGETS[size], recall=recall),
    ]
    if size == MILLION:
        rows.append(_row(f"PDQ batch of 2,000, a query of it; {name}", size, 1e6 * median(batch), other, "µs", 100))
    if size == MILLION and name == "uniform codes":
        built = median(_seconds(lambda: HammingIndex(texts)) for _ in range(3))
        rows.append(_row("PDQ index, build from hex", size, built, peer_build, "s", most=1.5))
        added = _adding(index, many)
        theirs = [_seconds(lambda turn=turn: peer.add(many[turn], turn)) for turn in range(3)]
        rows.append(_row("PDQ index, add one", size, 1e6 * added, 1e6 * median(theirs), "µs", most=100))
    return rows


def _alone(codes: Codes) -> list[dict[str, Any]]:
    """Bytes, and the load of a snapshot: the peer has no file that holds what it was given (see issue 3)."""
    index = HammingIndex(codes)
    taken = int(index.describe()["bytes"]) / len(codes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pdq.turs"
        index.save(path)
        loads = median(_seconds(lambda: HammingIndex.load(path)) for _ in range(ROUNDS))
    return [
        _row("PDQ index, bytes a hash", len(codes), taken, None, "bytes", most=135),
        _row("PDQ index, load a snapshot with checksums", len(codes), 1e3 * loads, None, "ms", most=100),
    ]


def _adding(index: HammingIndex, codes: Sequence[str]) -> float:
    """Seconds to add one entry, the middle of three stretches that each hold one merge of the tail into the tables."""
    stretch = hamming.SHORTEST_TAIL + 1

    def add() -> None:
        for turn in range(stretch):
            index.add(codes[turn % len(codes)])

    return median(_seconds(add) for _ in range(3)) / stretch


def _recall(index: HammingIndex, codes: Codes, asked: Sequence[str]) -> float:
    """Share of what comparing with every entry finds that the index finds as well, at 31 bits; 0 for anything more."""
    words, wanted, found = codes.view(np.uint64), 0, 0
    for text in asked:
        query = np.frombuffer(bytes.fromhex(text), dtype=np.uint64)
        near = np.flatnonzero(np.bitwise_count(words ^ query).sum(axis=1, dtype=np.int64) <= 31)
        keys = {neighbour.key for neighbour in index.search(text)}
        if not keys <= set(near.tolist()):
            return 0.0
        wanted, found = wanted + len(near), found + len(keys)
    return found / wanted if wanted else 1.0


def _peer(texts: Sequence[str]) -> Any:
    """threatexchange's default PDQ index, held to one thread."""
    import faiss
    from threatexchange.signal_type.pdq.signal import PdqSignal

    faiss.omp_set_num_threads(1)
    return PdqSignal.get_index_cls()((text, number) for number, text in enumerate(texts))


def _each(call: Callable[[str], object], asked: Sequence[str]) -> float:
    """Seconds of processor time a call."""
    begin = time.process_time()
    for text in asked:
        call(text)
    return (time.process_time() - begin) / len(asked)


def _seconds(call: Callable[[], object]) -> float:
    """Seconds of processor time, which other work on the machine disturbs less than the clock on the wall."""
    begin = time.process_time()
    call()
    return time.process_time() - begin


def _row(
    job: str, size: int, ours: float, peer: float | None, unit: str, times: float | None = None,
    most: float | None = None, **more: float,
) -> dict[str, Any]:
    """times: how many times faster than the peer it must be. most: what it may take."""
    target = f"{times}× the peer" if times else f"≤ {most} {unit}"
    ratio = peer / ours if peer else None
    met = ratio is not None and ratio >= times if times else most is not None and ours <= most
    versions = {name: version(name) for name in ("threatexchange", "faiss-cpu", "numba")} | {"index": hamming.VERSION}
    return {"job": job, "size": size, "ours": ours, "peer": peer, "ratio": ratio, "unit": unit, "target": target,
            "met": met, "versions": versions, **more}  # fmt: skip


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row, ensure_ascii=False))
