"""Answers of the NCMEC hash sharing interface, version 2 (XML): entries with fingerprints, feedback and tombstones.

One entry (``image`` or ``video``) carries several fingerprints of one file; each that banks hold becomes a signal, all
with the entry's id as `Signal.group`. ``deletedImage`` and ``deletedVideo`` name the id alone. The checkpoint is the
latest ``maxTimestamp``, a blank, and the path of the next page, if there is one.

The parser resolves no entity, opens nothing, and refuses a document type (OWASP, XML external entities).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from lxml import etree

from turs.formats import limits
from turs.formats.names import KIND_NAMES, OTHER_KINDS, tidy
from turs.formats.reading import Read, Refused, emit, last, number_of, reader, refuse
from turs.formats.signal import Invalid, Opinion, Problem, Signal, View, instant, shown, sound, stamp

NAMESPACE: Final = "https://hashsharing.ncmec.org/hashsharing/v2"
KINDS: Final = ("md5", "pdq")
"""Kinds that the interface knows, in the order written."""
_NEVER: Final = "1970-01-01T00:00:00Z"
"""Written where no time is known, for clients that cannot do without."""
_FEEDBACK_NAMES: Final = {"md5": "Md5", "pdq": "Pdq"}


def _root(data: bytes) -> Any:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.search(rb"<!\s*(?:DOCTYPE|ENTITY)", data[:65_536], re.IGNORECASE):
        raise Refused("xml_entities", head[:200].decode("latin-1"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
                             huge_tree=False, remove_comments=True, remove_pis=True, recover=False)  # fmt: skip
    try:
        root = etree.fromstring(data.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("bad_xml", error, line=getattr(error, "lineno", 0) or 0) from error
    if root.getroottree().docinfo.doctype:
        raise Refused("xml_entities", root.getroottree().docinfo.doctype)
    return root


def _name(element: Any) -> str:
    return str(etree.QName(element).localname)


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if _name(child) == name), None)


def _text(element: Any, name: str) -> str:
    child = _child(element, name)
    return sound(child.text or "") if child is not None else ""


@reader(limits.TREE_BYTES)
def read(data: bytes, kind: str) -> Read:
    """Signals of one answer of ``entries``."""
    root = _root(data)
    if _name(root) != "queryResult":
        ours = etree.QName(root).namespace == NAMESPACE
        raise Refused("no_entries" if ours else "not_this_format", f"<{_name(root)}>")
    mark = _checkpoint(root)
    for block in root:
        for entry in block if _name(block) in ("images", "videos") else ():
            yield from _entry(entry, mark)


def _checkpoint(root: Any) -> str:
    times = [block.get("maxTimestamp") for block in root if block.get("maxTimestamp")]
    paging = _child(root, "paging")
    latest = max((time for time in times if time != _NEVER), default="")
    return f"{latest} {_text(paging, 'next') if paging is not None else ''}".strip()


def _entry(entry: Any, mark: str) -> Read:
    tag = _name(entry)
    media, deleted = tag.lower().removeprefix("deleted"), tag.startswith("deleted")
    id, member, line = _text(entry, "id"), _child(entry, "member"), entry.sourceline or 0
    place = f"{tag} {id}".strip()
    if media not in ("image", "video") or not id:
        yield Problem("bad_record", line, place, shown(f"<{tag}>"))
        return
    fields: dict[str, Any] = {
        "labels": [_text(entry, "classification")], "updated_at": _text(entry, "timestamp") or None, "deleted": deleted,
        "owner": _organisation(member) if member is not None else "", "group": id, "checkpoint": mark,
        "extra": {"media": media, **_ids([member] if member is not None else [])},
    }  # fmt: skip
    fingerprints = _child(entry, "fingerprints")
    found = list(fingerprints) if fingerprints is not None else []
    if deleted and not found:
        yield from emit({**fields, "id": id}, line=line, place=place)
    elif not found:
        yield Problem("no_value", line, place)
    for fingerprint in found:
        name, value = _name(fingerprint), (fingerprint.text or "").strip()
        kind = KIND_NAMES.get(tidy(name), "")
        if not value:
            yield Problem("elsewhere" if fingerprint.get("href") else "no_value", line, place, name)
        elif not kind:
            yield Problem("other_kind" if tidy(name) in OTHER_KINDS else "kind", line, place, shown(f"{name} {value}"))
        else:
            opinions, problems, members = _feedback(entry, name)
            for problem in problems:
                yield Problem(problem, line, place, name)
            extra = {**fields["extra"], **_ids(members)}
            yield from emit({**fields, "kind": kind, "value": value, "opinions": opinions, "id": id, "extra": extra},
                            line=line, place=place)  # fmt: skip


def _ids(members: Iterable[Any]) -> dict[str, str]:
    """The numbers of organisations by name, so that they can be written again."""
    named = ((_organisation(member), member.get("id", "")) for member in members)
    return {f"id of {name}": id for name, id in named if id not in ("", name, number_of("member", name))}


def _organisation(member: Any) -> str:
    return sound(member.text or "") or sound(member.get("id", ""))


def _feedback(entry: Any, name: str) -> tuple[list[Opinion], list[str], list[Any]]:
    """Opinions about one fingerprint of an entry. A negative one carries its reason, and the reason its number."""
    feedback = _child(entry, "feedback")
    opinions: list[Opinion] = []
    problems: list[str] = []
    members: list[Any] = []
    for each in feedback if feedback is not None else ():
        if tidy(each.get("type", "")) != tidy(name):
            continue
        view: View = "agree" if _name(each) == "affirmativeFeedback" else "disagree"
        reason = ""
        for element in each.iter():
            if not isinstance(element.tag, str):
                continue
            if _name(element) == "reason":
                reason = sound(element.get("name", ""))
            elif _name(element) == "members":
                try:
                    at = instant(element.get("timestamp"))
                except Invalid:
                    at = None
                    problems.append("bad_date")
                members += element
                opinions += [Opinion(_organisation(member), view, reason, at) for member in element]
    return opinions, problems, members


def write(signals: Iterable[Signal], *, problems: list[Problem] | None = None, checkpoint: str = "") -> bytes:
    """One answer of ``entries``. It carries MD5 and PDQ; a withdrawal names its entry."""
    given = list(signals)
    kept = []
    for number, signal in enumerate(given):
        if signal.kind not in KINDS and not (signal.deleted and (signal.group or signal.id)):
            refuse("cannot_carry_kind", number, signal, problems)
        else:
            kept.append(signal)
    latest, _, path = (checkpoint or last(signal.checkpoint for signal in given)).partition(" ")
    root = etree.Element(f"{{{NAMESPACE}}}queryResult", nsmap={None: NAMESPACE})
    for media in ("image", "video"):
        entries = [list(same) for key, same in groupby(kept, _entry_key) if key[0] == media]
        block = _add(root, f"{media}s", count=str(len(entries)))
        times = [signal.updated_at for entry in entries for signal in entry if signal.updated_at]
        if entries:
            block.set("maxTimestamp", latest or (f"{max(times):%Y-%m-%dT%H:%M:%SZ}" if times else _NEVER))
        for entry in entries:
            _write_entry(block, media, entry)
    if path:
        _add(_add(root, "paging"), "next", path)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True, pretty_print=True))


def _entry_key(signal: Signal) -> tuple[str, str, str, bool]:
    media = signal.extra.get("media", "video" if signal.kind == "md5" else "image")
    return media, signal.owner, signal.group or signal.id or signal.value, signal.deleted


def _write_entry(block: Any, media: str, signals: list[Signal]) -> None:
    first = signals[0]
    element = _add(block, f"deleted{media.title()}" if first.deleted else media)
    _member(element, first.owner, first)
    if first.updated_at:
        _add(element, "timestamp", stamp(first.updated_at))
    _add(element, "id", first.group or first.id or first.value)
    if first.labels:
        _add(element, "classification", first.labels[0])
    known = [signal for kind in KINDS for signal in signals if signal.kind == kind and signal.value]
    if known:
        fingerprints = _add(element, "fingerprints")
        for signal in known:
            _add(fingerprints, signal.kind, signal.value)
    if any(signal.opinions for signal in signals):
        feedback = _add(element, "feedback")
        for signal in signals:
            _write_feedback(feedback, signal)


def _write_feedback(feedback: Any, signal: Signal) -> None:
    name = _FEEDBACK_NAMES.get(signal.kind, signal.kind)
    agree = [opinion for opinion in signal.opinions if opinion.view == "agree"]
    disagree = [opinion for opinion in signal.opinions if opinion.view == "disagree"]
    if agree:
        block = _add(feedback, "affirmativeFeedback", type=name)
        for opinion in agree:
            _members(block, opinion, signal)
    if disagree:
        reasons = _add(_add(feedback, "negativeFeedback", type=name), "reasons")
        for opinion in disagree:
            _add(reasons, "reason", name=opinion.reason, type=name)
            _members(reasons, opinion, signal)


def _members(parent: Any, opinion: Opinion, signal: Signal) -> None:
    members = _add(parent, "members", **({"timestamp": stamp(opinion.at)} if opinion.at else {}))
    _member(members, opinion.owner, signal)


def _member(parent: Any, name: str, signal: Signal) -> None:
    _add(parent, "member", name, id=signal.extra.get(f"id of {name}") or number_of("member", name))


def _add(parent: Any, tag: str, text: str = "", **attributes: str) -> Any:
    said = {key: value for key, value in attributes.items() if value}
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", said)
    element.text = text or None
    return element


def checkpoint(data: bytes) -> str:
    """The checkpoint of an answer, also of one without entries; "" where there is none."""
    try:
        return _checkpoint(_root(data))
    except Refused:
        return ""


def sniff(head: str) -> bool:
    """True for XML of this interface."""
    ours = "hashsharing.ncmec.org" in head or re.search(r"<(?:\w+:)?queryResult\b", head) is not None
    return head.startswith("<") and ours
