"""What is known, in a browser: make a bank, teach it, search by example, judge; every page fits and is accessible."""

from __future__ import annotations

from typing import Any

import pytest

from .story import CALL, picture

TEXT = CALL.format(place="البرج", n=77)
CHANGED = "نقلا عن القناة: " + TEXT.replace("الشباب", "الشَّبَاب").replace("إخوانهم", "أخواتهم") + " انتهى النقل."
LIST = f"kind,value,label\nmd5,{'c' * 32},one\nmd5,nonsense,two\n"
WORDS = {
    "ar": {"bank": "بنك المتصفح", "reason": "حكم عليه محللان في هذه القصة.", "all": "٢٥٦"},
    "en": {"bank": "Bank of the browser", "reason": "Two analysts of this story judged it.", "all": "256"},
}


def make_bank(page: Any, words: dict[str, str]) -> str:
    """A new bank that knows a text and a picture; its address."""
    page.goto("/banks/")
    if not page.locator("#id_name").is_visible():  # it stands open while there is no bank
        page.locator("details", has=page.locator("#id_name")).locator("summary").first.click()
    page.fill("#id_name", words["bank"])
    page.locator("form", has=page.locator("#id_name")).locator("button.button").last.click()
    page.wait_for_url("**/banks/*-*/")
    address = str(page.url)
    for kind in ("near_text", "file"):
        page.goto(f"{address}?add=1#add")
        page.select_option("#id_kind", kind)
        if kind == "file":
            page.set_input_files("#id_file", {"name": "p.png", "mimeType": "image/png", "buffer": picture()})
        else:
            page.fill("#id_value", TEXT)
        page.fill("#id_label", words["bank"])
        page.select_option("#id_tier", "designation")
        page.fill("#id_reason", words["reason"])
        page.locator("#add form button.button").last.click()
        page.locator(".toast").wait_for()
    return address


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_bank_is_taught_and_recognises(visitor: Any, shots: Any, language: str) -> None:
    words = WORDS[language]
    page = visitor(f"analyst-{language}")
    address = make_bank(page, words)
    visitor.check(page)
    shots(page, f"bank-{language}")

    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_url("**/known/")
    visitor.check(page)
    page.fill("#id_value", CHANGED)
    page.locator(".example-form .button-primary").click()
    page.locator("#note-1 .beside mark").first.wait_for()
    assert page.locator("#note-1 .pane").count() == 2, "side by side"
    assert page.locator("#note-1 .pane").nth(1).locator("mark").count() > 0
    page.locator("#note-1 .beside mark").first.hover()
    assert page.locator("#note-1.is-on").count() == 1, "the match lights up with its evidence"
    visitor.check(page)
    shots(page, f"example-text-{language}")

    page.goto("/known/")
    page.set_input_files("#id_file", {"name": "again.png", "mimeType": "image/png", "buffer": picture()})
    assert "again.png" in page.locator(".drop-name").inner_text()
    page.locator(".example-form .button-primary").click()
    page.locator(".bits").first.wait_for()
    assert words["all"] in (page.locator("figure.grids").first.get_attribute("aria-label") or "")
    visitor.check(page)
    shots(page, f"example-picture-{language}")

    page.locator(".match h3 a").first.click()
    page.wait_for_url("**/entries/*/")
    page.locator("details", has=page.locator("#opinion")).locator("summary").click()
    page.locator("#opinion input[value=disagree]").check()
    page.fill("#opinion_reason", words["reason"])
    page.locator("#opinion button").click()
    page.locator(".opinions").wait_for()
    visitor.check(page)
    shots(page, f"entry-{language}")

    page.goto(f"{address}import/")
    page.set_input_files("#id_file", {"name": "list.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    page.fill("#id_reason", words["reason"])
    page.locator("form .button-primary").click()
    page.wait_for_url("**/import/report/")
    assert page.locator(".is-refused").count() == 1
    visitor.check(page)
    for part in ("settings", "export", "import"):
        page.goto(f"{address}{part}/")
        visitor.check(page)
    page.goto("/banks/")
    visitor.check(page)


@pytest.mark.parametrize(("username", "theme", "phone"), [("analyst-ar", "dark", True), ("analyst-en", "dark", False)])
def test_every_page_of_what_is_known_fits(visitor: Any, shots: Any, username: str, theme: str, phone: bool) -> None:
    page = visitor(username, theme=theme, phone=phone)
    page.goto("/banks/")
    bank = page.locator(".banks-table .row-link").first.get_attribute("href")
    page.goto(bank)
    entry = page.locator("table[data-list] .row-link").first.get_attribute("href")
    for name, address in (
        ("banks", "/banks/"), ("bank", bank), ("entry", entry), ("quarantine", "/banks/quarantine/"),
        ("known", "/known/"), ("import", f"{bank}import/"), ("export", f"{bank}export/"),
    ):  # fmt: skip
        page.goto(address)
        visitor.check(page)
        shots(page, f"{name}-{username}-{theme}")


def test_what_nobody_knows_is_offered_to_a_bank(visitor: Any) -> None:
    visitor.forgive("422")
    page = visitor("analyst-en")
    page.goto("/known/")
    page.locator(".example-form .button-primary").click()
    page.locator(".error-summary").wait_for()
    page.fill("#id_value", "Nobody in this story has ever written this sentence before, and nobody will again.")
    page.locator(".example-form .button-primary").click()
    page.locator("input[name=prints]:checked").wait_for()
    visitor.check(page)
    page.locator("form[action='/known/keep/'] button.button").last.click()
    page.locator(".field-error").first.wait_for()
    assert page.locator("input[name=prints]").count() == 1, "what was chosen is still there"
