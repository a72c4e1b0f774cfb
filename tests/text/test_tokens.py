"""Words: what is joined to them is seen through, and no more than that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turs.text import fold
from turs.text.tokens import PREFIXES, SUFFIXES, light_stem, same_word, splits, words


@pytest.mark.parametrize(
    ("one", "other"),
    [("والجهاد", "الجهاد"), ("فبالجهاد", "جهاد"), ("للجهاد", "جهادهم"), ("رسالتهم", "رسالة"), ("كالرسالة", "رسالتنا"),
     ("وَكِتَابُهُم", "كتاب"), ("كتابـــي", "الكتاب"), ("سيكتبون", "يكتبون")],
)  # fmt: skip
def test_clitics_do_not_make_another_word(one: str, other: str) -> None:
    assert same_word(one, other)


@pytest.mark.parametrize(("one", "other"), [("اجتهاد", "جهاد"), ("مجاهد", "جهاد"), ("كتاب", "مكتب"), ("حرب", "حراب")])
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert not same_word(one, other)


@given(st.sampled_from(sorted(PREFIXES)), st.sampled_from(["كتاب", "رسالت"]), st.sampled_from(sorted(SUFFIXES)))
def test_every_joined_word_can_be_taken_apart_again(prefix: str, stem: str, suffix: str) -> None:
    assert (prefix, stem, suffix) in splits(prefix + stem + suffix)


def test_the_parts_of_a_split_are_the_word() -> None:
    for word in ("والكتاب", "ولكن", "بك", "و", "المسلمين"):
        parts = splits(word)
        assert parts[0] == ("", word, "")
        assert all("".join(part) == word for part in parts)


def test_words_come_with_their_place_in_the_original() -> None:
    text = "قال: «وَالجِهادُ» 2019 हिन्दी!"
    assert [(w.text, text[w.start : w.end]) for w in words(text)] == [
        ("قال", "قال"), ("والجهاد", "وَالجِهادُ"), ("2019", "2019"), ("हिन्दी", "हिन्दी")]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "stem"),
    [("والكتابات", "كتاب"), ("المسلمون", "مسلم"), ("للمدرسة", "مدرس"), ("بالجامعات", "جامع"), ("ورد", "ورد"),
     ("join", "join"), ("من", "من"), ("", "")],
)  # fmt: skip
def test_the_light_stem(word: str, stem: str) -> None:
    assert light_stem(fold(word)) == stem
