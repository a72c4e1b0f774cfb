"""Language: the right tag for short and long text, and honest words where there is nothing to judge."""

from __future__ import annotations

import pytest

from turs.text import detect


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ar", "اجتمع الوزراء في العاصمة يوم الخميس لبحث التعاون"),
        ("ar", "وين رايحين اليوم يا جماعة"),
        ("fa", "سلام دوستان، امروز هوا خیلی خوب است"),
        ("ur", "یہ خبر آج صبح شائع ہوئی ہے"),
        ("ckb", "ئەم هەواڵە ئەمڕۆ بڵاو کراوەتەوە"),
        ("tr", "Bakanlar bugün başkentte bir araya geldi"),
        ("ru", "Сегодня министры встретились в столице"),
        ("uk", "Сьогодні міністри зустрілися у столиці, її мешканці"),
        ("id", "Para menteri bertemu di ibu kota hari ini"),
        ("en", "The ministers met in the capital today"),
        ("fr", "Les ministres se sont réunis dans la capitale"),
        ("so", "Wasiirrada ayaa maanta ku kulmay magaalada caasimadda ah"),
        ("ha", "Ministocin sun haɗu a birnin ƙasar yau"),
        ("he", "השרים נפגשו היום בבירה"),
    ],
)
def test_a_sentence_gets_its_language(tag: str, text: str) -> None:
    assert detect(text).tag == tag


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("und", ""),
        ("und", "  \n"),
        ("und", "ok"),
        ("zxx", "123 456 !!"),
        ("zxx", "😀😀"),
        ("und", "https://example.org/abc"),
    ],
)
def test_where_there_is_nothing_to_judge_it_says_so(tag: str, text: str) -> None:
    assert detect(text).tag == tag


def test_addresses_tags_and_names_do_not_decide_the_language() -> None:
    assert detect("https://example.org/the/and/of/this #news @somebody اجتماع جديد في المدينة").tag == "ar"


def test_two_scripts_are_reported() -> None:
    mixed = detect("اجتماع اليوم في Example Building مع الضيوف")
    assert mixed.mixed
    assert set(mixed.scripts) == {"Arab", "Latn"}
    assert sum(mixed.scripts.values()) == pytest.approx(1, abs=0.01)
    assert not detect("اجتماع اليوم").mixed


@pytest.mark.parametrize(
    "text",
    [
        "3andi so2al: wein el ma7atta?",
        "7abibi shou 3am ta3mel lyoum",
        "wallah ma ba3ref shu sar m3ak",
        "ma 3reftch chno ndir, 3tini ra2yek",
        "el 7amdella kol shi tamam",
    ],
)
def test_arabic_in_latin_letters_is_arabic(text: str) -> None:
    seen = detect(text)
    assert (seen.tag, list(seen.scripts)) == ("ar", ["Latn"])


@pytest.mark.parametrize(
    "text",
    [
        "Download the mp3 and the h264 video from web2",
        "Le 3ème étage est fermé, prenez le 2e",
        "Kami akan berangkat jam 7pagi besok dari rumah",
        "El Niño brings rain to the coast",
        "gr8 2day c u l8r m8",
        "covid19 vaccine b2b sales q3 results",
    ],
)
def test_other_words_with_digits_are_not(text: str) -> None:
    assert detect(text).tag != "ar"
