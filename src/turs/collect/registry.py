"""All readers, the choice among them by content and name, and the gate that every posting passes."""

from __future__ import annotations

import mimetypes
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from turs.collect import (
    document,
    feed,
    html,
    image,
    jsonfeed,
    jsonlines,
    limits,
    plain,
    table,
    telegram,
    transcript,
    video,
)
from turs.collect.dates import zone_of
from turs.collect.decode import Undecodable, decode
from turs.collect.feed import root_of
from turs.collect.inputfile import InputFile, Unreadable, make_reject
from turs.collect.jsonkind import kind_of
from turs.collect.jsonstream import BrokenJson
from turs.collect.picture import media_kind, picture_kind
from turs.collect.reader import Reader
from turs.collect.show import sound
from turs.posting import Posting, Reject

READERS: Final[dict[str, Reader]] = {
    module.READER.name: module.READER
    for module in (plain, html, feed, jsonfeed, table, jsonlines, telegram, transcript, image, video, document)
}
"""Name -> reader, in the order in which people are shown them."""

_HTML_START: Final = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_MARKUP: Final = re.compile(r"\s*<[!?A-Za-z]")
_TIMES: Final = re.compile(r"\d{1,2}:\d{2}[.,]\d{1,3}\s*-->")
_JSON: Final = frozenset({".json", ".jsonl", ".ndjson"})
_FEED_ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel"})


def sniff(path: Path | str) -> Reader | None:
    """The reader for the file at `path`, or `None`. Content goes before the suffix; it never raises."""
    path = Path(path)
    try:
        if not path.is_file():
            return None
        return _choose(InputFile(path, path.name, path.stat().st_size, ""), path.suffix.lower())
    except (OSError, ValueError):  # Unreadable is a ValueError
        return None


def _choose(file: InputFile, suffix: str) -> Reader:
    """The reader of `file`. Raises `Unreadable` with the reason why there is none."""
    try:
        found = _reader_or_code(file, suffix)
    except BrokenJson as error:
        raise file.refuse("broken_json", error.line, error.excerpt, error.column) from error
    if isinstance(found, str):
        raise file.refuse(found)
    return found


def _reader_or_code(file: InputFile, suffix: str) -> Reader | str:
    """A reader, or the reject code that says why there is none. Raises `BrokenJson`."""
    head = file.head()
    if not head:
        return "empty"
    if picture_kind(head):
        return READERS["image"]
    if media_kind(head)[0] == "video":
        return READERS["video"]
    if document.is_document(head, suffix):
        return READERS["document"]
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh")):
        return "spreadsheet"
    if suffix in image.READER.suffixes:
        return "svg" if b"<svg" in head[:4096] else "image_kind"
    if suffix in document.READER.suffixes:
        return "pdf_unknown"
    if suffix in video.READER.suffixes:
        return "video_kind"
    try:
        text = decode(_whole_characters(head), html.declared_charset(head)).text.lstrip("\ufeff \t\r\n")
    except Undecodable as error:
        by_name = _by_suffix(suffix)
        if isinstance(by_name, Reader):
            return by_name if error.code == "encoding" else error.code
        media = media_kind(head)[1] != "application/octet-stream"
        return "image_kind" if media else error.code if by_name == "unknown_format" else by_name
    return _by_content(file, text, suffix) or _by_suffix(suffix)


def _by_content(file: InputFile, text: str, suffix: str) -> Reader | str | None:
    """text: the beginning of the file, without white space before it."""
    if text.startswith("WEBVTT"):
        return READERS["transcript"]
    if suffix in plain.READER.suffixes and not text.startswith("<"):
        return READERS["text"]
    if _MARKUP.match(text):
        root = root_of(text)
        if root == "svg":
            return "svg"
        if root in ("urlset", "sitemapindex", "opml"):
            return "address_list"
        if root in _FEED_ROOTS and suffix not in html.READER.suffixes:
            return READERS["feed"]
        if suffix not in plain.READER.suffixes and (root == "html" or _HTML_START.match(text)):
            return "page_not_json" if suffix in _JSON else READERS["html"]
        if suffix == ".xml":
            return "unknown_format"
    if suffix == ".json" or (suffix in ("", *_JSON) and text[:1] in ("{", "[")):
        return _json_kind(file, text, suffix)
    if suffix == "" and _TIMES.search(text[:2_000]):
        return READERS["transcript"]
    return None


def _json_kind(file: InputFile, text: str, suffix: str) -> Reader | str:
    if not text:
        return "empty"
    if suffix in (".jsonl", ".ndjson"):
        return READERS["json"]
    if text[0] == "[":
        return "unknown_format" if '"@context"' in text[:4_096] else READERS["json"]  # linked data: no reader yet
    lines = text.split("\n", 2)
    if len(lines) > 1 and lines[0].rstrip().endswith("}") and lines[1].lstrip().startswith("{"):
        return READERS["json"]
    kind = kind_of(file)
    return READERS.get(kind, kind)


def _by_suffix(suffix: str) -> Reader | str:
    if suffix == ".svg":
        return "svg"
    if suffix in (".xlsx", ".xls", ".ods", ".zip", ".gz"):
        return "spreadsheet"
    guessed = mimetypes.guess_type(f"file{suffix}")[0] or ""
    if guessed.startswith("video/"):
        return "video_kind"
    if guessed.startswith(("image/", "audio/")) or suffix in (".avif", ".heic", ".heif"):
        return "image_kind"
    for reader in READERS.values():
        if suffix in reader.suffixes and suffix != ".json":
            return reader
    return "unknown_format"


