"""Telegram Desktop export in JSON: ``result.json`` of one chat or of a whole account, media beside it.

What is kept is what a channel published. Names and ids of senders, signatures, contacts and members are
left where they are, in the evidence; no posting carries them. Chats that are not public are read only with
the reference of the lawful authority that allows it, which then stands in every posting and capture.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from turs.collect import languages, limits
from turs.collect.beside import NotBeside, read_media
from turs.collect.dates import instant, zone_of
from turs.collect.inputfile import InputFile
from turs.collect.jsonstream import BrokenJson, JsonStream, Value, open_json
from turs.collect.links import absolute, links_in, unique
from turs.collect.reader import LANGUAGE, SOURCE, TIMEZONE, Example, Option, Reader
from turs.posting import Media, Posting, Reject

PUBLIC: Final = frozenset({"public_channel", "public_supergroup"})
"""Chat types that anybody may open without being let in."""

MEDIA_FIELDS: Final = ("photo", "file")
FOLDERS: Final = frozenset(
    {
        "photos",
        "files",
        "video_files",
        "voice_messages",
        "round_video_messages",
        "stickers",
        "audio_files",
        "animations",
        "chats",
        "css",
        "js",
        "images",
        "stories",
        "profile_pictures",
    }
)
"""Folders that Telegram Desktop writes beside ``result.json``."""

_NOT_INCLUDED: Final = "(File "
AUTHORITY: Final = Option(
    "authority",
    "str",
    "",
    {
        "ar": "مرجع الإذن القانوني المسجَّل بجمع محادثة غير عامة؛ لا تُقرأ بدونه.",
        "en": "Reference of the recorded lawful authority to collect a chat that is not public; required for one.",
    },
)
ADDRESS: Final = Option(
    "address",
    "str",
    "",
    {
        "ar": "عنوان القناة على الويب، مثل https://t.me/example، لتكوين روابط الرسائل.",
        "en": "Web address of the channel, such as https://t.me/example, to form the address of each message.",
    },
)


@dataclass(slots=True)
class _Chat:
    name: str = ""
    kind: str = ""
    id: str = ""

    def set(self, key: str, value: Any) -> None:
        if key == "name" and isinstance(value, str):
            self.name = value.strip()[:300]
        elif key == "type" and isinstance(value, str):
            self.kind = value.strip()[:60]
        elif key == "id" and isinstance(value, (int, str)) and not isinstance(value, bool):
            self.id = str(value)[:60]


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    zone = zone_of(options["timezone"])
    chats, whole = _chats(file)
    authority = options["authority"]
    if whole and chats and not authority and not any(chat.kind in PUBLIC for chat in chats):
        raise file.refuse("not_public", excerpt=", ".join(sorted({chat.kind or "?" for chat in chats})))
    refused: set[int] = set()
    found = False
    try:
        for number, chat, value, place, raw, encoding in _messages(file):
            if chat.kind not in PUBLIC and number < len(chats):
                chat = chats[number]  # the type may stand after the messages
            if chat.kind not in PUBLIC and not authority:
                found = True
                if number not in refused:
                    refused.add(number)
                    yield file.reject("not_public", value.line, chat.kind or "?")
                continue
            for result in _message(file, options, chat, value, place, raw, encoding, zone):
                found = True
                yield result
    except BrokenJson as error:
        if not found and not chats:
            raise file.refuse("broken_json", error.line, column=error.column) from error
        found = True
        yield file.reject("broken_json", error.line, column=error.column)  # around it may stand names of people
    if not found:
        yield file.reject("no_records")


def _walk(stream: JsonStream) -> Iterator[tuple[_Chat, str, str]]:
    """Every member of every chat: (the chat, the key here, where it stands). The caller takes or skips the value."""
    single = _Chat()
    for key in stream.members():
        if key in ("chats", "left_chats") and stream.peek() == "{":
            for inner in stream.members():
                if inner != "list" or stream.peek() != "[":
                    stream.skip()
                    continue
                for index in stream.elements():
                    if stream.peek() != "{":
                        stream.skip()
                        continue
                    chat = _Chat()
                    for name in stream.members():
                        yield chat, name, f"{key}.list[{index}]"
        else:
            yield single, key, ""
    stream.end()


def _chats(file: InputFile) -> tuple[list[_Chat], bool]:
    """The chats that have messages, in order, and whether the file is whole. Reads it once, holding nothing of it."""
    chats: list[_Chat] = []
    with open_json(file) as stream:
        try:
            for chat, key, where in _walk(stream):
                if key in ("name", "type", "id"):
                    chat.set(key, stream.value().data)
                    continue
                if key == "messages" and not any(chat is known for known in chats):
                    chats.append(chat)
                    if not where and chat.kind in PUBLIC:
                        break  # a single public chat, its name and type before its messages as usual
                stream.skip()
        except BrokenJson:
            return chats, False  # what stands before the break is read afterwards, and the break told then
    return chats, True


def _messages(file: InputFile) -> Iterator[tuple[int, _Chat, Value, str, bytes, str]]:
    """(number of the chat, the chat as known so far, the message, where it stands, its bytes, their encoding)."""
    number = -1
    with open_json(file) as stream:
        for chat, key, where in _walk(stream):
            if key in ("name", "type", "id"):
                chat.set(key, stream.value().data)
            elif key == "messages" and stream.peek() == "[":
                number += 1
                for index in stream.elements():
                    place = f"{where}.messages[{index}]" if where else f"messages[{index}]"
                    value = stream.value()
                    raw = b"" if value.problem else stream.raw(value.text)
                    yield number, chat, value, place, raw, stream.encoding
            else:
                stream.skip()


def _message(
    file: InputFile, options: Mapping[str, Any], chat: _Chat, value: Value, place: str, raw: bytes, encoding: str,
    zone: tzinfo,
) -> Iterator[Posting | Reject]:  # fmt: skip
    message = value.data
    if value.problem:
        yield file.reject(value.problem, value.line, column=value.column)  # in it may stand names of people
        return
    if not isinstance(message, dict):
        yield file.reject("not_object", value.line, value.text)
        return
    if message.get("type", "message") != "message":
        return  # joins, pins, calls: what the service says about people, not what was published
    text, links = text_of(message)
    if len(text) > limits.RECORD_CHARACTERS:
        yield file.reject("record_too_long", value.line, text[:200])
        return
    extra: dict[str, Any] = {"chat_type": chat.kind} if chat.kind else {}
    media: list[Media] = []
    for field in MEDIA_FIELDS:
        name = message.get(field)
        if not isinstance(name, str) or not name.strip():
            continue
        if name.startswith(_NOT_INCLUDED):
            extra["media_missing"] = extra.get("media_missing", 0) + 1
            continue
        try:
            item, facts, code = read_media(file.path.parent, name)
        except NotBeside as error:
            extra["media_missing"] = extra.get("media_missing", 0) + 1
            yield file.reject(error.code, value.line, name)
            continue
        media.append(item)
        extra.update(facts)
        if code:
            yield file.reject(code, value.line, name)
    if not text.strip() and not media:
        yield file.reject("no_text", value.line, _without_people(message))
        return
    published_at, notes = _moment(message, "date_unixtime", "date", zone)
    extra.update(notes)
    edited_at, _ = _moment(message, "edited_unixtime", "edited", zone)
    if edited_at:
        extra["edited_at"] = edited_at.isoformat()
    if message.get("forwarded_from") is not None or message.get("forwarded_from_id") is not None:
        extra["forwarded"] = True
        # Only the name of a channel is content; a forwarded person's name is not kept.
        if str(message.get("forwarded_from_id", "")).startswith("channel") and isinstance(
            message.get("forwarded_from"), str
        ):
            extra["forwarded_from"] = message["forwarded_from"][:300]
    reply = message.get("reply_to_message_id")
    if isinstance(reply, int) and not isinstance(reply, bool):
        extra["reply_to"] = str(reply)
    if chat.id:
        extra["chat_id"] = chat.id
    headers = {"encoding": encoding}
    if options["authority"] and chat.kind not in PUBLIC:
        headers["authority"] = extra["authority"] = options["authority"]
    native_id = str(message["id"])[:60] if isinstance(message.get("id"), (int, str)) else ""
    address = absolute(options["address"]).rstrip("/")
    yield Posting(
        source=options["source"] or chat.name,
        source_kind="channel",
        native_id=native_id,
        url=f"{address}/{native_id}" if address and native_id else "",
        published_at=published_at,
        text=text,
        language=languages.declared(options["language"]),
        links=unique([*links_in(text), *links]),
        media=tuple(media),
        extra=extra,
        capture=file.capture(raw, "application/json", READER.tool, place, headers),
    )


def _moment(
    message: Mapping[str, Any], unix: str, written: str, zone: tzinfo
) -> tuple[datetime | None, dict[str, str]]:
    if message.get(unix) not in (None, ""):
        return instant(message[unix])
    value = message.get(written)
    if isinstance(value, str) and value.startswith("1970-01-01"):
        return None, {}  # older exports write the epoch for "never edited"
    return instant(value, zone)


def text_of(message: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Text of a message as its pieces joined, nothing added between them, and the links hidden under words.

    A poll is its question and answers, a line each.
    """
    pieces = message.get("text")
    if not pieces and isinstance(message.get("text_entities"), list):
        pieces = message["text_entities"]
    text, links = _joined(pieces)
    poll = message.get("poll")
    if isinstance(poll, dict):
        lines = [_joined(poll.get("question"))[0]]
        answers = poll.get("answers")
        if isinstance(answers, list):
            lines += [_joined(answer.get("text"))[0] for answer in answers[:100] if isinstance(answer, dict)]
        text = "\n".join(line for line in [text, *lines] if line)
    return text, links


