"""MISP events and attributes in JSON (MISP core format), as exported, as answered by its search, and as in its feeds.

Read: an event (``{"Event": ...}`` or bare), a list of events, ``{"response": ...}`` of events or attributes, and a bare
list of attributes. Attributes inside objects count. A fragment of an event without ``info`` is refused, as pymisp does.

The TLP is the strictest of the tags of event, object and attribute. ``deleted`` is a withdrawal; a sighting of type 1 a
disagreement, one of type 0 an agreement. An attribute without ``to_ids`` is context rather than detection: it is read,
and says so in ``Signal.extra["to_ids"]``. Types that MISP does not have travel as ``other`` or ``text`` with a tag
``turs:kind="pdq"``; what else MISP has no field for travels in tags of that namespace.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from turs.formats import limits
from turs.formats.names import OTHER_KINDS, tidy
from turs.formats.reading import Read, Refused, dumps, emit, items_of, json_of, reader, refuse, table_of, word_of
from turs.formats.record import kind_of
from turs.formats.signal import Invalid, Opinion, Problem, Signal, instant, shown, stamp

OURS: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://turs.example.org/misp")
TYPES: Final = {"sha256": "sha256", "md5": "md5", "url": "url", "text": "other", "near_text": "text", "pdq": "other",
                "vpdq": "other"}  # fmt: skip
_CATEGORY: Final = {"sha256": "Payload delivery", "md5": "Payload delivery", "url": "Network activity"}
_READ: Final = {"md5": "md5", "sha256": "sha256", "url": "url", "uri": "url", "pdq": "pdq", "vpdq": "vpdq"}
_KIND_TAG: Final = re.compile(r'turs:kind="([a-z0-9_]+)"')
_TIER_TAG: Final = re.compile(r'turs:tier="([a-z_]+)"')
_QUALITY_TAG: Final = re.compile(r'turs:quality="(\d{1,3})"')
_FACT_TAG: Final = re.compile(r'turs:(source|group|id|checkpoint|extra:[^="]+)="(.*)"', re.DOTALL)
_UNSURE_TAG: Final = re.compile(r'turs:unsure="(.*)"', re.DOTALL)
_FALSE_POSITIVE: Final = "1"


# -- Reading -----------------------------------------------------------------------------------------------


@reader(limits.TREE_BYTES)
def read(data: bytes, kind: str) -> Read:
    """Signals of all events or attributes of a file."""
    document = json_of(data)
    if isinstance(document, dict) and "response" in document:
        document = document["response"]
    if isinstance(document, dict) and "Attribute" in document and not _is_event(document):
        if set(document) & {"Object", "Event", "uuid", "date", "Tag", "ShadowAttribute"} or not _answer(document):
            raise Refused("misp_fragment", ", ".join(document))
        document = document["Attribute"]
    rows = document if isinstance(document, list) else [document]
    if _is_manifest(document):
        raise Refused("misp_manifest", ", ".join(map(str, list(document)[:3])))
    for index, row in enumerate(rows):
        place = f"[{index}]" if isinstance(document, list) else ""
        if not isinstance(row, dict):
            yield Problem("bad_record", 0, place, shown(row))
            continue
        event = table_of(row.get("Event", row))
        if "type" in row and "value" in row:
            yield from _attribute(row, table_of(row.get("Event")), {}, place)
        elif not _is_event(event):
            yield Problem("misp_fragment" if _eventful(event) else "not_this_format", 0, place, shown(", ".join(event)))
        elif "Attribute" not in event and "Object" not in event and isinstance(document, list):
            yield Problem("misp_manifest", 0, place, shown(event.get("info")))
        else:
            yield from _event(event, place)


def _is_event(value: Mapping[str, Any]) -> bool:
    return bool(word_of(value.get("info")))


def _eventful(value: Mapping[str, Any]) -> bool:
    return bool(set(value) & {"Attribute", "Object", "Orgc", "threat_level_id", "analysis", "Tag"})


def _answer(document: Mapping[str, Any]) -> bool:
    """Attributes as a search answers them: each names its event."""
    rows = [table_of(row) for row in items_of(document.get("Attribute"))]
    return bool(rows) and all(row.get("event_id") or row.get("Event") for row in rows) and len(document) == 1


def _is_manifest(document: Any) -> bool:
    """A feed's ``manifest.json``: event uuid -> what the event is about."""
    return isinstance(document, dict) and bool(document) and all(
        re.fullmatch(r"[0-9a-f-]{36}", str(key)) and isinstance(value, dict) for key, value in document.items()
    )  # fmt: skip


