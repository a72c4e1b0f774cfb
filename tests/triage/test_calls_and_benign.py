"""Calls by an invented group are recognised; lawful texts near the subject never are (field guide 6/G3, G16)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from turs.examine import Examination, examine
from turs.posting import Posting

HERE = Path(__file__).parent
RECALL = 0.8
"""Share of calls that must come out as a call, per language."""


def texts(name: str) -> list[tuple[str, str, str]]:
    data = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return [(language, label, text) for language in ("ar", "en", "fr") for label, text in data[language]]


def look(text: str) -> Examination:
    return examine(Posting("test", text))


def own_functions(seen: Examination) -> set[str]:
    return {f.label for f in seen.findings if f.kind == "function" and not f.protects}


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_most_calls_are_called_and_carry_their_function(language: str) -> None:
    calls = [(label, look(text)) for tag, label, text in texts("calls") if tag == language]
    called = [(label, seen) for label, seen in calls if seen.genre == "call" and seen.referable and seen.priority > 0]
    assert len(called) >= RECALL * len(calls)
    assert sum(label in own_functions(seen) for label, seen in called) >= RECALL * len(calls)


@pytest.mark.parametrize(("label", "text"), [(label, text) for _, label, text in texts("benign")])
def test_lawful_text_is_never_a_call(label: str, text: str) -> None:
    seen = look(text)
    assert seen.genre != "call"
    assert not seen.referable
    if label not in ("personal", "civic", "charity", "business", "sport", "joke"):
        assert seen.priority == 0, seen.parts


@pytest.mark.parametrize(
    "word", ["جهاد النفس", "شهيد", "تكبير", "الخلافة", "الشهداء", "الجهاد", "خلافة", "الله أكبر", "زكاة"]
)
def test_a_religious_word_alone_is_no_cue(word: str) -> None:
    seen = look(f"تحدث الشيخ عن {word} في درسه اليوم")
    assert (seen.genre != "call", seen.priority, own_functions(seen)) == (True, 0, set())


def test_a_call_shows_where_and_why_in_both_languages() -> None:
    text = "يا شباب، انضموا إلى صفوف جبهة المثال."
    finding = next(f for f in look(text).findings if f.label == "recruit")
    span = finding.spans[0]
    assert text[span.start : span.end] == span.quote
    assert span.quote.startswith("انضموا")
    assert all(finding.reason[language].endswith(".") for language in ("ar", "en"))


@pytest.mark.parametrize(
    "text",
    [
        "Do not join the Example Front, our fighters are waiting is their lie.",
        "لا تنضموا إلى جبهة المثال.",
        "Ne rejoignez pas le Front Exemple.",
    ],
)
def test_negation_turns_a_call_round(text: str) -> None:
    seen = look(text)
    assert seen.genre == "counter_speech"
    assert "recruit" not in own_functions(seen)


@pytest.mark.parametrize(
    "text",
    [
        "قال المتحدث باسم الجماعة: «انضموا إلى صفوف جبهتنا»، وفق ما نقلت الوكالة.",
        '"Join the ranks of our front," the spokesman said, according to the news agency.',
        "« Rejoignez les rangs de notre front », a déclaré le porte-parole, selon l'agence de presse.",
    ],
)
def test_a_quotation_is_not_the_voice_of_who_quotes(text: str) -> None:
    seen = look(text)
    assert seen.genre == "reporting"
    assert own_functions(seen) == set()
    assert any(f.kind == "function" and f.protects for f in seen.findings)


def test_quotation_marks_around_everything_protect_nothing() -> None:
    assert look("«انضموا إلى صفوف جبهة المثال، مقاتلونا بانتظاركم»").genre == "call"


def test_a_scripture_verse_does_not_shield_a_call() -> None:
    text = "قال تعالى في كتابه الكريم. انضموا إلى صفوف جبهة المثال، مقاتلونا بانتظاركم، وتبرعوا بثمن الذخيرة لمقاتلينا."
    assert look(text).genre == "call"
