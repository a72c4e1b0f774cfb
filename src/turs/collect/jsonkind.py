"""What a JSON object is: told by the names of its own fields, not by words that stand somewhere inside it."""

from __future__ import annotations

from typing import Final

from turs.collect.inputfile import InputFile
from turs.collect.jsonstream import open_json

_TELEGRAM: Final = frozenset(
    {"messages", "chats", "left_chats", "contacts", "frequent_contacts", "personal_information"}
)
"""Fields of Telegram exports. A whole-account export may hold long lists of contacts before its chats."""


def kind_of(file: InputFile) -> str:
    """``telegram``, ``jsonfeed``, ``json`` (one object after another) or ``unknown_format`` for the JSON in `file`.

    Reads no further than the first field that tells. Raises `BrokenJson` where the file breaks before one does,
    and `Unreadable` where it is no text.
    """
    with open_json(file) as stream:
        if stream.peek() != "{":
            stream.value_or_break()
            stream.end()
            return "unknown_format"
        linked = False
        begun = stream.line
        for key in stream.members():
            inside = stream.peek() in ("[", "{")
            linked = linked or key == "@context"  # ActivityStreams and other linked data: no reader yet
            if inside and key in _TELEGRAM and not linked:
                return "telegram"
            data = stream.value_or_break()
            if key == "version" and isinstance(data, str) and "://jsonfeed.org" in data:
                return "jsonfeed"
        ended = stream.line
        if stream.peek() == "{" and begun == ended < stream.line:
            return "json"
        stream.end()
    return "unknown_format"
