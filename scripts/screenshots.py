#!/usr/bin/env python
"""The pictures of the README and the docs: sets the demo up in a scratch home, serves it, looks at it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
POSTING = "a[href*='/postings/'][href*='-']"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 400, "height": 860}


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "TURS_HOME": home}
        turs = str(ROOT / ".venv" / "bin" / "turs")
        subprocess.run([turs, "demo", "--no-serve"], env=env, check=True, stdout=subprocess.DEVNULL)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([turs, "serve", "--port", str(port), "--no-worker"], env=env)
        try:
            base = f"http://127.0.0.1:{port}"
            wait(base)
            logins = dict(line.split("\t") for line in (Path(home) / "demo-logins.txt").read_text().splitlines())
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
                shoot(browser, base, logins)
        finally:
            server.terminate()
            server.wait(15)
    for path in IMAGES.glob("*.png"):
        Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def wait(base: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(base + "/account/login/", timeout=5)
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    sys.exit("the server did not come up")


Logins = dict[str, str]


def login(browser: Browser, base: str, logins: Logins, user: str, language: str, dark: bool, size: dict) -> Page:
    """A page of `user`, logged in, in the wanted language and theme."""
    context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light", reduced_motion="reduce")
    page = context.new_page()
    page.goto(base + "/account/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", logins[user])
    page.click("main form button.button-primary")
    page.wait_for_url(lambda url: "login" not in url)
    if page.get_attribute("html", "lang") != language:
        page.locator("form[action*='language'] button").first.click()
        page.wait_for_load_state()
    return page


def shoot(browser: Browser, base: str, logins: dict[str, str]) -> None:
    analyst, auditor = pick(logins, "analyst"), pick(logins, "audit")
    for name, user, language, dark, size, path, follow in [
        ("board-ar", analyst, "ar", False, DESKTOP, "/", ""),
        ("queue-ar", analyst, "ar", False, DESKTOP, "/queue/", ""),
        ("case-en", analyst, "en", False, DESKTOP, "/queue/", ".queue-list a[href*='/cases/']"),
        ("posting-ar-phone", analyst, "ar", False, PHONE, "/postings/?tier=designation", POSTING),
        ("import-en", analyst, "en", False, DESKTOP, "/imports/new/", ""),
        ("ledger-en-dark", auditor, "en", True, DESKTOP, "/ledger/", ""),
    ]:
        page = login(browser, base, logins, user, language, dark, size)
        page.goto(base + path)
        if follow:
            page.goto(base + str(page.locator(follow).first.get_attribute("href")))
        page.evaluate("document.fonts.ready")
        page.screenshot(path=IMAGES / f"{name}.png")
        page.context.close()


def pick(logins: dict[str, str], part: str) -> str:
    return next(name for name in logins if part in name)


if __name__ == "__main__":
    main()
