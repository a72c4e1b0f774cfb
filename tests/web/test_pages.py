"""Pages that belong to no room: entrance, language, theme, errors; and the headers of every answer."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django.views import defaults
from django.views.csrf import csrf_failure

from turs.desk.coalition.models import User
from turs.desk.coalition.services import add_user

PASSWORD = "a sentence only I would say"


@pytest.fixture
def user(db) -> User:
    return add_user(None, "layla", password=PASSWORD, roles=["analyst"], email="layla@example.org")


ENTRANCE = ["account_login", "account_inactive", "account_signup", "account_reset_password",
            "account_reset_password_done", "account_reset_password_from_key_done"]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", ENTRANCE)
def test_the_entrance_speaks_both_languages(client: Client, name: str, language: str) -> None:
    client.cookies["django_language"] = language
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in answer.text
    assert answer.headers["Content-Language"] == language


@pytest.mark.django_db
def test_every_answer_keeps_the_browser_to_ourselves(client: Client) -> None:
    for path in (reverse("account_login"), "/nothing-here/"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_nobody_signs_up_alone(client: Client) -> None:
    client.post(reverse("account_signup"), {"username": "x", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(username="x").exists()


def test_only_styled_pages_of_the_account_are_routed() -> None:
    from turs.desk.web.account_urls import urlpatterns

    for pattern in urlpatterns:
        view = getattr(pattern.callback, "view_class", None)
        name = getattr(view, "template_name_signup_closed", None) or getattr(view, "template_name", None)
        if name:
            origin = get_template(name).origin.name
            assert "/turs/desk/web/" in origin, f"{pattern.name} would be shown as {origin}"


def test_logging_in_and_out(client: Client, user: User) -> None:
    answer = client.post(reverse("account_login"), {"login": "layla", "password": "wrong"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    answer = client.post(reverse("account_login"), {"login": "layla", "password": PASSWORD, "next": "/keys/"})
    assert answer.headers["Location"] == "/keys/"
    assert client.get(reverse("account_change_password")).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(reverse("account_change_password")).status_code == 302


def test_the_mail_about_a_password_is_ours_in_the_language_of_the_page(client: Client, user: User, mailoutbox) -> None:
    client.cookies["django_language"] = "en"
    client.post(reverse("account_reset_password"), {"email": "layla@example.org"})
    (mail,) = mailoutbox
    assert mail.subject == "Turs: A new password"
    link = re.search(r"https?://[^/]+(/\S+)", mail.body)
    assert link is not None
    page = client.get(link[1], follow=True)
    assert "Choose a new password" in page.text


@pytest.mark.django_db
def test_the_language_is_kept_without_a_login(client: Client) -> None:
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/account/login/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login/")
    assert '<html lang="en" dir="ltr"' in client.get("/account/login/").text


def test_the_language_is_kept_with_the_user(client: Client, user: User) -> None:
    client.force_login(user)
    client.post(reverse("set_language"), {"language": "en"})
    user.refresh_from_db()
    assert user.language == "en"
    client.cookies.clear()
    client.force_login(user)
    assert '<html lang="en"' in client.get(reverse("keys")).text


@pytest.mark.django_db
def test_the_way_back_never_leaves_the_desk(client: Client) -> None:
    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert client.post(reverse("set_language"), {"language": "ar", "next": target}).headers["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_language_is_refused(client: Client) -> None:
    assert client.post(reverse("set_language"), {"language": "xx"}).status_code == 400
    assert client.get(reverse("set_language")).status_code == 405


def test_the_theme_is_kept_with_the_user(client: Client, user: User) -> None:
    client.force_login(user)
    client.post(reverse("set_theme"), {"theme": "dark"})
    assert 'data-theme="dark"' in client.get(reverse("keys")).text
    assert client.post(reverse("set_theme"), {"theme": "pink"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "en"])
def test_errors_are_pages_for_people(language: str) -> None:
    request = RequestFactory().get("/x/")
    with translation.override(language):
        answers = [
            defaults.bad_request(request, SuspiciousOperation()),
            defaults.permission_denied(request, PermissionDenied()),
            defaults.page_not_found(request, Exception()),
            csrf_failure(request),
            defaults.server_error(request),
        ]
    assert [answer.status_code for answer in answers] == [400, 403, 404, 403, 500]
    for answer in answers:
        text = answer.content.decode()
        assert "<h1>" in text
        assert 'href="/' in text, "every error page shows a way on"


def test_the_page_of_last_resort_needs_nothing() -> None:
    text = get_template("500.html").render()
    assert "تعذّر إكمال الطلب" in text
    assert "This did not work" in text


@pytest.mark.django_db
def test_the_lockout_page_renders(client: Client) -> None:
    request = RequestFactory().get("/")
    assert "<h1>" in get_template("errors/lockout.html").render({}, request)