def _whole_characters(head: bytes) -> bytes:
    """`head` cut where a window of a longer file would break the last character."""
    return head[: len(head) - len(head) % 4] if len(head) == 65_536 else head


def _options(reader: Reader, options: Mapping[str, Any], chosen: bool, name: str) -> dict[str, Any]:
    known = {option.name for other in READERS.values() for option in other.options}
    own = {option.name for option in reader.options}
    parsed: dict[str, Any] = {}
    for key in options:
        if key not in (own if chosen else known):
            raise Unreadable(make_reject(name, "bad_option", excerpt=key))
    for option in reader.options:
        try:
            parsed[option.name] = option.parse(options.get(option.name))
            if option.name == "timezone":
                zone_of(parsed["timezone"])
        except (ValueError, TypeError, OverflowError) as error:
            raise Unreadable(make_reject(name, "bad_option", excerpt=f"{option.name}: {error}")) from error
        if option.required and not parsed[option.name]:
            raise Unreadable(make_reject(name, "bad_option", excerpt=option.name))
    return parsed


def read(
    path: Path | str, reader: str | None = None, options: Mapping[str, Any] | None = None, *, name: str = ""
) -> Iterator[Posting | Reject]:
    """Postings of the file at `path`, and a reject for every record that could not be read, in the file's order.

    reader: name of the reader, else it is chosen (`sniff`). options: by option name; a reader chosen by
    itself takes its own and leaves those of other readers. name: what people call the file, where that is
    not its name on disk. Raises `Unreadable` (before or while iterating) where the whole file cannot be
    read; nothing else is raised for any content.
    """
    path = Path(path)
    name = name or path.name
    if reader is not None and reader not in READERS:
        raise Unreadable(make_reject(name, "unknown_reader", excerpt=reader))
    file = InputFile.open(path, name)
    # The suffix people gave counts, not that of a temporary file.
    found = READERS[reader] if reader is not None else _choose(file, Path(name).suffix.lower() or path.suffix.lower())
    return _gate(file, found, _options(found, options or {}, reader is not None, name))


def _gate(file: InputFile, reader: Reader, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    """What every reader's output passes: whole-file limits, and text that any store can hold."""
    results = iter(reader.read(file, options))
    spent = 0.0
    count = 0
    while True:
        began = time.perf_counter()
        try:
            result = next(results)
        except StopIteration:
            return
        finally:
            spent += time.perf_counter() - began
        count += 1
        if count > limits.RECORDS:
            yield file.reject("too_many_records")
            return
        if isinstance(result, Reject):
            yield result
        elif not result.media and not result.body.strip("\ufeff\0 \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0"):
            yield file.reject("no_text", 0, result.capture.origin if result.capture else "")
        else:
            yield _storable(result)
        if spent > limits.SECONDS:
            yield file.reject("too_slow")
            return


def _storable(posting: Posting) -> Posting:
    """`posting` without NUL and lone surrogates; ``extra["replaced_characters"]`` counts them."""
    changes: dict[str, Any] = {}
    count = 0
    for name in ("source", "native_id", "url", "title", "text"):
        value, replaced = sound(getattr(posting, name))
        if replaced:
            changes[name] = value
            count += replaced
    links = tuple(sound(link)[0] for link in posting.links)
    if links != posting.links:
        changes["links"] = links
    extra = {key: sound(value)[0] if isinstance(value, str) else value for key, value in posting.extra.items()}
    if count:
        extra["replaced_characters"] = count
    if extra != posting.extra:
        changes["extra"] = extra
    return replace(posting, **changes) if changes else posting


def read_folder(
    path: Path | str, reader: str | None = None, options: Mapping[str, Any] | None = None
) -> Iterator[Posting | Reject]:
    """The same over every file under the folder `path`; a file that no reader takes becomes a reject.

    Order: within a folder first the files whose records name media (exports, tables), then the others, then
    subfolders, each sorted by name. A media file that a record has claimed is not read again by itself.
    Symbolic links are not followed; hidden files, and sidecars of transcripts, are left out.
    """
    root = Path(path)
    if not root.is_dir():
        raise Unreadable(make_reject(root.name, "missing"))
    count = 0
    claimed: set[Path] = set()
    exports: set[Path] = set()
    for current, folders, names in os.walk(root):
        here = Path(current)
        folders[:] = sorted(
            folder
            for folder in folders
            if not folder.startswith(".")
            and not (here / folder).is_symlink()
            and not (here in exports and folder in telegram.FOLDERS)
        )
        readable = [name for name in names if not name.startswith(".") and not (here / name).is_symlink()]
        present = set(readable)
        for name in sorted(readable, key=lambda name: (not _claims(name), name)):
            file = here / name
            if file in claimed or (name.endswith((".srt.json", ".vtt.json")) and name[:-5] in present):
                continue
            count += 1
            shown = file.relative_to(root).as_posix()
            if count > limits.FOLDER_FILES:
                yield make_reject(shown, "too_many_files")
                return
            try:
                for result in read(file, reader, options, name=shown):
                    if isinstance(result, Posting):
                        if result.capture and result.capture.tool == telegram.READER.tool:
                            exports.add(here)
                        claimed.update(here / item.name for item in result.media)
                    yield result
            except Unreadable as error:
                yield error.reject
        if here in exports:
            folders[:] = [folder for folder in folders if folder not in telegram.FOLDERS]


def _claims(name: str) -> bool:
    suffix = Path(name).suffix.lower()
    return any(reader.claims_media and suffix in reader.suffixes for reader in READERS.values())
