"""Search by example: a file, a text or an address, and what knows it, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from turs.match.digests import SHORTEST
from turs.match.vpdq import frames_from_text
from turs.text import detect

from ...coalition.policy import Policy
from ...coalition.rules import CURATE
from .. import example, forms
from ..fingerprints import Fingerprint
from ..models import Bank
from ..vocabulary import EntryKind, EntryState
from .asking import kept, reader_of

MEANINGS = {
    EntryKind.SHA256: gettext_lazy("Found wherever the very same file appears, byte for byte."),
    EntryKind.MD5: gettext_lazy("The same file in lists of others that know it by this older digest."),
    EntryKind.TEXT: gettext_lazy("Found where the text reads the same: vowel signs, letter forms and punctuation do "
                                 "not matter."),
    EntryKind.NEAR_TEXT: gettext_lazy("Found also where the text was changed, cut, or put into a longer one."),
    EntryKind.URL: gettext_lazy("Found in any spelling of this address, without trackers."),
    EntryKind.PDQ: gettext_lazy("Found where the picture comes back smaller, compressed again or slightly altered."),
    EntryKind.VPDQ: gettext_lazy("Found where parts of the video come back, also inside another."),
}  # fmt: skip
REDUNDANT = frozenset({EntryKind.MD5, EntryKind.TEXT})
"""Kinds that say no more than another one beside them."""
HEAD = 2000


@dataclass(frozen=True)
class Print:
    """A fingerprint of the example as its page shows it; `value` is what the form sends back."""

    kind: Any
    meaning: Any
    value: str
    short: str
    quality: int | None
    frames: int
    chosen: bool


@dataclass(frozen=True)
class Grid:
    """The bits of two pictures as paths on a field of 16 by 16, and how many bits agree."""

    given: str
    known: str
    differ: str
    agree: int


@dataclass(frozen=True)
class Pane:
    """A text and its stretches that the other text has too."""

    text: str
    spans: list[dict[str, Any]]
    language: str


@dataclass(frozen=True)
class Row:
    """A match, ready to be shown. percent: of the shorter text, or of the frames of the given video."""

    number: int
    hit: example.Hit
    state: EntryState
    percent: int
    grid: Grid | None = None
    panes: tuple[Pane, Pane] | None = None
    known_percent: int = 0
    stretches: tuple[tuple[str, str, str, str], ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Ask for an example (GET), and say what is known of it (POST). Nothing of it is kept."""
    policy = reader_of(request)
    if request.method != "POST":
        return render(request, "content/example.html", _asking(policy, forms.ExampleForm()))
    form = forms.ExampleForm(request.POST, request.FILES)
    found = kept(form, lambda: _look(policy, form.cleaned_data))
    if found is None:
        return render(request, "content/example.html", _asking(policy, form), status=422)
    file = form.cleaned_data["file"]
    fresh = forms.ExampleForm(initial={"value": form.cleaned_data["value"]})
    return render(request, "content/example.html", _asking(policy, fresh) | {
        "found": found, "rows": list(_rows(found)), "prints": _prints(found.prints), "name": file.name if file else "",
        "size": file.size if file else 0, "keep": _keep_form(policy), "alone": not found.hits,
    })  # fmt: skip


def _look(policy: Policy, given: dict[str, Any]) -> example.Example:
    file = given["file"]
    return example.search(policy, data=file.read()) if file else example.search(policy, text=given["value"])


def _asking(policy: Policy, form: forms.ExampleForm) -> dict[str, Any]:
    return {
        "form": form, "no_agency": policy.user.agency is None, "shortest": SHORTEST,
        "banks": policy.rows(Bank).filter(active=True).count(),
    }  # fmt: skip


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Add fingerprints of an example to a bank of one's own agency."""
    policy = reader_of(request)
    policy.require(CURATE)
    form = forms.KeepForm(request.POST, banks=policy.rows(Bank, own=True), auto_id="keep_%s")

    def added() -> Any:
        given = dict(form.cleaned_data)
        return example.keep(policy.user, given.pop("bank"), given.pop("prints"), **given)

    if entries := kept(form, added):
        words = ngettext("%(n)s fingerprint added.", "%(n)s fingerprints added.", len(entries))
        messages.success(request, words % {"n": len(entries)})
        return redirect("bank", pk=entries[0].bank_id)
    given = [tuple(lines.partition(":")[::2]) for lines in map(forms.lines, request.POST.getlist("prints"))]
    prints = [Fingerprint(EntryKind(kind), value) for kind, value in given if kind in EntryKind.values]
    facts = {"keep": form, "prints": [_print(one, True) for one in prints], "alone": True}
    return render(request, "content/example_keep.html", facts, status=422)


def _keep_form(policy: Policy) -> forms.KeepForm | None:
    if not policy.may(CURATE):
        return None
    own = policy.rows(Bank, own=True)
    return forms.KeepForm(banks=own, auto_id="keep_%s") if own.exists() else None


# --- in words --------------------------------------------------------------------------------------
def _prints(prints: Sequence[Fingerprint]) -> list[Print]:
    return [_print(one, one.kind not in REDUNDANT) for one in prints]


def _print(one: Fingerprint, chosen: bool) -> Print:
    frames = 0
    if one.kind == EntryKind.VPDQ:
        try:
            frames = len(frames_from_text(one.value))
        except ValueError:
            frames = 0
    short = one.value if one.kind == EntryKind.URL else one.value[:80] if one.kind == EntryKind.NEAR_TEXT else (
        f"{one.value[:16]}…")  # fmt: skip
    quality = one.quality if one.kind == EntryKind.PDQ else None
    return Print(one.kind, MEANINGS[one.kind], one.value, short, quality, frames, chosen)


def _rows(found: example.Example) -> Iterator[Row]:
    for number, hit in enumerate(found.hits, 1):
        percent = round(100 * hit.match.score)
        state = hit.entry.state
        if hit.match.kind == EntryKind.NEAR_TEXT:
            yield Row(number, hit, state, percent, panes=_panes(number, hit))
        elif hit.match.kind == EntryKind.PDQ:
            yield Row(number, hit, state, percent, grid=_grid(hit))
        elif hit.video:
            stretches = tuple(
                (_clock(one.query_from), _clock(one.query_to), _clock(one.entry_from), _clock(one.entry_to))
                for one in hit.video.stretches[:20]
            )
            yield Row(number, hit, state, round(hit.video.query_percent), stretches=stretches,
                      known_percent=round(hit.video.entry_percent))  # fmt: skip
        else:
            yield Row(number, hit, state, percent)


def _panes(number: int, hit: example.Hit) -> tuple[Pane, Pane]:
    """Both texts; what they share carries the number of the match."""
    return (
        _pane(hit.given.value, hit.match.spans, number),
        _pane(hit.entry.value, hit.match.entry_spans, number),
    )


def _pane(text: str, spans: Sequence[Any], number: int) -> Pane:
    marks = [{"start": span.start, "end": span.end, "note": number, "kind": "match"} for span in spans]
    return Pane(text, marks, detect(text[:HEAD]).tag)


def _grid(hit: example.Hit) -> Grid:
    given, known = int(hit.given.value, 16), int(hit.entry.value, 16)
    return Grid(_path(given), _path(known), _path(given ^ known), 256 - hit.match.distance)


def _path(bits: int) -> str:
    """The set bits of a PDQ hash as squares of a path on 16 by 16."""
    return "".join(f"M{at % 16} {at // 16}h1v1h-1z" for at in range(256) if bits >> (255 - at) & 1)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
