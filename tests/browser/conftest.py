"""A real server with an own home, and a real browser that notes every error and every request that leaves the host.

Use in a test: ``site`` (address, `path`, ids), ``visitor("analyst-ar")`` (a page that is logged in; options: theme,
phone), ``visitor.check(page)`` (axe), and at the end nothing: errors of the console and foreign requests fail the test.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from .story import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("TURS_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 400, "height": 800}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser. Each process has its own server: no test may need another's rows."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Site:
    """The server. `ids`: rows that tests need by name (``story.main``). `logins`: sessions of who logged in before."""

    address: str
    home: Path
    ids: dict[str, str]
    logins: dict[str, Any] = field(default_factory=dict)

    def url(self, path: str) -> str:
        return self.address + path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of its own: own home, own port, content made through the services."""
    home = tmp_path_factory.mktemp("browser-home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "TURS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "turs.desk.settings"}
    for name in ("DATABASE_URL", "TURS_DEBUG"):
        environment.pop(name, None)
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.story"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert made.returncode == 0, f"the content of the browser tests could not be made:\n{made.stderr[-3000:]}"
    log = (home / "server.log").open("wb")
    command = [
        sys.executable, "-m", "gunicorn", "turs.desk.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1",
        "--worker-class", "gthread", "--threads", "4", "--log-level", "warning",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address + "/account/login/", server, home / "server.log")
        yield Site(address, home, json.loads(made.stdout.strip().splitlines()[-1]))
    finally:
        server.terminate()
        server.wait(10)
        log.close()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5)
            return
        except urllib.error.HTTPError as problem:
            raise AssertionError(f"{url} answers {problem.code}: {log.read_text()[-2000:]}") from problem
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Chromium. Closed with the folder, because its event loop would keep Django from the database elsewhere."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install it, or set TURS_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Visitors:
    """People at their browsers; `problems` collects what should never happen there."""

    browser: Any
    site: Site
    contexts: list[Any] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    forgiven: tuple[str, ...] = ()

    def __call__(self, username: str = "", *, theme: str = "light", phone: bool = False) -> Any:
        """A page of somebody who is logged in (of a stranger without `username`)."""
        known = self.site.logins.get(username)
        context = self.browser.new_context(
            viewport=PHONE if phone else DESKTOP, color_scheme=theme, has_touch=phone, reduced_motion="reduce",
            base_url=self.site.address, storage_state=known,
        )  # fmt: skip
        self.contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("request", self._request)
        page = context.new_page()
        page.on("console", lambda words: self._console(page, words))
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        if username and known is None:
            page.goto("/account/login/")
            page.fill("input[name=login]", username)
            page.fill("input[name=password]", PASSWORD)
            page.click("form button.button-primary")
            page.wait_for_url(lambda url: "/account/login" not in url)
            self.site.logins[username] = context.storage_state()
        return page

    def forgive(self, *words: str) -> None:
        """Console lines with these words are what this test provokes (a 404, a 409)."""
        self.forgiven += words

    def check(self, page: Any) -> None:
        """axe-core finds nothing on this page, and it does not scroll sideways."""
        assert AXE.is_file(), "axe-core is missing: run the set-up (npm packages)"
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        words = [
            f"{rule['id']} ({rule['impact']}): {rule['help']}\n    " + "\n    ".join(
                f"{node['target']} {node['html'][:160]} {node['failureSummary'][:300]}" for node in rule["nodes"][:4]
            )
            for rule in found
        ]  # fmt: skip
        assert not words, f"axe on {page.url}:\n" + "\n".join(words)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"data", "blob"}:
            return
        if f"{parts.scheme}://{parts.netloc}" != self.site.address:
            self.problems.append(f"a request left the host: {request.url}")

    def _console(self, page: Any, message: Any) -> None:
        if message.type in {"error", "warning"} and not any(words in message.text for words in self.forgiven):
            self.problems.append(f"{page.url}: {message.text}")


@pytest.fixture
def visitor(browser: Any, site: Site) -> Iterator[Visitors]:
    """``visitor("analyst-ar")``: a page of this person. Console errors and foreign requests fail the test."""
    people = Visitors(browser, site)
    yield people
    for context in people.contexts:
        context.close()
    assert not people.problems, "\n".join(people.problems)


@pytest.fixture(scope="session")
def shots() -> Callable[[Any, str], None]:
    """``shots(page, "queue-ar")`` keeps a picture of the page under ``TURS_SHOTS``; without it, does nothing."""
    folder = os.environ.get("TURS_SHOTS")

    def keep(page: Any, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return keep
