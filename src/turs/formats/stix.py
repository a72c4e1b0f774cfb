"""STIX 2.1 bundles (OASIS, 2021) and TAXII 2.1 envelopes: `file` hashes, `url` objects and indicator patterns.

Read: ``indicator`` (pattern type ``stix``), ``file``, ``artifact`` and ``url`` objects, also inside the
``observed-data`` of STIX 2.0; with their TLP markings (versions 1 and 2), the identity that made them, ``opinion``
objects, and ``revoked`` as withdrawal. An observed object that an indicator of the same bundle stands for is the same
signal; one that none stands for has its type in ``Signal.extra["object"]``: seen somewhere, judged by nobody.

Written: for each signal an ``indicator``, the ``file`` or ``url`` it is about with its deterministic id (section 2.9),
and a relationship between them. What STIX has no word for (tier, quality ...) stands in a property extension
(section 7.3) whose definition is in the bundle. Identifiers and times depend on the signals alone.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from turs.formats import limits
from turs.formats.names import KIND_NAMES, tidy
from turs.formats.reading import Read, Refused, dumps, emit, items_of, json_of, reader, refuse, table_of, word_of
from turs.formats.signal import Invalid, Opinion, Problem, Signal, instant, shown, stamp
from turs.formats.stix_pattern import Complex, Term, Unsound, quoted, terms

OBSERVABLES: Final = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""Namespace of the ids of observed objects (STIX 2.1, section 2.9)."""
OURS: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://turs.example.org/stix")
EXTENSION: Final = f"extension-definition--{uuid.uuid5(OURS, 'signal/1')}"
TLP_2: Final = {
    "CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""TLP 2.0 as marked in STIX: statement definitions published by OASIS (field guide 4.7)."""
TLP_2_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_1: Final = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "CLEAR",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "GREEN",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "AMBER",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "RED",
}
"""The four marking definitions that STIX 2.1 fixes (section 7.2.1.4)."""
HASHES: Final = {"sha256": "SHA-256", "md5": "MD5", "pdq": "PDQ", "vpdq": "vPDQ"}
"""Kind -> key of ``hashes``. PDQ and vPDQ are not in the vocabulary of STIX, which is open."""
TEXT_TYPE: Final = "x-turs-text"
"""Object type of patterns about texts: ``value`` is the text, ``digest`` that of the text as it reads."""

