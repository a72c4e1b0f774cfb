"""A passkey as the second step of logging in: added, asked for, refused, removed, under the strict rules of pages."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import DESKTOP
from .story import PASSWORD


class Visitor:
    """Somebody at a browser with a device that keeps passkeys, on the name localhost, which passkeys need."""

    def __init__(self, browser: Any, address: str) -> None:
        self.context = browser.new_context(viewport=DESKTOP, base_url=address.replace("127.0.0.1", "localhost"))
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda words: words.type == "error" and self.problems.append(words.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.devices = self.context.new_cdp_session(self.page)
        self.devices.send("WebAuthn.enable")
        self.device = self.devices.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True,
        }})["authenticatorId"]  # fmt: skip

    def password(self) -> None:
        self.page.goto("/account/login/")
        self.page.fill("[name=login]", "passkey-en")
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("form button.button-primary")

    def add_page(self) -> None:
        """The page that adds a passkey; the desk asks for the password again where the login is not recent."""
        self.page.goto("/account/2fa/passkeys/add/")
        self.prove()

    def prove(self) -> None:
        if "reauthenticate" in self.page.url:
            self.page.fill("[name=password]", PASSWORD)
            self.page.click("form.form button")


@pytest.fixture
def somebody(browser: Any, site: Any) -> Any:
    visitor = Visitor(browser, site.address)
    yield visitor
    visitor.context.close()
    assert not visitor.problems, visitor.problems


def test_a_passkey_is_the_second_step_of_logging_in(somebody: Any, visitor: Any, shots: Any) -> None:
    page = somebody.page
    somebody.password()
    page.wait_for_url("**/localhost:*/")
    somebody.add_page()
    visitor.check(page)
    shots(page, "passkey-add")
    page.fill("[name=name]", "my phone")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/account/2fa/passkeys/")
    assert page.get_by_text("my phone").count() == 1
    visitor.check(page)

    somebody.context.clear_cookies()
    somebody.password()
    page.wait_for_url("**/2fa/authenticate/")
    visitor.check(page)
    shots(page, "passkey-ask")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/localhost:*/")
    assert page.locator("nav.nav").count() == 1, "the work is open"

    page.goto("/account/2fa/passkeys/")
    page.get_by_role("link", name="Remove").click()
    somebody.prove()
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("There is no passkey yet").wait_for()


def test_a_passkey_is_asked_for_under_the_own_name_alone(somebody: Any) -> None:
    page = somebody.page
    somebody.password()
    page.wait_for_url("**/localhost:*/")
    somebody.add_page()
    form = page.locator("form[data-passkey]")
    form.evaluate("form => { form.dataset.options = form.dataset.options.replace('localhost', 'other.example'); }")
    form.locator("button").click()
    page.get_by_text("they need https").wait_for()
    assert form.locator("button").is_enabled(), "another try is open"
    assert page.url.endswith("/passkeys/add/")


def test_an_address_that_is_a_number_says_why_it_knows_no_passkeys(visitor: Any) -> None:
    page = visitor("analyst-ar")
    page.goto("/account/2fa/passkeys/add/")
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.click("form.form button")
    page.locator("form[data-passkey] button").click()
    page.locator("[data-passkey-words]:not([hidden])").wait_for()
    assert "localhost" in page.locator("[data-passkey-words]").inner_text()
