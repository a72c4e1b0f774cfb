"""The calls of Meta's Hasher-Matcher-Actioner, under ``/hma/``: what speaks to that service can speak to Turs.

Reference: Hasher-Matcher-Actioner 1.x, blueprints *hashing*, *matching* and *curation* (ThreatExchange repository).
Differences, all on the safe side: every call carries ``Authorization: Bearer`` with an API token and sees only the
banks that its user may see; no address is fetched (send the file); an entry that is held back, quarantined or withdrawn
is matched by no call, ``raw_lookup`` included; matching is on or off, never by chance; a deleted entry stays as a
tombstone.
Ours besides: ``POST /m/lookup/batch``, many hashes in one call.

Answers come before sessions, cookies and languages are looked at: a platform asks thousands of times a minute.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils import translation

from turs import match
from turs.match import BankSet, Feature, Match
from turs.match.perceptual import MATCH_DISTANCE

from ..coalition.models import User
from ..coalition.policy import Policy
from ..coalition.rules import CURATE, VIEW
from ..coalition.services import user_of_token
from . import curation, knowledge
from .fingerprints import LARGEST_FILE, Unusable, fingerprints
from .intake import Refused
from .models import Bank, BankEntry
from .vocabulary import EntryKind, Polarity

log = logging.getLogger(__name__)

PREFIX = "/hma/"
PATIENCE = 1.0
"""Seconds for which a token, and the banks that it sees, are taken as they were."""
KEPT = 1000
"""Callers remembered."""
LARGEST_BODY = 16 * 2**20
MOST_SIGNALS = 20_000
"""Hashes in one batch."""
SIGNAL_TYPES: Mapping[str, str] = {
    "pdq": EntryKind.PDQ, "vpdq": EntryKind.VPDQ, "video_md5": EntryKind.MD5, "md5": EntryKind.MD5,
    "sha256": EntryKind.SHA256, "url": EntryKind.URL, "raw_text": EntryKind.NEAR_TEXT,
}  # fmt: skip
"""Names of signal types in that library, and our kinds."""
CONTENT_TYPES = ("photo", "video", "text", "url")
_REASON = "Asked for by a program, over the calls of Hasher-Matcher-Actioner."
_NO_DISTANCE = "-"

Answer = tuple[int, Any]


class Stop(Exception):
    """Ends a call with a status and a message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token it is, what the banks that it sees hold, and how these banks are called here."""

    user: User
    policy: Policy
    banks: BankSet
    names: Mapping[str, str]
    until: float


class Door:
    """Middleware that answers everything under ``/hma/`` by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        with translation.override("en"):
            status, body = answer(request)
        if isinstance(body, str):
            return HttpResponse(body, content_type="text/plain", status=status)
        return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json", status=status)


def answer(request: HttpRequest) -> Answer:
    """Status and body of one call."""
    path = request.path_info[len(PREFIX) - 1 :].rstrip("/")
    if path == "/status":
        return 200, "I-AM-ALIVE"
    try:
        caller = _caller(request)
        methods = [(method, found, call) for method, pattern, call in ROUTES if (found := pattern.fullmatch(path))]
        if not methods:
            raise Stop(404, f"there is no call {path[:100]}")
        for method, found, call in methods:
            if method == request.method:
                return call(request, caller, **found.groupdict())
        raise Stop(405, f"use {', '.join(sorted({method for method, _found, _call in methods}))}")
    except Stop as stop:
        return stop.status, {"message": str(stop)}
    except Unusable as problem:
        return 400, {"message": f"{problem.field}: {problem}"}
    except Refused as problem:
        return 400, {"message": str(problem)}
    except PermissionDenied:
        return 403, {"message": "the user of this token may not do this"}
    except Http404:
        return 404, {"message": "not found"}
    except (UnicodeDecodeError, MultiPartParserError, UnreadablePostError, RawPostDataException) as problem:
        return 400, {"message": f"the request cannot be read: {type(problem).__name__}"}


# --- who asks --------------------------------------------------------------------------------------
_callers: OrderedDict[str, Caller] = OrderedDict()


