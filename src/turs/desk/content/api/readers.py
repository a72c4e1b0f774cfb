"""Readers over the API: every format that can be brought in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from turs.collect import READERS

from ...wire import refusals

router = Router(tags=["collect"])


class Words(Schema):
    """A sentence in both languages."""

    ar: str
    en: str


class OptionOut(Schema):
    """One choice when reading a file."""

    name: str
    kind: str
    required: bool
    help: Words


class ReaderOut(Schema):
    """A format that can be read."""

    name: str
    version: str
    suffixes: list[str]
    title: Words
    summary: Words
    options: list[OptionOut]


@router.get(
    "/readers",
    response={200: list[ReaderOut], **refusals()},
    summary=_("Readers"),
    description=_("Every format that can be brought in, with its options."),
)
def readers(request: HttpRequest) -> Any:
    return list(READERS.values())
