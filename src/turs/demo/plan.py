"""What is published when and where: the calendar of the story and the drawing of every posting."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from turs.demo.disguise import DISGUISES, disguised
from turs.demo.grammar import LANGUAGES, Voice, rules
from turs.demo.pictures import POSTERS, SCENES
from turs.demo.places import MOVED, PLACES, Place

DAYS: Final = 90
WALLETS: Final = (
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",  # BIP-173, test vectors
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",  # EIP-55, test cases
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",  # EIP-55, test cases
)
"""Published test vectors: the only addresses in the story."""

EVENTS: Final[tuple[tuple[str, int], ...]] = (
    ("attack", 0),
    ("meeting", 8),
    ("attack", 14),
    ("meeting", 36),
    ("attack", 41),
    ("battle", 55),
    ("move", MOVED + 1),
    ("meeting", 64),
    ("appeal", 67),
    ("attack", 71),
    ("meeting", 86),
)
"""What happens in the world of the story: root ``event.<name>`` and day, 0 to 89."""

_TALKED_ABOUT: Final[Mapping[str, int]] = {"meeting": 3, "attack": 2, "battle": 8, "move": 4, "appeal": 6}
"""For how many days news come back to an event."""

THREAT_POSTED: Final = timedelta(hours=20)
"""How long before the end of the story the threat to life is published; news quote it after that."""
_INDIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

_EVENT_PLACES: Final[Mapping[str, Mapping[int, str]]] = {
    "ar": {0: "مستودع الشقائق", 14: "محطة القصب", 41: "مستودع الخزامى", 71: "طريق السدرة"},
    "en": {0: "the Shaqaiq warehouse", 14: "the Qasab substation", 41: "the Khuzama warehouse", 71: "the Sidra road"},
    "fr": {0: "Shaqaiq", 14: "Qasab-Station", 41: "Khuzama", 71: "Sidra-Route"},
}
_OWN_STATES: Final[Mapping[str, Mapping[str, str]]] = {
    "wahat-news": {"ar": "دولة الواحة"},
    "marsa-mfa": {"ar": "جمهورية المرسى", "en": "the Republic of Marsa"},
    "tilal-parquet": {"ar": "مملكة التلال", "fr": "Tilal"},
}
"""Place -> the state for which it speaks."""
_MONTHS: Final[Mapping[str, Sequence[str]]] = {
    "ar": (
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
}
_PHASES: Final[tuple[tuple[int, Mapping[str, float]], ...]] = (
    (
        51,
        {
            "announce": 0.38,
            "recruit": 0.24,
            "claim": 0.14,
            "threaten": 0.1,
            "morale_post": 0.06,
            "deny": 0.05,
            "instruct": 0.03,
        },
    ),
    (MOVED - 1, {"morale_post": 0.4, "announce": 0.2, "deny": 0.2, "threaten": 0.2}),
    (
        DAYS,
        {
            "fund": 0.26,
            "recruit": 0.2,
            "morale_post": 0.18,
            "threaten": 0.12,
            "announce": 0.12,
            "instruct": 0.07,
            "move": 0.05,
        },
    ),
)
"""Until which day the front speaks of what: before the battle, in it, after the move (calls fall, appeals rise)."""
_SMILES: Final = ("🙂", "😂", "☕", "🌧️", "❤️", "🙏", "⚽")


@dataclass(frozen=True, slots=True)
class Item:
    """One posting of the story before it is written into a file.

    text: paragraphs parted by an empty line. topic: grammar root it came from. copy_of: ``native_id`` in place of
    the original, ``<place>/<id>``; how: the disguise. edited_at: when the channel edited it. picture: file name.
    """

    place: Place
    number: int
    at: datetime
    strand: str
    topic: str
    language: str
    title: str
    text: str
    picture: str = ""
    edited_at: datetime | None = None
    forwarded_from: str = ""
    copy_of: str = ""
    how: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Address at the place; reserved domains only."""
        return f"https://{self.place.host}/{self.number}"


