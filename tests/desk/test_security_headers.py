"""What every answer carries: nothing from elsewhere, nothing kept by a browser, nothing guessed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from turs.desk.coalition.vocabulary import Role
from turs.desk.web.middleware import CONTENT_SECURITY_POLICY

from . import rows
from .routes import routes

pytestmark = pytest.mark.django_db
INLINE = re.compile(rb"<script(?![^>]*\b(src|type=.application/json)\b)|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)
ELSEWHERE = re.compile(rb"(?:src|href|action|poster|srcset)\s*=\s*[\"']?\s*(?:https?:)?//", re.I)


@pytest.fixture
def page(world: rows.World, login: Any) -> Any:
    """A client that may see everything that its agency has, with a row of every kind."""
    user = world.user(*[role for role in Role.values if role not in rows.PARTNER_ROLES], name="everything")
    rows.everything(world.cell, "AMBER", user)
    return login(user)


def every_page(client: Client) -> list[tuple[str, Any]]:
    """Every address without an identifier, as it answers."""
    return [
        (route.template, client.get(route.template)) for route in routes() if not route.kinds and not logs_out(route)
    ]


def logs_out(route: Any) -> bool:
    return "logout" in route.name


def test_every_page_carries_the_headers(page: Client) -> None:
    answers = every_page(page)
    assert sum(reply.status_code == 200 for _address, reply in answers) >= 15
    for address, reply in answers:
        headers = reply.headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, address
        assert headers["X-Frame-Options"] == "DENY", address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Referrer-Policy"] == "same-origin", address
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", address
        assert "no-store" in headers["Cache-Control"], address
        assert headers["Content-Language"] in {"ar", "en"}, address
        assert "Server" not in headers, address


def test_the_policy_names_nobody_but_ourselves() -> None:
    parts = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["frame-ancestors"] == "'none'"
    assert set(" ".join(parts.values()).split()) == {"'none'", "'self'", "data:"}
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_no_page_asks_for_what_the_policy_forbids(page: Client) -> None:
    for address, reply in every_page(page):
        if reply.status_code == 200 and reply.headers["Content-Type"].startswith("text/html"):
            assert not (hit := INLINE.search(reply.content)), f"{address}: {hit}"
            assert not (hit := ELSEWHERE.search(reply.content)), f"{address}: {hit}"


def test_errors_carry_them_too(page: Client) -> None:
    for address in ("/no/such/page/", "/cases/00000000-0000-0000-0000-000000000000/", "/api/v1/nothing"):
        reply = page.get(address)
        assert reply.status_code == 404
        assert reply.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert "no-store" in reply.headers["Cache-Control"]


def test_cookies_are_for_the_server_alone(world: rows.World) -> None:
    user = world.user("analyst")
    client = Client()
    reply = client.post("/account/login/", {"login": user.username, "password": rows.PASSWORD})
    assert reply.status_code == 302, reply.content
    session = client.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert client.cookies["csrftoken"]["samesite"] == "Lax"


def test_with_https_everything_is_secure(world: rows.World, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    client = Client()
    assert client.get("/account/login/").headers["Location"].startswith("https://")
    reply = client.post(
        "/account/login/", {"login": world.user("analyst").username, "password": rows.PASSWORD}, secure=True
    )
    assert client.cookies["sessionid"]["secure"]
    assert client.cookies["csrftoken"]["secure"]
    assert "max-age=31536000" in reply.headers["Strict-Transport-Security"]


def test_the_https_switch_turns_all_of_it_on() -> None:
    shown = "SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.DEBUG"
    said = subprocess.run(
        [sys.executable, "-c", f"from turs.desk import settings as s; print(s.{shown})"],
        env={**os.environ, "TURS_HTTPS": "1", "TURS_SECRET_KEY": "x" * 50},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["True", "True", "True", "True", "False"]


@pytest.mark.parametrize("address", ["/postings/{}/evidence/", "/api/v1/postings/{}/evidence"])
def test_evidence_is_a_download_that_nobody_runs(page: Client, world: rows.World, address: str) -> None:
    row = rows.posting(world.cell, raw=b"<html><script>alert(1)</script>")
    reply = page.get(address.format(row.pk))
    assert reply.status_code == 200
    assert b"".join(reply) == b"<html><script>alert(1)</script>"
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in reply.headers["Cache-Control"]


def test_a_session_does_not_survive_its_password(world: rows.World, login: Any) -> None:
    from turs.desk.coalition.services import set_password

    user = world.user("analyst")
    client = login(user)
    assert client.get("/api/v1/me").status_code == 200
    set_password(None, user, "another long phrase 8")
    assert client.get("/api/v1/me").status_code == 401


def test_a_closed_login_is_closed_at_once(world: rows.World, login: Any) -> None:
    from turs.desk.coalition.services import set_active

    user = world.user("analyst")
    client = login(user)
    set_active(None, user, False)
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/").status_code == 302


def test_guessing_passwords_locks_out(world: rows.World, settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    user = world.user("analyst")
    client = Client()
    for _attempt in range(3):
        client.post("/account/login/", {"login": user.username, "password": "wrong"})
    reply = client.post("/account/login/", {"login": user.username, "password": rows.PASSWORD})
    assert "sessionid" not in client.cookies or not client.cookies["sessionid"].value
    assert reply.status_code in {403, 429}


def test_a_step_opened_like_a_page_says_so_in_words(world: Any, login: Any) -> None:
    answer = login(world.user("analyst")).get("/seen/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "هذا عنوان خطوة" in answer.content.decode()
