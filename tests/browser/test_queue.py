"""The working day in a browser: log in, open the queue, claim, read, assess, propose, undo, propose again, confirm."""

from __future__ import annotations

import re
from typing import Any

import pytest

WORDS = {
    "ar": {
        "undo": "تراجع", "next": "قُدّم المقترح", "confirmed": "اعتُمد القرار", "outcome": "دعاية: إعداد إحالة",
        "reason": "دعوة صريحة إلى الالتحاق بجماعة مسلحة.", "dir": "rtl",
    },
    "en": {
        "undo": "Undo", "next": "Proposed.", "confirmed": "Confirmed.", "outcome": "Propaganda: prepare a referral",
        "reason": "An open call to join an armed group.", "dir": "ltr",
    },
}  # fmt: skip


def open_first(page: Any, language: str) -> str:
    """Go through the board to the first case of the queue in `language` that nobody holds; its address."""
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue/")
    page.goto(f"/queue/?language={language}&tier=designation")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    return str(page.url)


def assess(page: Any) -> None:
    for question in page.locator(".question").all():
        question.locator("input[value=NO]").check()
    page.select_option("#id_reliability", "C")
    page.select_option("#id_credibility", "3")
    page.select_option("#id_probability", "very-likely")
    page.select_option("#id_confidence", "moderate")
    page.select_option("#id_producer", "SUPPORTER")
    page.check("input[name=functions][value=recruit]")
    page.locator("#assessment .button-primary").click()
    page.wait_for_url("**#decision")


def propose(page: Any, words: dict[str, str]) -> None:
    """With the keys: `d` goes to the decision, `4` chooses the referral."""
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("d")
    page.keyboard.press("4")
    assert page.locator("input[name=outcome][value=refer]").is_checked()
    page.fill("#id_reason", words["reason"])
    page.locator("#decision .button-primary").click()
    page.locator(".toast", has_text=words["next"]).wait_for()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_two_people_decide_a_case(visitor: Any, shots: Any, language: str) -> None:
    words = WORDS[language]
    page = visitor(f"analyst-{language}")
    page.goto("/")
    assert page.get_attribute("html", "dir") == words["dir"]
    address = open_first(page, language)

    assert page.locator("#assessment form").count() == 0, "the form opens with the claim"
    page.keyboard.press("c")
    page.locator("#assessment form").wait_for()
    reading = page.locator(".reading").last
    assert reading.get_attribute("dir") == words["dir"]
    assert page.locator(".reading mark").count() > 0, "the evidence is highlighted in the text"
    page.locator(".hl-ref").first.hover()
    assert page.locator(".note.is-on").count() == 1, "the reason lights up beside its evidence"

    assess(page)
    shots(page, f"case-assessed-{language}")
    propose(page, words)
    assert page.url != address, "finishing one opens the next"

    page.keyboard.press("u")
    page.wait_for_url(re.compile(re.escape(address.split("?")[0])))
    page.locator("#decision input[name=outcome]").first.wait_for()
    propose(page, words)
    page.goto(address)
    assert page.locator("form[action*=confirm]").count() == 0, "the proposer cannot confirm"
    shots(page, f"case-proposed-{language}")

    second = visitor(f"second-{language}")
    second.goto("/queue/?mine=confirm")
    second.goto(address)
    assert second.locator("#decision h3", has_text=words["outcome"]).count() == 1
    shots(second, f"case-confirm-{language}")
    second.locator("form[action*=confirm] button").click()
    second.locator(".toast", has_text=words["confirmed"]).wait_for()
    second.goto(address)
    assert second.locator(".case-head .state-closed").count() == 1
    shots(second, f"case-closed-{language}")


def test_a_half_filled_form_says_what_is_missing_and_keeps_the_rest(visitor: Any) -> None:
    visitor.forgive("422")
    page = visitor("analyst-ar")
    open_first(page, "ar")
    page.keyboard.press("c")
    page.locator("#assessment form").wait_for()
    page.locator(".question").first.locator("input[value=UNSURE]").check()
    page.evaluate("document.querySelectorAll('[required]').forEach(one => one.removeAttribute('required'))")
    page.locator("#assessment .button-primary").click()
    page.locator(".error-summary").wait_for()
    assert page.locator(".question").first.locator("input[value=UNSURE]").is_checked()
    assert page.locator(".error-summary a").count() >= 12
    visitor.check(page)