def shares(weights: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to `weights` that add up to `total` (largest remainder)."""
    whole = sum(weights)
    exact = [weight / whole * total for weight in weights]
    counts = [int(value) for value in exact]
    rest = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for index in rest[: total - sum(counts)]:
        counts[index] += 1
    return counts


def draw(end: datetime, seed: int, size: int, edits: Mapping[str, Sequence[str]]) -> list[Item]:
    """All `size` postings of the places, in time order inside each place.

    edits: original poster -> names of its re-uploads. Same arguments, same items.
    """
    start = end - timedelta(days=DAYS)
    items: list[Item] = []
    said: set[str] = set()
    originals: list[Item] = []
    for place, count in zip(PLACES, shares([place.share for place in PLACES], size), strict=True):
        rng = random.Random(f"{seed} {place.key}")
        voices = {language: Voice(language, rng) for language in LANGUAGES}
        told = _tell(place, count, start, end, rng, voices, said, originals, edits)
        items.extend(told)
        if place.strands.keys() == {"front"} and place.kind == "channel":
            originals.extend(item for item in told if not item.topic.endswith("threat_to_life"))
    return items


def threat_date(end: datetime) -> datetime:
    """The day of the town hall meeting that is threatened: four days after the story ends."""
    return end + timedelta(days=4)


def written_date(day: datetime, language: str) -> str:
    """`day` in words, such as ``3 mars 2026``."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def _times(place: Place, count: int, start: datetime, rng: random.Random) -> list[datetime]:
    """`count` instants in the days of the place, more by day than by night, the last ones near the end."""
    first, last = place.days
    span = (last - first + 1) * 1440
    minutes: list[int] = []
    while len(minutes) < count:
        minute = rng.randrange(span)
        if 5 <= minute % 1440 // 60 < 22 or rng.random() < 0.2:
            minutes.append(minute)
    return [start + timedelta(days=first, minutes=m, seconds=rng.randrange(60)) for m in sorted(minutes)]


def _deal(weights: Mapping[str, float], count: int, rng: random.Random) -> list[str]:
    """`count` keys in proportion to `weights`, shuffled: a share is kept, not only expected."""
    dealt = [key for key, n in zip(weights, shares(list(weights.values()), count), strict=True) for _ in range(n)]
    rng.shuffle(dealt)
    return dealt


def _tell(
    place: Place,
    count: int,
    start: datetime,
    end: datetime,
    rng: random.Random,
    voices: Mapping[str, Voice],
    said: set[str],
    originals: Sequence[Item],
    edits: Mapping[str, Sequence[str]],
) -> list[Item]:
    times = _times(place, count, start, rng)
    told: list[Item] = []
    fixed = _fixed(place, count)
    strands, languages = _deal(place.strands, count, rng), _deal(place.languages, count, rng)
    reports = [index for index, strand in enumerate(strands) if strand == "reporting"]
    quotes_threat = reports[-1] if reports and place.kind in {"feed", "atom", "page", "channel"} else -1
    for index, (at, strand, language) in enumerate(zip(times, strands, languages, strict=True)):
        number = 101 + index
        day = (at - start).days
        earlier = [item for item in originals if item.at < at]
        if place.copies and earlier and rng.random() < place.copies:
            told.append(_copy(place, number, at, earlier, rng, edits))
            continue
        topic = _topic(place, strand, language, day, index, count, rng)
        if topic == "front.threat_to_life":
            at = end - THREAT_POSTED
        elif index == quotes_threat or (strand == "reporting" and at > end - timedelta(hours=16)):
            at = max(at, end - timedelta(minutes=rng.randint(40, 900)))
            topic = "event.threat"
        if index in fixed:
            language, text = fixed[index]
            title, topic = "", "front.known"
        else:
            title, text = _compose(voices[language], topic, language, at, start, end, place, said, rng)
        item = Item(place, number, at, strand, topic, language, title, text)
        told.append(_dress(item, rng, edits))
    return sorted(told, key=lambda item: item.at)


def _fixed(place: Place, count: int) -> dict[int, tuple[str, str]]:
    """Position -> language and text of the known texts that a channel of the front carries, spread over its days.

    A bank recognises them; they never change. A very small story has room for some of them only.
    """
    wanted = {"example_front_1": ("ar",), "example_front_world": ("en", "fr")}.get(place.key, ())
    known = [(language, text) for language in wanted for text in rules(language)["front.known"]]
    return {number * count // len(known): pair for number, pair in enumerate(known)} if count else {}


def _topic(place: Place, strand: str, language: str, day: int, index: int, count: int, rng: random.Random) -> str:
    """Grammar root of a posting: the strand itself, an event of these days, or what the front speaks of now."""
    if strand == "front":
        if place.key == "example_front_2" and index == count - 1:
            return "front.threat_to_life"
        if place.key == "example_front_2" and index < 2:
            return "front.move"
        phase = next(weights for until, weights in _PHASES if day <= until)
        return "front." + rng.choices(list(phase), list(phase.values()))[0]
    if strand == "reporting":
        recent = [name for name, when in EVENTS if 0 <= day - when <= _TALKED_ABOUT[name]]
        if recent and rng.random() < 0.35:
            return f"event.{rng.choice(recent)}"
    return strand


def _compose(
    voice: Voice,
    topic: str,
    language: str,
    at: datetime,
    start: datetime,
    end: datetime,
    place: Place,
    said: set[str],
    rng: random.Random,
) -> tuple[str, str]:
    """Title and text for `topic`, different from every text before it as long as the grammar can."""
    day = (at - start).days
    past = [when for name, when in EVENTS if name == "attack" and when <= day]
    if topic.startswith("event."):
        when = start + timedelta(
            days=max((d for name, d in EVENTS if f"event.{name}" == topic and d <= day), default=day)
        )
    else:
        when = at
    bound = {
        "date": written_date(when, language),
        "threat_date": written_date(threat_date(end), language),
        "event_place": _EVENT_PLACES[language][past[-1]],
        "channel": "https://t.me.example/" + ("example_front_1" if day < MOVED else "example_front_2"),
        "wallet": WALLETS[day % len(WALLETS)],
    }
    if language in _OWN_STATES.get(place.key, {}):
        bound["state*"] = _OWN_STATES[place.key][language]
    # A short form keeps the quotation of an article that is about one.
    most = (2 if topic == "quoting" else 1) if place.short and not topic.startswith("front") else 99
    title = text = ""
    for _ in range(30):
        said_now = voice.say(topic, day, bound)
        head, bar, body = said_now.partition(" ‖ ")
        title, text = (head, body) if bar else ("", head)
        paragraphs = text.split(" ¶ ")
        text = "\n\n".join(paragraphs[:most])
        if place.short and title and place.kind != "channel":
            title, text = "", f"{title}\n{text}"
        if text not in said:
            break
    said.add(text)
    if place.indic and language == "ar":
        title, text = (part if "example" in part else part.translate(_INDIC) for part in (title, text))
    return title, text


def _dress(item: Item, rng: random.Random, edits: Mapping[str, Sequence[str]]) -> Item:
    """Add what a place adds: pictures, an edit, a smile."""
    place = item.place
    if item.strand == "personal" and rng.random() < 0.2:
        item = replace(item, text=f"{item.text} {rng.choice(_SMILES)}")
    if place.kind != "channel":
        return item
    if rng.random() < place.pictures:
        if item.strand == "front":
            picture = f"poster-{1 + (item.number % POSTERS):02}.jpg"
        elif item.strand == "sympathiser":
            picture = rng.choice(edits[f"poster-{rng.randint(1, POSTERS):02}.jpg"])
        else:
            picture = rng.choice(
                ("outlet-logo.png", "national-poster.jpg", *(f"scene-{n:02}.jpg" for n in range(1, SCENES + 1)))
            )
        item = replace(item, picture=picture)
    if rng.random() < (0.1 if item.strand == "front" else 0.02):
        item = replace(item, edited_at=item.at + timedelta(minutes=rng.randint(3, 300)))
    return item


def _copy(
    place: Place,
    number: int,
    at: datetime,
    earlier: Sequence[Item],
    rng: random.Random,
    edits: Mapping[str, Sequence[str]],
) -> Item:
    """A later copy of something the front published: forwarded as it was, or re-typed in disguise."""
    original = earlier[-1 - int(abs(rng.gauss(0, 1)) * 12) % len(earlier)]
    how = rng.choice(sorted(DISGUISES))
    text = disguised("\n\n".join(part for part in (original.title, original.text) if part), how, rng)
    picture = rng.choice(edits[original.picture]) if original.picture and place.kind == "channel" else ""
    return Item(
        place,
        number,
        at,
        "front",
        original.topic,
        original.language,
        "",
        text,
        picture,
        forwarded_from=original.place.name if how == "repost" and place.kind == "channel" else "",
        copy_of=f"{original.place.key}/{original.number}",
        how=how,
    )
