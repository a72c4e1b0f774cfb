"""An image file: one posting with one picture and no text."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any, Final

from turs.collect import limits
from turs.collect.inputfile import InputFile
from turs.collect.links import absolute
from turs.collect.picture import BrokenPicture, look
from turs.collect.plain import PUBLISHED_AT, URL
from turs.collect.reader import SOURCE, Example, Reader
from turs.posting import Posting, Reject

_SMALLEST = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAFElEQVR42mPkzvNngAEmBiSAmwMAJ9AA0JTPWG4AAAAASUVORK5CYII="
)


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    data = file.content(limits.IMAGE_BYTES)
    try:
        picture = look(data)
    except BrokenPicture as error:
        raise file.refuse(error.code, excerpt=error.detail) from error
    # The date inside the picture is kept beside it and never trusted as the date of publication.
    yield Posting(
        source=options["source"],
        url=absolute(options["url"]),
        published_at=options["published_at"],
        text="",
        media=(picture.media(data, file.name),),
        extra=dict(picture.facts),
        capture=file.capture(data, picture.mime, READER.tool),
    )


READER: Final = Reader(
    name="image",
    version="1",
    suffixes=(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif"),
    title={"ar": "صورة", "en": "Image"},
    summary={
        "ar": "صورة JPEG أو PNG أو WebP أو GIF. يُعرف نوعها من بايتاتها لا من اسمها، وتُفكّ كاملة قبل قبولها.",
        "en": "A JPEG, PNG, WebP or GIF picture. Its bytes say what it is, not its name; "
        "it is decoded whole before it is taken.",
    },
    options=(SOURCE, URL, PUBLISHED_AT),
    read=_read,
    examples=(
        Example(
            name="square.png",
            data=_SMALLEST,
            title={"ar": "مربع صغير من لون واحد", "en": "A small square of one colour"},
            bodies=("",),
        ),
    ),
)