def _caller(request: HttpRequest) -> Caller:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > 200 or not token.isascii():
        raise Stop(401, "send an API token: Authorization: Bearer turs_…")
    now = time.monotonic()
    known = _callers.get(token)
    if known is None or known.until < now:
        user = user_of_token(token)
        if user is None or user.agency is None:
            _callers.pop(token, None)
            log.warning("hma refused address=%s", request.META.get("REMOTE_ADDR", ""))
            raise Stop(401, "this token is unknown or has expired, or its user is of no agency")
        policy = Policy(user)
        policy.require(VIEW)
        rows = policy.rows(Bank).select_related("agency")
        known = Caller(user, policy, knowledge.banks_for(user.agency), _names(user, rows), now + PATIENCE)
        _callers[token] = known
        while len(_callers) > KEPT:
            _callers.popitem(last=False)
    return known


def _names(user: User, rows: Any) -> dict[str, str]:
    """Key of each bank to its name here: that of a foreign bank tells its agency."""
    own = user.agency_id
    return {str(row.pk): row.name if row.agency_id == own else f"{row.name}@{row.agency.key}" for row in rows}


def forget() -> None:
    """Ask the database again for whoever calls next."""
    _callers.clear()


# --- hashing ---------------------------------------------------------------------------------------
def hash_address(request: HttpRequest, caller: Caller) -> Answer:
    raise Stop(403, "no address is fetched here: POST the file as form-data, named photo or video")


def hash_file(request: HttpRequest, caller: Caller) -> Answer:
    return 200, _hashes(request)


