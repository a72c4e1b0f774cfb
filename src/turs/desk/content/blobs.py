"""Bytes by their digest: stored once, unaltered, checked on every read."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages

from turs.posting import sha256


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
    """Store `data` unless it is there already; its SHA-256. Never half-written: a finished file is moved into place."""
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
    with _storage().open(_name(digest)) as file:
        data: bytes = file.read()
    if sha256(data) != digest:
        raise Damaged(f"the stored bytes of {digest} were altered")
    return data


def copy_to(digest: str, target: Path) -> None:
    """Write the bytes with this digest to `target`, piece by piece."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with _storage().open(_name(digest)) as source, target.open("wb") as file:
        while chunk := source.read(1 << 20):
            file.write(chunk)


def head(digest: str, size: int) -> bytes:
    """The first `size` bytes, unchecked: to look at, never to rely on. Raises `FileNotFoundError` if absent."""
    with _storage().open(_name(digest)) as file:
        data: bytes = file.read(size)
        return data
