"""Where the story is told: invented outlets, channels, platforms and stations, what they publish and who collects them.

Every host ends in a reserved domain (RFC 2606, RFC 6761). A channel is a public channel; no place is a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

STRANDS: Final[Mapping[str, str]] = {
    "reporting": "news of every kind, critics of the coalition quoted in it, and news of the story's events",
    "quoting": "journalists who quote the front in order to explain it; protected like all reporting",
    "commentary": "opinion: criticism of the coalition and of governments; never propaganda",
    "preachers": "preachers and religious institutions against the front, with words it also uses",
    "piety": "ordinary religious life: greetings, reminders, prayer times, lawful charity",
    "research": "research notes that cite slogans as data",
    "human_rights": "documentation of harm done by any side, with threats kept as evidence",
    "satire": "jokes about the front, the coalition and ministers",
    "official": "statements of governments and of the coalition",
    "personal": "everyday talk in four dialects, Arabizi, English and French; harmless explosions included",
    "counter_speech": "people who came back, families, helplines",
    "sympathiser": "supporters of the front, without office in it",
    "front": "the front's own output through its invented outlets",
}
"""Strand -> what it is there for. The truth file uses these words."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of publication and the files its postings are written to.

    kind: ``feed``, ``atom``, ``page``, ``channel``, ``csv``, ``jsonl``, ``srt``, ``vtt``. share: of all postings.
    strands, languages: relative weights. files: number of files (by period). days: first and last day, 0 to 89.
    pictures: chance that a posting of a channel carries a picture. copies: chance that a posting repeats one of
    the front, disguised. short: title and first paragraph only.
    """

    key: str
    kind: str
    name: str
    host: str
    share: float
    strands: Mapping[str, float]
    languages: Mapping[str, float] = field(default_factory=lambda: {"ar": 1.0})
    agency: str = "wahat-cell"
    tlp: str = "GREEN"
    files: int = 1
    days: tuple[int, int] = (0, 89)
    pictures: float = 0.0
    copies: float = 0.0
    short: bool = False
    indic: bool = False


_NEWS = {"reporting": 0.72, "commentary": 0.13, "quoting": 0.07, "official": 0.05, "research": 0.03}
_EN = {"en": 1.0}
_FR = {"fr": 1.0}
MOVED: Final = 57
"""Day on which the front's first channel ends and its second begins, after the battle of Wadi al-Raml."""