def _event(event: Mapping[str, Any], place: str) -> Read:
    base = f"{place}.Event" if place else "Event"
    for index, row in enumerate(items_of(event.get("Attribute"))):
        yield from _attribute(row, event, {}, f"{base}.Attribute[{index}]")
    for number, each in enumerate(items_of(event.get("Object"))):
        for index, row in enumerate(items_of(table_of(each).get("Attribute"))):
            yield from _attribute(row, event, table_of(each), f"{base}.Object[{number}].Attribute[{index}]")
    for index, _ in enumerate(items_of(event.get("ShadowAttribute"))):
        yield Problem("not_detection", 0, f"{base}.ShadowAttribute[{index}]")


def _attribute(row: Any, event: Mapping[str, Any], holder: Mapping[str, Any], place: str) -> Read:
    if not isinstance(row, dict):
        yield Problem("bad_record", 0, place, shown(row))
        return
    for index, _ in enumerate(items_of(row.get("ShadowAttribute"))):
        yield Problem("not_detection", 0, f"{place}.ShadowAttribute[{index}]")
    named, value = word_of(row.get("type")), word_of(row.get("value"))
    own, above = _tags(row), [*_tags(event), *_tags(holder)]
    if named.startswith("filename|") and "|" in value:
        named, value = named.removeprefix("filename|"), value.rsplit("|", 1)[1].strip()
    tagged = next((found[1] for tag in own if (found := _KIND_TAG.fullmatch(tag))), "")
    kind = kind_of(tagged, value)[0] if tagged else _READ.get(named, "")
    if not kind:
        known = tagged or tidy(named) in OTHER_KINDS or named not in ("", "other")
        yield Problem("other_kind" if known else "kind", 0, place, shown(f"{named} {value}"))
        return
    facts = {found[1]: found[2] for tag in own if (found := _FACT_TAG.fullmatch(tag))}
    extra = {name.removeprefix("extra:"): text for name, text in facts.items() if name.startswith("extra:")}
    if row.get("to_ids") in (False, "0", 0):
        extra["to_ids"] = "false"
    id, owner = word_of(row.get("uuid")), _owner(event)
    group = word_of(event.get("uuid")) or word_of(row.get("event_uuid"))
    ours = bool(tagged)
    group = facts.get("group", "" if ours and group == _event_id(owner, "") else group)
    opinions = [*_opinions(row), *(Opinion(found[1], "unsure") for tag in own if (found := _UNSURE_TAG.fullmatch(tag)))]
    yield from emit({
        "kind": kind, "value": value,
        "labels": [tag for tag in [*above, *own] if not tag.lower().startswith(("turs:", "tlp:"))],
        "tier": next((found[1] for tag in own if (found := _TIER_TAG.fullmatch(tag))), "none"),
        "tlp": [tag for tag in [*above, *own] if tag.lower().startswith("tlp:")],
        "owner": owner, "source": facts.get("source", "" if ours else word_of(event.get("info"))),
        "first_seen": row.get("first_seen") or (None if ours else event.get("date")),
        "updated_at": None if word_of(row.get("timestamp")) == "0" else row.get("timestamp"),
        "quality": next((int(found[1]) for tag in own if (found := _QUALITY_TAG.fullmatch(tag))), None),
        "note": word_of(row.get("comment")), "opinions": opinions,
        "deleted": row.get("deleted") in (True, "1", 1),
        "id": facts.get("id", "" if ours else id), "group": group,
        "checkpoint": facts.get("checkpoint", ""), "extra": extra,
    }, place=place, excerpt=f"{named} {value}")  # fmt: skip


def _tags(value: Mapping[str, Any]) -> list[str]:
    return [name for tag in items_of(value.get("Tag")) if (name := word_of(table_of(tag).get("name")))]


def _owner(event: Mapping[str, Any]) -> str:
    return word_of(table_of(event.get("Orgc")).get("name")) or word_of(table_of(event.get("Org")).get("name"))


def _opinions(row: Mapping[str, Any]) -> Iterator[Opinion]:
    """Sightings: type 0 was seen and stands, type 1 is a false positive; type 2 is the end of its life."""
    for sighting in items_of(row.get("Sighting")):
        facts = table_of(sighting)
        try:
            at = instant(word_of(facts.get("date_sighting")) or None)
        except Invalid:
            at = None
        if (type_ := word_of(facts.get("type"))) in ("0", _FALSE_POSITIVE):
            owner = word_of(table_of(facts.get("Organisation")).get("name"))
            reason = word_of(facts.get("source"))[: limits.FIELD_CHARACTERS]
            yield Opinion(owner, "disagree" if type_ == _FALSE_POSITIVE else "agree", reason, at)


# -- Writing -----------------------------------------------------------------------------------------------


