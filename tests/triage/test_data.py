"""The cue data: every name resolves, every reason is in both languages, every word can be found."""

from __future__ import annotations

import pytest

from turs.text import normalise
from turs.triage import FUNCTIONS, GENRES, read
from turs.triage.evidence import data, spelled

SHAPES = {"dateline", "quotation", "scripture", "negated_call", "laughter", "news_lead", "own_publication"}
"""Evidence that is found by shape, not by word."""


def test_cues_and_marks_use_slots_that_exist() -> None:
    slots = set(data("lexicon")["slots"]) | SHAPES
    used = {slot for cue in data("functions")["cues"] for need in cue["needs"] for slot in need.split("|")}
    used |= {slot for cue in data("functions")["cues"] for slot in cue.get("unless", "").split("|") if slot}
    used |= {voice["slot"] for voice in data("functions")["voice"]} | {mark["slot"] for mark in data("genres")["marks"]}
    used |= {mark["slot"] for mark in data("genres")["lightens"]}
    used |= {voice["then"] for voice in data("functions")["voice"] if "then" in voice}
    assert used <= slots
    assert set(data("lexicon")["clitics"]) <= slots


def test_labels_are_those_of_the_field() -> None:
    assert {cue["label"] for cue in data("functions")["cues"]} <= set(FUNCTIONS)
    assert {mark["genre"] for mark in data("genres")["marks"]} | set(data("genres")["weigh"]) <= set(GENRES)


def test_every_reason_is_a_sentence_in_arabic_and_english() -> None:
    rules = [
        *data("functions")["cues"],
        *data("functions")["voice"],
        *data("genres")["marks"],
        *data("genres")["lightens"],
    ]
    for rule in rules:
        assert set(rule["reason"]) == {"ar", "en"}
        assert all(sentence.endswith(".") for sentence in rule["reason"].values())


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_every_phrase_is_found_where_it_stands_alone(language: str) -> None:
    for slot, languages in data("lexicon")["slots"].items():
        for phrase in (each for written in languages.get(language, ()) for each in spelled(written)):
            hits = read(normalise(phrase)).hits.get(slot, ())
            assert any((hit.start, hit.end) == (0, len(phrase)) for hit in hits), (slot, phrase)
