"""Snapshots: the file format of every index. Versioned, checksummed, memory-mapped on load; never a pickle.

A file is read without being trusted: nothing in it is executed, its header says nothing that is not checked against
the file, and a file that is not whole is refused with the reason. A checksum finds accidents; it does not stop
somebody who writes a false file, so whoever uses an array checks what its code relies on (an offset, a number of an
entry) before it is used as a place in memory.

Layout; all numbers little-endian::

    0   8 bytes    89 54 55 52 53 0d 0a 1a   ("\\x89TURS\\r\\n\\x1a": a transfer as text changes it)
    8   uint32     format of the file, 1
    12  uint32     length of the header in bytes
    16  uint32     CRC-32 (ISO 3309, as in zlib) of bytes 0 to 15, then of the header
    20  uint32     0
    24  header     JSON, UTF-8: {"kind", "version", "meta", "arrays": [{"name", "dtype", "shape", "offset", "bytes",
                   "checksum"}, ...], "bytes": length of the data}
    ..  zeros      up to a multiple of 64: here the data begin
        data       every array in C order at its offset from the beginning of the data, a multiple of 64; zeros between

The file ends with the data. Checksum of an array: its bytes, padded with zeros, are words w of 64 bits; word i goes
into lane i % 32 of the part in whole groups of 32, the rest one by one into the first lanes. Lane l begins as
(l + 1) * 0x9e3779b97f4a7c15 and takes a word so: h = (h ^ w) * F, h ^= h >> 32, where F = 0x9fb21c651e98df25. Where
the number of bytes is not a multiple of 8 the last, padded word is not given to a lane but is r, else r is 0. At the
end t = (r ^ bytes) * F, for every lane t = (t ^ t >> 32 ^ h) * F, and the checksum is t ^ t >> 32; all modulo 2**64.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import tempfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

MAGIC: Final = b"\x89TURS\r\n\x1a"
FORMAT: Final = 1
LONGEST_HEADER: Final = 1 << 22
"""Bytes; a header that claims more is refused unread."""

DTYPES: Final = ("|u1", "|i1", "|b1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f4", "<f8")
_FIXED, _ALIGNED, _DIMENSIONS = 24, 64, 4
_AGAIN = "get it again from where it came, or build the index again"

Array = NDArray[Any]


class SnapshotDamaged(ValueError):
    """A file is no whole snapshot of what was asked for. The message tells the file, what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a file holds. arrays: read-only and memory-mapped; they keep the mapping open as long as they are used."""

    path: Path
    kind: str
    version: int
    meta: Mapping[str, Any]
    arrays: Mapping[str, Array]
    checksums: Mapping[str, str] = field(repr=False)

    def verify(self) -> None:
        """Read every byte and compare checksums; SnapshotDamaged where one differs."""
        for name, array in self.arrays.items():
            if checksum(array) != self.checksums[name]:
                _refuse(self.path, f"the contents of its part {name!r} have changed (checksum differs)", _AGAIN)


def write(
    path: str | os.PathLike[str], kind: str, version: int, meta: Mapping[str, Any], arrays: Mapping[str, Array]
) -> None:
    """Write a snapshot. The file appears whole or not at all: it is written beside `path`, synced, then renamed.

    kind: which index it belongs to, and version: of that index's arrays and meta. meta: what JSON can hold.
    arrays: numbers of the types in `DTYPES`, up to four dimensions. TypeError or ValueError for anything else.
    """
    target = Path(path)
    parts = {name: np.require(array, _portable(name, array), ["C", "A"]) for name, array in arrays.items()}
    entries: list[dict[str, Any]] = []
    place = 0
    for name, part in parts.items():
        place = _aligned(place)
        entries.append({"name": name, "dtype": part.dtype.str, "shape": list(part.shape), "offset": place,
                        "bytes": part.nbytes, "checksum": checksum(part)})  # fmt: skip
        place += part.nbytes
    described = {"kind": kind, "version": version, "meta": dict(meta), "arrays": entries, "bytes": place}
    header = json.dumps(described, ensure_ascii=False, allow_nan=False).encode()
    if len(header) > LONGEST_HEADER:
        raise ValueError(f"{target}: meta of {len(header):,} bytes, more than {LONGEST_HEADER:,}: put it in an array")
    start = MAGIC + FORMAT.to_bytes(4, "little") + len(header).to_bytes(4, "little")
    check = zlib.crc32(header, zlib.crc32(start))
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent)
    try:
        with open(handle, "wb") as file:
            file.write(start + check.to_bytes(4, "little") + bytes(4) + header)
            begin = _aligned(_FIXED + len(header))
            for entry, part in zip(entries, parts.values(), strict=True):
                file.write(bytes(begin + entry["offset"] - file.tell()))
                file.write(part.reshape(-1).view(np.uint8).data)
            file.write(bytes(max(0, begin + place - file.tell())))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(target.parent)


def read(path: str | os.PathLike[str], kind: str, versions: Collection[int], verify: bool = True) -> Snapshot:
    """Open a snapshot of this kind, in one of these versions.

    verify: compare the checksum of every array too, which reads the whole file (some ten milliseconds for 100 MB in
    the page cache). Without it only the header, all sizes and the length of the file are checked.
    FileNotFoundError where there is no file, SnapshotDamaged where it is not what it should be.
    """
    place = Path(path)
    with place.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        header, begin = _header(place, file.read(_FIXED), file, size)
        if header["kind"] != kind:
            _refuse(place, f"it is a snapshot of kind {header['kind']!r}, not {kind!r}", "choose the right file")
        if header["version"] not in versions:
            known = ", ".join(map(str, sorted(versions)))
            _refuse(place, f"it has version {header['version']} of {kind!r}, this program reads {known}",
                    "build the index again, or use the program that wrote it")
        entries = _entries(place, header, size - begin)
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if header["bytes"] else b""
    arrays = {}
    for entry in entries:
        dtype, shape = np.dtype(entry["dtype"]), tuple(entry["shape"])
        flat = np.frombuffer(data, dtype, prod(shape), begin + entry["offset"]) if prod(shape) else np.empty(0, dtype)
        arrays[entry["name"]] = flat.reshape(shape)
        arrays[entry["name"]].flags.writeable = False
    found = Snapshot(place, kind, header["version"], header["meta"], arrays,
                     {entry["name"]: entry["checksum"] for entry in entries})  # fmt: skip
    if verify:
        found.verify()
    return found


def checksum(array: Array) -> str:
    """Checksum of the bytes of an array in C order, 16 hex digits; how is said at the head of this module."""
    from turs.match.kernels import snapshot as kernels

    flat = np.require(array, requirements=["C", "A"]).reshape(-1).view(np.uint8)
    words, over = divmod(flat.nbytes, 8)
    rest = int.from_bytes(flat[flat.nbytes - over :].tobytes(), "little")
    return f"{int(kernels.checksum(flat.ctypes.data, words, rest, flat.nbytes)):016x}"


def _header(path: Path, fixed: bytes, file: Any, size: int) -> tuple[dict[str, Any], int]:
    """The header, checked for itself, and where the data begin."""
    if len(fixed) < _FIXED or fixed[:8] != MAGIC:
        if size == 0:
            _refuse(path, "it is empty", _AGAIN)
        _refuse(path, "it does not begin as a snapshot does", "choose a file that Turs has saved")
    form, length, check = (int.from_bytes(fixed[at : at + 4], "little") for at in (8, 12, 16))
    if form != FORMAT:
        _refuse(path, f"it is written in format {form}, this program reads {FORMAT}",
                "use the program that wrote it, or build the index again")  # fmt: skip
    if length > LONGEST_HEADER or _FIXED + length > size:
        _refuse(path, f"its header claims {length:,} bytes, the file has {size:,}", _AGAIN)
    text = file.read(length)
    if zlib.crc32(text, zlib.crc32(fixed[:16])) != check:
        _refuse(path, "its header has changed (checksum differs)", _AGAIN)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        _refuse(path, f"its header is no JSON ({type(error).__name__})", _AGAIN)
    wanted = {"kind": str, "version": int, "meta": dict, "arrays": list, "bytes": int}
    if not isinstance(header, dict) or any(type(header.get(name)) is not kind for name, kind in wanted.items()):
        _refuse(path, "its header lacks something", _AGAIN)
    return header, _aligned(_FIXED + length)


def _entries(path: Path, header: dict[str, Any], room: int) -> list[dict[str, Any]]:
    """Descriptions of the arrays, each found to lie within the `room` bytes of data, one after the other."""
    total, end, names = header["bytes"], 0, set()
    if room != total:
        _refuse(path, f"it has {max(room, 0):,} bytes of data where {total:,} were announced: it was cut off or joined",
                _AGAIN)  # fmt: skip
    entries: list[dict[str, Any]] = header["arrays"]
    for entry in entries:
        if not (isinstance(entry, dict) and _described(entry)) or entry["name"] in names:
            _refuse(path, "its header describes an array that cannot be", _AGAIN)
        if not end <= entry["offset"] <= total - entry["bytes"]:
            _refuse(path, f"its header puts the part {entry['name']!r} outside the file or over another", _AGAIN)
        names.add(entry["name"])
        end = entry["offset"] + entry["bytes"]
    return entries


def _described(entry: dict[str, Any]) -> bool:
    """A description of an array is complete and agrees with itself."""
    wanted = {"name": str, "dtype": str, "shape": list, "offset": int, "bytes": int, "checksum": str}
    if any(type(entry.get(name)) is not kind for name, kind in wanted.items()) or entry["dtype"] not in DTYPES:
        return False
    shape = entry["shape"]
    if len(shape) > _DIMENSIONS or not all(type(side) is int and 0 <= side < 1 << 48 for side in shape):
        return False
    size = prod(shape) * np.dtype(entry["dtype"]).itemsize
    return bool(entry["offset"] % _ALIGNED == 0 and entry["bytes"] == size)


def _portable(name: str, array: Array) -> np.dtype[Any]:
    dtype = array.dtype.newbyteorder("<")
    if dtype.str not in DTYPES or array.ndim > _DIMENSIONS:
        raise TypeError(f"array {name!r} is {array.dtype} in {array.ndim} dimensions: a snapshot holds {DTYPES}")
    return dtype


def _aligned(place: int) -> int:
    return -(-place // _ALIGNED) * _ALIGNED


def _umask() -> int:
    """The mask for new files, which the system tells only to those who set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refuse(path: Path, reason: str, remedy: str) -> NoReturn:
    raise SnapshotDamaged(f"{path}: not usable, {reason}: {remedy}")
