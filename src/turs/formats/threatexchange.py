"""The files of Meta's ThreatExchange and of the library of that name (python-threatexchange 1.2).

Read, each known by its shape: the answer of ``/threat_updates`` and ``/threat_descriptors`` (JSON); what
``threatexchange dataset -P`` prints, with ``--csv`` or without; the file of a ``local_file`` exchange, one
``signal_type signal`` a line; and, where the kind is named, the rows of a ``simple.TYPE.te`` file.

Written: updates (`write`: with opinions, tombstones and the time that is their checkpoint), the dataset table
(`write_dataset`), the lines of the file exchange (`write_list`).

Opinions: a descriptor ``MALICIOUS`` agrees, ``NON_MALICIOUS`` disagrees, anything else is unsure; the reactions
``HELPFUL`` and ``DISAGREE_WITH_TAGS`` agree and disagree (field guide 1.11 and 5.4). The owner of a signal agrees with
it unless an opinion of its own says otherwise.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from turs.formats import limits
from turs.formats.csv_ import rows_of
from turs.formats.names import KIND_NAMES, OTHER_KINDS, tidy
from turs.formats.reading import (
    Read,
    Refused,
    dumps,
    emit,
    items_of,
    json_of,
    last,
    number_of,
    reader,
    refuse,
    table_of,
    text_of,
    word_of,
)
from turs.formats.record import kind_of
from turs.formats.signal import Opinion, Problem, Signal, shown, stamp

NAMES: Final = {
    "pdq": "pdq", "md5": "video_md5", "sha256": "video_sha256", "url": "url", "near_text": "raw_text", "vpdq": "vpdq",
    "text": "turs_text_digest",
}  # fmt: skip
"""Kind -> signal type of the library; ``turs_text_digest`` is ours (`turs.match.threatexchange`)."""
TYPES: Final = {"pdq": "HASH_PDQ", "md5": "HASH_MD5", "sha256": "HASH_SHA256", "url": "URI", "near_text": "TEXT_STRING"}
"""Kind -> indicator type of the interface; the others travel as ``DEBUG_STRING`` with the tag ``signal_type:NAME``."""
DATASET: Final = ("signal_type", "signal_str", "collab", "category", "tags")

_DEBUG: Final = "DEBUG_STRING"
_NAMED: Final = "signal_type:"
_VIEWS: Final[dict[str, Any]] = {"MALICIOUS": "agree", "NON_MALICIOUS": "disagree"}
_STATUS: Final = {"agree": "MALICIOUS", "disagree": "NON_MALICIOUS", "unsure": "UNKNOWN"}
_REACTIONS: Final[dict[str, Any]] = {"HELPFUL": "agree", "DISAGREE_WITH_TAGS": "disagree"}
_CATEGORIES: Final[dict[str, tuple[Any, ...]]] = {
    "POSITIVE_CLASS": (), "NEGATIVE_CLASS": ("disagree",), "INVESTIGATION_SEED": ("unsure",),
    "DISPUTED": ("agree", "disagree"),
}  # fmt: skip
_PRINTED: Final = re.compile(
    r"(?P<type>\S+) (?P<value>.+?) (?P<collab>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\") "
    rf"(?P<category>{'|'.join(_CATEGORIES)})(?: (?P<tags>\S+))?"
)


@reader(limits.FILE_BYTES)
def read(data: bytes, kind: str) -> Read:
    """Signals of any of these files. kind: of lines that hold nothing but the signal."""
    text, guessed = text_of(data)
    if guessed:
        yield Problem("encoding_guessed")
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in "{[" and not (kind or start.startswith("[h")):
        if len(data) > limits.TREE_BYTES:
            raise Refused("too_large", f"{len(data):,} bytes of JSON")
        yield from _updates(json_of(data))
    elif start.startswith(",".join(DATASET[:2])):
        yield from _dataset(text)
    else:
        yield from _lines(text, kind)


# -- JSON of the interface ---------------------------------------------------------------------------------


def _updates(document: Any) -> Read:
    rows = document if isinstance(document, list) else table_of(document).get("data")
    if rows is None and table_of(document).keys() & {"indicator", "raw_indicator"}:
        rows = [document]
    if not isinstance(rows, list):
        raise Refused("not_this_format", "no list named data")
    times = [int(time) for row in rows if (time := word_of(table_of(row).get("last_updated"))).isdigit()]
    checkpoint = str(max(times)) if any(times) else ""
    for index, row in enumerate(rows):
        place = f"data[{index}]"
        if not isinstance(row, dict):
            yield Problem("bad_record", 0, place, shown(row))
        else:
            yield from _update(row, place, checkpoint)


def _update(row: dict[str, Any], place: str, checkpoint: str) -> Read:
    value, written = word_of(row.get("indicator") or row.get("raw_indicator")), word_of(row.get("type"))
    alone = "raw_indicator" in row and "indicator" not in row
    descriptors = [row] if alone else items_of(table_of(row.get("descriptors")).get("data"))
    descriptors = [each for each in descriptors if isinstance(each, dict)]
    # An update without descriptors is a withdrawal as well (ThreatExchange issue 834).
    deleted = row.get("should_delete") is True or (not alone and not descriptors)
    tags = list(dict.fromkeys(tag for each in descriptors for tag in _tags(each)))
    id = word_of(row.get("id"))
    named = next((tag.removeprefix(_NAMED) for tag in tags if tag.startswith(_NAMED)), "")
    kind, code = kind_of(named if written == _DEBUG else written, value)
    if code:
        yield Problem(code, 0, place, shown(f"{written} {value}"))
        return
    first = next((each for each in descriptors if word_of(each.get("status")) == "MALICIOUS"), None)
    first = first or (descriptors[0] if descriptors else {})
    owner, ids = _owner(first), {}
    opinions: dict[str, Opinion] = {}
    for each in descriptors:
        name = _owner(each)
        if number := word_of(table_of(each.get("owner")).get("id")):
            ids[name] = number
        view = _VIEWS.get(word_of(each.get("status")), "unsure")
        if each is not first or view != "agree":
            reason = "" if each is first else "; ".join(tag for tag in _tags(each) if not tag.startswith(_NAMED))
            opinions[name] = Opinion(name, view, reason[: limits.FIELD_CHARACTERS])
    names = {number: name for name, number in ids.items()}
    for number, view in _reactions(descriptors):
        name = names.get(number, number)
        if name != owner:
            opinions.setdefault(name, Opinion(name, view))
    added = sorted(filter(None, (word_of(each.get("added_on")) for each in descriptors)))
    yield from emit({
        "kind": kind, "value": value, "labels": [tag for tag in _tags(first) if not tag.startswith(_NAMED)],
        "tlp": [word_of(each.get("share_level")) for each in descriptors if word_of(each.get("share_level"))],
        "owner": owner, "first_seen": added[0] if added else None, "updated_at": row.get("last_updated") or None,
        "note": word_of(first.get("description")), "opinions": opinions.values(), "deleted": deleted,
        "id": "" if id == number_of(kind, value) else id, "checkpoint": checkpoint,
        "extra": {"type": written if TYPES.get(kind, _DEBUG) != written else "",
                  "confidence": word_of(first.get("confidence")), "review_status": word_of(first.get("review_status")),
                  **{f"id of {name}": number for name, number in ids.items()
                     if number not in (name, number_of("owner", name))}},
    }, place=place, excerpt=f"{written} {value}")  # fmt: skip


def _tags(descriptor: dict[str, Any]) -> list[str]:
    tags = descriptor.get("tags")
    if isinstance(tags, dict):
        tags = [table_of(tag).get("text") for tag in items_of(tags.get("data"))]
    return [word_of(tag) for tag in items_of(tags) if word_of(tag)]


def _owner(descriptor: dict[str, Any]) -> str:
    owner = table_of(descriptor.get("owner"))
    return word_of(owner.get("name")) or word_of(owner.get("id"))


def _reactions(descriptors: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    for descriptor in descriptors:
        for reaction in items_of(descriptor.get("reactions")):
            view = _REACTIONS.get(word_of(table_of(reaction).get("key")))
            for name in word_of(table_of(reaction).get("value")).split(",") if view else ():
                if name.strip():
                    yield name.strip(), view


def write(signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = "") -> bytes:
    """An answer of ``/threat_updates``. A withdrawal is an update with ``should_delete``."""
    rows = []
    given = list(signals)
    page = checkpoint or last(signal.checkpoint for signal in given)
    for number, signal in enumerate(given):
        if not signal.value:
            refuse("cannot_carry_kind", number, signal, problems)
            continue
        written = signal.extra.get("type") or TYPES.get(signal.kind, _DEBUG)
        updated = int(signal.updated_at.timestamp()) if signal.updated_at else int(page) if page.isdigit() else 0
        row: dict[str, Any] = {
            "id": signal.id or number_of(signal.kind, signal.value), "indicator": signal.value, "type": written,
            "last_updated": updated, "should_delete": signal.deleted,
        }  # fmt: skip
        if not signal.deleted or signal.opinions or signal.labels or signal.owner or written == _DEBUG:
            row["descriptors"] = {"data": _descriptors(signal, written)}
        rows.append(row)
    return dumps({"data": rows})


def _descriptors(signal: Signal, written: str) -> list[dict[str, Any]]:
    own = next((each for each in signal.opinions if each.owner == signal.owner), Opinion(signal.owner))
    marks = [f"{_NAMED}{NAMES[signal.kind]}"] if written == _DEBUG else []
    made = []
    for opinion in [own, *(each for each in signal.opinions if each is not own)]:
        mine = opinion is own
        name = opinion.owner
        number = signal.extra.get(f"id of {name}") or (name if name.isdigit() else number_of("owner", name))
        tags = list(signal.labels) if mine else [tag for tag in opinion.reason.split("; ") if tag]
        made.append({
            "id": number_of(signal.kind, signal.value, name, opinion.view),
            "owner": {"id": number, **({"name": name} if name != number else {})},
            "status": _STATUS[opinion.view], "tags": tags + marks,
            **({"added_on": stamp(signal.first_seen)} if mine and signal.first_seen else {}),
            **({"description": signal.note} if mine and signal.note else {}),
            **({"share_level": signal.tlp} if mine and signal.tlp else {}),
            **({key: signal.extra[key] for key in ("confidence", "review_status") if key in signal.extra}
               if mine else {}),
        })  # fmt: skip
    return made


# -- What the command line prints, and the file exchange ---------------------------------------------------


def _dataset(text: str) -> Read:
    header: list[str] | None = None
    for line, cells in rows_of(text, ","):
        if cells is None:
            yield Problem("quote", line)
        elif header is None:
            header = cells
        elif len(cells) > len(header):
            yield Problem("columns", line, excerpt=shown(",".join(cells)))
        elif any(cells):
            row = dict(zip(header, cells, strict=False))
            yield from _row(row["signal_type"], row.get("signal_str", ""), row.get("collab", ""),
                            row.get("category", ""), row.get("tags", "").split(), line)  # fmt: skip


def _row(named: str, value: str, collab: str, category: str, tags: list[str], line: int, default: str = "") -> Read:
    kind, code = kind_of(named, value, default)
    if code:
        yield Problem(code, line, excerpt=shown(f"{named} {value}"))
        return
    if category and category not in _CATEGORIES:
        yield Problem("bad_opinion", line, excerpt=shown(category))
    opinions = [Opinion("", view) for view in _CATEGORIES.get(category, ())]
    yield from emit({"kind": kind, "value": value, "labels": tags, "source": collab, "opinions": opinions,
                     "extra": {"type": named if NAMES.get(kind) != named else ""}},
                    line=line, excerpt=f"{named} {value}")  # fmt: skip


def _lines(text: str, kind: str) -> Read:
    for line, row in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        bare = row.strip(" \t\r")
        if not bare:
            continue
        if kind:
            yield from _alone(bare, kind, line)
        elif printed := _PRINTED.fullmatch(bare):
            collab = re.sub(r"\\(.)", r"\1", printed["collab"][1:-1])
            yield from _row(printed["type"], printed["value"], collab, printed["category"],
                            (printed["tags"] or "").split(","), line)  # fmt: skip
        else:
            named, blank, value = bare.partition(" ")
            yield from _row(named if blank else "", value if blank else bare, "", "", [], line)


def _alone(bare: str, kind: str, line: int) -> Read:
    """A line of a file that holds one kind: the signal, or a row of a ``.te`` file."""
    cells = next(csv.reader([bare]), []) if kind != "near_text" else []
    if len(cells) in (4, 5) and all(cell.isdigit() for cell in cells[1:-2]):
        yield from emit({"kind": kind, "value": cells[0], "id": cells[1], "labels": cells[-1].split(),
                         "first_seen": cells[-2] if cells[-2] != "mine" else None}, line=line)  # fmt: skip
    else:
        yield from emit({"kind": kind, "value": bare}, line=line)


def write_dataset(signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = "") -> bytes:
    """The table that ``threatexchange dataset -P --csv`` prints. It cannot carry a withdrawal."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(DATASET)
    for number, signal in enumerate(signals):
        if signal.deleted:
            refuse("cannot_carry_tombstone", number, signal, problems)
            continue
        tags = " ".join(label.replace(" ", "_") for label in signal.labels)
        table.writerow([_name(signal), signal.value, signal.source, category(signal), tags])
    return out.getvalue().encode("utf-8")


