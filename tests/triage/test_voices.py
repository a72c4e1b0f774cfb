"""A threat to life leads the queue and nothing else does; a group's own words keep no shelter of reporters.

``voices``, ``lookalikes`` and ``ordinary`` were written before the rules they test, ``unseen_*`` after them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from turs.examine import Context, Examination, examine
from turs.posting import Posting
from turs.text import Term, TermList
from turs.triage import PROTECTED
from turs.triage.evidence import spelled

HERE = Path(__file__).parent
RECALL, UNSEEN, NEWS = 0.95, 0.6, 0.9
"""Shares that must be right: of the voices, of the voices written later, of ordinary news and piety."""


def texts(name: str) -> list[tuple[str, str]]:
    data = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return [(kind, text) for language in ("ar", "en", "fr") for kind, text in data[language]]


def look(text: str, context: Context | None = None, title: str = "") -> Examination:
    return examine(Posting("test", text, title=title), context)


def own_functions(seen: Examination) -> set[str]:
    return {f.label for f in seen.findings if f.kind == "function" and not f.protects}


def heard(kind: str, seen: Examination) -> bool:
    """Whether a voice comes out as it should."""
    if kind in ("morale", "denial"):
        return not seen.protected and seen.tier != "threat_to_life"
    if kind == "threaten":
        return seen.tier == "threat_to_life" and seen.referable
    return seen.genre == "call" and kind in own_functions(seen) and seen.tier != "threat_to_life"


@pytest.mark.parametrize(("name", "share"), [("voices", RECALL), ("unseen_voices", UNSEEN)])
def test_most_voices_are_heard(name: str, share: float) -> None:
    rows = texts(name)
    assert sum(heard(kind, look(text)) for kind, text in rows) >= share * len(rows)


@pytest.mark.parametrize("text", [text for name in ("voices", "unseen_voices") for kind, text in texts(name)
                                  if kind != "threaten"])
def test_only_threats_are_threats_to_life(text: str) -> None:
    assert look(text).tier != "threat_to_life"


@pytest.mark.parametrize("text", [text for name in ("lookalikes", "unseen_lookalikes") for _, text in texts(name)])
def test_no_look_alike_is_put_forward(text: str) -> None:
    seen = look(text)
    assert (seen.genre == "call", seen.referable, seen.tier == "threat_to_life") == (False, False, False)


def test_ordinary_news_and_piety_are_named() -> None:
    rows = texts("ordinary")
    seen = [(kind, look(text)) for kind, text in rows]
    assert sum(each.genre == kind for kind, each in seen) >= NEWS * len(rows)
    assert not any(each.genre == "call" or each.priority for _, each in seen)


@pytest.mark.parametrize("text", ["وعد جبهة المثال حق، وأرضها لأهلها.", "The promise of the Example Front is true.",
                                  "La promesse du Front Exemple est vraie."])
def test_a_promise_is_no_threat(text: str) -> None:
    assert "threaten" not in own_functions(look(text))


FRONT = Context((), (TermList("front", "1", (
    Term("جبهة المثال", "ar", "group_name"), Term("وكالة نداء المثال", "ar", "outlet"),
    Term("النهر لا يعود", "ar", "slogan", suppress=("قصيدة",)), Term("لواء الريحان", "ar", "group_name"),
    Term("Beacon Example Agency", "en", "outlet"))),))


@pytest.mark.parametrize(("text", "title"), [
    ("رجال جبهة المثال نفذوا هجوما على نقطة تفتيش فجر الخميس، والتفاصيل لاحقا. النهر لا يعود.",
     "وكالة نداء المثال: خبر عاجل"),
    ("The media office of the Example Front announces that our fighters stand firm.", "Beacon Example Agency"),
])
def test_a_groups_own_outlet_is_no_reporter(text: str, title: str) -> None:
    assert look(text, FRONT, title).genre not in PROTECTED


def test_who_reports_on_an_outlet_keeps_the_shelter() -> None:
    text = ("ذكرت وكالة نداء المثال، وهي منبر تابع لجبهة المثال، أن رجالها هاجموا نقطة تفتيش، "
            "بحسب مصدر أمني لم يؤكد الخبر. وتكرر الجماعة شعار «النهر لا يعود».")
    seen = look(text, FRONT)
    assert (seen.genre, seen.priority) == ("reporting", 0)


def test_a_threat_by_a_listed_name_counts_and_a_report_of_it_does_not() -> None:
    threat = "سيهاجم لواء الريحان مدرسة البستان صباح الأحد."
    assert look(threat).tier == "none"
    assert look(threat, FRONT).tier == "threat_to_life"
    assert look(f"قالت الشرطة إنها تلقت رسالة جاء فيها: {threat}", FRONT).priority == 0


def test_listed_words_steer_a_little_and_never_into_a_tier() -> None:
    slogan, name = look("النهر لا يعود يا شباب", FRONT), look("سمعت اليوم عن جبهة المثال", FRONT)
    both = look("جبهة المثال: النهر لا يعود", FRONT)
    assert both.priority > slogan.priority > name.priority == 0
    assert [part.name for part in both.parts] == ["slogan", "group_name"]
    for seen in (slogan, name, both):
        assert (seen.tier, seen.referable) == ("none", False)
    assert look("النهر لا يعود: قصيدة قديمة من تراثنا", FRONT).priority == 0
    assert look("نقلت الصحيفة عن مصدر أن شعار «النهر لا يعود» كتب على جدار", FRONT).priority == 0


def test_spelled_writes_out_every_choice() -> None:
    assert list(spelled("[a|b] c")) == ["a c", "b c"]
    assert list(spelled("س[ن|ي]ضرب")) == ["سنضرب", "سيضرب"]
