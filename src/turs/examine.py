"""The pure pipeline: a posting and what to examine it with, in; what was seen, and why, out.

`examine` has no clock, no database, no network. The same posting and the same `Context.version` give the
same `Examination` on any machine. It orders work and explains itself; people decide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import cache, cached_property
from typing import Any

from turs.match import (
    Bank,
    BankSet,
    Feature,
    Match,
    Pdq,
    canonical_url,
    fingerprint,
    links_in,
    prints,
    text_digest,
    vpdq,
)
from turs.posting import Finding, Media, Posting, Span
from turs.text import Language, Normalised, Sign, TermHit, TermList, TermScanner, detect, disguise, folding, normalise
from turs.text import language as language_rules
from turs.text import signs as signs_of
from turs.text import terms as term_rules
from turs.triage import (
    Call,
    Facts,
    Genre,
    Priority,
    call,
    cues,
    data_digest,
    evidence,
    functions,
    genre,
    genres,
    priorities,
    priority,
    read,
)

VERSION = "examine/3"
MOST_LINKS, MOST_SPANS = 200, 10
"""Out-links and spans per finding that are kept; more adds nothing for a reader."""

Words = Mapping[str, str]
"""A sentence in every language of the product: keys ``ar`` and ``en``."""


@dataclass(frozen=True)
class Context:
    """What a posting is examined with: banks and term lists, each with its version.

    Make one and use it for many postings: it is compiled at first use. Banks and lists that are compiled already are
    taken as they are.
    """

    banks: tuple[Bank, ...] | BankSet = ()
    terms: tuple[TermList, ...] | TermScanner = ()

    @cached_property
    def version(self) -> str:
        """Sixteen hex digits over every rule, word list, bank and term list: another version, another judgement."""
        rules = (VERSION, folding.VERSION, disguise.VERSION, language_rules.VERSION, term_rules.VERSION,
                 prints.VERSION, evidence.VERSION, functions.VERSION, genres.VERSION, priorities.VERSION, data_digest())
        parts = [*rules, self.bank_set.version, *(each.digest for each in self.scanner.lists)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @cached_property
    def bank_set(self) -> BankSet:
        """The banks, compiled."""
        return self.banks if isinstance(self.banks, BankSet) else BankSet(self.banks)

    @cached_property
    def scanner(self) -> TermScanner:
        """The term lists, compiled."""
        return self.terms if isinstance(self.terms, TermScanner) else TermScanner(self.terms)


@cache
def default_context() -> Context:
    """What is used where no banks or term lists were given: the rules and word lists of the package."""
    return Context()


@dataclass(frozen=True, slots=True)
class MediaPrint:
    """Fingerprints of one media item. pdq: "" where there is none. note: why not, a code or "".

    frames: of a video, as ``turs.match.vpdq`` writes them. pages: PDQ of the pages of a document.
    """

    digest: str
    kind: str
    pdq: str = ""
    quality: int = 0
    note: str = ""
    frames: str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What a posting can be recognised by: text digest ("" if too short), addresses, media."""

    text: str = ""
    address: str = ""
    links: tuple[str, ...] = ()
    media: tuple[MediaPrint, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """What the software saw in one posting.

    version: of the context. genre: label. protected: the genre is excluded from referral until a person decides.
    priority: 0 to 100, with its tier and parts. referable: may be *put forward* to a person for a referral; never
    more than that. reasons: sentences for the reader, most important first.
    """

    posting_id: str
    version: str
    language: Language
    genre: str
    genre_score: float
    protected: bool
    findings: tuple[Finding, ...]
    matches: tuple[Match, ...]
    priority: int
    tier: str
    parts: tuple[priorities.Part, ...]
    referable: bool
    reasons: tuple[Words, ...]
    fingerprints: Fingerprints

    def as_dict(self, language: str | None = None) -> dict[str, Any]:
        """JSON-able form. language: ``ar`` or ``en`` leaves that one in every reason, `None` keeps both."""
        if language not in (None, "ar", "en"):
            raise ValueError(f"no language {language!r}: choose ar, en or None")

        def words(reason: Words) -> Any:
            return dict(reason) if language is None else reason[language]

        return {
            "posting_id": self.posting_id,
            "version": self.version,
            "language": {"tag": self.language.tag, "confidence": self.language.confidence,
                         "scripts": dict(self.language.scripts), "mixed": self.language.mixed},
            "genre": self.genre,
            "genre_score": self.genre_score,
            "protected": self.protected,
            "findings": [
                {"kind": f.kind, "label": f.label, "score": f.score, "spans": _spans(f.spans),
                 "reason": words(f.reason), "version": f.version, "protects": f.protects, "subject": f.subject}
                for f in self.findings
            ],
            "matches": [
                {"bank": m.bank, "bank_version": m.bank_version, "polarity": m.polarity, "kind": m.kind,
                 "subject": m.subject, "distance": m.distance, "score": m.score, "whole": m.whole,
                 "label": m.entry.label, "tier": m.entry.tier, "labels": list(m.entry.labels),
                 "producer": m.entry.producer, "disputed": m.entry.disputed, "entry": m.entry.id,
                 "value": m.entry.digest if m.kind in _LONG else m.entry.value, "note": m.entry.note,
                 "spans": _spans(m.spans), "entry_spans": _spans(m.entry_spans)}
                for m in self.matches
            ],
            "priority": self.priority,
            "tier": self.tier,
            "parts": [{"name": p.name, "points": p.points, "reason": words(p.reason)} for p in self.parts],
            "referable": self.referable,
            "reasons": [words(reason) for reason in self.reasons],
            "fingerprints": {
                "text": self.fingerprints.text, "address": self.fingerprints.address,
                "links": list(self.fingerprints.links),
                "media": [{"digest": m.digest, "kind": m.kind, "pdq": m.pdq, "quality": m.quality, "note": m.note,
                           "frames": m.frames.count(",") // 2, "pages": list(m.pages)}
                          for m in self.fingerprints.media],
            },
        }


def examine(posting: Posting, context: Context | None = None) -> Examination:
    """Examine one posting. Pure and total: no posting makes it fail, hostile media become a finding."""
    context = context or default_context()
    body = posting.body
    form = normalise(body)
    signs = signs_of(body)
    judged = form if len(body) <= evidence.LONGEST else normalise(body[: evidence.LONGEST])

    day = posting.published_at.date() if posting.published_at else None
    hits = tuple(hit for hit in context.scanner.scan(form, on=day) if not hit.suppressed_by)
    seen = read(judged, bool(signs), ((hit.term.category, hit.span.start, hit.span.end) for hit in hits))
    found = cues(seen)
    case = call(seen, found)
    kind = genre(seen, case)

    features, prints, unreadable = _features(posting, form, context.bank_set)
    matches = context.bank_set.match(features)
    harmless = {m.subject for m in matches if m.polarity == "suppress" and m.whole and not m.entry.disputed}
    suppressed = _all_harmless(harmless, prints)
    known = tuple(m for m in matches if m.polarity == "match" and m.subject not in harmless)
    agreed = tuple(m for m in known if not m.entry.disputed)

    order = priority(_facts(case, kind, seen, agreed, suppressed, signs, prints, hits))
    told = functions.findings(found, kind.label == "call")
    findings = (*kind.findings, *told, *_term_findings(hits),
                *_script_findings(body, signs), *unreadable)
    return Examination(
        posting_id=posting.id, version=context.version, language=detect(body), genre=kind.label,
        genre_score=kind.score, protected=kind.protected, findings=findings, matches=matches, priority=order.score,
        tier=order.tier, parts=order.parts,
        referable=not kind.protected and not suppressed and (kind.label == "call" or bool(agreed)),
        reasons=tuple(_reasons(kind, order, known, suppressed, told, len(body) > evidence.LONGEST)),
        fingerprints=prints,
    )


def as_line(posting: Posting, examination: Examination, language: str | None = None) -> dict[str, Any]:
    """One JSON-able line for a posting and its examination, as ``turs examine --json`` prints it."""
    when, tag = posting.published_at, examination.language.tag
    return {
        "posting": {
            "id": posting.id, "source": posting.source, "url": posting.url,
            "published_at": when.astimezone(UTC).isoformat().replace("+00:00", "Z") if when else None,
            "title": _writable(posting.title), "text": _writable(posting.text),
            "language": tag if tag not in {"und", "zxx"} else posting.language or tag,
        },
        "examination": examination.as_dict(language),
    }


# -- the parts -------------------------------------------------------------------------------------


_LONG = frozenset(("near_text", "vpdq"))
"""Kinds whose value is the content itself: results name its digest."""


def _all_harmless(subjects: set[str], prints: Fingerprints) -> bool:
    """Whether everything in a posting is known to be harmless: all that it says, all that it shows, or its page.

    A harmless picture does not excuse the words beside it, nor does a harmless link.
    """
    parts = {f"media[{number}]" for number in range(len(prints.media))} | ({"text"} if prints.text else set())
    return "address" in subjects or (bool(parts) and parts <= subjects)


def _features(posting: Posting, form: Normalised, banks: BankSet) -> tuple[list[Feature], Fingerprints, list[Finding]]:
    """What can be looked up in banks, the fingerprints that are kept, and the media that could not be read."""
    features: list[Feature] = []
    digest = text_digest(form)
    whole = (Span(0, len(form.original), form.original),) if digest else ()
    if digest:
        features.append(Feature("text", digest, "text", spans=whole))
    if posting.title and posting.text and (own := text_digest(posting.text)) and own != digest:
        start = len(form.original) - len(posting.text)
        features.append(Feature("text", own, "text", spans=(Span(start, len(form.original), posting.text),)))
    if digest and banks.holds("near_text"):
        features.append(Feature("near_text", form.original, "text"))
    links: dict[str, tuple[Span, ...]] = {}
    for written, start, end in links_in(form.original):
        if address := canonical_url(written):
            links[address] = (*links.get(address, ()), Span(start, end, written))[:MOST_SPANS]
    for written in posting.links:
        if address := canonical_url(written):
            links.setdefault(address, ())
    links = dict(list(links.items())[:MOST_LINKS])
    features += [Feature("url", address, "link", spans=spans) for address, spans in links.items()]
    address = canonical_url(posting.url) if posting.url else ""
    if address:
        features.append(Feature("url", address, "address"))
    media, unreadable = [], []
    for number, item in enumerate(posting.media):
        subject = f"media[{number}]"
        seen, marks, finding = _look(item, subject)
        features += marks
        media.append(seen)
        if finding is not None:
            unreadable.append(finding)
    return features, Fingerprints(digest, address, tuple(links), tuple(media)), unreadable


def _look(item: Media, subject: str) -> tuple[MediaPrint, list[Feature], Finding | None]:
    """Fingerprints of one media item, as they are kept and as they are looked up; a finding where it is unreadable."""
    if item.data is None:
        return MediaPrint(item.digest, item.kind, note="bytes_absent"), [Feature("sha256", item.digest, subject)], None
    seen = fingerprint(item.data)
    mark, note, why = seen.pdq or Pdq("", 0), seen.note, seen.problem
    if item.kind in ("image", "video") and seen.kind in ("text", "file"):
        note, why = f"{item.kind}_unknown", f"its bytes are no {item.kind} of a known kind"
    kept = MediaPrint(
        item.digest, item.kind, mark.value, mark.quality, note or ("digest_only" if seen.kind == "file" else ""),
        vpdq.frames_to_text(seen.frames) if seen.frames else "", tuple(page.value for page in seen.pages),
    )  # fmt: skip
    finding = None
    if why and note not in ("low_quality", "extra_missing"):
        reason = {"ar": f"تعذرت قراءة الملف المرفق {subject}؛ افحصه في عارض معزول أو اطلب نسخة أخرى من المصدر.",
                  "en": f"The attached file {subject} could not be read: {why}"}
        finding = Finding("media", "media_unreadable", 1.0, reason, VERSION)
    return kept, list(seen.features(subject)), finding


def _facts(case: Call, kind: Genre, seen: evidence.Evidence, known: tuple[Match, ...], suppressed: bool,
           signs: tuple[Sign, ...], prints: Fingerprints, terms: tuple[TermHit, ...]) -> Facts:
    own = frozenset(cue.label for cue in case.cues)
    calling = {cue.sentence for cue in case.cues}
    inciting = {cue.sentence for cue in case.cues if cue.label == "incite"}
    return Facts(
        functions=own, known_tiers=tuple(m.entry.tier for m in known), is_call=kind.label == "call",
        speaks_as_group=case.speaks_as_group, protected=kind.protected, suppressed=suppressed,
        minors=any(hit.sentence in calling for hit in seen.hits.get("minors", ())),
        imminent=any(hit.sentence in calling for slot in ("imminent", "when") for hit in seen.hits.get(slot, ())),
        threatens_life=case.threatens_life,
        timed=any(hit.sentence in inciting for hit in seen.hits.get("when", ())),
        listed=frozenset(hit.term.category for hit in terms),
        disguised=any(sign.label in _HIDES for sign in signs), links=bool(prints.links),
    )


_HIDES = frozenset(("bidi_override", "zero_width", "mixed_script_word", "spelled_out", "broken_word"))

_SIGNS: Mapping[str, tuple[str, str]] = {
    "bidi_override": ("محارف تقلب اتجاه العرض فيظهر النص بغير ما كتب.", "Override characters show text in an order in "
                      "which it is not written."),
    "zero_width": ("محارف غير مرئية داخل الكلمات.", "Invisible characters stand inside words."),
    "mixed_script_word": ("كلمة تخلط حروفا لاتينية وكيريلية متشابهة.", "A word mixes look-alike Latin and Cyrillic "
                          "letters."),
    "spelled_out": ("كلمة مفرقة الحروف.", "A word is spelled out letter by letter."),
    "broken_word": ("علامة داخل كلمة عربية تقطعها.", "A mark breaks an Arabic word."),
    "dotless_letters": ("حروف عربية بلا نقاط.", "Arabic letters without their dots."),
    "piled_marks": ("علامات متراكمة فوق الحروف.", "Marks are piled on letters."),
    "broken_encoding": ("محارف ناقصة الترميز.", "Half-encoded characters."),
}


def _script_findings(body: str, signs: Iterable[Sign]) -> Iterator[Finding]:
    for sign in signs:
        arabic, english = _SIGNS[sign.label]
        spans = tuple(Span(start, end, body[start:end]) for start, end in sign.places[:MOST_SPANS])
        yield Finding("script", sign.label, 1.0, {"ar": arabic, "en": english}, disguise.VERSION, spans)


def _term_findings(hits: Iterable[TermHit]) -> Iterator[Finding]:
    """One finding per list and term."""
    grouped: dict[tuple[str, str, str, str], list[TermHit]] = {}
    for hit in hits:
        grouped.setdefault((hit.list_name, hit.list_version, hit.term.category, hit.term.text), []).append(hit)
    for (name, version, category, term), group in grouped.items():
        disguised = any(hit.disguised for hit in group)
        reason = {"ar": f"ورد «{term}» من قائمة «{name}»" + ("، بكتابة متخفية." if disguised else "."),
                  "en": f"“{term}” of the list “{name}” occurs" + (", in disguise." if disguised else ".")}
        yield Finding("term", category or "term", 1.0, reason, f"{name}/{version}",
                      tuple(hit.span for hit in group)[:MOST_SPANS], subject=term)


_GENRE_NAMES: Mapping[str, tuple[str, str]] = {
    "reporting": ("خبر أو نقل", "reporting"), "commentary": ("رأي أو نقد", "commentary"),
    "research": ("بحث أو تعليم", "research or teaching"), "religious": ("نص ديني أو وعظ", "religious text"),
    "counter_speech": ("خطاب مضاد للعنف", "counter-speech"), "satire": ("سخرية", "satire"),
    "official_statement": ("بيان رسمي", "an official statement"),
    "human_rights": ("توثيق حقوقي", "human-rights documentation"), "personal": ("حديث شخصي", "personal talk"),
    "call": ("دعوة باسم جماعة أو لأجلها", "a call by or for a group"), "other": ("غير محدد", "other or unsure"),
}


def _reasons(kind: Genre, order: Priority, known: tuple[Match, ...], suppressed: bool,
             told: tuple[Finding, ...], cut: bool) -> Iterator[Words]:
    arabic, english = _GENRE_NAMES[kind.label]
    yield {"ar": f"نوع النص: {arabic}.", "en": f"Kind of text: {english}."}
    if suppressed:
        yield {"ar": "المحتوى معروف بأنه غير ضار، فلا يحتاج إلى مراجعة.",
               "en": "The content is known to be harmless and needs no review."}
    for match in known[:MOST_SPANS]:
        label = match.entry.label or match.entry.digest[:16]
        arabic, english = _how_near(match)
        if match.entry.disputed:
            arabic += "، وهي بصمة متنازع عليها فلا ترفع شيئا"
            english += "; it is disputed and raises nothing"
        yield {"ar": f"يطابق «{label}» في بنك البصمات «{match.bank}»{arabic}.",
               "en": f"It matches “{label}” in the bank “{match.bank}”{english}."}
    if kind.protected and (known or any(not finding.protects for finding in told)):
        yield {"ar": "النوع محمي: لا ترفع المطابقة ولا الإشارات أولويته، ولا يحال حتى يقرر إنسان غير ذلك.",
               "en": "The genre is protected: neither matches nor cues raise it, and it is not put forward unless a "
                     "person decides otherwise."}
    if not kind.protected:
        yield from (finding.reason for finding in told if not finding.protects)
    if order.score:
        terms = {language: "، ".join(f"{p.reason['ar']} {p.points:+d}" for p in order.parts) if language == "ar" else
                 ", ".join(f"{p.reason['en']} {p.points:+d}" for p in order.parts) for language in ("ar", "en")}
        yield {"ar": f"الأولوية {order.score}: {terms['ar']}.", "en": f"Priority {order.score}: {terms['en']}."}
    if cut:
        yield {"ar": f"النص طويل: حكم على أول {evidence.LONGEST} محرف منه.",
               "en": f"The text is long: its first {evidence.LONGEST} characters were judged."}


def _how_near(match: Match) -> tuple[str, str]:
    if match.kind == "pdq":
        return f" (الفرق {match.distance} من 256 بتا)", f" ({match.distance} of 256 bits differ)"
    if match.kind in _LONG:
        return f" (بنسبة {round(100 * match.score)}٪)", f" ({round(100 * match.score)} %)"
    return "", ""


def _spans(spans: Iterable[Span]) -> list[dict[str, Any]]:
    return [{"start": span.start, "end": span.end, "quote": _writable(span.quote)} for span in spans]


def _writable(text: str) -> str:
    """Text that can be written as UTF-8: half-encoded characters become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
