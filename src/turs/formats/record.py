"""A signal as a flat record of named fields: what CSV and JSON Lines share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from turs.formats.names import FIELD_NAMES, KIND_NAMES, OTHER_KINDS, tidy
from turs.formats.reading import Read, emit, items_of, loads, quality_of, table_of, word_of
from turs.formats.signal import Invalid, Opinion, Problem, Signal, instant, shown, stamp

COLUMNS: Final = tuple(field.name for field in fields(Signal))
_SEPARATORS: Final = re.compile("[;|؛،,]")
_YES: Final = frozenset({"1", "true", "yes", "y", "t", "deleted", "withdrawn", "retracted", "نعم", "محذوف", "مسحوب"})
_NO: Final = frozenset({"", "0", "false", "no", "n", "f", "active", "لا"})
_DIGEST: Final = re.compile(r"\s*[0-9a-fA-F]{64}\s*")


class Columns:
    """Which column of a table, or key of a record, is which field.

    known: at least one column can hold a value. unused: columns that are not understood.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.fields: dict[str, str] = {}
        kinds: dict[str, str] = {}
        self.unused: list[str] = []
        for name in names:
            neat = tidy(name)
            field, kind = FIELD_NAMES.get(neat), KIND_NAMES.get(neat)
            if field and field not in self.fields:
                self.fields[field] = name
            elif kind and kind not in kinds:
                kinds[kind] = name
            elif neat:
                self.unused.append(name)
        if "value" in self.fields:
            self.unused += kinds.values()
            kinds = {}
        self.kinds = kinds

    @property
    def known(self) -> bool:
        return "value" in self.fields or bool(self.kinds)


def read_record(record: Mapping[str, Any], columns: Columns, kind: str, *, line: int = 0, place: str = "") -> Read:
    """The signals of one record: of its value, or of every column named by a kind. Never nothing."""
    cells = {field: record.get(name) for field, name in columns.fields.items()}
    values = [(each, text) for each, name in columns.kinds.items() if (text := word_of(record.get(name)))]
    if "value" in cells or not values:
        values = [(word_of(cells.get("kind")), word_of(cells.get("value")))]
    for named, value in values:
        found, code = kind_of(named, value, kind, tombstone=bool(word_of(cells.get("id"))))
        if code:
            yield Problem(code, line, place, shown(f"{named} {value}"))
            continue
        draft: dict[str, Any] = {"kind": found, "value": value}
        for problem in _fill(draft, cells):
            yield Problem(problem.code, line, place, problem.excerpt)
        yield from emit(draft, line=line, place=place, excerpt=f"{named} {value}")


def kind_of(named: str, value: str, default: str = "", *, tombstone: bool = False) -> tuple[str, str]:
    """The kind of a record by its name, or its value where it has none; and the code of the problem, if any."""
    neat = tidy(named)
    if neat in KIND_NAMES:
        found = KIND_NAMES[neat]
        return ("near_text" if neat == "text" and value and not _DIGEST.fullmatch(value) else found), ""
    if neat:
        return "", "other_kind" if neat in OTHER_KINDS else "kind"
    if default:
        return default, ""
    if re.fullmatch(r"\s*[0-9a-fA-F]{32}\s*", value):
        return "md5", ""
    if re.match(r"\s*h(?:tt|xx)ps?(?:://|\[:\]//|\[://\])", value, re.IGNORECASE):
        return "url", ""
    if not value:
        return "", "" if tombstone else "no_value"
    return "", "no_kind"


def _fill(draft: dict[str, Any], cells: Mapping[str, Any]) -> Iterator[Problem]:
    """Put the other fields of a record into `draft`; a problem for each that does not fit."""
    for name in ("tier", "owner", "source", "note", "id", "group", "checkpoint"):
        if text := word_of(cells.get(name)):
            draft[name] = text.lower().replace(" ", "_") if name == "tier" else text
    for name in ("first_seen", "updated_at"):
        if cells.get(name) not in (None, ""):
            draft[name] = cells[name]
    draft["labels"] = [word_of(label) for label in _listed(cells.get("labels"))]
    draft["tlp"] = [word_of(mark) for mark in _listed(cells.get("tlp"))]
    try:
        draft["quality"] = quality_of(cells.get("quality"))
    except Invalid as error:
        yield Problem(error.code, excerpt=shown(cells.get("quality")))
    deleted = cells.get("deleted")
    word = str(deleted if deleted is not None else "").strip().casefold()
    draft["deleted"] = word in _YES
    if word not in _YES | _NO:
        try:
            at = instant(deleted)
            draft["deleted"] = True
            draft.setdefault("updated_at", at)
        except Invalid:
            yield Problem("bad_field", excerpt=shown(f"deleted: {deleted}"))
    try:
        draft["opinions"] = [_opinion(each) for each in items_of(_json_or(cells.get("opinions"), []))]
        extra = table_of(_json_or(cells.get("extra"), {}))
        draft["extra"] = {str(key): word_of(value) for key, value in extra.items()}
    except Invalid as error:
        yield Problem(error.code if error.code != "bad_json" else "bad_field", excerpt=shown(error))


def _listed(cell: Any) -> list[Any]:
    if isinstance(cell, list):
        return cell
    text = word_of(cell)
    if text.startswith("["):
        try:
            return items_of(loads(text))
        except Invalid:
            pass
    return _SEPARATORS.split(text) if text else []


def _json_or(cell: Any, nothing: Any) -> Any:
    return (loads(cell) if cell.strip() else nothing) if isinstance(cell, str) else nothing if cell is None else cell


def _opinion(value: Any) -> Opinion:
    facts = table_of(value)
    view = word_of(facts.get("view"))
    if view not in ("agree", "disagree", "unsure"):
        raise Invalid("bad_opinion", f"no view {shown(view)!r}")
    return Opinion(word_of(facts.get("owner")), view, word_of(facts.get("reason")), instant(facts.get("at")))  # type: ignore[arg-type]


def write_record(signal: Signal) -> dict[str, Any]:
    """The fields of a signal that say something, JSON-able, in a fixed order; `read_record` gives the signal back."""
    facts: dict[str, Any] = {
        "kind": signal.kind,
        "value": signal.value,
        "labels": list(signal.labels),
        "tier": "" if signal.tier == "none" else signal.tier,
        "tlp": signal.tlp,
        "owner": signal.owner,
        "source": signal.source,
        "first_seen": stamp(signal.first_seen),
        "updated_at": stamp(signal.updated_at),
        "quality": signal.quality,
        "note": signal.note,
        "opinions": [
            {key: value for key, value in (("owner", each.owner), ("view", each.view), ("reason", each.reason),
                                           ("at", stamp(each.at))) if value}
            for each in signal.opinions
        ],
        "deleted": signal.deleted,
        "id": signal.id,
        "group": signal.group,
        "checkpoint": signal.checkpoint,
        "extra": dict(signal.extra),
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value or (key == "quality" and value is not None)}
