"""All formats, each declared once, and the choice among them by content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from turs.formats import csv_, jsonl, misp, ncmec, stix, tat, tcap, threatexchange
from turs.formats.reading import Read, Reader, Refused, Writer, text_of
from turs.formats.signal import KINDS, Opinion, Problem, Signal

_EVERYTHING: Final = frozenset({
    "labels", "tier", "tlp", "owner", "source", "first_seen", "updated_at", "quality", "note", "opinions", "deleted",
    "id", "group", "checkpoint", "extra",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A small file of the format, made in code, and what reading it must give: for tests, documentation and demo.

    values: (kind, value) of every signal, in order. problems: codes of every problem, in order.
    """

    name: str
    data: bytes = field(repr=False)
    title: Mapping[str, str]
    values: tuple[tuple[str, str], ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """An exchange format.

    read: ``(data, *, kind="")`` -> signals and problems. write: ``(signals, *, problems=None, checkpoint="")``.
    sniff: whether text that begins like this is of the format. checkpoint: of a page, ``None`` where pages have none.
    kinds: what it can carry. keeps: fields of a signal that survive being written and read again.
    """

    name: str
    version: str
    suffixes: tuple[str, ...]
    title: Mapping[str, str]
    summary: Mapping[str, str]
    read: Reader = field(repr=False)
    write: Writer = field(repr=False)
    sniff: Callable[[str], bool] = field(repr=False)
    kinds: frozenset[str]
    keeps: frozenset[str]
    examples: tuple[Example, ...] = field(repr=False)
    checkpoint: Callable[[bytes], str] | None = field(default=None, repr=False)


PICTURE: Final = Signal(
    kind="pdq", value="f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22", labels=("glorification",),
    tier="designation", tlp="AMBER", owner="Example Agency", source="demo list",
    first_seen=datetime(2026, 1, 5, 8, tzinfo=UTC), updated_at=datetime(2026, 1, 6, 9, 30, tzinfo=UTC), quality=100,
    note="ملصق «جبهة المثال»",
)  # fmt: skip
"""The published hash of the bridge picture of the PDQ reference set."""
VIDEO: Final = Signal(
    kind="md5", value="cab08b36195edb1a1231d2d09fa450e0", tlp="GREEN", owner="Example Agency",
    updated_at=datetime(2026, 1, 7, 12, tzinfo=UTC), opinions=(Opinion("Example Platform", "disagree", "news report"),),
)  # fmt: skip
WITHDRAWN: Final = Signal(
    kind="md5", value="d41d8cd98f00b204e9800998ecf8427e", owner="Example Agency",
    updated_at=datetime(2026, 1, 8, 12, tzinfo=UTC), deleted=True, id="3107",
)  # fmt: skip
ADDRESS: Final = Signal(
    kind="url", value="https://front.example/poster", labels=("Example Front",), owner="Tech Against Terrorism",
    source="Example Platform", first_seen=datetime(2026, 1, 5, 8, tzinfo=UTC), note="Poster", id="41",
)  # fmt: skip
_THREE: Final = tuple((each.kind, each.value) for each in (PICTURE, VIDEO, WITHDRAWN))
_TITLE: Final = {"ar": "صورة، ومقطع عليه خلاف، وبصمة مسحوبة", "en": "A picture, a disputed video, a withdrawal"}


def _three(name: str, write: Writer) -> Example:
    return Example(name, write([PICTURE, VIDEO, WITHDRAWN], checkpoint="1767787200,3107"), _TITLE, _THREE)


_FORMATS: Final = (
    Format(
        "csv", "1", (".csv", ".tsv"),
        {"ar": "جدول CSV", "en": "CSV table"},
        {"ar": "جدول فيه عمودا kind وvalue، أو عمود لكل نوع. الفاصل والترميز والعناوين العربية تُعرف من نفسها.",
         "en": "A table with the columns kind and value, or one column a kind. Delimiter, encoding and Arabic headers "
         "are recognised."},
        csv_.read, csv_.write, csv_.sniff, frozenset(KINDS), _EVERYTHING,
        (
            _three("signals.csv", csv_.write),
            Example(
                "بصمات.csv", f"النوع;البصمة;الوسوم\nMD5;{VIDEO.value};خبر\nSHA-1;{'a' * 40};\n;;\nMD5;نص;\n".encode(),
                {"ar": "عناوين عربية، وسطر من نوع لا تحفظه البنوك، وقيمة خاطئة",
                 "en": "Arabic headers, a kind that banks do not hold, and a wrong value"},
                (("md5", VIDEO.value),), ("other_kind", "bad_value"),
            ),
        ),
    ),
    Format(
        "jsonl", "1", (".jsonl", ".ndjson"),
        {"ar": "سجلات JSON Lines", "en": "JSON Lines"},
        {"ar": "كل سطر بصمة، ولا يضيع منها أي حقل. تُقرأ المصفوفة أيضًا.",
         "en": "One fingerprint a line, with every field. An array is read as well."},
        jsonl.read, jsonl.write, jsonl.sniff, frozenset(KINDS), _EVERYTHING,
        (
            _three("signals.jsonl", jsonl.write),
            Example(
                "broken.jsonl", b'{"md5": "%s"}\n{"kind": "md5", "value": \n[]\n' % VIDEO.value.encode(),
                {"ar": "سطر مقطوع وسطر ليس كائنًا", "en": "A line cut off, and one that is no object"},
                (("md5", VIDEO.value),), ("bad_json", "bad_record"),
            ),
        ),
    ),
    Format(
        "threatexchange", "1", (".json",),
        {"ar": "تحديثات ThreatExchange", "en": "ThreatExchange updates"},
        {"ar": "استجابة threat_updates أو threat_descriptors بما فيها من آراء وسحب.",
         "en": "Answers of threat_updates and threat_descriptors, with opinions and withdrawals."},
        threatexchange.read, threatexchange.write, threatexchange.sniff, frozenset(KINDS),
        _EVERYTHING - {"source", "tier", "quality", "group", "extra", "checkpoint"},
        (_three("threat_updates.json", threatexchange.write),),
    ),
    Format(
        "threatexchange-csv", "1", (".csv",),
        {"ar": "جدول أداة threatexchange", "en": "Table of the threatexchange command"},
        {"ar": "ما يطبعه الأمر ‎threatexchange dataset -P --csv‎.",
         "en": "What threatexchange dataset -P --csv prints."},
        threatexchange.read, threatexchange.write_dataset, threatexchange.sniff_dataset, frozenset(KINDS),
        frozenset({"labels", "source"}),
        (Example("dataset.csv", threatexchange.write_dataset([PICTURE, VIDEO]), _TITLE, _THREE[:2]),),
    ),
    Format(
        "threatexchange-list", "1", (".txt",),
        {"ar": "ملف تبادل لمكتبة threatexchange", "en": "File exchange of the threatexchange library"},
        {"ar": "نوع وبصمة في كل سطر، كما يقرؤه التبادل local_file.",
         "en": "A signal type and a signal on each line, as its local_file exchange reads it."},
        threatexchange.read, threatexchange.write_list, threatexchange.sniff_list, frozenset(KINDS), frozenset(),
        (
            Example("signals.txt", threatexchange.write_list([PICTURE, VIDEO]), _TITLE, _THREE[:2]),
            Example(
                "mixed.txt", f"pdq {PICTURE.value}\ntrend_query {{}}\npdq 12\n".encode(),
                {"ar": "سطر من نوع لا تحفظه البنوك، وقيمة خاطئة",
                 "en": "A kind that banks do not hold, and a wrong value"},
                _THREE[:1], ("other_kind", "bad_value"),
            ),
        ),
    ),
    Format(
        "stix", "2.1", (".json", ".stix"),
        {"ar": "حزمة STIX 2.1", "en": "STIX 2.1 bundle"},
        {"ar": "مؤشرات وبصمات ملفات وعناوين، بعلامات TLP وآراء وسحب. تُقرأ مغلفات TAXII كذلك.",
         "en": "Indicators, file hashes and addresses, with TLP markings, opinions and withdrawals. TAXII envelopes "
         "are read as well."},
        stix.read, stix.write, stix.sniff, frozenset(KINDS), _EVERYTHING,
        (_three("bundle.json", stix.write),),
    ),
    Format(
        "misp", "1", (".json",),
        {"ar": "حدث MISP", "en": "MISP event"},
        {"ar": "أحداث MISP وسماتها، بعلامات tlp والمشاهدات والسمات المحذوفة.",
         "en": "MISP events and attributes, with tlp tags, sightings and deleted attributes."},
        misp.read, misp.write, misp.sniff, frozenset(KINDS), _EVERYTHING,
        (
            _three("event.json", misp.write),
            Example(
                "fragment.json", b'{"Attribute": [{"type": "md5", "value": "%s"}]}' % VIDEO.value.encode(),
                {"ar": "جزء من حدث بلا الحقل info", "en": "A fragment of an event without info"},
                (), ("misp_fragment",),
            ),
        ),
    ),
    Format(
        "tat", "2", (".json",),
        {"ar": "قائمة بصمات Tech Against Terrorism", "en": "Tech Against Terrorism hash list"},
        {"ar": "صفحة من الإصدار الثاني للواجهة، بنقطة المتابعة والسحب.",
         "en": "A page of version 2 of the interface, with its checkpoint and withdrawals."},
        tat.read, tat.write, tat.sniff, frozenset({"pdq", "md5"}),
        frozenset({"first_seen", "updated_at", "deleted", "id", "checkpoint"}),
        (_three("hash_list.json", tat.write),), tat.checkpoint,
    ),
    Format(
        "tcap", "1", (".csv",),
        {"ar": "جدول تنبيهات TCAP", "en": "TCAP alert table"},
        {"ar": "روابط رصدتها منصة تحليلات المحتوى الإرهابي.",
         "en": "Addresses found by the Terrorist Content Analytics Platform."},
        tcap.read, tcap.write, tcap.sniff, frozenset({"url"}),
        frozenset({"labels", "source", "first_seen", "note", "id", "extra"}),
        (Example("tcap.csv", tcap.write([ADDRESS]), {"ar": "تنبيه واحد", "en": "One alert"},
                 (("url", ADDRESS.value),)),),
    ),
    Format(
        "ncmec", "2", (".xml",),
        {"ar": "استجابة تبادل البصمات لدى NCMEC", "en": "NCMEC hash sharing answer"},
        {"ar": "مدخلات XML بآراء الأعضاء والسحب ونقطة المتابعة.",
         "en": "XML entries with the members' feedback, withdrawals and the checkpoint."},
        ncmec.read, ncmec.write, ncmec.sniff, frozenset({"pdq", "md5"}),
        frozenset({"owner", "updated_at", "deleted", "checkpoint", "opinions", "group"}),
        (
            Example("entries.xml", ncmec.write([PICTURE, VIDEO, WITHDRAWN]), _TITLE, (*_THREE[:2], _THREE[2])),
            Example(
                "entities.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///">]><queryResult/>',
                {"ar": "ملف يعرّف كيانات", "en": "A file that declares entities"}, (), ("xml_entities",),
            ),
        ),
        ncmec.checkpoint,
    ),
)  # fmt: skip

