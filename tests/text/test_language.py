"""Language: the right tag for short and long text, and honest words where there is nothing to judge."""

from __future__ import annotations

import random
import time

import pytest

from turs.text import detect
from turs.text.language import KNOWN, detect_many


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
        ("ps", "وزیرانو نن په پلازمېنه کې سره وکتل او خبرې یې وکړې"),
        ("ku", "Wezîr îro li paytextê kom bûn û li ser hevkariyê axivîn"),
        ("de", "Die Minister trafen sich heute in der Hauptstadt"),
        ("es", "Los ministros se reunieron hoy en la capital"),
        ("it", "I ministri si sono riuniti oggi nella capitale"),
        ("nl", "De ministers kwamen vandaag in de hoofdstad bijeen"),
        ("pt", "Os ministros reuniram-se hoje na capital"),
    ],
)
def test_a_sentence_gets_its_language(tag: str, text: str) -> None:
    assert detect(text).tag == tag


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ar", "اجتماع جديد اليوم"),
        ("ar", "وين رايح يا اخي"),
        ("fa", "من به خانه می‌روم"),
        ("ur", "یہ خبر آج کی ہے"),
        ("ckb", "ئەمڕۆ لە شار"),
        ("tr", "bugün çok güzel"),
        ("id", "hari ini sangat baik"),
        ("so", "maanta waa maalin fiican"),
        ("ha", "yau rana ce mai kyau"),
        ("fr", "je suis à la maison"),
        ("en", "we are at the market"),
        ("ru", "сегодня хороший день"),
        ("uk", "сьогодні гарний день"),
    ],
)
def test_a_few_words_are_enough(tag: str, text: str) -> None:
    assert detect(text).tag == tag


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("fa", "وزيران امروز در پايتخت گرد هم آمدند و درباره همكاري گفتگو كردند"),
        ("ckb", "ئه‌مڕۆ وه‌زیره‌كان له‌ پایته‌خت كۆبوونه‌وه‌"),
        ("tr", "Bakanlar bugun baskentte bir araya geldi, isbirligi konusuldu"),
        ("fr", "les ministres se sont reunis hier a l'etranger"),
        ("ha", "ministocin sun hadu a birnin kasar yau da safe"),
        ("ar", "ٱجْتَمَعَ ٱلْوُزَرَاءُ فِي ٱلْعَاصِمَةِ"),
        ("ar", "اجتمــــع الــوزراء اليـــوم"),
        ("ar", "ﺍﺟﺘﻤﻊ ﺍﻟﻮﺯﺭﺍﺀ ﻓﻲ ﺍﻟﻌﺎﺻﻤﺔ"),
        ("en", "𝐓𝐡𝐞 𝐦𝐢𝐧𝐢𝐬𝐭𝐞𝐫𝐬 𝐦𝐞𝐭 𝐭𝐨𝐝𝐚𝐲"),
        ("fr", "Les ministres se sont re\u0301unis a\u0300 l'e\u0301tranger"),
        ("en", "THE MINISTERS MET IN THE CAPITAL"),
    ],
)
def test_other_keyboards_and_spellings_do_not_change_the_language(tag: str, text: str) -> None:
    assert detect(text).tag == tag


@pytest.mark.parametrize(
    "text",
    [
        "Ministrowie spotkali się dzisiaj w stolicy, aby omówić współpracę",
        "Ministrarna träffades idag i huvudstaden för att diskutera samarbete",
        "Министрите се срещнаха днес в столицата, за да обсъдят сътрудничеството",
        "Mawaziri walikutana leo katika mji mkuu kujadili ushirikiano wa nchi zao",
        "وەزىرلەر بۈگۈن پايتەختتە ئۇچراشتى",
    ],
)
def test_a_language_we_do_not_know_is_undetermined_not_the_nearest(text: str) -> None:
    seen = detect(text)
    assert (seen.tag, seen.confidence) == ("und", 0.0)
    assert len(seen.scripts) == 1


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


def test_where_only_hashtags_are_they_are_read() -> None:
    assert detect("#اجتماع_الوزراء #العاصمة").tag == "ar"


def test_many_at_once_are_told_as_one_by_one() -> None:
    texts = ["", "اجتمع الوزراء", "😀", "The ministers met", "https://example.org/a", "Les voilà", "\ud800", "x"]
    assert detect_many(texts) == [detect(text) for text in texts]
    assert detect_many([]) == []


def test_confidence_is_low_where_languages_share_the_words() -> None:
    assert detect("normal").confidence < detect("the normal way of things").confidence
    assert all(0 <= detect(text).confidence <= 1 for text in ("a la", "de", "في", "information"))


def test_known_tags_are_those_of_the_field() -> None:
    assert {"ar", "fa", "ur", "ckb", "tr", "ru", "id", "fr", "en", "so", "ha", "uk", "he"} <= KNOWN
    assert not {"und", "zxx"} & KNOWN


@pytest.mark.parametrize(
    "text",
    [
        "ب" * 10_000_000,
        "a " * 5_000_000,
        " " * 10_000_000,
        "😀" * 10_000_000,
        "https://" + "a" * 10_000_000,
        "@" * 10_000_000,
        "&" * 10_000_000,
        "#" * 10_000_000,
        "\ud800" * 1_000_000,
        "a\u0301" * 5_000_000,
    ],
    ids=["letter", "words", "space", "emoji", "address", "at", "ampersand", "hash", "surrogate", "marks"],
)
def test_a_text_of_any_length_takes_no_longer_than_a_page(text: str) -> None:
    detect("warm")
    start = time.perf_counter()
    detect(text)
    assert time.perf_counter() - start < 0.5


def test_no_sequence_of_code_points_breaks_it() -> None:
    chance = random.Random(5)
    marks = "@#&;:/.ht1tp3sw \u0301\u200c\u0640\ufeff\ud83d\U0010ffff\U000e0001aاпё中"
    texts = ["".join(chance.choices(marks, k=chance.randrange(1, 40))) for _ in range(3000)]
    texts += ["".join(chr(chance.randrange(0x110000)) for _ in range(60)) for _ in range(300)]
    for text, seen in zip(texts, detect_many(texts), strict=True):
        assert seen.tag in KNOWN | {"und", "zxx"}, text
        assert 0 <= seen.confidence <= 1
        assert sum(seen.scripts.values()) == pytest.approx(1, abs=0.01) or not seen.scripts


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
