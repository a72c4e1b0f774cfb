"""What a page shows of an examination: marked spans, notes in the reader's language, matches, reasons, versions.

Stored results come from many versions of the software, and from disks that fail: whatever is not as expected is left
out, never raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from turs.triage.priorities import FUNCTION_TIER, TIERS

from .models import Examination, Posting
from .vocabulary import EntryKind, Genre, Polarity, Tier

KINDS: Mapping[str, Promise] = {
    "genre": _("Kind of text"),
    "function": _("What it is for"),
    "term": _("Term"),
    "script": _("Way of writing"),
    "link": _("Link"),
    "match": _("Known content"),
    "indicator": _("Indicator"),
    "media": _("Picture or media"),
}
"""Families of findings, in words."""
THREATS = frozenset({"threaten", "incite"})
"""Functions that can be a threat to life (``turs.triage.priorities``): nothing stands before them."""
WEIGHTS = ("function", "match", "term", "script", "indicator", "link", "media", "genre")
"""Families from what weighs most for a decision to what only says what kind of text it is."""


@dataclass(frozen=True)
class Mark:
    """A stretch of a text to highlight, and the number of the note that explains it."""

    start: int
    end: int
    note: int
    kind: str
    protects: bool


@dataclass(frozen=True)
class Note:
    """One finding in words: what, why, where, and what produced it. Notes are numbered by their weight."""

    number: int
    kind: str
    family: Any
    label: str
    reason: str
    version: str
    protects: bool
    score: int
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """A fingerprint of this posting that a bank holds. note: the number of its note, 0 where it has no place in the
    text."""

    bank: str
    suppresses: bool
    polarity: Any
    kind: Any
    label: str
    tier: str
    distance: int
    subject: str
    version: str
    note: int = 0


@dataclass(frozen=True)
class Part:
    """One part of the priority: why this posting stands where it stands."""

    reason: str
    points: int | None = None


@dataclass(frozen=True)
class Reading:
    """An examination as a page needs it. title_known, text_known: numbers of the notes on known content that is the
    whole title or the whole text, which no mark can single out."""

    exists: bool = False
    at: Any = None
    version: str = ""
    genre: str = Genre.OTHER
    tier: str = Tier.NONE
    priority: int = 0
    referable: bool = False
    title_marks: tuple[Mark, ...] = ()
    text_marks: tuple[Mark, ...] = ()
    title_known: tuple[int, ...] = ()
    text_known: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()
    matches: tuple[Known, ...] = ()
    reasons: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    functions: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    known: bool = field(default=False)


NOTHING = Reading()


def of(posting: Posting, examination: Examination | None) -> Reading:
    """`examination` of `posting`, prepared for its page; `NOTHING` where there is none."""
    if examination is None:
        return NOTHING
    result = examination.result if isinstance(examination.result, Mapping) else {}
    body = posting.body
    known = list(_rows(result.get("matches")))
    notes, marks, numbers = _notes([*_rows(result.get("findings")), *(_finding(row) for row in known)], body)
    matches = tuple(_known(row, numbers) for row in known)
    parts = tuple(_parts(result))
    title, text = _split(posting, marks)
    (title, title_known), (text, text_known) = _whole(posting.title, title), _whole(posting.text, text)
    return Reading(
        exists=True,
        at=examination.at,
        version=examination.version,
        genre=examination.genre,
        tier=examination.tier,
        priority=examination.priority,
        referable=examination.referable,
        title_marks=title,
        text_marks=text,
        title_known=title_known,
        text_known=text_known,
        notes=notes,
        matches=matches,
        reasons=tuple(
            sentence for sentence in sentences(result) if not parts or not all(p.reason in sentence for p in parts)
        ),  # the sum of the parts stands in their table
        parts=parts,
        functions=tuple(
            dict.fromkeys(note.label for note in notes if note.kind == "function" and not note.protects and note.label)
        ),
        versions=tuple(_versions(result)),
        known=bool(matches),
    )


def sentences(result: Any) -> list[str]:
    """The reasons of a stored result in the reader's language, most important first."""
    rows = result.get("reasons") if isinstance(result, Mapping) else ()
    return [sentence for row in (rows if isinstance(rows, list | tuple) else ()) if (sentence := words(row))]


def why(result: Any, most: int = 2) -> list[str]:
    """The “why” of one line in a list: what the text does, then what else raised it (a badge says the tier)."""
    result = result if isinstance(result, Mapping) else {}
    found = [
        words(row.get("reason")) for row in _rows(result.get("findings"))
        if row.get("kind") == "function" and row.get("protects") is not True
    ][:1]  # fmt: skip
    found += [words(row.get("reason")) for row in _rows(result.get("parts")) if row.get("name") not in Tier.values]
    found = [sentence.rstrip(".") for sentence in found if sentence]
    return found[:most] or sentences(result)[:most]


def words(value: Any) -> str:
    """A sentence in the reader's language, from ``{"ar": …, "en": …}`` or from plain text."""
    if isinstance(value, Mapping):
        wanted = (get_language() or "ar")[:2]
        value = value.get(wanted) or value.get("ar") or value.get("en") or ""
    return value if isinstance(value, str) else ""