FORMATS: Final[dict[str, Format]] = {each.name: each for each in _FORMATS}
"""Name -> format, in the order in which people are shown them."""

_BY_CONTENT: Final = ("ncmec", "stix", "tat", "misp", "threatexchange", "threatexchange-csv", "tcap",
                      "threatexchange-list", "jsonl", "csv")  # fmt: skip
"""The order of recognition: what is told apart best comes first."""


def sniff(data: bytes) -> Format | None:
    """The format of a file by its content, or `None`. It never raises."""
    head = data[:65_536]
    try:
        text = text_of(head[: len(head) - len(head) % 4] if len(data) > len(head) else head)[0]
    except Refused:
        return None
    text = text.lstrip("\ufeff \t\r\n")
    if not text or (text.startswith("<") and not FORMATS["ncmec"].sniff(text)):
        return None
    return next((FORMATS[name] for name in _BY_CONTENT if FORMATS[name].sniff(text)), None)


def read(data: bytes, format: str | None = None, *, kind: str = "") -> Read:
    """Signals of a file, and a problem for everything in it that is none, in the order of the file.

    format: its name, else it is recognised. kind: of records that do not say it. ValueError for a name or a kind that
    does not exist; nothing is raised for any content.
    """
    if format is not None and format not in FORMATS:
        raise ValueError(f"no format {format!r}: choose one of {', '.join(FORMATS)}")
    if kind and kind not in KINDS:
        raise ValueError(f"no kind of fingerprint {kind!r}: choose one of {', '.join(KINDS)}")
    if not data.strip():
        return iter([Problem("empty")])
    found = FORMATS[format] if format else sniff(data) or (FORMATS["csv"] if kind else None)
    if found is None:
        return iter([Problem("unknown_format")])
    return found.read(data, kind=kind)


def write(
    signals: Iterable[Signal], format: str, *, problems: list[Problem] | None = None, checkpoint: str = ""
) -> bytes:
    """A file of these signals.

    problems: takes one for each signal that the format cannot carry; without it, the first such raises `Unwritable`.
    checkpoint: of the page, where the signals do not say it. ValueError for a format that does not exist.
    """
    if format not in FORMATS:
        raise ValueError(f"no format {format!r}: choose one of {', '.join(FORMATS)}")
    return FORMATS[format].write(signals, problems=problems, checkpoint=checkpoint)
