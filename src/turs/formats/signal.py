"""The one value that every exchange format is read into and written from, and the record that could not be.

A signal is about content: no account, no person (design, rule 1; field guide 1.10 and 5.4). It carries who shared it,
how far it may go (TLP 2.0), what the members think of it, and whether it was withdrawn: a withdrawal travels as a
tombstone and must reach everybody.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args

from turs.formats import limits
from turs.formats.reasons import REASONS
from turs.posting import Reject

Kind = Literal["sha256", "md5", "text", "near_text", "url", "pdq", "vpdq"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
TIERS: Final = ("threat_to_life", "crisis", "designation", "promotional", "none")
"""Tiers of alert, most urgent first (Tech Against Terrorism, field guide 1.8)."""
TLP: Final = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""Traffic Light Protocol 2.0 (FIRST, 2022), from the widest to the narrowest audience."""
View = Literal["agree", "disagree", "unsure"]
VIEWS: Final[tuple[str, ...]] = get_args(View)

_HEX: Final = {"sha256": 64, "md5": 32, "text": 64, "pdq": 64}
_ADDRESS: Final = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[^\s/?#]+\.[^\s/?#]+)\S*", re.IGNORECASE)
_SCHEMELESS: Final = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?", re.UNICODE)
_FRAME: Final = re.compile(r"[0-9a-fA-F]{64},\d{1,3},\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_OLD_MARKS: Final = {"WHITE": "CLEAR", "AMBERSTRICT": "AMBER+STRICT", "AMBER-STRICT": "AMBER+STRICT", "EX:CHR": "AMBER"}
_UNSOUND: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one organisation thinks of a signal.

    owner: the organisation, never a person. view: ``agree``, ``disagree`` or ``unsure`` (not judged yet).
    reason: its tags or words. at: when, aware.
    """

    owner: str = ""
    view: View = "agree"
    reason: str = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        if self.view not in VIEWS:
            raise Invalid("bad_opinion", f"no view {self.view!r}: choose one of {', '.join(VIEWS)}")
        _aware(self.at)
        for name in ("owner", "reason"):
            _short(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class Signal:
    """One shared fingerprint, or the tombstone of one.

    kind: of `KINDS`, as in ``turs.match``: digests ``sha256`` and ``md5`` of a file; ``text``, the digest of a text as
    it reads; ``near_text``, the text itself; ``url``; ``pdq``; ``vpdq`` (a JSON list of ``hash,quality,seconds``).
    value: lower-case hex, an http(s) address, the text, or the list. It is "" (and the kind may be) only in a tombstone
    that its `id` alone names. labels: what the sharer calls it. tier: of `TIERS`. tlp: of `TLP`, "" where not said.
    owner: the organisation that vouches for it. source: list, event or collaboration it stood in.
    first_seen, updated_at: aware instants. quality: 0 to 100 of a PDQ hash, `None` where unknown.
    opinions: of members. deleted: it was withdrawn. id: its name at the source; group: of the entry or event that holds
    it with others. checkpoint: how far the source had been read with this page, in the source's own words.
    extra: small facts that the format needs to write it again, text only.
    Raises `Invalid` (a ValueError with a code of `REASONS`).
    """

    kind: str
    value: str
    labels: tuple[str, ...] = ()
    tier: str = "none"
    tlp: str = ""
    owner: str = ""
    source: str = ""
    first_seen: datetime | None = None
    updated_at: datetime | None = None
    quality: int | None = None
    note: str = ""
    opinions: tuple[Opinion, ...] = ()
    deleted: bool = False
    id: str = ""
    group: str = ""
    checkpoint: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = self.deleted and self.id and not self.value
        if self.kind not in KINDS and not (named and not self.kind):
            raise Invalid("kind", f"no kind of fingerprint {self.kind[:100]!r}: choose one of {', '.join(KINDS)}")
        if not named:
            object.__setattr__(self, "value", clean_value(self.kind, self.value))
        if self.tier not in TIERS:
            raise Invalid("bad_tier", f"no tier {self.tier[:100]!r}: choose one of {', '.join(TIERS)}")
        if self.tlp and self.tlp not in TLP:
            raise Invalid("bad_tlp", f"no TLP mark {self.tlp[:100]!r}: choose one of {', '.join(TLP)}")
        if self.quality is not None and not 0 <= self.quality <= 100:
            raise Invalid("bad_quality", f"quality {self.quality} is not within 0 to 100")
        if len(self.labels) > limits.LABELS or len(self.opinions) > limits.OPINIONS:
            raise Invalid("field_too_long", f"{len(self.labels)} labels, {len(self.opinions)} opinions")
        for at in (self.first_seen, self.updated_at):
            _aware(at)
        for name in ("owner", "source", "note", "id", "group", "checkpoint"):
            if text := getattr(self, name):
                _short(name, text)
        for number, text in enumerate(self.labels):
            _short(f"labels[{number}]", text)
        for key, text in self.extra.items():
            _short(f"extra[{key}]", text)

    @property
    def disputed(self) -> bool:
        """Somebody agrees and somebody disagrees, or only disagreement is known (field guide 5.4)."""
        return any(opinion.view == "disagree" for opinion in self.opinions)


@dataclass(frozen=True, slots=True)
class Problem:
    """A record, or a part of one, that did not become a signal: where it stood, why, and what to do.

    line: 1-based line of the file, 0 where lines mean nothing. place: inside the file, e.g. ``objects[3]``.
    code: key of `REASONS`. excerpt: at most 200 characters of the record.
    """

    code: str
    line: int = 0
    place: str = ""
    excerpt: str = ""

    @property
    def reason(self) -> Mapping[str, str]:
        """Why, as a sentence per language (``ar``, ``en``)."""
        return {language: words["reason"] for language, words in REASONS[self.code].items()}

    @property
    def remedy(self) -> Mapping[str, str]:
        """What to do, as a sentence per language."""
        return {language: words["remedy"] for language, words in REASONS[self.code].items()}

    @property
    def passed_over(self) -> bool:
        """True where the record is sound but carries no fingerprint of our kinds; False where something is wrong."""
        return self.code in PASSED_OVER

    def as_reject(self, file: str = "") -> Reject:
        """The same as a `turs.posting.Reject`, in English."""
        excerpt = f"{self.place}: {self.excerpt}".strip(": ") if self.place else self.excerpt
        return Reject(file, self.line, self.code, self.reason["en"], self.remedy["en"], shown(excerpt))


PASSED_OVER: Final = frozenset({
    "other_kind", "other_object", "not_detection", "elsewhere", "column_unused", "duplicate", "encoding_guessed",
})  # fmt: skip


class Invalid(ValueError):
    """A value that no signal can have. code: key of `REASONS`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message}: {REASONS[code]['en']['remedy']}")
        self.code = code


class Unwritable(ValueError):
    """A signal that the chosen format cannot carry. problem: which, why, and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.place}: {problem.reason['en']} {problem.remedy['en']} ({problem.excerpt})")
        self.problem = problem


def clean_value(kind: str, value: str) -> str:
    """`value` in the one spelling of its kind. Raises `Invalid` where it has none."""
    if not value.strip():
        raise Invalid("no_value", f"{kind} is empty")
    size = _HEX.get(kind)
    if size:
        digits = value.strip().lower()
        if not re.fullmatch(f"[0-9a-f]{{{size}}}", digits):
            raise Invalid("bad_value", f"{kind} {shown(value)!r} is not {size} hex digits")
        return digits
    if _UNSOUND.search(value):
        raise Invalid("bad_value", f"{kind} holds a control character or half a character")
    text = value.strip()
    if len(text) > (limits.FRAMES_CHARACTERS if kind == "vpdq" else limits.VALUE_CHARACTERS):
        raise Invalid("value_too_long", f"{kind} of {len(text):,} characters")
    if kind == "url":
        return _address(text)
    return _frames(text) if kind == "vpdq" else text


def _address(text: str) -> str:
    for fanged, plain in (("[.]", "."), ("(.)", "."), ("[dot]", "."), ("[:]", ":"), ("[://]", "://")):
        text = text.replace(fanged, plain)
    text = re.sub(r"^\[?h\]?(?:tt|xx)p(s?)://", r"http\1://", text, flags=re.IGNORECASE).replace(" ", "%20")
    if "://" not in text[:12] and _SCHEMELESS.fullmatch(text):
        text = f"https://{text}"
    if not _ADDRESS.fullmatch(text):
        raise Invalid("bad_value", f"url {shown(text)!r} is not an http(s) address")
    return text


def _frames(text: str) -> str:
    try:
        frames = json.loads(text)
    except (ValueError, RecursionError):
        frames = None
    sound = isinstance(frames, list) and frames and all(
        isinstance(each, str) and _FRAME.fullmatch(each) and int(each.split(",")[1]) <= 100 for each in frames
    )  # fmt: skip
    if not sound:
        raise Invalid("bad_value", f"vpdq {shown(text)!r} is not a list of hash,quality,seconds")
    return json.dumps([each.lower() for each in frames])


def _aware(at: datetime | None) -> None:
    if at is not None and at.tzinfo is None:
        raise Invalid("bad_date", f"{at.isoformat()} carries no time zone")


def _short(name: str, text: str) -> None:
    if not isinstance(text, str):
        raise Invalid("bad_field", f"{name} is not text")
    if len(text) > limits.FIELD_CHARACTERS:
        raise Invalid("field_too_long", f"{name} has {len(text):,} characters")
    if not text.isprintable() and _UNSOUND.search(text):
        raise Invalid("bad_field", f"{name} holds a control character or half a character")


def shown(text: object) -> str:
    """A short, safe excerpt: one line, no control characters, at most 200 characters."""
    line = " ".join(_UNSOUND.sub("\ufffd", str(text)[: 4 * limits.EXCERPT_CHARACTERS]).split())
    return line if len(line) <= limits.EXCERPT_CHARACTERS else line[: limits.EXCERPT_CHARACTERS - 1] + "…"


def sound(text: object) -> str:
    """`text` as a field of a signal: outer blanks off, NUL, control characters and lone surrogates replaced."""
    words = text if isinstance(text, str) else str(text)
    return words.strip() if words.isprintable() else _UNSOUND.sub("\ufffd", words).strip()


def instant(value: Any) -> datetime | None:
    """An aware UTC instant of ISO 8601 text or seconds since 1970; `None` for nothing. Raises `Invalid`.

    Text without a zone is UTC, as the exchange interfaces of field guide 5.4 write it.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, datetime):
            found = value
        elif isinstance(value, (int, float)) or re.fullmatch(r"\d{9,11}(?:\.\d+)?", str(value).strip()):
            number = float(value)
            if isinstance(value, bool) or not math.isfinite(number):
                raise ValueError(value)
            return datetime.fromtimestamp(number, UTC)
        else:
            found = datetime.fromisoformat(_four_digits(str(value).strip()))
    except (ValueError, OverflowError, OSError) as error:
        raise Invalid("bad_date", f"{shown(value)!r} is not a date") from error
    return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).astimezone(UTC)


def _four_digits(text: str) -> str:
    """ISO 8601 with at most six digits of a second, and no zone but ``Z`` or ``+hh:mm`` (also ``+hhmm``)."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


def stamp(at: datetime | None) -> str:
    """ISO 8601 in UTC with ``Z``, "" for nothing: ``2026-01-05T08:00:00Z``; a fraction only where there is one."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else ""


def strictest(*marks: str) -> str:
    """The narrowest of some TLP marks; "" counts as none (a derived object takes the strictest of its inputs)."""
    return max(marks, key=lambda mark: TLP.index(mark) if mark else -1, default="")


def tlp_mark(text: str) -> str | None:
    """The TLP 2.0 mark that `text` names (``tlp:amber``, ``WHITE``, ``TLP:AMBER+STRICT``); `None` for no mark.

    TLP 1 ``WHITE`` is ``CLEAR``. A mark that says tlp but none of these is ``RED``: nobody may widen what is unclear.
    """
    words = text.strip().upper().replace("_", "+").replace(" ", "")
    named = words.startswith("TLP:")
    mark = words.removeprefix("TLP:")
    mark = _OLD_MARKS.get(mark, mark)
    if mark in TLP:
        return mark
    return "RED" if named else None
