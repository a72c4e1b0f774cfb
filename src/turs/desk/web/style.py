"""The developer's page: every component of the kit, alive. Routed only where ``settings.DEBUG``."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ..coalition.vocabulary import TLP
from ..content.vocabulary import Genre, Tier
from ..review.vocabulary import Answer, CaseState, Confidence

ARABIC = (
    "بيان من جبهة المثال\nإلى إخواننا في كل مكان: هذا نص مصنوع للتجربة، لا يقول شيئًا. انضموا إلى قناتنا الجديدة "
    "قبل يوم الجمعة، وتبرعوا بما تستطيعون.\n\nتجدون كل جديد على https://example.org/join وفي مواقع أخرى. "
    "وقال منتقدون إن «جبهة المثال» لا تمثل أحدًا.\u202eنص معكوس\u202c"
)
ENGLISH = (
    "A statement of Example Front\nThis text was made for trying out the page. Join our new channel before Friday."
)


def _span(text: str, quote: str, note: int, kind: str, protects: bool = False) -> dict[str, Any]:
    start = text.index(quote)
    return {"start": start, "end": start + len(quote), "note": note, "kind": kind, "protects": protects}


class SampleForm(forms.Form):
    reason = forms.CharField(label="السبب · Reason", widget=forms.Textarea, help_text="جملة واحدة تكفي. One sentence.")
    confidence = forms.ChoiceField(label="الثقة · Confidence", choices=Confidence.choices, widget=forms.RadioSelect)
    tier = forms.ChoiceField(label="المستوى · Tier", choices=Tier.choices)
    note = forms.CharField(label="ملاحظة · Note", required=False)
    sure = forms.BooleanField(label="قرأت النص كله · I read the whole text", required=False)


@login_not_required
def style(request: HttpRequest) -> HttpResponse:
    """Every component, with benign samples."""
    now = timezone.now()
    if "toast" in request.GET:
        messages.success(request, "حُفظ · Saved")
        messages.error(request, "لم يُحفظ · Not saved")
    titles = ["انضموا إلى قناتنا الجديدة", "A report on the meeting of ministers",
              "تقرير: منتقدون يردون على جبهة المثال",
              "Rapport sur le programme des jeunes"]  # fmt: skip
    rows = [
        SimpleNamespace(pk=place, title=titles[place % 4], language=("ar", "en", "ar", "fr")[place % 4],
                        copies=(1, 12, 134, 2)[place % 4], when=now - timedelta(hours=3 * place, minutes=2),
                        tier=Tier.values[place % 5], tlp=TLP.values[place % 5], genre=Genre.values[place % 11])
        for place in range(60)
    ]  # fmt: skip
    notes = [
        SimpleNamespace(number=1, kind="term", protects=False, text="اسم منظمة في القائمة. The name is on the list."),
        SimpleNamespace(number=2, kind="function", protects=False, text="دعوة إلى الانضمام. A call to join."),
        SimpleNamespace(number=3, kind="link", protects=False, text="رابط إلى خارج الموقع. A link to elsewhere."),
        SimpleNamespace(number=4, kind="genre", protects=True, text="الجملة تنقل نقدًا. The sentence quotes critics."),
        SimpleNamespace(number=5, kind="script", protects=False, text="حروف تقلب الاتجاه. Characters turn direction."),
    ]
    spans = [
        _span(ARABIC, "جبهة المثال", 1, "term"),
        _span(ARABIC, "انضموا إلى قناتنا", 2, "function"),
        _span(ARABIC, "قناتنا الجديدة", 1, "term"),
        _span(ARABIC, "https://example.org/join", 3, "link"),
        _span(ARABIC, "وقال منتقدون", 4, "genre", True),
        _span(ARABIC, "\u202eنص معكوس\u202c", 5, "script"),
    ]
    return render(request, "style.html", {
        "form": SampleForm({} if "errors" in request.GET else None),
        "page": Paginator(rows, 6).get_page(request.GET.get("page")),
        "arabic": ARABIC, "english": ENGLISH, "spans": spans, "notes": notes,
        "english_spans": [_span(ENGLISH, "Join our new channel", 2, "function")],
        "tlps": TLP.values, "tiers": Tier.values, "genres": Genre.values, "states": CaseState.values,
        "answers": Answer.choices, "times": [now - timedelta(seconds=5), now - timedelta(minutes=2),
        now - timedelta(hours=3), now - timedelta(days=11), now + timedelta(hours=26), now - timedelta(days=90)],
        "now": now, "soon": now + timedelta(seconds=58), "address": "https://example.org/join?x=1",
        "item": SimpleNamespace(kind="image", digest="0" * 64, mime="image/png", size=184_320),
        "blockers": [SimpleNamespace(text="أجب عن كل سؤال من اختبار الاستثناء. Answer every exclusion.", link="#form",
        met=False), SimpleNamespace(text="قرأه من يجيد اللغة. Read by somebody who knows the language.", link="",
        met=True)],
        "grades": [("A", 40), ("B", 72), ("C", 15)],
        "notices": ["empty", "loading", "partial", "error", "forbidden", "offline", "done"],
    })  # fmt: skip