def _rows(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        yield from (row for row in value if isinstance(row, Mapping))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and value == value and abs(value) < 1e9 else None


def _weight(row: Mapping[str, Any]) -> tuple[int, int]:
    """What matters most for a decision is smallest: threats, other functions by their tier, functions that are not in
    the writer's own voice, known content, terms, and last what kind of text it is."""
    kind, label = _text(row.get("kind")), _text(row.get("label"))
    if kind != "function":
        family = WEIGHTS.index(kind) if kind in WEIGHTS else WEIGHTS.index("genre")
        return family + 1, int(row.get("protects") is True)
    if row.get("protects") is True:
        return 1, len(TIERS)
    return (0, 0) if label in THREATS else (1, TIERS.index(FUNCTION_TIER.get(label, "none")))


def _notes(
    findings: Iterable[Mapping[str, Any]], body: str
) -> tuple[tuple[Note, ...], list[Mark], dict[tuple[str, ...], int]]:
    """Notes by weight (see `_weight`), those of one weight by where their evidence stands; their marks; and the
    numbers of those on known content, by `_print`. Known content without a place in the text gets no note."""
    found = [(row, list(_spans(row.get("spans"), body))) for row in findings]
    found = [(row, spans) for row, spans in found if spans or row.get("kind") != "match"]
    found.sort(key=lambda pair: (_weight(pair[0]), pair[1][0] if pair[1] else (len(body) + 1, 0)))
    notes, marks, numbers = [], [], {}
    for number, (row, spans) in enumerate(found, 1):
        kind = _text(row.get("kind"))
        protects = row.get("protects") is True
        score = row.get("score")
        notes.append(
            Note(
                number=number,
                kind=kind,
                family=KINDS.get(kind, kind),
                label=_text(row.get("label")),
                reason=words(row.get("reason")) or _text(row.get("label")),
                version=_text(row.get("version")),
                protects=protects,
                score=round(100 * score) if isinstance(score, int | float) and 0 <= score <= 1 else 0,
                quotes=tuple(dict.fromkeys(body[start:end] for start, end in spans)),
            )
        )
        marks += [Mark(start, end, number, kind, protects) for start, end in spans]
        if "print" in row:
            numbers[row["print"]] = number
    return tuple(notes), marks, numbers


def _finding(row: Mapping[str, Any]) -> dict[str, Any]:
    """Known content as a finding: what it is, and where in the text it stands."""
    known = _known(row, {})
    return {
        "kind": "match", "label": known.label, "spans": row.get("spans"), "protects": known.suppresses,
        "version": f"{known.bank}/{known.version}", "print": _print(row),
        "reason": gettext("%(kind)s: “%(label)s” in the bank “%(bank)s”")
        % {"kind": known.kind, "label": known.label, "bank": known.bank},
    }  # fmt: skip


def _print(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells one match of a posting from another."""
    return tuple(_text(row.get(name)) for name in ("bank", "kind", "value", "subject"))


def _whole(text: str, marks: tuple[Mark, ...]) -> tuple[tuple[Mark, ...], tuple[int, ...]]:
    """`marks` without those of known content that is all of `text`, and the numbers of their notes."""
    whole = [mark for mark in marks if mark.kind == "match" and mark.start == 0 and mark.end >= len(text)]
    return tuple(mark for mark in marks if mark not in whole), tuple(sorted({mark.note for mark in whole}))


def _spans(spans: Any, body: str) -> Iterator[tuple[int, int]]:
    for row in _rows(spans):
        start, end = row.get("start"), row.get("end")
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(body):
            yield start, end


def _split(posting: Posting, marks: list[Mark]) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Marks of the body as marks of the title and of the text."""
    if not (posting.title and posting.text):
        return (tuple(marks), ()) if posting.title else ((), tuple(marks))
    cut = len(posting.title)
    title = [Mark(m.start, min(m.end, cut), m.note, m.kind, m.protects) for m in marks if m.start < cut]
    text = [
        Mark(max(m.start - cut - 1, 0), m.end - cut - 1, m.note, m.kind, m.protects) for m in marks if m.end > cut + 1
    ]
    return tuple(title), tuple(text)


def _known(row: Mapping[str, Any], numbers: Mapping[tuple[str, ...], int]) -> Known:
    entry = row.get("entry") if isinstance(row.get("entry"), Mapping) else row
    kind = _text(row.get("kind")) or _text(entry.get("kind"))
    polarity = _text(row.get("polarity"))
    tier = _text(entry.get("tier"))
    return Known(
        bank=_text(row.get("bank")),
        suppresses=polarity == Polarity.SUPPRESS,
        polarity=Polarity(polarity).label if polarity in Polarity.values else polarity,
        kind=EntryKind(kind).label if kind in EntryKind.values else kind,
        label=words(entry.get("label")) or words(row.get("label")),
        tier=tier if tier in Tier.values else Tier.NONE,
        distance=_number(row.get("distance")) or 0,
        subject=_text(row.get("subject")),
        version=_text(row.get("bank_version")) or _text(row.get("version")),
        note=numbers.get(_print(row), 0),
    )


def _parts(result: Mapping[str, Any]) -> Iterator[Part]:
    for row in _rows(result.get("parts")):
        if reason := words(row.get("reason")):
            yield Part(reason, _number(row.get("points")))


def _versions(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and version of everything that took part."""
    seen = {version for row in _rows(result.get("findings")) if (version := _text(row.get("version")))}
    seen |= {f"{_text(row.get('bank'))}/{_text(row.get('bank_version'))}" for row in _rows(result.get("matches"))}
    yield from ((name, version) for name, _mark, version in (text.rpartition("/") for text in sorted(seen)))


NO_TITLE = pgettext_lazy("posting", "Without text")


SHORT = 40
"""Characters of a title that says too little by itself: the text follows it."""


def headline(title: str, text: str) -> str:
    """One line that stands for a posting in a list."""
    title, text = " ".join((title or "").split()), " ".join((text or "").split())
    line = f"{title}: {text}" if title and text and len(title) < SHORT else title or text
    return line[:160] or str(NO_TITLE)
