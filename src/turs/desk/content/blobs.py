"""Bytes by their digest: stored once, unaltered, checked on every read.

Small payloads are rows, larger ones and uploaded files are files: a table of posts has thousands of records of a
kilobyte, and to make a file for each takes longer than to examine it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages

from turs.posting import sha256

from ..bulk import insert
from .models import SmallBlob

SMALL = 32 * 1024
"""Bytes up to which a payload is kept as a row."""


class Damaged(RuntimeError):
    """Stored bytes are not what their digest says: the evidence was altered on disk."""


def _storage() -> Storage:
    return storages["blobs"]


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def local_path(digest: str) -> Path | None:
    """Where the bytes lie or would lie, if the store is made of local files."""
    try:
        return Path(_storage().path(_name(digest)))
    except NotImplementedError:
        return None


def exists(digest: str) -> bool:
    return _storage().exists(_name(digest))


def put(data: bytes) -> str:
    """Store `data` as a file unless it is there already; its SHA-256. Never half-written: it is moved into place."""
    digest = sha256(data)
    if exists(digest):
        return digest
    if (place := local_path(digest)) is None:
        _storage().save(_name(digest), ContentFile(data))
    else:
        handle, draft = _draft(place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(draft, place)
    return digest


def put_small(payloads: Mapping[str, bytes]) -> None:
    """Store payloads by their SHA-256 as rows, in the caller's transaction; those that are there already stay.

    In one order for everybody, so that two imports of the same content wait for each other and never both.
    """
    insert((SmallBlob(digest=digest, data=payloads[digest]) for digest in sorted(payloads)), skip_known=True)


def _draft(folder: Path) -> tuple[int, str]:
    """A new file in `folder`, which is made when it is needed first."""
    try:
        return tempfile.mkstemp(dir=folder)
    except FileNotFoundError:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return tempfile.mkstemp(dir=folder)


def put_stream(chunks: Iterable[bytes], folder: Path) -> tuple[str, int]:
    """Store a large payload piece by piece through a draft in `folder`; its SHA-256 and its size in bytes."""
    state, size = hashlib.sha256(), 0
    handle, draft = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                state.update(chunk)
                size += len(chunk)
                file.write(chunk)
        digest = state.hexdigest()
        if not exists(digest):
            if (place := local_path(digest)) is None:
                with open(draft, "rb") as file:
                    _storage().save(_name(digest), File(file))
            else:
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.replace(draft, place)
        return digest, size
    finally:
        Path(draft).unlink(missing_ok=True)


def get(digest: str) -> bytes:
    """The bytes with this digest. Raises `FileNotFoundError` if absent, `Damaged` if they changed."""
    row = SmallBlob.objects.filter(pk=digest).values_list("data", flat=True).first()
    if row is None:
        with _storage().open(_name(digest)) as file:
            data: bytes = file.read()
    else:
        data = bytes(row)
    if sha256(data) != digest:
        raise Damaged(f"the stored bytes of {digest} were altered")
    return data


def lend(digest: str, target: Path) -> None:
    """Put the file with this digest at `target`: a second name of it where the disk allows that, else a copy.

    It is lent for reading: who writes there alters the evidence.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if place := local_path(digest):
        try:
            os.link(place, target)
        except OSError:
            if not place.exists():
                raise FileNotFoundError(f"no stored bytes with the digest {digest}") from None
        else:
            return
    with _storage().open(_name(digest)) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)


def head(digest: str, size: int) -> bytes:
    """The first `size` bytes of a file, unchecked: to look at, never to rely on. Raises `FileNotFoundError`."""
    with _storage().open(_name(digest)) as file:
        data: bytes = file.read(size)
        return data
