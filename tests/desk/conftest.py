"""What every test of the desk may ask for: an own home, a small coalition, its people, clients that are logged in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from turs.desk.content import knowledge

from . import rows


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """``TURS_TEST_DATABASE_URL`` (for example a PostgreSQL) takes the place of SQLite for the tests of the desk."""
    if url := os.environ.get("TURS_TEST_DATABASE_URL"):
        import dj_database_url
        from django.db import connections

        wanted = connections.configure_settings({"default": dj_database_url.parse(url)})["default"]
        wanted["TEST"]["NAME"] = f"test_{wanted['NAME']}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
        connections.settings["default"].clear()
        connections.settings["default"].update(wanted)
        del connections["default"]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Every test of the desk keeps its files in a folder of its own, and hashes passwords cheaply."""
    place = tmp_path / "home"
    place.mkdir(mode=0o700)
    settings.HOME = place
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": place / "files"}},
        "blobs": {**settings.STORAGES["blobs"], "OPTIONS": {"location": place / "blobs"}},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    knowledge.forget()  # a test's database is rolled back behind the back of this process
    return place


@pytest.fixture
def world(db: None) -> rows.World:
    """Two members, three agencies, a partner; people are added as a test asks for them."""
    return rows.World.build()


@pytest.fixture
def login(client: Client) -> Callable[[Any], Client]:
    """``login(user)``: a client of the web that is logged in as `user`, a new one for each call."""

    def as_user(user: Any, **options: Any) -> Client:
        fresh = Client(**options)
        fresh.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return fresh

    return as_user


@pytest.fixture
def bearer(world: rows.World) -> Callable[[Any], dict[str, str]]:
    """``bearer(user)``: headers of a program that acts as `user`, for ``client.get(url, headers=bearer(user))``."""
    from turs.desk.coalition import services

    def headers(user: Any, language: str = "en") -> dict[str, str]:
        return {"Authorization": f"Bearer {services.issue_token(user, 'test')[1]}", "Accept-Language": language}

    return headers


@pytest.fixture
def in_english() -> Iterator[None]:
    """Translated words inside the test are English."""
    from django.utils import translation

    with translation.override("en"):
        yield