def _hashes(request: HttpRequest) -> dict[str, str]:
    """Signal type to value, for the one file of a multipart request."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_FILE + 2**20:
        raise Stop(413, f"a file has at most {LARGEST_FILE // 2**20} MiB")
    files = [(name, file) for name, each in request.FILES.lists() for file in each]
    if len(files) != 1:
        raise Stop(400, "send one file as form-data" if not files else "only one file in a request")
    name, file = files[0]
    if name not in CONTENT_TYPES:
        raise Stop(400, f"no such content_type: '{name[:40]}': name the file {' or '.join(CONTENT_TYPES)}")
    data = file.read()
    if name in ("text", "url"):
        kind = "raw_text" if name == "text" else "url"
        found = {kind: fingerprints(SIGNAL_TYPES[kind], data.decode("utf-8"))[0].value}
    else:
        prints = {one.kind: one.value for one in fingerprints("file", data=data)}
        wanted = {"pdq": EntryKind.PDQ} if name == "photo" else {"vpdq": EntryKind.VPDQ}
        found = {signal: prints[kind] for signal, kind in wanted.items() if kind in prints}
        if name == "video":
            found["video_md5"] = match.md5(data)
        found["sha256"] = prints[EntryKind.SHA256]
    asked = [part.strip() for part in request.GET.get("types", "").split(",") if part.strip()]
    for part in asked:
        _kind(part)
    return {signal: value for signal, value in found.items() if not asked or signal in asked}


# --- matching --------------------------------------------------------------------------------------
def raw_lookup(request: HttpRequest, caller: Caller) -> Answer:
    found = _wanted(request, caller, _search(caller, _given(request, "signal_type"), _given(request, "signal")))
    if _true(request.GET.get("include_distance", "false")):
        return 200, {"matches": [_shown(one) for one in found]}
    return 200, {"matches": [one.entry.id for one in found]}


def lookup(request: HttpRequest, caller: Caller) -> Answer:
    if request.GET.get("url"):
        return hash_address(request, caller)
    signal, kind = request.GET.get("signal"), request.GET.get("signal_type")
    if not signal or not kind:
        raise Stop(400, "Either url or both signal and signal_type are required")
    return 200, _by_bank(caller, _wanted(request, caller, _search(caller, kind, signal)))


def lookup_file(request: HttpRequest, caller: Caller) -> Answer:
    return 200, {
        signal: _by_bank(caller, _wanted(request, caller, _search(caller, signal, value)))
        for signal, value in _hashes(request).items()
    }


def lookup_batch(request: HttpRequest, caller: Caller) -> Answer:
    """``{"signal_type": "pdq", "signals": [...], "banks": [...]}``: only what matched, by its place in the list."""
    body = _json(request)
    kind, signals = _kind(str(body.get("signal_type", "pdq"))), body.get("signals")
    if not isinstance(signals, list) or not all(isinstance(one, str) for one in signals):
        raise Stop(400, "signals is a list of strings")
    if len(signals) > MOST_SIGNALS:
        raise Stop(413, f"at most {MOST_SIGNALS:,} signals in one call")
    banks = body.get("banks")
    if banks is not None and not (isinstance(banks, list) and all(isinstance(one, str) for one in banks)):
        raise Stop(400, "banks is a list of names")
    if kind == EntryKind.PDQ:
        try:
            found = caller.banks.match_pictures(signals)
        except ValueError as problem:
            raise Stop(400, f"invalid signal: {problem}") from None
    else:
        found = [_search(caller, kind, signal) for signal in signals]
    chosen = None if banks is None else set(banks)
    matches = {}
    for place, each in enumerate(found):
        if kept := [one for one in each if chosen is None or caller.names.get(one.bank_key) in chosen]:
            matches[str(place)] = [{"bank": caller.names.get(one.bank_key, one.bank), **_shown(one)} for one in kept]
    return 200, {"count": len(signals), "matches": matches}


def compare(request: HttpRequest, caller: Caller) -> Answer:
    results: dict[str, Any] = {}
    for signal, pair in _json(request).items():
        kind = _kind(signal)
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, str) for one in pair):
            raise Stop(400, f"{signal}: give a list of two hashes")
        left, right = (_clean(kind, one) for one in pair)
        results[signal] = _compared(kind, left, right)
    return 200, results


def _compared(kind: str, left: str, right: str) -> list[Any]:
    if kind == EntryKind.PDQ:
        bits = match.distance(left, right)
        return [bits <= MATCH_DISTANCE, {"distance": bits}]
    if kind in (EntryKind.NEAR_TEXT, EntryKind.VPDQ):
        entry = match.BankEntry(kind, left)  # type: ignore[arg-type]
        bank = match.Bank("compare", entries=(entry,), containment=0.01, video=0.01)
        found = BankSet([bank]).match([Feature(kind, right, "")])  # type: ignore[arg-type]
        score = found[0].score if found else 0.0
        return [score >= match.banks.CONTAINMENT, {"distance": round(100 * (1 - score))}]
    return [left == right, {}]


def index_status(request: HttpRequest, caller: Caller) -> Answer:
    wanted = request.GET.get("signal_type")
    names = [wanted] if wanted is not None else list(SIGNAL_TYPES)
    newest = max((bank.seq for bank in caller.policy.rows(Bank)), default=0)
    live = caller.policy.rows(BankEntry).filter(withdrawn_at=None)
    status = {}
    for name in names:
        rows = live.filter(kind=_kind(name))
        last = rows.order_by("-seq").values_list("seq", "added_at").first()
        built = int(last[1].timestamp()) if last else -1
        status[name] = {"present": last is not None, "built_to": built, "size": rows.count(),
                        "change": max(last[0], newest) if last else newest}  # fmt: skip
    return 200, status


def _search(caller: Caller, signal_type: str, signal: str) -> tuple[Match, ...]:
    kind = _kind(signal_type) if signal_type not in EntryKind.values else signal_type
    return caller.banks.match([Feature(kind, _clean(kind, signal), "")])  # type: ignore[arg-type]


def _clean(kind: str, signal: str) -> str:
    try:
        return match.banks.clean_value(kind, signal)
    except ValueError as problem:
        raise Stop(400, f"invalid signal: {problem}") from None


def _kind(signal_type: str) -> str:
    if signal_type not in SIGNAL_TYPES:
        raise Stop(400, f"No such SignalType '{signal_type[:40]}'")
    return SIGNAL_TYPES[signal_type]


def _wanted(request: HttpRequest, caller: Caller, found: tuple[Match, ...]) -> list[Match]:
    """Matches in the banks that the call names; in all if it names none."""
    asked = request.GET.get("banks")
    chosen = set(asked.split(",")) if asked else None
    return [one for one in found if chosen is None or caller.names.get(one.bank_key) in chosen]


def _by_bank(caller: Caller, found: list[Match]) -> dict[str, list[dict[str, Any]]]:
    banks: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        banks.setdefault(caller.names.get(one.bank_key, one.bank), []).append(_shown(one))
    return banks


def _shown(one: Match) -> dict[str, Any]:
    return {"bank_content_id": one.entry.id, "distance": str(one.distance) if one.kind == "pdq" else _NO_DISTANCE}


# --- banks -----------------------------------------------------------------------------------------
def banks(request: HttpRequest, caller: Caller) -> Answer:
    rows = caller.policy.rows(Bank).filter(polarity=Polarity.MATCH).select_related("agency").order_by("name", "pk")
    return 200, [_bank_out(row, caller) for row in rows]


def bank_new(request: HttpRequest, caller: Caller) -> Answer:
    body = _json(request)
    name = body.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > 200 or "@" in name:
        raise Stop(400, "name is required: up to 200 characters, no @")
    row = curation.add_bank(caller.user, name, polarity=Polarity.MATCH, tlp="AMBER")
    if not _enabled(body, True):
        row = curation.change_bank(caller.user, row, _REASON, active=False)
    forget()
    return 201, _bank_out(row, caller)


def bank_show(request: HttpRequest, caller: Caller, name: str) -> Answer:
    return 200, _bank_out(_bank(caller, name), caller)


def bank_change(request: HttpRequest, caller: Caller, name: str) -> Answer:
    row, body = _bank(caller, name, own=True), _json(request)
    fields: dict[str, Any] = {"active": _enabled(body, row.active)}
    if isinstance(body.get("name"), str):
        fields["name"] = body["name"]
    row = curation.change_bank(caller.user, row, _REASON, **fields)
    forget()
    return 200, _bank_out(row, caller)


def bank_delete(request: HttpRequest, caller: Caller, name: str) -> Answer:
    """Nothing is deleted: the bank is switched off, and what it held stays for the record."""
    curation.change_bank(caller.user, _bank(caller, name, own=True), _REASON, active=False)
    forget()
    return 200, {"message": "Done"}


def content_add(request: HttpRequest, caller: Caller, name: str) -> Answer:
    row = _bank(caller, name, own=True)
    if request.GET.get("url"):
        return hash_address(request, caller)
    return _add(caller, row, _hashes(request))


def signal_add(request: HttpRequest, caller: Caller, name: str) -> Answer:
    row, signals = _bank(caller, name, own=True), _json(request)
    if not signals or not all(isinstance(value, str) for value in signals.values()):
        raise Stop(400, "No signals given")
    return _add(caller, row, signals)


def _add(caller: Caller, row: Bank, signals: Mapping[str, str]) -> Answer:
    caller.policy.require(CURATE)
    given = [(signal, _kind(signal), _clean(_kind(signal), value)) for signal, value in signals.items()]
    report = curation.add_many(
        caller.user, row, [curation.Given(kind, value) for _signal, kind, value in given],
        origin="hasher-matcher-actioner", reason=_REASON,
    )  # fmt: skip
    if report.refused:
        raise Stop(400, f"invalid signal: {report.refused[0].reason}")
    digests = [match.banks.entry_digest(kind, value) for _signal, kind, value in given]
    ids = dict(row.entries.filter(digest__in=digests).values_list("digest", "pk"))
    forget()
    return 200, {
        "id": ids[digests[0]], "signals": {signal: value for signal, _kind_of, value in given},
        "ids": {signal: ids[digest] for (signal, _kind_of, _value), digest in zip(given, digests, strict=True)},
    }  # fmt: skip


def content_show(request: HttpRequest, caller: Caller, name: str, id: str) -> Answer:
    row = _bank(caller, name)
    entry = _entry(caller, row, id)
    until = entry.hold_until.timestamp() if entry.hold_until else 0
    signal = next((one for one, kind in SIGNAL_TYPES.items() if kind == entry.kind), entry.kind)
    return 200, {
        "id": entry.pk, "disable_until_ts": int(until), "collab_metadata": {}, "original_media_uri": None,
        "bank": _bank_out(row, caller), "signals": {signal: entry.value}, "state": entry.state,
    }  # fmt: skip


def content_change(request: HttpRequest, caller: Caller, name: str, id: str) -> Answer:
    """``disable_until_ts``: hold the entry back until then; 0 uses it again."""
    entry = _entry(caller, _bank(caller, name, own=True), id)
    stamp = _json(request).get("disable_until_ts")
    if not isinstance(stamp, int) or not 0 <= stamp < 2**33:
        raise Stop(400, "disable_until_ts is a time in seconds since 1970, or 0")
    curation.hold(caller.user, entry, datetime.fromtimestamp(stamp, UTC) if stamp else None, _REASON)
    forget()
    return content_show(request, caller, name, id)


def content_delete(request: HttpRequest, caller: Caller, name: str, id: str) -> Answer:
    entry = _entry(caller, _bank(caller, name, own=True), id)
    count = int(entry.withdrawn_at is None)
    curation.withdraw_bank_entry(caller.user, entry, _REASON)
    forget()
    return 200, {"deleted": count}


def signal_types(request: HttpRequest, caller: Caller) -> Answer:
    return 200, [{"name": name, "enabled_ratio": 1.0} for name in SIGNAL_TYPES]


def _bank(caller: Caller, name: str, *, own: bool = False) -> Bank:
    plain, _at, agency = name.rpartition("@") if "@" in name else (name, "", "")
    rows = caller.policy.rows(Bank, own=own).select_related("agency")
    rows = rows.filter(name=plain, agency__key=agency) if agency else rows.filter(name=name, agency=caller.user.agency)
    row = rows.first()
    if row is None:
        raise Stop(404, f"bank '{name[:100]}' not found")
    if own:
        caller.policy.require(CURATE)
    return row


def _entry(caller: Caller, row: Bank, id: str) -> BankEntry:
    found = caller.policy.rows(BankEntry).filter(bank=row, pk=int(id)).first() if len(id) < 19 else None
    if found is None:
        raise Stop(404, f"content '{id[:20]}' not found")
    return found


def _bank_out(row: Bank, caller: Caller) -> dict[str, Any]:
    own = row.agency_id == caller.user.agency_id
    return {"name": row.name if own else f"{row.name}@{row.agency.key}", "matching_enabled_ratio": float(row.active)}


def _enabled(body: Mapping[str, Any], default: bool) -> bool:
    if "enabled_ratio" in body:
        try:
            return float(body["enabled_ratio"]) > 0
        except (TypeError, ValueError):
            raise Stop(400, "enabled_ratio is a number") from None
    return _true(body["enabled"]) if "enabled" in body else default


# --- reading a call --------------------------------------------------------------------------------
def _given(request: HttpRequest, name: str) -> str:
    value = request.GET.get(name)
    if not value:
        raise Stop(400, f"{name} is required")
    return value


def _true(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "1"):
        return True
    if str(value).lower() in ("false", "0"):
        return False
    raise Stop(400, "invalid boolean parameter - prefer true/false")


def _json(request: HttpRequest) -> dict[str, Any]:
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        raise Stop(413, f"a request has at most {LARGEST_BODY // 2**20} MiB")
    try:
        body = json.loads(request.read(LARGEST_BODY + 1) or b"{}")
    except (ValueError, RecursionError) as problem:
        raise Stop(400, f"the body is not JSON: {str(problem)[:100]}") from None
    if not isinstance(body, dict):
        raise Stop(400, "Request input was not a dict")
    return body


_BANK = r"/c/bank/(?P<name>[^/]{1,300})"
ROUTES: tuple[tuple[str, re.Pattern[str], Callable[..., Answer]], ...] = tuple(
    (method, re.compile(pattern), call)
    for method, pattern, call in (
        ("GET", "/h/hash", hash_address),
        ("POST", "/h/hash", hash_file),
        ("GET", "/m/raw_lookup", raw_lookup),
        ("GET", "/m/lookup", lookup),
        ("POST", "/m/lookup", lookup_file),
        ("POST", "/m/lookup/batch", lookup_batch),
        ("POST", "/m/compare", compare),
        ("GET", "/m/index/status", index_status),
        ("GET", "/c/banks", banks),
        ("POST", "/c/banks", bank_new),
        ("GET", _BANK, bank_show),
        ("PUT", _BANK, bank_change),
        ("DELETE", _BANK, bank_delete),
        ("POST", _BANK + "/content", content_add),
        ("POST", _BANK + "/signal", signal_add),
        ("GET", _BANK + r"/content/(?P<id>\d{1,20})", content_show),
        ("PUT", _BANK + r"/content/(?P<id>\d{1,20})", content_change),
        ("DELETE", _BANK + r"/content/(?P<id>\d{1,20})", content_delete),
        ("GET", "/c/signal_type", signal_types),
    )
)
