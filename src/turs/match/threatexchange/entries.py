"""What may stand beside a signal in an index, and how it is written: JSON that keeps types, never a pickle.

Allowed, at any depth: ``None``, ``bool``, ``int``, ``float``, ``str``, ``bytes``, ``datetime``, ``list``, ``tuple``,
``set``, ``frozenset``, ``dict``; the dataclasses and enums of ``threatexchange.exchanges``, dataclasses derived from
its `FetchedSignalMetadata` and `SignalOpinion`, and whatever a program names with `allow`. Reading makes instances of
these classes alone, and of those only that the program has imported: a file cannot name code to run.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final

from threatexchange.exchanges.fetch_state import FetchedSignalMetadata, SignalOpinion

from turs.match.snapshot import SnapshotDamaged

_TAG: Final = "$"
_PLAIN: Final = (type(None), bool, int, float, str)
_LIBRARY: Final = "threatexchange.exchanges."
_ALLOWED: set[type] = set()


class EntryNotStorable(TypeError):
    """An entry of an index is of a type that cannot be written."""

    def __init__(self, value: object) -> None:
        super().__init__(
            f"an entry of type {_name(type(value))} cannot be written into an index file: use numbers, text, lists and "
            "dicts, a dataclass derived from FetchedSignalMetadata, or name the type with "
            "turs.match.threatexchange.allow"
        )


def allow(*classes: type) -> None:
    """Let dataclasses and enums of the own program be entries. TypeError for any other class."""
    for each in classes:
        if not (is_dataclass(each) or issubclass(each, Enum)):
            raise TypeError(f"{_name(each)} is neither a dataclass nor an enum: make it one")
        _ALLOWED.add(each)


def pack(entries: list[Any]) -> bytes:
    """Entries as JSON. EntryNotStorable for the first that is not allowed."""
    if not set(map(type, entries)) <= set(_PLAIN):
        try:
            entries = [_encoded(entry) for entry in entries]
        except RecursionError:
            raise EntryNotStorable(entries) from None
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack(data: bytes) -> list[Any]:
    """Entries that `pack` wrote. SnapshotDamaged for anything else."""
    try:
        entries = json.loads(data.decode("utf-8", "surrogatepass"))
        if not isinstance(entries, list):
            raise ValueError("no list")
        simple = set(map(type, entries)) <= set(_PLAIN)
        return entries if simple else [_decoded(entry) for entry in entries]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        if isinstance(error, SnapshotDamaged):
            raise
        raise SnapshotDamaged(f"the entries of the index cannot be read ({error}): build the index again") from error


def _encoded(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if type(value) is list:
        return [_encoded(each) for each in value]
    if type(value) is dict:
        if _TAG not in value and all(type(key) is str for key in value):
            return {key: _encoded(each) for key, each in value.items()}
        return {_TAG: "dict", "v": [[_encoded(key), _encoded(each)] for key, each in value.items()]}
    if type(value) in (tuple, set, frozenset):
        items: Iterable[Any] = value if type(value) is tuple else _ordered(value)
        return {_TAG: type(value).__name__, "v": [_encoded(each) for each in items]}
    if type(value) is bytes:
        return {_TAG: "bytes", "v": base64.b64encode(value).decode("ascii")}
    if type(value) is datetime:
        return {_TAG: "datetime", "v": value.isoformat()}
    if not _allowed(type(value)):
        raise EntryNotStorable(value)
    if isinstance(value, Enum):
        return {_TAG: _name(type(value)), "v": _encoded(value.value)}
    return {_TAG: _name(type(value)), "v": {each.name: _encoded(getattr(value, each.name)) for each in fields(value)}}


def _ordered(values: Iterable[Any]) -> list[Any]:
    """A set in an order that does not change from run to run."""
    return sorted(values, key=lambda each: (type(each).__name__, repr(each)))


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(each) for each in value]
    if not isinstance(value, dict):
        return value
    if _TAG not in value:
        return {key: _decoded(each) for key, each in value.items()}
    name, inner = value[_TAG], value["v"]
    if name == "dict":
        return {_decoded(key): _decoded(each) for key, each in inner}
    if name in ("tuple", "set", "frozenset"):
        items = [_decoded(each) for each in inner]
        return tuple(items) if name == "tuple" else set(items) if name == "set" else frozenset(items)
    if name == "bytes":
        return base64.b64decode(inner, validate=True)
    if name == "datetime":
        return datetime.fromisoformat(inner)
    found = _found(str(name))
    if issubclass(found, Enum):
        return found(_decoded(inner))
    facts = {key: _decoded(each) for key, each in inner.items()}
    known = [(field.name, field.init) for field in fields(found) if field.name in facts]
    made = found(**{name: facts[name] for name, init in known if init})
    for name in (name for name, init in known if not init):
        object.__setattr__(made, name, facts[name])
    return made


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _allowed(kind: type) -> bool:
    sound = is_dataclass(kind) or issubclass(kind, Enum)
    ours = kind in _ALLOWED or issubclass(kind, (FetchedSignalMetadata, SignalOpinion))
    return sound and (ours or kind.__module__.startswith(_LIBRARY))


def _found(name: str) -> Any:
    """The class of this name among those that are allowed and imported."""
    for kind in (*_ALLOWED, *_derived(FetchedSignalMetadata), *_derived(SignalOpinion)):
        if _name(kind) == name:
            return kind
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module) if module.startswith(_LIBRARY) else None
    for part in path.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type) or not _allowed(found) or _name(found) != name:
        raise SnapshotDamaged(
            f"the index holds entries of type {name!r}, which this program has not imported or does not allow: import "
            "its module, and name it with turs.match.threatexchange.allow if it is your own"
        )
    return found


def _derived(kind: type) -> Iterator[type]:
    yield kind
    derived: list[type] = kind.__subclasses__()
    for each in derived:
        yield from _derived(each)