def _joined(pieces: Any) -> tuple[str, list[str]]:
    if isinstance(pieces, str):
        return pieces, []
    parts: list[str] = []
    links: list[str] = []
    for piece in pieces if isinstance(pieces, list) else []:
        if isinstance(piece, str):
            parts.append(piece)
        elif isinstance(piece, dict) and isinstance(piece.get("text"), str):
            parts.append(piece["text"])
            target = piece.get("href") if piece.get("type") == "text_link" else None
            if isinstance(target, str):
                links.append(absolute(target))
            elif piece.get("type") == "link":
                written = piece["text"].strip()
                links.append(absolute(written) or absolute(f"https://{written}"))
    return "".join(parts), links


def _without_people(message: Mapping[str, Any]) -> str:
    """What kind of message it was, without names, contacts or places of people."""
    kept = {key: message[key] for key in ("id", "type", "date", "media_type", "mime_type") if key in message}
    return json.dumps(kept, ensure_ascii=False)


_EXAMPLE = """{
 "name": "قناة المثال",
 "type": "public_channel",
 "id": 1000000001,
 "messages": [
  {"id": 1, "type": "service", "date": "2026-01-02T10:00:00", "date_unixtime": "1767348000",
   "actor": "قناة المثال", "action": "create_channel", "title": "قناة المثال", "text": ""},
  {"id": 2, "type": "message", "date": "2026-01-02T11:00:00", "date_unixtime": "1767351600",
   "from": "قناة المثال", "from_id": "channel1000000001",
   "text": ["اقرأ ", {"type": "bold", "text": "البيان"}, " في ",
            {"type": "text_link", "text": "موقعنا", "href": "https://news.example.org/2"}, "."]},
  {"id": 3, "type": "message", "date": "2026-01-03T11:00:00", "date_unixtime": "1767438000",
   "from": "قناة المثال", "from_id": "channel1000000001", "photo": "photos/photo_1.png", "text": "صورة اليوم"},
  {"id": 4, "type": "message", "date": "2026-01-03T12:00:00", "date_unixtime": "1767441600",
   "from": "قناة المثال", "from_id": "channel1000000001", "photo": "../../secret.png", "text": "مسار غريب"}
 ]
}"""


