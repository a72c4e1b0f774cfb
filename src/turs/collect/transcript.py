"""Broadcast transcripts as subtitles: SubRip (SRT) and WebVTT, a posting a programme segment.

Station, programme, start and language come from the options, from a sidecar file ``name.srt.json``, or from
``NOTE`` blocks and header lines of the file (``NOTE station: …``), in that order. A ``NOTE programme: …``
in the middle begins a new segment. Voice tags name speakers; their names are left out.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from turs.collect import languages, limits
from turs.collect.dates import instant
from turs.collect.decode import Undecodable, decode
from turs.collect.inputfile import InputFile
from turs.collect.links import links_in, unique
from turs.collect.reader import LANGUAGE, Example, Option, Reader
from turs.posting import Capture, Posting, Reject

STATION: Final = Option(
    "station",
    "str",
    "",
    {"ar": "اسم المحطة الإذاعية أو التلفزيونية.", "en": "Name of the radio or television station."},
)
PROGRAMME: Final = Option("programme", "str", "", {"ar": "اسم البرنامج.", "en": "Name of the programme."})
START: Final = Option(
    "start",
    "datetime",
    None,
    {
        "ar": "الوقت الذي يقابل 00:00:00 في الملف، بصيغة ISO 8601 مع المنطقة الزمنية.",
        "en": "The instant that is 00:00:00 in the file, as ISO 8601 with its time zone.",
    },
)

_TIME: Final = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES: Final = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?\s*", re.DOTALL)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]{0,15}>|\{\\[^{}\n]{0,100}\}")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_FACT: Final = re.compile(r"\s*(?:NOTE\s+)?([A-Za-z]{3,12}|المحطة|البرنامج|البداية|اللغة)\s*[:=]\s*(.{1,300})")
_FACT_NAMES: Final = {
    "station": "station",
    "channel": "station",
    "المحطة": "station",
    "programme": "programme",
    "program": "programme",
    "البرنامج": "programme",
    "start": "start",
    "البداية": "start",
    "language": "language",
    "اللغة": "language",
}


@dataclass(slots=True)
class _Cue:
    start: float
    end: float
    text: str
    line: int
    last: int


@dataclass(slots=True)
class _Segment:
    programme: str
    cues: list[_Cue] = field(default_factory=list)
    length: int = 0

    def takes(self, cue: _Cue) -> bool:
        if not self.cues:
            return True
        return (
            abs(cue.start - self.cues[-1].end) <= limits.SEGMENT_GAP_SECONDS
            and cue.end - self.cues[0].start <= limits.SEGMENT_SECONDS
            and self.length + len(cue.text) <= limits.SEGMENT_CHARACTERS
        )


def _read(file: InputFile, options: Mapping[str, Any]) -> Iterator[Posting | Reject]:
    data = file.content(limits.TRANSCRIPT_BYTES)
    try:
        decoded = decode(data)
    except Undecodable as error:
        raise file.refuse(error.code) from error
    written = _LINE.findall(decoded.text) or [""]
    lines = [line.rstrip("\r\n") for line in written]

    def posting(segment: _Segment) -> Posting:
        # A cue is cut from the file byte for byte; where bytes did not fit the encoding the whole file is the evidence.
        first, last = segment.cues[0].line - 1, segment.cues[-1].last
        raw = data if decoded.replaced else "".join(written[first:last]).encode(decoded.encoding)
        capture = file.capture(raw, mime, READER.tool, f"line={first + 1}", {"encoding": decoded.encoding})
        return _posting(options, facts, segment, capture)

    webvtt = lines[0].startswith("WEBVTT") and lines[0][6:7] in ("", " ", "\t")
    if not webvtt and file.name.lower().endswith(".vtt"):
        raise file.refuse("not_webvtt", 1, lines[0])
    if not any("-->" in line for line in lines):
        raise file.refuse("no_cues", 1, lines[0])
    facts = _sidecar(file)
    mime = "text/vtt" if webvtt else "application/x-subrip"
    segment = _Segment("")
    found = False
    for item in _parts(lines, webvtt):
        if isinstance(item, dict):
            if "programme" in item and segment.cues:
                yield posting(segment)
                segment = _Segment(item["programme"])
            elif "programme" in item:
                segment.programme = item["programme"]
            facts = {**item, **facts}
            continue
        if isinstance(item, tuple):
            yield file.reject("bad_cue", item[0], item[1])
            found = True
            continue
        if not item.text.strip():
            continue
        found = True
        if not segment.takes(item):
            yield posting(segment)
            segment = _Segment(segment.programme)
        segment.cues.append(item)
        segment.length += len(item.text) + 1
    if segment.cues:
        yield posting(segment)
    if not found:
        yield file.reject("no_records")


def _parts(lines: list[str], webvtt: bool) -> Iterator[_Cue | dict[str, str] | tuple[int, str]]:
    """Cues, facts from notes and headers, and (line, text) of what is no sound cue, in order."""
    index = 0
    if webvtt:
        while index < len(lines) and lines[index].strip():
            if "-->" in lines[index]:
                break
            facts = _facts([lines[index]]) if index else {}
            if facts:
                yield facts
            index += 1
    while index < len(lines):
        if not lines[index].strip():
            index += 1
            continue
        first = index
        while index < len(lines) and lines[index].strip():
            index += 1
        block = lines[first:index]
        if block[0].startswith("NOTE") and not any("-->" in line for line in block):
            facts = _facts(block)
            if facts:
                yield facts
            continue
        if webvtt and block[0].split(" ")[0] in ("STYLE", "REGION"):
            continue
        yield from _cues(block, first)


def _cues(block: list[str], first: int) -> Iterator[_Cue | tuple[int, str]]:
    """The cues of one block of lines without an empty one between: usually one; more where the empty line is lost."""
    arrows = [offset for offset, line in enumerate(block) if "-->" in line]
    if not arrows:
        yield first + 1, " ".join(block)
        return
    for number, offset in enumerate(arrows):
        stop = arrows[number + 1] if number + 1 < len(arrows) else len(block)
        if stop < len(block) and block[stop - 1].strip().isdigit() and stop - 1 > offset:
            stop -= 1  # the number of the next cue
        times = _TIMES.fullmatch(block[offset])
        begin, end = (_seconds(times.groups()[:4]), _seconds(times.groups()[4:])) if times else (None, None)
        if begin is None or end is None or end < begin:
            yield first + offset + 1, block[offset]
            continue
        text = "\n".join(html.unescape(_TAG.sub("", line)).strip() for line in block[offset + 1 : stop])
        yield _Cue(begin, end, text.strip("\n"), first + offset + 1, first + stop)


def _seconds(groups: tuple[str | None, ...]) -> float | None:
    hours, minutes, seconds, part = groups
    if minutes is None or seconds is None or part is None or int(minutes) > 59 or int(seconds) > 59:
        return None
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(part.ljust(3, "0")) / 1000


def _facts(block: list[str]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for line in block:
        match = _FACT.fullmatch(line)
        name = _FACT_NAMES.get(match[1].lower()) if match else None
        if match and name:
            facts[name] = match[2].strip()
    return facts


def _sidecar(file: InputFile) -> dict[str, str]:
    path = file.path.with_name(file.path.name + ".json")
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > 65_536:
            return {}
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {name: str(data[key])[:300] for key, name in _FACT_NAMES.items() if isinstance(data.get(key), str)}


def _posting(options: Mapping[str, Any], facts: Mapping[str, str], segment: _Segment, capture: Capture) -> Posting:
    cues = segment.cues
    text = ""
    times: list[list[float]] = []
    for cue in cues:
        text += "\n" if text else ""
        times.append([round(cue.start, 3), round(cue.end, 3), len(text)])
        text += cue.text
    extra: dict[str, Any] = {"begin": round(cues[0].start, 3), "end": round(cues[-1].end, 3), "cues": times}
    start: datetime | None = options["start"]
    if start is None and facts.get("start"):
        start, notes = instant(facts["start"])
        extra.update(notes)
    published_at = None
    if start is not None:
        try:
            published_at = start + timedelta(seconds=cues[0].start)
        except OverflowError:
            extra["date_note"] = "out_of_range"
    programme = options["programme"] or segment.programme or facts.get("programme", "")
    station = options["station"] or facts.get("station", "")
    if programme:
        extra["programme"] = programme
    if station:
        extra["station"] = station
    return Posting(
        source=station,
        source_kind="station",
        published_at=published_at,
        title=programme,
        text=text,
        language=languages.declared(options["language"] or facts.get("language", "")),
        links=unique(links_in(text)),
        extra=extra,
        capture=capture,
    )


READER: Final = Reader(
    name="transcript",
    version="1",
    suffixes=(".srt", ".vtt"),
    title={"ar": "تفريغ بث إذاعي أو تلفزيوني (SRT أو WebVTT)", "en": "Broadcast transcript (SRT or WebVTT)"},
    summary={
        "ar": "تُجمع مقاطع التفريغ في منشور لكل فقرة، مع توقيت كل مقطع. لا تُحفظ أسماء المتحدثين.",
        "en": "Cues are gathered into one posting a segment, with the time of every cue. "
        "Names of speakers are not kept.",
    },
    options=(STATION, PROGRAMME, START, LANGUAGE),
    read=_read,
    examples=(
        Example(
            name="morning.vtt",
            data=(
                "WEBVTT\nLanguage: ar\n\nNOTE station: إذاعة المثال\n\nNOTE programme: صباح المثال\n\n"
                "NOTE start: 2026-01-05T06:00:00Z\n\n00:00:01.000 --> 00:00:04.000\n<v مذيع>صباح الخير.\n\n"
                "00:00:04.500 --> 00:00:08.000\nهذه نشرة الأخبار.\n\n00:05:00.000 --> 00:05:04.000\nوالآن حالة الطقس.\n"
            ).encode(),
            title={"ar": "نشرة من فقرتين بينهما صمت", "en": "A bulletin of two segments with silence between"},
            bodies=("صباح المثال\nصباح الخير.\nهذه نشرة الأخبار.", "صباح المثال\nوالآن حالة الطقس."),
        ),
        Example(
            name="evening.srt",
            data=(
                "1\n00:00:01,000 --> 00:00:03,000\nGood evening.\n\n2\n00:00:xx,000 --> 00:00:05,000\nLost.\n\n"
                "3\n00:00:05,000 --> 00:00:07,000\nThe weather.\n"
            ).encode("utf-16"),
            title={"ar": "ملف بترميز UTF-16 فيه توقيت معطوب", "en": "A UTF-16 file with a damaged time"},
            bodies=("Good evening.\nThe weather.",),
            rejects=("bad_cue",),
            options={"station": "Example Radio", "start": "2026-01-05T18:00:00+00:00"},
        ),
    ),
)
