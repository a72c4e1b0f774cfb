"""Media files that stand beside an export: opened only inside its folder."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path, PurePosixPath, PureWindowsPath

from turs.collect import limits
from turs.collect.picture import BrokenPicture, look, media_kind
from turs.posting import Media


class NotBeside(ValueError):
    """`code` is a key of REASONS: ``media_missing`` or ``media_outside``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def place(folder: Path, name: str) -> Path:
    """The path of the file called `name` inside `folder`.

    Refused (`NotBeside`): absolute paths, drive letters, ``..``, and symbolic links anywhere below the
    folder, so that an export can never make us read another file of this machine.
    """
    text = name.strip().replace("\\", "/")
    pure = PurePosixPath(text)
    if "\0" in text or pure.is_absolute() or PureWindowsPath(text).drive or ".." in pure.parts:
        raise NotBeside("media_outside")
    if not pure.parts or len(text) > 1_000:
        raise NotBeside("media_missing")
    path = folder
    try:
        for part in pure.parts:
            path = path / part
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                raise NotBeside("media_outside")
        if not stat.S_ISREG(mode):
            raise NotBeside("media_missing")
    except (OSError, ValueError) as error:
        if isinstance(error, NotBeside):
            raise
        raise NotBeside("media_missing") from error
    return path


def read_media(folder: Path, name: str) -> tuple[Media, dict[str, str | int], str]:
    """(media, its facts, reject code or "") of the file called `name` beside an export.

    A picture that cannot be decoded whole is kept as ``document`` with the code ``media_broken``: evidence
    is not thrown away, but nothing later tries to show it. Raises `NotBeside`.
    """
    path = place(folder, name)
    shown_name = PurePosixPath(name.strip().replace("\\", "/")).as_posix()
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > limits.MEDIA_BYTES:
                return _by_digest(stream, shown_name), {}, ""
            data = stream.read(limits.MEDIA_BYTES + 1)
    except OSError as error:
        raise NotBeside("media_missing") from error
    kind, mime = media_kind(data[:64])
    if kind == "image":
        try:
            picture = look(data)
        except BrokenPicture:
            return _item("document", mime, data, shown_name), {}, "media_broken"
        return picture.media(data, shown_name), dict(picture.facts), ""
    return _item(kind, mime, data, shown_name), {}, ""


def _item(kind: str, mime: str, data: bytes, name: str) -> Media:
    return Media(kind, mime, hashlib.sha256(data).hexdigest(), len(data), name, data=data)


def _by_digest(stream: object, name: str) -> Media:
    digest = hashlib.sha256()
    size = 0
    head = b""
    while block := stream.read(1024 * 1024):  # type: ignore[attr-defined]
        head = head or block[:64]
        digest.update(block)
        size += len(block)
    kind, mime = media_kind(head)
    return Media("document" if kind == "image" else kind, mime, digest.hexdigest(), size, name)
