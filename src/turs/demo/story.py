"""The demo story as files: ninety days around «جبهة المثال» ("Example Front"), for the readers to import.

Everything is invented and benign: no sentence is taken from anywhere, hosts are reserved, wallets are published
test vectors, pictures are generated. `places.STRANDS` says what each strand is there for.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from PIL import Image

from turs.demo import files
from turs.demo.pictures import POSTERS, pictures
from turs.demo.places import LOOSE_PICTURES, PLACES, RED_READERS, Place
from turs.demo.plan import DAYS, Item, draw

CONTENT: Final = "content"
"""Folder of the files to import, inside the folder of the story."""
TRUTH: Final = "truth.jsonl"
"""File beside it that says what every posting is; for tests and evaluation, never imported."""
BANK: Final = "bank"
"""Folder beside it with the pictures of which the demo's banks are made (`known.BANKS`); never imported."""
SMALLEST: Final = 100
HANDED_IN: Final = "صور واردة"
"""Source of the pictures that come in alone."""
_PROGRAMMES: Final = {"ar": "نشرة المساء", "en": "Evening bulletin", "fr": "Journal du soir"}


@dataclass(frozen=True, slots=True)
class StoryFile:
    """One import of the story: a file, or a folder of files of one reader.

    path: absolute. reader, options: for ``turs.collect.read`` (or ``read_folder``); JSON-able. agency: key of the
    owning agency (`coalition.AGENCIES`). tlp: CLEAR, GREEN, AMBER, AMBER+STRICT or RED. sources: names of the
    places. postings, rejects: what reading it must give. recipients: usernames that may see it, where RED.
    """

    path: Path
    reader: str
    agency: str
    tlp: str
    sources: tuple[str, ...]
    postings: int
    rejects: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What was written: `folder`, the files to import, and the file of truths.

    truth: JSON Lines, a posting a line: ``file`` (inside `folder`), ``native_id``, ``url``, ``source``, ``at``,
    ``strand`` (see `places.STRANDS`), ``topic`` (grammar root), ``language`` (ar, en, fr; "" for pictures alone),
    ``copy_of`` (``place/id``), ``how`` (disguise of a copy), ``picture``. A posting is found by its file and its
    native id, else its address; pages, transcripts and pictures are one posting a file.
    """

    folder: Path
    files: tuple[StoryFile, ...]
    truth: Path

    @property
    def postings(self) -> int:
        """How many postings reading every file gives."""
        return sum(file.postings for file in self.files)

    @property
    def rejects(self) -> int:
        """How many rejects the records that are broken on purpose give."""
        return sum(file.rejects for file in self.files)


@dataclass(frozen=True, slots=True)
class _Part:
    """One import before it is written. path: inside the content folder. data: path -> bytes of every file.

    said: path -> the postings in that file, in order. broken: how many rejects it is to give.
    """

    path: str
    reader: str
    data: Mapping[str, bytes]
    said: Mapping[str, Sequence[Item]]
    broken: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)


def write_story(folder: Path, *, end: datetime, seed: int = 7, size: int = 2000) -> Story:
    """Write the story of the ninety days before `end` (aware) into `folder`: `size` postings.

    Same `end`, `seed` and `size`: byte-identical files. An earlier story in `folder` is replaced; FileExistsError
    where the folder holds ``content`` or ``bank`` that no story wrote.
    Raises ValueError where `end` has no time zone or `size` is below 100 (the story needs that much room).
    """
    if end.tzinfo is None:
        raise ValueError("end must carry a time zone, such as datetime.now(timezone.utc)")
    if size < SMALLEST:
        raise ValueError(f"a story of {size} postings is too short to tell: give a size of {SMALLEST} or more")
    end = end.astimezone(UTC).replace(microsecond=0)
    _make_room(folder)
    drawn = pictures(seed)
    edits = {name: sorted(n for n in drawn if n.startswith(f"{name[:9]}-")) for name in _posters()}
    items = draw(end, seed, size - len(LOOSE_PICTURES), edits)
    made: list[StoryFile] = []
    truth: list[dict[str, Any]] = []
    for place in PLACES:
        for part in _parts(place, [item for item in items if item.place is place], end, drawn):
            _write(folder / CONTENT, part.data)
            told = [(path, item) for path, said in part.said.items() for item in said]
            recipients = RED_READERS if place.tlp == "RED" else ()
            made.append(
                StoryFile(
                    folder / CONTENT / part.path,
                    part.reader,
                    place.agency,
                    place.tlp,
                    (place.name,),
                    len(told),
                    part.broken,
                    part.options,
                    recipients,
                )
            )
            truth.extend(_truth(path, item) for path, item in told)
    made.append(_handed_in(folder, drawn, truth))
    _write(
        folder / BANK,
        {name: drawn[name] for name in (*_posters(), "emblem.png", "outlet-logo.png", "national-poster.jpg")},
    )
    _write(folder, {TRUTH: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in truth).encode()})
    return Story(folder, tuple(made), folder / TRUTH)


def _make_room(folder: Path) -> None:
    """Take an earlier story away: a page left over from it would be imported with this one.

    The file of truths is made first and filled last, so that a story cut off half-way is known for one.
    """
    old = [folder / name for name in (CONTENT, BANK) if (folder / name).exists()]
    if old and not (folder / TRUTH).is_file():
        raise FileExistsError(f"{old[0]} was not written by a demo story: choose an empty folder")
    for path in old:
        shutil.rmtree(path)
    _write(folder, {TRUTH: b""})


def _posters() -> list[str]:
    return [f"poster-{number:02}.jpg" for number in range(1, POSTERS + 1)]


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    for path, data in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _parts(place: Place, items: Sequence[Item], end: datetime, drawn: Mapping[str, bytes]) -> list[_Part]:
    """The imports of one place: a file a period for feeds and tables, one folder for everything else."""
    if not items:
        return []
    if place.kind == "page":
        said = {f"pages/{place.key}/{item.number}.html": [item] for item in items}
        return [_Part(f"pages/{place.key}", "html", {path: files.page(i[0]) for path, i in said.items()}, said)]
    if place.kind == "channel":
        return [_channel(place, items, drawn)]
    if place.kind in {"srt", "vtt"}:
        return [_broadcasts(place, items)]
    start = end - timedelta(days=DAYS)
    periods: list[list[Item]] = [[] for _ in range(place.files)]
    for item in items:
        periods[min((item.at - start).days * place.files // DAYS, place.files - 1)].append(item)
    return [_period(place, number, period) for number, period in enumerate(periods, start=1) if period]


def _period(place: Place, number: int, items: Sequence[Item]) -> _Part:
    """One period of a feed or a table. Some have broken records in the first period."""
    path = f"{'feeds' if place.kind in _FEEDS else 'tables'}/{place.key}-{number}.{_FEEDS.get(place.kind, place.kind)}"
    broken = number == 1 and place.key in {"dhifaf", "saha", "square-en", "place-fr"}
    if place.kind == "feed":
        return _Part(path, "feed", {path: files.rss(place, items, broken=broken)}, {path: items}, int(broken))
    if place.kind == "atom":
        return _Part(path, "feed", {path: files.atom(place, items)}, {path: items})
    options = {"map": dict(files.COLUMNS[place.key]), "source": place.name}
    if place.kind == "csv":
        return _Part(
            path, "table", {path: files.table(place, items, broken=broken)}, {path: items}, 2 * broken, options
        )
    return _Part(path, "json", {path: files.lines(place, items, broken=broken)}, {path: items}, 3 * broken, options)


_FEEDS: Final = {"feed": "rss", "atom": "atom"}


def _channel(place: Place, items: Sequence[Item], drawn: Mapping[str, bytes]) -> _Part:
    """The folder of an export. One channel has an empty message and one whose photo was never saved."""
    broken = place.key == "ansar_lantern"
    path = f"channels/{place.key}/result.json"
    shown = sorted({item.picture for item in items if item.picture})
    sizes = {name: _size(drawn[name]) for name in shown}
    data = {path: files.channel(place, items, sizes, broken=broken)}
    data |= {f"channels/{place.key}/photos/{name}": drawn[name] for name in shown}
    # The photo that is not there gives two rejects: the file is missing, and nothing is left of the message.
    return _Part(
        f"channels/{place.key}", "telegram", data, {path: items}, 3 * broken, {"address": f"https://{place.host}"}
    )


def _broadcasts(place: Place, items: Sequence[Item]) -> _Part:
    """Transcripts of one station, each with the sidecar that says station, programme and time."""
    data: dict[str, bytes] = {}
    said: dict[str, Sequence[Item]] = {}
    for number, item in enumerate(items):
        path = f"broadcasts/{place.key}/{item.at:%Y%m%dT%H%MZ}-{item.number}.{place.kind}"
        broken = place.key == "radio-wahat" and number == 0
        facts = {
            "station": place.name,
            "programme": _PROGRAMMES[item.language],
            "start": item.at.isoformat(),
            "language": item.language,
        }
        data[path] = files.subtitles(item, vtt=place.kind == "vtt", broken=broken)
        data[f"{path}.json"] = json.dumps(facts, ensure_ascii=False).encode()
        said[path] = [item]
    return _Part(f"broadcasts/{place.key}", "transcript", data, said, int(place.key == "radio-wahat"))


def _handed_in(folder: Path, drawn: Mapping[str, bytes], truth: list[dict[str, Any]]) -> StoryFile:
    """Pictures that come in alone, one of them cut off. Their truths are added to `truth`."""
    data = {f"images/{name}": drawn[name] for name in LOOSE_PICTURES}
    _write(folder / CONTENT, {**data, "images/cut-off.jpg": drawn["poster-06.jpg"][:2000]})
    for path in data:
        name = path.removeprefix("images/")
        strand = "front" if name.startswith(("poster", "emblem")) else "official" if "national" in name else "reporting"
        truth.append(_row(f"{CONTENT}/{path}", "", "", HANDED_IN, "", strand, "picture", "", "", "", name))
    return StoryFile(
        folder / CONTENT / "images", "image", "wahat-cell", "AMBER", (HANDED_IN,), len(data), 1, {"source": HANDED_IN}
    )


def _size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def _truth(path: str, item: Item) -> dict[str, Any]:
    return _row(
        f"{CONTENT}/{path}",
        files.native_id(item),
        item.url,
        item.place.name,
        item.at.isoformat(),
        item.strand,
        item.topic,
        item.language,
        item.copy_of,
        item.how,
        item.picture,
    )


def _row(*values: str) -> dict[str, Any]:
    names = ("file", "native_id", "url", "source", "at", "strand", "topic", "language", "copy_of", "how", "picture")
    return dict(zip(names, values, strict=True))