PLACES: Final[tuple[Place, ...]] = (
    # Feeds of outlets and ministries
    Place("dhifaf", "feed", "صحيفة ضفاف", "dhifaf.example", 0.125, _NEWS, tlp="CLEAR", files=3),
    Place(
        "wahat-news",
        "atom",
        "وكالة أنباء الواحة",
        "wahat-news.example",
        0.055,
        {"reporting": 0.6, "official": 0.4},
        tlp="CLEAR",
        files=2,
        indic=True,
    ),
    Place(
        "harbour-courier",
        "feed",
        "The Harbour Courier",
        "harbour-courier.example",
        0.08,
        _NEWS,
        _EN,
        tlp="CLEAR",
        files=3,
    ),
    Place(
        "courrier-collines",
        "feed",
        "Le Courrier des Collines",
        "courrier-collines.example",
        0.085,
        _NEWS,
        _FR,
        tlp="CLEAR",
        files=3,
    ),
    Place(
        "marsa-mfa",
        "atom",
        "Marsa Ministry of Foreign Affairs",
        "mfa.marsa.example",
        0.018,
        {"official": 1},
        {"en": 0.7, "ar": 0.3},
        "marsa-mfa",
        "CLEAR",
    ),
    Place(
        "tilal-parquet",
        "atom",
        "Parquet de Tilal",
        "parquet.tilal.example",
        0.017,
        {"official": 1},
        {"fr": 0.8, "ar": 0.2},
        "tilal-prosecution",
        "CLEAR",
    ),
    # Pages
    Place("sahel-news", "page", "موقع الساحل الإخباري", "sahel-news.example", 0.016, _NEWS, tlp="CLEAR"),
    Place(
        "observatory",
        "page",
        "مرصد وادي الرمل لحقوق الإنسان",
        "observatory.example.org",
        0.014,
        {"human_rights": 1},
        {"ar": 0.6, "en": 0.2, "fr": 0.2},
        tlp="GREEN",
        indic=True,
    ),
    Place(
        "review",
        "page",
        "Northern Review of Propaganda Studies",
        "review.example.net",
        0.009,
        {"research": 1},
        {"ar": 0.3, "en": 0.5, "fr": 0.2},
        "union-hub",
        "CLEAR",
    ),
    Place(
        "tilal-ifta",
        "page",
        "دار الإفتاء بالتلال",
        "ifta.tilal.example",
        0.008,
        {"preachers": 1},
        {"ar": 0.65, "fr": 0.2, "en": 0.15},
        "tilal-religious",
        "CLEAR",
    ),
    Place("siraj", "page", "وكالة سراج المثال", "siraj.example", 0.005, {"front": 1}, tlp="AMBER"),
    # Public channels
    Place(
        "example_front_1",
        "channel",
        "جبهة المثال | القناة الرسمية",
        "t.me.example/example_front_1",
        0.032,
        {"front": 1},
        tlp="AMBER",
        days=(0, MOVED - 1),
        pictures=0.5,
    ),
    Place(
        "example_front_2",
        "channel",
        "جبهة المثال | القناة الجديدة",
        "t.me.example/example_front_2",
        0.022,
        {"front": 1},
        tlp="AMBER",
        days=(MOVED, 89),
        pictures=0.4,
    ),
    Place(
        "example_front_world",
        "channel",
        "Example Front World",
        "t.me.example/example_front_world",
        0.014,
        {"front": 1},
        {"en": 0.55, "fr": 0.45},
        tlp="AMBER",
        pictures=0.3,
    ),
    Place(
        "siraj_mirror",
        "channel",
        "مرآة السراج",
        "t.me.example/siraj_mirror",
        0.022,
        {"sympathiser": 1},
        agency="marsa-moi",
        tlp="AMBER+STRICT",
        pictures=0.8,
        copies=0.75,
    ),
    Place(
        "ansar_lantern",
        "channel",
        "أصدقاء السراج",
        "t.me.example/ansar_lantern",
        0.028,
        {"sympathiser": 1},
        tlp="AMBER",
        pictures=0.6,
        copies=0.3,
    ),
    Place(
        "minbar",
        "channel",
        "منبر الوسط",
        "t.me.example/minbar",
        0.07,
        {"preachers": 0.32, "piety": 0.55, "counter_speech": 0.13},
        indic=True,
    ),
    Place(
        "dhifaf_now",
        "channel",
        "ضفاف عاجل",
        "t.me.example/dhifaf_now",
        0.065,
        {"reporting": 0.84, "quoting": 0.1, "official": 0.06},
        tlp="CLEAR",
        pictures=0.25,
        short=True,
    ),
    Place("maqloub", "channel", "جريدة المقلوب", "t.me.example/maqloub", 0.018, {"satire": 1}),
    Place(
        "returns", "channel", "قصص العودة", "t.me.example/returns", 0.02, {"counter_speech": 0.85, "commentary": 0.15}
    ),
    # Tables of public posts of invented platforms
    Place(
        "saha",
        "csv",
        "منصة ساحة",
        "saha.example",
        0.13,
        {
            "personal": 0.58,
            "commentary": 0.1,
            "piety": 0.14,
            "counter_speech": 0.06,
            "sympathiser": 0.07,
            "satire": 0.05,
        },
        files=3,
        short=True,
    ),
    Place(
        "square-en",
        "csv",
        "Square",
        "square.example",
        0.066,
        {
            "personal": 0.5,
            "commentary": 0.13,
            "piety": 0.09,
            "counter_speech": 0.07,
            "sympathiser": 0.1,
            "satire": 0.06,
            "human_rights": 0.05,
        },
        _EN,
        files=2,
        short=True,
    ),
    Place(
        "place-fr",
        "jsonl",
        "Place publique",
        "place.example",
        0.07,
        {
            "personal": 0.5,
            "commentary": 0.14,
            "piety": 0.09,
            "counter_speech": 0.07,
            "sympathiser": 0.09,
            "satire": 0.06,
            "human_rights": 0.05,
        },
        _FR,
        files=2,
        short=True,
    ),
    Place(
        "majlis",
        "jsonl",
        "مجلس الأحياء",
        "majlis.example",
        0.026,
        {"personal": 0.8, "piety": 0.1, "commentary": 0.1},
        {"ar": 0.85, "en": 0.1, "fr": 0.05},
        "suhul-youth",
        short=True,
    ),
    Place(
        "tips",
        "csv",
        "بلاغات عامة",
        "tips.example",
        0.007,
        {"sympathiser": 0.8, "personal": 0.2},
        {"ar": 0.6, "fr": 0.2, "en": 0.2},
        "tilal-ct",
        "RED",
        copies=0.5,
        short=True,
    ),
    # Broadcasts
    Place(
        "radio-wahat",
        "srt",
        "إذاعة صوت الواحة",
        "radio-wahat.example",
        0.01,
        {"reporting": 0.7, "preachers": 0.3},
        tlp="CLEAR",
        files=0,
        indic=True,
    ),
    Place(
        "marsa-tv",
        "vtt",
        "Marsa TV",
        "tv.marsa.example",
        0.006,
        {"reporting": 0.8, "commentary": 0.2},
        _EN,
        "marsa-mfa",
        "CLEAR",
        files=0,
    ),
    Place(
        "radio-collines",
        "srt",
        "Radio Collines",
        "radio-collines.example",
        0.005,
        {"reporting": 0.8, "research": 0.2},
        _FR,
        tlp="CLEAR",
        files=0,
    ),
    Place("radio-siraj", "vtt", "إذاعة السراج", "radio-siraj.example", 0.004, {"front": 1}, tlp="AMBER", files=0),
)
"""Every place, in the order in which its files are written. ``files=0``: one file a posting, as with pages."""

LOOSE_PICTURES: Final = (
    "poster-01-gif.gif",
    "poster-02-webp.webp",
    "poster-03-crop.jpg",
    "poster-04-grey.jpg",
    "poster-05-mirror.jpg",
    "poster-10-recompress.jpg",
    "emblem.png",
    "outlet-logo.png",
    "national-poster.jpg",
    "national-poster-small.jpg",
    "scene-01.jpg",
    "scene-05.jpg",
)
"""Pictures that come in alone, as files."""

RED_READERS: Final = ("tilal-analyst", "tilal-crisis")
"""Usernames (`coalition.USERS`) that the RED file names as its recipients."""
