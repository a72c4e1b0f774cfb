"""``turs fingerprint`` and ``turs match``: what files are known by, and what knows them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from . import desk, say
from .collect import files_below
from .curate import content, policy_of

if TYPE_CHECKING:
    from turs.match import BankEntry, BankSet, Feature, Match, Prints

LARGEST_FILE = 512 * 2**20
"""Bytes of a file that is fingerprinted."""


def fingerprint(
    paths: list[Path] = typer.Argument(..., help="Files or folders."),
    dihedral: bool = typer.Option(False, "--dihedral", help="Also the turned and mirrored forms of a picture."),
    every: float = typer.Option(1.0, "--every", min=0.0, help="Seconds between frames of a video; 0: every one."),
    json: bool = say.Json,
) -> None:
    """Print what files can be recognised by: digests, PDQ of pictures, frames of videos, pages of documents.

    Nothing is stored. What could not be read is told, with what to do; the digests are there all the same.
    """
    from turs.match import vpdq
    from turs.match.perceptual import DIHEDRAL
    from turs.match.prints import fingerprint as prints_of

    if not math.isfinite(every):
        say.fail("--every takes seconds", "Give 1 for one frame a second, 0 for every frame.")
    worst = 0
    for path, data in _files(paths):
        if data is None:
            worst = max(worst, say.WRONG)
            continue
        seen = prints_of(data, dihedral=dihedral, every=every)
        worst = max(worst, _gravity(seen))
        facts: dict[str, Any] = {"file": str(path), "kind": seen.kind, "sha256": seen.sha256, "md5": seen.md5}
        if seen.pdq:
            facts |= {"pdq": seen.pdq.value, "quality": seen.pdq.quality}
        if seen.dihedral:
            facts["dihedral"] = dict(zip(DIHEDRAL, (form.value for form in seen.dihedral), strict=True))
        if seen.frames:
            facts["vpdq"] = vpdq.frames_to_text(seen.frames) if json else f"{len(seen.frames)} frames"
        if seen.pages:
            facts["pages"] = [page.value for page in seen.pages]
        if seen.note:
            facts |= {"note": seen.note, "problem": seen.problem}
        if json:
            say.line(facts)
        else:
            _show_prints(facts)
    raise typer.Exit(worst)


def match(
    paths: list[Path] = typer.Argument(..., help="Files or folders: pictures, videos, documents, texts, anything."),
    against: list[Path] = typer.Option([], "--against", help="List of fingerprints, instead of the desk's banks."),
    distance: int = typer.Option(31, "--distance", min=0, max=256, help="With --against: bits that may differ."),
    turned: bool = typer.Option(False, "--turned", help="Also find pictures that were turned or mirrored."),
    as_user: str = desk.As,
    json: bool = say.Json,
) -> None:
    """Look files up in the banks that a user sees, or in lists, and say what matches, how near, and where.

    Nothing is stored. A match only says that people judged this content before.
    """
    from turs.match.prints import fingerprint as prints_of

    banks = _lists(against, distance) if against else _desk(as_user)
    found, worst = False, 0
    for path, data in _files(paths):
        if data is None:
            worst = max(worst, say.WRONG)
            continue
        seen = prints_of(data, dihedral=turned)
        worst = max(worst, _gravity(seen))
        if seen.problem:
            _tell(path, seen.problem)
        matches = banks.match(_features(seen))
        found |= bool(matches)
        if json:
            say.line({"file": str(path), "note": seen.note, "matches": [_as_dict(one) for one in matches]})
        else:
            _show(path, matches)
    if not found:
        say.errors.print("nothing matches")
    raise typer.Exit(worst)


def _features(seen: Prints) -> Iterator[Feature]:
    from turs.match import Feature, text_digest
    from turs.posting import Span

    yield from seen.features("file")
    for form in seen.dihedral[1:]:
        yield Feature("pdq", form.value, "turned", form.quality)
    if digest := text_digest(seen.text):
        yield Feature("text", digest, "text")
        yield Feature("near_text", seen.text, "text", spans=(Span(0, len(seen.text), seen.text),))


def _gravity(seen: Prints) -> int:
    """The exit code that a file deserves: 3 where a part of Turs is missing, 1 where the file is amiss."""
    from turs.match.prints import PARTLY

    if seen.note == "extra_missing":
        return say.MISSING
    return say.WRONG if seen.note and seen.note not in PARTLY else 0


def _files(paths: list[Path]) -> Iterator[tuple[Path, bytes | None]]:
    """Every file with its bytes, those of a folder in order; `None` for one that could not be read, which is told.

    As when importing, links inside a folder are not followed. A path that does not exist ends the command.
    """
    for given in paths:
        if not given.exists():
            say.fail("there is no such file or folder", place=str(given))
        for path in [below for _name, below in files_below(given)] if given.is_dir() else [given]:
            try:
                with path.open("rb") as file:
                    data = file.read(LARGEST_FILE + 1)
            except OSError as problem:
                _tell(path, str(problem.strerror))
                yield path, None
                continue
            if len(data) > LARGEST_FILE:
                _tell(path, f"larger than {LARGEST_FILE // 2**20} MiB: split it, or take its digest by other means")
                yield path, None
            else:
                yield path, data


def _tell(path: Path, words: str) -> None:
    """Say on standard error what is amiss with a file."""
    say.errors.print(say.flat(f"{path}: {words}"), markup=False)


def _lists(paths: list[Path], distance: int) -> BankSet:
    """The lists as banks, one each. Records that are no fingerprints are told; a withdrawal takes out what it names."""
    from turs.match import Bank, BankSet

    banks = []
    for path in dict.fromkeys(paths):
        entries = _entries(path)
        if not entries:
            hint = "turs bank import --help names the formats."
            say.fail("there is no fingerprint in this list", hint, place=str(path))
        banks.append(Bank(path.name, entries=entries, distance=distance, key=str(path)))
    return BankSet(banks)


def _entries(path: Path) -> tuple[BankEntry, ...]:
    from turs import formats
    from turs.formats.limits import FILE_BYTES
    from turs.match import BankEntry

    found: dict[tuple[str, str], BankEntry] = {}
    for item in formats.read(content(path, FILE_BYTES)):
        if isinstance(item, formats.Problem):
            if not item.passed_over:
                place = say.place(str(path), item.line)
                say.errors.print(say.flat(f"{place}: {item.reason['en']} {item.remedy['en']}"), markup=False)
            continue
        if item.extra.get("to_ids") == "false" or item.extra.get("object"):
            _tell(path, f"{item.value[:80]}: mentioned, and not called known content")
            continue
        if not item.value:  # a withdrawal that only names the record it withdraws
            continue
        quality = 100 if item.quality is None else item.quality
        facts: Any = (item.kind, item.value, ", ".join(item.labels), item.tier, item.note, quality)
        try:
            entry = BankEntry(*facts, disputed=item.disputed)
        except ValueError as problem:
            _tell(path, str(problem))
            continue
        if item.deleted:
            found.pop((entry.kind, entry.value), None)
        else:
            found[entry.kind, entry.value] = entry
    return tuple(found.values())


def _desk(as_user: str) -> BankSet:
    _, policy = policy_of(as_user)
    from turs.desk.content import knowledge

    if policy.user.agency is None:
        say.fail(f"{policy.user.username} belongs to no agency", "Name an analyst with --as, or a list with --against.")
    return knowledge.banks_for(policy.user.agency)


def _as_dict(one: Match) -> dict[str, Any]:
    return {
        "bank": one.bank, "polarity": one.polarity, "kind": one.kind, "subject": one.subject, "label": one.entry.label,
        "tier": one.entry.tier, "entry": one.entry.id, "digest": one.entry.digest, "distance": one.distance,
        "score": one.score, "whole": one.whole, "disputed": one.entry.disputed,
        "spans": [[span.start, span.end] for span in one.spans] if one.kind == "near_text" else [],
        "entry_spans": [[span.start, span.end] for span in one.entry_spans],
    }  # fmt: skip


def _show(path: Path, matches: tuple[Match, ...]) -> None:
    for one in matches:
        near = {"pdq": f"{one.distance} of 256 bits differ", "near_text": f"{one.score:.0%} of the shorter text",
                "vpdq": f"{one.score:.0%} of its frames"}.get(one.kind, "exact")  # fmt: skip
        label = one.entry.label or one.entry.digest[:16]
        words = f"{path}: {one.kind} in “{one.bank}” ({one.polarity}): {label} · {one.entry.tier} · {near}"
        say.out.print(say.flat(words + (" · turned or mirrored" if one.subject == "turned" else "")), markup=False)


def _show_prints(facts: dict[str, Any]) -> None:
    say.out.print(say.flat(f"{facts['file']}  {facts['kind']}"), markup=False)
    for name, value in facts.items():
        if name in ("file", "kind") or value == "":
            continue
        parts = list(enumerate(value, 1)) if isinstance(value, list) else [("", value)]
        for part, each in value.items() if isinstance(value, dict) else parts:
            say.out.print(say.flat(f"  {f'{name} {part}'.strip():<24} {each}"), markup=False)
