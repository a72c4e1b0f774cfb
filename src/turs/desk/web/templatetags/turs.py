"""Filters and tags of every template: digits, dates, words. Templates never compute."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date as Day
from datetime import datetime as Moment
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from turs.desk.coalition.vocabulary import TLP
from turs.desk.content.vocabulary import GENRE_SHORT, Genre, Tier
from turs.desk.review.vocabulary import CaseState, DecisionState

from ... import numerals, times
from .. import icons, languages, navigation, reading

register = template.Library()


# --- numbers and words -----------------------------------------------------------------------------
@register.filter
def n(value: object) -> str:
    """A number in the reader's digits, thousands grouped: 12,345 or ١٢٬٣٤٥."""
    return numerals.number(value)


@register.filter
def digits(value: object) -> str:
    """Only the digits change, nothing is grouped: for years, versions, line numbers."""
    return numerals.digits(value)


@register.filter
def size(value: object) -> str:
    """A number of bytes as people say it: 1.4 MB, ١٫٤ م.ب."""
    amount = float(str(value or 0))
    units = (pgettext("unit", "B"), pgettext("unit", "KB"), pgettext("unit", "MB"), pgettext("unit", "GB"),
             pgettext("unit", "TB"))  # fmt: skip
    step = 0
    while amount >= 1000 and step < len(units) - 1:
        amount, step = amount / 1000, step + 1
    number = f"{amount:.0f}" if step == 0 or amount >= 100 else f"{amount:.1f}"
    return f"{n(number)}\u00a0{units[step]}"


@register.filter
def as_json(value: object) -> str:
    """`value` as JSON, for an attribute that a script reads."""
    return json.dumps(value)


@register.filter
def format_name(mime: str | None) -> str:
    """A media type as people call the format: image/jpeg is JPEG."""
    return str(mime or "").rpartition("/")[2].removeprefix("x-").partition("+")[0].upper()


@register.filter
def bdi(value: object) -> SafeString:
    """A name, handle, number or address that keeps its own direction inside a sentence."""
    return format_html("<bdi>{}</bdi>", "" if value is None else value)


@register.filter
def defang(address: str | None) -> SafeString:
    """An address that nobody opens by accident: hxxps://host[.]tld/path, as text, never a link."""
    text = str(address or "")
    scheme, mark, rest = text.partition("://")
    if mark:
        host, slash, path = rest.partition("/")
        scheme = scheme.replace("http", "hxxp").replace("HTTP", "HXXP").replace("ftp", "fxp")
        text = f"{scheme}{mark}{host.replace('.', '[.]')}{slash}{path}"
    elif "." in text and "/" not in text.split(".", 1)[0]:
        host, slash, path = text.partition("/")
        text = f"{host.replace('.', '[.]')}{slash}{path}"
    return format_html('<span class="address" dir="ltr">{}</span>', SafeString("".join(reading.pieces(text))))


@register.filter
def host(address: str | None) -> str:
    """The host of an address, defanged."""
    return (urlsplit(str(address or "")).hostname or "").replace(".", "[.]")


@register.filter
def lang_name(tag: str | None) -> str:
    """The name of a language in the language of the screen."""
    return languages.name(str(tag or "und"), get_language() or "ar")


@register.filter
def dirof(tag: str | None) -> str:
    """The direction of a language: rtl, ltr, or auto where unknown."""
    return languages.direction(str(tag or ""))


# --- time ------------------------------------------------------------------------------------------
@register.simple_tag
def ago(value: Moment | str | None, row: bool = False) -> SafeString | str:
    """«قبل ٣ ساعات», with the exact instant, zone and Hijri date on hover and focus. `row`: not a stop of Tab."""
    moment = times.instant(value)
    if moment is None:
        return ""
    return format_html(
        '<time class="ago" datetime="{}" data-ago data-exact="{}"{}>{}</time>',
        moment.isoformat(),
        times.exact(moment),
        "" if row else SafeString(' tabindex="0"'),
        times.ago(moment),
    )


@register.filter
def recent(value: Moment | str | None) -> bool:
    """Whether `ago` tells a distance; of what is older it tells the day, which a full date beside it would repeat."""
    moment = times.instant(value)
    return moment is not None and times.recent(moment)


@register.simple_tag
def date(value: Day | Moment | str | None, weekday: bool = False) -> SafeString | str:
    """A day in both calendars (Hijri by preference), with its `weekday` if wanted."""
    if isinstance(value, Moment | str):
        moment = times.instant(value)
        value = timezone.localtime(moment).date() if moment else None
    if value is None:
        return ""
    words = f"{times.weekday(value)}{times.comma()} {times.both(value)}" if weekday else times.both(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag
def datetime(value: Moment | str | None) -> SafeString | str:
    """An instant in full: day, time, zone, Hijri day by preference."""
    moment = times.instant(value)
    if moment is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), times.exact(moment, seconds=False))


@register.simple_tag
def countdown(until: Moment | None) -> SafeString | str:
    """The seconds until an instant, counted down by the browser; the seconds at load without it."""
    moment = times.instant(until)
    if moment is None:
        return ""
    left = max(0, int((moment - timezone.now()).total_seconds()))
    return format_html('<span class="num" data-countdown="{}">{}</span>', left, numerals.digits(left))


# --- badges and pictures ---------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """The Lucide icon `name`, inline. Words always stand beside it."""
    return icons.svg(name, extra)


@register.simple_tag
def mark() -> SafeString:
    """Our mark."""
    return icons.MARK