def _example() -> tuple[Example, ...]:
    from turs.collect.image import READER as IMAGE

    return (
        Example(
            name="result.json",
            data=_EXAMPLE.encode(),
            title={
                "ar": "قناة عامة: رسالة خدمة ورسالة برابط وصورة ومسار ممنوع",
                "en": "A public channel: a service message, a message with a link, a picture, a forbidden path",
            },
            bodies=("اقرأ البيان في موقعنا.", "صورة اليوم", "مسار غريب"),
            rejects=("media_outside",),
            beside={"photos/photo_1.png": IMAGE.examples[0].data},
        ),
    )


READER: Final = Reader(
    name="telegram",
    version="1",
    suffixes=(".json",),
    title={"ar": "تصدير تيليغرام", "en": "Telegram export"},
    summary={
        "ar": "ملف result.json من تيليغرام لسطح المكتب، لمحادثة واحدة أو للحساب كله، مع مجلد الوسائط. "
        "اسم القناة هو المصدر، ولا تُحفظ أسماء الأشخاص. لا تُقرأ محادثة غير عامة بلا إذن قانوني مسجَّل.",
        "en": "The result.json of Telegram Desktop, of one chat or the whole account, with its media folder. The "
        "channel is the source; people's names are not kept. A chat that is not public is read only with a recorded "
        "lawful authority.",
    },
    options=(AUTHORITY, ADDRESS, SOURCE, LANGUAGE, TIMEZONE),
    read=_read,
    claims_media=True,
    examples=_example(),
)