def write_list(signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = "") -> bytes:
    """The file of a ``local_file`` exchange. Such a file is always whole: what is withdrawn is not in it."""
    lines = []
    for number, signal in enumerate(signals):
        if signal.deleted:
            refuse("cannot_carry_tombstone", number, signal, problems)
        elif "\n" in signal.value or "\r" in signal.value:
            refuse("cannot_carry_line", number, signal, problems)
        else:
            lines.append(f"{_name(signal)} {signal.value}\n")
    return "".join(lines).encode("utf-8")


def _name(signal: Signal) -> str:
    named = signal.extra.get("type", "")
    return named if KIND_NAMES.get(tidy(named)) == signal.kind and named == named.lower() else NAMES[signal.kind]


def category(signal: Signal) -> str:
    """What all opinions come to, in the words of the library; positive and negative together are ``DISPUTED``."""
    views = {opinion.view for opinion in signal.opinions}
    if not any(opinion.owner == signal.owner for opinion in signal.opinions):
        views.add("agree")
    if "disagree" in views:
        return "DISPUTED" if "agree" in views else "NEGATIVE_CLASS"
    return "POSITIVE_CLASS" if "agree" in views else "INVESTIGATION_SEED"


def sniff(head: str) -> bool:
    """True for the JSON of the interface."""
    keys = '"(?:raw_)?indicator"\\s*:', '"(?:should_delete|descriptors|raw_indicator)"\\s*:'
    return head[:1] in ("{", "[") and all(re.search(key, head) for key in keys)


def sniff_dataset(head: str) -> bool:
    """True for the table of the command line."""
    return head.startswith(",".join(DATASET[:2]))


def sniff_list(head: str) -> bool:
    """True where the first line is ``signal_type signal``."""
    named, blank, value = head.split("\n", 1)[0].strip().partition(" ")
    known = re.fullmatch(r"[a-z0-9_]+", named) and tidy(named) in KIND_NAMES.keys() | OTHER_KINDS
    return bool(blank and value.strip() and known)