@register.simple_tag
def tlp(value: str | None) -> SafeString | str:
    """The TLP 2.0 label, in the colours that FIRST prescribes."""
    if value not in TLP.values:
        return ""
    return format_html(
        '<span class="tlp tlp-{}" dir="ltr" translate="no">{}</span>',
        str(value).split("+")[0].lower(),
        TLP(value).label,
    )


_TIER_ICONS = {
    "threat_to_life": "siren", "crisis": "triangle-alert", "designation": "landmark", "promotional": "megaphone",
    "none": "minus",
}  # fmt: skip
_STATE_ICONS = {"open": "circle", "proposed": "hourglass", "closed": "circle-check",
                "confirmed": "circle-check", "returned": "undo-2", "undone": "undo-2"}  # fmt: skip


def _badge(kind: str, value: str, label: object, symbol: str = "") -> SafeString:
    return format_html(
        '<span class="badge {0} {0}-{1}">{2}{3}</span>', kind, value, icons.svg(symbol) if symbol else "", label
    )


@register.simple_tag
def tier(value: str | None) -> SafeString | str:
    """The tier of alert as a badge."""
    return _badge("tier", value, Tier(value).label, _TIER_ICONS[value]) if value in Tier.values else ""


@register.simple_tag
def genre(value: str | None, short: bool = False) -> SafeString | str:
    """The genre as a badge; `short`: in a word or two, for a row of a table."""
    if value not in Genre.values:
        return ""
    label = Genre(value).label
    return _badge("genre", str(value), GENRE_SHORT.get(str(value), label) if short else label)


@register.simple_tag
def state(value: str | None) -> SafeString | str:
    """The state of a case or of a decision as a badge."""
    for vocabulary in (CaseState, DecisionState):
        if value in vocabulary.values:
            return _badge("state", str(value), vocabulary(value).label, _STATE_ICONS[str(value)])
    return ""


# --- reading ---------------------------------------------------------------------------------------
@register.simple_tag
def highlight(body: str, spans: Iterable[Any] = ()) -> SafeString:
    """The text of a posting with its evidence marked: see ``turs.desk.web.reading.highlight``."""
    return reading.highlight(body or "", spans or ())


@register.filter
def visible(text: str | None) -> SafeString:
    """Somebody else's text (title, excerpt, name) with hidden characters shown."""
    return SafeString("".join(reading.pieces(str(text or ""))))


# --- pages -----------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The present address with some filters changed and the others kept; `None` or "" takes one away.

    A change of anything but the page goes back to the first page.
    """
    request = context.get("request")
    values = request.GET.copy() if request is not None else {}
    if "page" not in changes:
        values.pop("page", None)
    for name, value in changes.items():
        values.pop(name, None)
        if value not in (None, ""):
            values[name] = str(value)
    encoded = values.urlencode() if hasattr(values, "urlencode") else ""
    return f"?{encoded}" if encoded else (request.path if request is not None else "?")


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Where in the list we are, and the way on."""
    return {"page": page, "request": context.get("request")}


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigate(context: template.Context) -> dict[str, Any]:
    """The places of the desk that are open to this reader."""
    request = context.get("request")
    found = navigation.places(context.get("may") or (), request.path if request is not None else "")
    return {"first": found[: navigation.FIRST], "others": found[navigation.FIRST :]}


@register.inclusion_tag("components/field.html")
def field(bound: Any, hint: str = "") -> dict[str, Any]:
    """A form field: label, hint, error, control. What its hint says is needed at times is not called optional."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "") or ("textarea" if "textarea" in widget.template_name else "select")
    group = widget.template_name in {
        "django/forms/widgets/radio.html", "django/forms/widgets/checkbox_select.html",
    }  # fmt: skip
    return {"field": bound, "hint": hint or bound.help_text, "kind": kind, "group": group, "optional": (
        not bound.field.required and not getattr(bound.field, "at_times", False) and kind != "checkbox"
        and not group)}  # fmt: skip


@register.inclusion_tag("components/error_summary.html")
def errors(*forms: Any) -> dict[str, Any]:
    """What is wrong with the forms, on top of the page, each error a link to its field."""
    general = [error for form in forms if form is not None and form.is_bound for error in form.non_field_errors()]
    fields = [
        (bound, error)
        for form in forms
        if form is not None and form.is_bound
        for bound in form
        for error in bound.errors
    ]
    return {"general": general, "fields": fields, "count": len(general) + len(fields)}


@register.inclusion_tag("components/state.html")
def notice(kind: str, title: str, text: str = "", link: str = "", action: str = "") -> dict[str, str]:
    """One of the six states of a page: empty, loading, partial, error, forbidden, offline (or done)."""
    symbols = {"empty": "inbox", "loading": "hourglass", "partial": "info", "error": "circle-alert",
               "forbidden": "lock", "offline": "wifi-off", "done": "circle-check"}  # fmt: skip
    return {"kind": kind, "symbol": symbols[kind], "title": title, "text": text, "link": link, "action": action}


@register.simple_tag
def other_language() -> dict[str, str]:
    """The language that one click switches to, named in itself."""
    arabic = (get_language() or "ar").startswith("ar")
    return {"tag": "en", "name": "English"} if arabic else {"tag": "ar", "name": "العربية"}


@register.simple_tag
def yes_no(value: object) -> str:
    return pgettext("answer", "Yes") if value else pgettext("answer", "No")


@register.simple_tag(takes_context=True)
def place_keys(context: template.Context) -> list[navigation.Place]:
    """The places that ``g`` + letter lead to."""
    return navigation.places(context.get("may") or (), "")
