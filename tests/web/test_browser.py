"""In a real browser: nothing breaks the CSP, nothing is wider than the screen, axe finds nothing, the keys work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from turs.desk.web import icons

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("web.styled"),
    pytest.mark.skipif(not CHROMIUM.is_file(), reason="no Chromium here: apt-get install chromium"),
    pytest.mark.skipif(not AXE.is_file() or not icons.FILE.is_file(), reason="run scripts/vendor.py first"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def opened(browser: Browser, base: str, path: str, language: str, theme: str = "light", width: int = 1280) -> Page:
    """A page at `path`, with everything the browser complains of kept in ``page.complaints``."""
    context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]
    context.add_cookies([{"name": "django_language", "value": language, "url": base}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda ask: None if ask.url.startswith((base, "data:")) else complaints.append(ask.url))
    page.complaints = complaints  # type: ignore[attr-defined]
    page.goto(base + path)
    page.wait_for_load_state("networkidle")
    return page


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document)")["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in found]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("path", ["/style/", "/account/login/"])
def test_every_component_is_accessible_and_obeys_the_csp(
    browser: Browser, live_server, path: str, language: str, theme: str
) -> None:
    page = opened(browser, live_server.url, path, language, theme)
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    assert violations(page) == []
    assert page.complaints == []  # type: ignore[attr-defined]
    page.context.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [400, 1024, 1920])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_nothing_is_wider_than_the_screen(browser: Browser, live_server, language: str, width: int) -> None:
    page = opened(browser, live_server.url, "/style/", language, width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.context.close()


@pytest.mark.django_db(transaction=True)
def test_the_keys_and_the_widgets(browser: Browser, live_server, tmp_path: Path) -> None:
    page = opened(browser, live_server.url, "/style/", "ar")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == first

    page.evaluate("document.activeElement.blur()")
    page.dispatch_event("body", "keydown", {"code": "KeyJ", "key": "ت", "bubbles": True})  # the same key, Arabic layout
    assert page.evaluate("document.activeElement.textContent") == first

    page.keyboard.press("2")
    assert page.evaluate("document.activeElement.type") == "radio"
    assert page.evaluate("document.activeElement.checked")

    page.keyboard.press("Shift+Slash")
    assert page.locator("#keys-dialog").is_visible()
    page.keyboard.press("Escape")

    hold = page.locator("[data-hold]").first
    hold.focus()
    page.keyboard.down("Space")
    assert hold.get_attribute("aria-pressed") == "true"
    page.keyboard.up("Space")
    assert hold.get_attribute("aria-pressed") == "false"

    page.check("input[data-pick] >> nth=1")
    page.locator(".bulk").wait_for(state="visible", timeout=5000)

    (tmp_path / "a.txt").write_text("x")
    page.set_input_files("input[name=files]", str(tmp_path / "a.txt"))
    assert "a.txt" in page.locator(".file-list").inner_text()

    page.fill("#id_note", "kept")
    page.reload()
    assert page.input_value("#id_note") == "kept"
    assert page.complaints == []  # type: ignore[attr-defined]
    page.context.close()
