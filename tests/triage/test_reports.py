"""The two source reports, whole: reporting, with the critics' sentence marked, and nothing to refer (guide 9.5, 17)."""

from __future__ import annotations

from pathlib import Path

import pytest

from turs.examine import examine
from turs.posting import Posting

A, B = "000_a010e8b0f7f4dc7a.txt", "003_ff2814ebff975550.txt"


@pytest.mark.parametrize("name", [A, B])
def test_a_report_is_reporting_and_never_referable(shared: Path, name: str) -> None:
    text = (shared / "field" / name).read_text(encoding="utf-8")
    seen = examine(Posting("report", text))
    assert (seen.genre, seen.protected, seen.referable, seen.priority) == ("reporting", True, False, 0)
    assert not [f for f in seen.findings if f.kind == "function" and not f.protects]
    assert seen.language.tag == "ar"


def test_every_paragraph_of_a_report_alone_is_not_referable(shared: Path) -> None:
    for name in (A, B):
        for paragraph in (shared / "field" / name).read_text(encoding="utf-8").splitlines():
            seen = examine(Posting("report", paragraph))
            assert not seen.referable
            assert seen.priority == 0


def test_the_critics_sentence_is_marked_as_criticism(shared: Path) -> None:
    text = (shared / "field" / A).read_text(encoding="utf-8")
    finding = next(f for f in examine(Posting("report", text)).findings if f.label == "criticism")
    assert finding.protects
    (span,) = finding.spans
    assert text[span.start : span.end] == span.quote
    assert span.quote.startswith("وإذ يسعى المجتمعون")
    assert span.quote.endswith("أو غير ذلك")