def write(signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = "") -> bytes:
    """One event, or ``{"response": [...]}`` with one for each owner and group. A tombstone needs its value."""
    events: dict[tuple[str, str], list[Signal]] = {}
    for number, signal in enumerate(signals):
        if not signal.value:
            refuse("cannot_carry_tombstone", number, signal, problems)
        else:
            events.setdefault((signal.owner, signal.group), []).append(signal)
    made = [{"Event": _write_event(owner, group, held, checkpoint)} for (owner, group), held in events.items()]
    if not made:
        made = [{"Event": _write_event("", "", [], checkpoint)}]
    return dumps(made[0] if len(made) == 1 else {"response": made})


def _write_event(owner: str, group: str, signals: list[Signal], checkpoint: str) -> dict[str, Any]:
    times = [at for signal in signals for at in (signal.first_seen, signal.updated_at) if at]
    latest = max(times, default=datetime(1970, 1, 1, tzinfo=UTC))
    about = f": {group}" if group and not _is_uuid(group) else ""
    return {
        "uuid": group if _is_uuid(group) else _event_id(owner, group), "info": f"Shared fingerprints{about}",
        "date": latest.date().isoformat(), "timestamp": str(int(latest.timestamp())), "threat_level_id": "4",
        "analysis": "2", "distribution": "0", "published": False,
        **({"Orgc": _organisation(owner)} if owner else {}),
        "Attribute": [_write_attribute(signal, checkpoint, number) for number, signal in enumerate(signals)],
    }  # fmt: skip


def _organisation(name: str) -> dict[str, str]:
    return {"name": name, "uuid": str(uuid.uuid5(OURS, name))}


def _event_id(owner: str, group: str) -> str:
    return str(uuid.uuid5(OURS, f"{owner}\n{group}"))


def _is_uuid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None


def _write_attribute(signal: Signal, checkpoint: str, number: int) -> dict[str, Any]:
    tags = [f'turs:kind="{signal.kind}"', *signal.labels]
    if signal.tlp:
        tags.append(f"tlp:{signal.tlp.lower()}")
    if signal.tier != "none":
        tags.append(f'turs:tier="{signal.tier}"')
    if signal.quality is not None:
        tags.append(f'turs:quality="{signal.quality}"')
    facts = {"source": signal.source, "checkpoint": signal.checkpoint or checkpoint, "id": signal.id,
             "group": "" if _is_uuid(signal.group) else signal.group,
             **{f"extra:{key}": value for key, value in signal.extra.items() if key != "to_ids"}}  # fmt: skip
    tags += [f'turs:{name}="{text}"' for name, text in facts.items() if text]
    tags += [f'turs:unsure="{opinion.owner}"' for opinion in signal.opinions if opinion.view == "unsure"]
    seen = [_write_sighting(opinion) for opinion in signal.opinions if opinion.view != "unsure"]
    named = "\n".join((signal.kind, signal.value, signal.owner, signal.group, signal.id, str(number)))
    return {
        "uuid": signal.id if _is_uuid(signal.id) else str(uuid.uuid5(OURS, named)),
        "type": TYPES[signal.kind], "category": _CATEGORY.get(signal.kind, "Other"), "value": signal.value,
        "to_ids": signal.extra.get("to_ids") != "false", "deleted": signal.deleted, "comment": signal.note,
        "distribution": "5", "timestamp": _seconds(signal.updated_at),
        **({"first_seen": stamp(signal.first_seen)} if signal.first_seen else {}),
        "Tag": [{"name": name} for name in tags],
        **({"Sighting": seen} if seen else {}),
    }  # fmt: skip


def _seconds(at: datetime | None) -> str:
    if at is None:
        return "0"
    return repr(at.timestamp()) if at.microsecond else str(int(at.timestamp()))


def _write_sighting(opinion: Opinion) -> dict[str, Any]:
    return {
        "type": _FALSE_POSITIVE if opinion.view == "disagree" else "0", "source": opinion.reason,
        **({"date_sighting": _seconds(opinion.at)} if opinion.at else {}),
        **({"Organisation": _organisation(opinion.owner)} if opinion.owner else {}),
    }  # fmt: skip


def sniff(head: str) -> bool:
    """True for events, lists of attributes, or parts of them."""
    if head[:1] not in ("{", "["):
        return False
    if re.search('"(?:Event|Attribute|ShadowAttribute|SharingGroup|Orgc)"\\s*:', head):
        return True
    if re.search('"info"\\s*:', head) and re.search('"(?:threat_level_id|analysis)"\\s*:', head):
        return True
    return bool(re.search('"to_ids"\\s*:', head) and re.search('"category"\\s*:', head))