def test_a_picture_shows_while_it_is_held_and_is_counted_for_the_reader_alone(visitor: Any, site: Any) -> None:
    page = visitor("analyst-ar")
    page.goto(f"/postings/{site.ids['pictured']}/")
    hold = page.locator("[data-hold]")
    assert "size=full" not in (hold.locator("img").get_attribute("src") or "")
    hold.scroll_into_view_if_needed()
    box = hold.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    with page.expect_response(re.compile("/reveal/")) as answer:
        page.mouse.down()
    assert answer.value.status == 200
    assert "is-open" in hold.get_attribute("class")
    page.get_by_text("عاينت صورة واحدة اليوم").wait_for()  # at once, without loading the page again
    page.mouse.up()
    assert "is-open" not in hold.get_attribute("class")
    page.reload()
    assert page.get_by_text("عاينت صورة واحدة اليوم").count() == 1
    other = visitor("second-ar")
    other.goto(f"/postings/{site.ids['pictured']}/")
    assert other.get_by_text("عاينت").count() == 0


def test_a_reader_without_the_language_cannot_keep_the_case_from_others(visitor: Any) -> None:
    page = visitor("second-ar")
    page.goto("/queue/?language=en")
    page.locator(".queue-list .item-link").last.click()
    page.wait_for_url("**/cases/**")
    assert page.locator("#language").is_visible()
    assert page.locator("#claim form button").count() == 0
    page.keyboard.press("c")
    assert page.locator("#assessment form").count() == 0


def test_a_case_of_another_agency_is_not_there(visitor: Any, site: Any) -> None:
    visitor.forgive("404")
    page = visitor("analyst-ar")
    for path in (f"/cases/{site.ids['foreign_case']}/", f"/postings/{site.ids['foreign_posting']}/"):
        answer = page.goto(path)
        assert answer.status == 404
        visitor.check(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_axe_finds_nothing_on_the_screens_of_the_work(
    visitor: Any, site: Any, shots: Any, language: str, theme: str
) -> None:
    page = visitor(f"analyst-{language}", theme=theme)
    page.goto("/queue/?language=" + language)
    case = page.locator(".queue-list .item-link").last.get_attribute("href")
    claimed = page.goto(case) and page.locator("#claim [data-key=c]")
    if claimed.count():
        claimed.click()
        page.locator("#assessment form").wait_for()
    for name, path in (
        ("board", "/"), ("queue", "/queue/"), ("queue-empty", "/queue/?tier=crisis"), ("case", case),
        ("postings", "/postings/"), ("postings-filtered", "/postings/?q=المثال&genre=call&since=2026-01-01"),
        ("posting", f"/postings/{site.ids['pictured']}/"),
    ):  # fmt: skip
        page.goto(path)
        page.evaluate("document.querySelectorAll('.main details').forEach(fold => { fold.open = true; })")
        visitor.check(page)
        shots(page, f"{name}-{language}-{theme}")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_everything_fits_a_phone_one_thing_at_a_time(visitor: Any, site: Any, shots: Any, language: str) -> None:
    page = visitor(f"analyst-{language}", phone=True)
    page.goto("/queue/?language=" + language)
    assert page.locator(".queue-list").is_visible()
    assert not page.locator(".queue-reader").is_visible()
    page.locator(".queue-list .item-link").first.click()
    page.wait_for_url("**/cases/**")
    assert page.locator(".queue-reader").is_visible()
    assert not page.locator(".queue-list").is_visible()
    for name, path in (("board", "/"), ("queue", "/queue/"), ("case", page.url), ("postings", "/postings/"),
                       ("posting", f"/postings/{site.ids['pictured']}/")):  # fmt: skip
        page.goto(path)
        visitor.check(page)
        shots(page, f"{name}-{language}-phone")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_needs_a_person_stands_above_the_fold_of_a_laptop(visitor: Any, shots: Any, language: str) -> None:
    page = visitor(f"analyst-{language}")
    page.goto("/")
    page.evaluate("document.fonts.ready")
    for part in (".board-must", ".board-yours", ".board-new"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= 768, f"{part} ends at {box['y'] + box['height']:.0f} px"
    assert page.locator(".board-must .item-link").first.is_visible()
    shots(page, f"board-fold-{language}")


def test_hovering_a_note_lights_its_evidence_and_notes_come_by_weight(visitor: Any) -> None:
    page = visitor("analyst-ar")
    page.goto("/queue/?tier=threat_to_life&state=all")
    page.locator(".queue-list .item-link").first.click()
    page.wait_for_url("**/cases/**")
    assert "note-function" in page.locator(".note").first.get_attribute("class")
    page.locator("#note-1").hover()
    assert page.locator(".reading .hl.is-on").count() > 0


@pytest.mark.parametrize("username", ["auditor-ar", "admin-en", "collector-en"])
def test_every_role_has_a_board_of_its_own(visitor: Any, shots: Any, username: str) -> None:
    page = visitor(username)
    page.goto("/")
    visitor.check(page)
    shots(page, f"board-{username}")