_ID: Final = re.compile(r"[a-z0-9-]{3,250}--[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Written where a signal has no time, because STIX demands one; not read back."""
_OPINIONS: Final = {"agree": "agree", "disagree": "disagree", "unsure": "neutral"}
_VIEWS: Final[dict[str, Any]] = {
    "strongly-agree": "agree", "agree": "agree", "neutral": "unsure", "disagree": "disagree",
    "strongly-disagree": "disagree",
}  # fmt: skip
_CONTEXT: Final = frozenset({"marking-definition", "identity", "opinion", "extension-definition", "language-content"})
_FINGERPRINTS: Final = re.compile(rf"\b(?:file:hashes|artifact:hashes|url:value|{TEXT_TYPE}:)")


# -- Reading -----------------------------------------------------------------------------------------------


@reader(limits.TREE_BYTES)
def read(data: bytes, kind: str) -> Read:
    """Signals of a bundle or an envelope; one problem for all context objects of a type."""
    document = table_of(json_of(data))
    objects = document.get("objects")
    if document.get("type") != "bundle" and not (isinstance(objects, list) and "type" not in document):
        raise Refused("not_this_format", f"type {shown(document.get('type', ''))!r} is not bundle")
    if document.get("type") == "bundle" and not _ID.fullmatch(word_of(document.get("id"))):
        yield Problem("bad_stix", 0, "bundle", shown(f"id: {document.get('id')}"))
    if objects is not None and not isinstance(objects, list):
        raise Refused("bad_stix", "objects is no list")
    yield from _Bundle(objects or [], word_of(document.get("next"))).signals()


class _Bundle:
    """The objects of a bundle, with what they refer to."""

    def __init__(self, objects: list[Any], checkpoint: str) -> None:
        self.objects = [(f"objects[{number}]", each) for number, each in enumerate(objects)]
        self.checkpoint = checkpoint
        sound = [table_of(each) for _, each in self.objects]
        self.by_id = {word_of(each.get("id")): each for each in sound}
        self.opinions: dict[str, list[Mapping[str, Any]]] = {}
        for each in sound:
            if each.get("type") == "opinion":
                for ref in items_of(each.get("object_refs")):
                    self.opinions.setdefault(word_of(ref), []).append(each)
        self.taken: set[str] = set()
        self.seen: set[tuple[str, str]] = set()
        self.passed: Counter[str] = Counter()

    def signals(self) -> Read:
        newest = self._newest()
        for place, each in self.objects:
            if not isinstance(each, dict):
                yield Problem("bad_record", 0, place, shown(each))
            elif each.get("type") == "indicator":
                indicator: dict[str, Any] = each
                if newest.get(word_of(indicator.get("id"))) is not indicator:
                    yield Problem("duplicate", 0, place, shown(indicator.get("id")))
                else:
                    yield from self._indicator(place, indicator)
        for place, each in self.objects:
            if isinstance(each, dict) and each.get("type") != "indicator":
                yield from self._object(place, each)
        for name, count in sorted(self.passed.items()):
            yield Problem("other_object", 0, "", f"{count} × {name}")

    def _newest(self) -> dict[str, Any]:
        """The last version of each indicator (section 3.6)."""
        newest: dict[str, dict[str, Any]] = {}
        for _, each in self.objects:
            if isinstance(each, dict) and each.get("type") == "indicator":
                id = word_of(each.get("id"))
                if id not in newest or word_of(each.get("modified")) >= word_of(newest[id].get("modified")):
                    newest[id] = each
        return newest

    def _indicator(self, place: str, each: dict[str, Any]) -> Read:
        pattern, id = each.get("pattern"), word_of(each.get("id"))
        if not isinstance(pattern, str) or not _ID.fullmatch(id) or not id.startswith("indicator--"):
            yield Problem("bad_stix", 0, place, shown(id or each))
            return
        if each.get("pattern_type", "stix") != "stix":
            yield Problem("other_kind", 0, place, shown(f"{each.get('pattern_type')} {pattern}"))
            return
        try:
            found = terms(pattern)
        except Unsound as error:
            yield Problem("bad_pattern", 0, place, shown(f"{error}: {pattern}"))
            return
        except Complex:
            known = _FINGERPRINTS.search(pattern)
            yield Problem("pattern_complex" if known else "other_kind", 0, place, shown(pattern))
            return
        named = [(_kind(term), term) for term in found]
        if not any(kind for kind, _ in named):
            yield Problem("other_kind", 0, place, shown(pattern))
            return
        self.taken.add(id)
        fields = self._common(each)
        for kind, term in named:
            for value in term.values:
                if kind:
                    for item in emit({**fields, "kind": kind, "value": value}, place=place, excerpt=pattern):
                        if isinstance(item, Signal):
                            self.seen.add((item.kind, item.value))
                        yield item
                elif not (term.type == "file" and not term.path.startswith("hashes.")):
                    yield Problem("other_kind", 0, place, shown(f"{term.type}:{term.path} = {value}"))

    def _object(self, place: str, each: dict[str, Any]) -> Read:
        name, id = word_of(each.get("type")), word_of(each.get("id"))
        if not name or not _ID.fullmatch(id):
            yield Problem("bad_stix", 0, place, shown(id or each))
        elif name in ("file", "artifact", "url"):
            yield from self._observed(place, each, each)
        elif name == "observed-data" and isinstance(each.get("objects"), dict):
            inner = [(key, value) for key, value in each["objects"].items()
                     if table_of(value).get("type") in ("file", "artifact", "url")]  # fmt: skip
            if not inner:
                self.passed[name] += 1
            for key, value in inner:
                yield from self._observed(f"{place}.objects[{key}]", value, each)
        elif name not in _CONTEXT and not (name == "relationship" and self._ends(each) <= self.taken):
            self.passed[name] += 1

    @staticmethod
    def _ends(each: Mapping[str, Any]) -> set[str]:
        return {word_of(each.get("source_ref")), word_of(each.get("target_ref"))}

    def _observed(self, place: str, each: Mapping[str, Any], holder: Mapping[str, Any]) -> Read:
        """A file or address that was seen. holder: the object with the markings, itself in STIX 2.1."""
        self.taken.add(word_of(each.get("id")))
        hashes = table_of(each.get("hashes"))
        if each.get("type") == "url":
            found = [("url", "value", word_of(each.get("value")))]
        else:
            found = [(KIND_NAMES.get(tidy(str(name)), ""), str(name), word_of(value)) for name, value in hashes.items()]
        if not found:
            self.passed[f"{each.get('type')} without hashes"] += 1
        fields = self._common(holder)
        fields["extra"] = {**fields["extra"], "object": word_of(each.get("type"))}
        for kind, name, value in found:
            if not kind:
                yield Problem("other_kind", 0, place, shown(f"{name} {value}"))
                continue
            for item in emit({**fields, "kind": kind, "value": value}, place=place, excerpt=f"{name} {value}"):
                if not isinstance(item, Signal) or (item.kind, item.value) not in self.seen:
                    yield item

    def _common(self, each: Mapping[str, Any]) -> dict[str, Any]:
        """Everything but kind and value."""
        id = word_of(each.get("id"))
        ours = table_of(table_of(each.get("extensions")).get(EXTENSION))
        fields: dict[str, Any] = {
            "labels": [word_of(label) for label in items_of(each.get("labels"))],
            "tlp": [self._mark(word_of(ref)) for ref in items_of(each.get("object_marking_refs"))],
            "owner": self._identity(each.get("created_by_ref")), "opinions": self._views(id),
            "deleted": each.get("revoked") is True, "checkpoint": self.checkpoint,
        }  # fmt: skip
        if ours:
            texts = ("tier", "source", "note", "id", "group", "checkpoint", "first_seen", "updated_at")
            fields |= {name: word_of(ours.get(name)) for name in texts if ours.get(name)}
            fields["quality"] = ours["quality"] if isinstance(ours.get("quality"), int) else None
            fields["extra"] = {str(key): word_of(value) for key, value in table_of(ours.get("extra")).items()}
            return fields
        seen = each.get("valid_from") or each.get("first_observed") or each.get("created")
        types = " ".join(word_of(name) for name in items_of(each.get("indicator_types")))
        return fields | {
            "first_seen": seen, "updated_at": each.get("modified"), "id": id, "group": id,
            "note": word_of(each.get("description") or each.get("name") if each.get("type") != "file" else ""),
            "extra": {"indicator_types": types, "valid_until": word_of(each.get("valid_until")),
                      "confidence": word_of(each.get("confidence"))},
        }  # fmt: skip

    def _mark(self, ref: str) -> str:
        """The TLP of a marking; "" for a marking of another kind, and an unknown mark for one that cannot be told."""
        known = TLP_1.get(ref) or next((mark for mark, id in TLP_2.items() if id == ref), "")
        if known:
            return known
        marking = self.by_id.get(ref)
        if marking is None:
            return f"tlp:{ref}"
        named = word_of(table_of(marking.get("definition")).get("tlp"))
        for extension in table_of(marking.get("extensions")).values():
            named = named or word_of(table_of(extension).get("tlp_2_0"))
        return f"tlp:{named}" if named else ""

    def _identity(self, ref: Any) -> str:
        """Name of the organisation; a person is left out (design, rule 1)."""
        identity = self.by_id.get(word_of(ref), {})
        return "" if identity.get("identity_class") == "individual" else word_of(identity.get("name"))

    def _views(self, id: str) -> list[Opinion]:
        found = []
        for each in self.opinions.get(id, ()):
            view = _VIEWS.get(word_of(each.get("opinion")))
            if view:
                try:
                    at = instant(word_of(each.get("created")))
                except Invalid:
                    at = None
                reason = word_of(each.get("explanation"))[: limits.FIELD_CHARACTERS]
                owner = self._identity(each.get("created_by_ref"))
                found.append(Opinion(owner, view, reason, None if at == _EPOCH else at))
        return found


def _kind(term: Term) -> str:
    if term.type in ("file", "artifact") and term.path.startswith("hashes."):
        return KIND_NAMES.get(tidy(term.path.removeprefix("hashes.")), "")
    if (term.type, term.path) == ("url", "value"):
        return "url"
    return {"value": "near_text", "digest": "text"}.get(term.path, "") if term.type == TEXT_TYPE else ""


# -- Writing -----------------------------------------------------------------------------------------------


def write(signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = "") -> bytes:
    """A bundle. It carries everything but a tombstone that has no value."""
    objects: dict[str, dict[str, Any]] = {}
    for number, signal in enumerate(signals):
        if not signal.value:
            refuse("cannot_carry_tombstone", number, signal, problems)
            continue
        for each in _objects(signal, checkpoint, number, objects):
            objects.setdefault(each["id"], each)
    digest = uuid.uuid5(OURS, "\n".join(objects))
    return dumps({"type": "bundle", "id": f"bundle--{digest}", "objects": list(objects.values())})


def _objects(signal: Signal, checkpoint: str, number: int, known: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    system = _identity_object("Turs", "system")
    owner = _identity_object(signal.owner) if signal.owner else {}
    yield system
    if owner:
        yield owner
    yield {
        **_base("extension-definition", EXTENSION), "created_by_ref": system["id"], "name": "Shared fingerprints",
        "schema": "Properties of an indicator about shared content: tier (of an alert), quality (0 to 100 of PDQ), "
        "source, id and group (names at the source), checkpoint, first_seen, updated_at, note, extra (text values).",
        "version": "1.0.0", "extension_types": ["property-extension"],
    }  # fmt: skip
    if signal.tlp:
        yield {
            "type": "marking-definition", "spec_version": "2.1", "id": TLP_2[signal.tlp], "name": f"TLP:{signal.tlp}",
            "created": "2022-10-01T00:00:00.000Z",
            "extensions": {TLP_2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": signal.tlp.lower()}},
        }  # fmt: skip
    indicator = _indicator_object(signal, owner, checkpoint)
    if indicator["id"] in known:
        indicator["id"] = f"indicator--{uuid.uuid5(OURS, indicator['id'] + str(number))}"
    yield indicator
    observed = _observed_object(signal)
    if observed and not signal.deleted:
        yield observed
        yield {
            **_base("relationship", f"relationship--{uuid.uuid5(OURS, indicator['id'] + observed['id'])}"),
            "relationship_type": "related-to", "source_ref": indicator["id"], "target_ref": observed["id"],
        }  # fmt: skip
    for opinion in signal.opinions:
        by = _identity_object(opinion.owner) if opinion.owner else {}
        if by:
            yield by
        facts = f"{indicator['id']} {opinion.owner} {opinion.view} {opinion.reason} {stamp(opinion.at)}"
        yield {
            **_base("opinion", f"opinion--{uuid.uuid5(OURS, facts)}", opinion.at),
            **({"created_by_ref": by["id"]} if by else {}),
            **({"explanation": opinion.reason} if opinion.reason else {}),
            "opinion": _OPINIONS[opinion.view], "object_refs": [indicator["id"]],
        }  # fmt: skip


def _indicator_object(signal: Signal, owner: Mapping[str, Any], checkpoint: str) -> dict[str, Any]:
    native = signal.id if re.fullmatch(r"indicator--[0-9a-f-]{36}", signal.id) and _ID.fullmatch(signal.id) else ""
    named = "\n".join((signal.kind, signal.value, signal.owner, signal.source, signal.id))
    ours = {
        "tier": "" if signal.tier == "none" else signal.tier, "quality": signal.quality, "source": signal.source,
        "id": signal.id, "group": signal.group, "checkpoint": signal.checkpoint or checkpoint,
        "first_seen": stamp(signal.first_seen), "updated_at": stamp(signal.updated_at), "note": signal.note,
        "extra": dict(signal.extra),
    }  # fmt: skip
    return {
        **_base("indicator", native or f"indicator--{uuid.uuid5(OURS, named)}", signal.first_seen, signal.updated_at),
        **({"created_by_ref": owner["id"]} if owner else {}),
        **({"revoked": True} if signal.deleted else {}),
        **({"labels": list(signal.labels)} if signal.labels else {}),
        **({"description": signal.note} if signal.note else {}),
        "name": f"{signal.kind} {signal.value[:80]}", "pattern": _pattern(signal), "pattern_type": "stix",
        "pattern_version": "2.1", "valid_from": _time(signal.first_seen or signal.updated_at),
        **({"object_marking_refs": [TLP_2[signal.tlp]]} if signal.tlp else {}),
        "extensions": {EXTENSION: {"extension_type": "property-extension",
                                   **{key: value for key, value in ours.items() if value not in ("", None, {})}}},
    }  # fmt: skip


def _pattern(signal: Signal) -> str:
    if signal.kind in HASHES:
        name = HASHES[signal.kind]
        path = f"file:hashes.{quoted(name) if '-' in name else name}"
    else:
        path = {"url": "url:value", "near_text": f"{TEXT_TYPE}:value", "text": f"{TEXT_TYPE}:digest"}[signal.kind]
    return f"[{path} = {quoted(signal.value)}]"


def _observed_object(signal: Signal) -> dict[str, Any]:
    if signal.kind == "url":
        facts: dict[str, Any] = {"value": signal.value}
        return {"type": "url", "spec_version": "2.1", "id": f"url--{_observed_id(facts)}", **facts}
    if signal.kind in HASHES:
        facts = {"hashes": {HASHES[signal.kind]: signal.value}}
        return {"type": "file", "spec_version": "2.1", "id": f"file--{_observed_id(facts)}", **facts}
    return {}


def _observed_id(facts: Mapping[str, Any]) -> uuid.UUID:
    """The deterministic id of an observed object from its contributing properties, in canonical JSON (RFC 8785)."""
    return uuid.uuid5(OBSERVABLES, json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _identity_object(name: str, identity_class: str = "organization") -> dict[str, Any]:
    id = f"identity--{uuid.uuid5(OURS, f'{identity_class} {name}')}"
    return {**_base("identity", id), "name": name, "identity_class": identity_class}


def _base(name: str, id: str, created: datetime | None = None, modified: datetime | None = None) -> dict[str, Any]:
    first = min(filter(None, (created, modified)), default=_EPOCH)
    return {"type": name, "spec_version": "2.1", "id": id, "created": _time(first),
            "modified": _time(max(filter(None, (created, modified)), default=_EPOCH))}  # fmt: skip


def _time(at: datetime | None) -> str:
    """A timestamp to the millisecond, as ``created`` and ``modified`` demand."""
    return (at or _EPOCH).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sniff(head: str) -> bool:
    """True for a bundle, or an envelope of STIX objects."""
    return head[:1] == "{" and bool(
        re.search('"type"\\s*:\\s*"bundle"', head)
        or (re.match('\\{\\s*"(?:more|next|objects)"', head) and re.search('"spec_version"\\s*:', head))
    )
