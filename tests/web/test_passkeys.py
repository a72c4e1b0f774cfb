"""What a device is said to have answered is believed only when it fits what was asked."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from turs.desk.coalition.models import User

PASSWORD = "a long enough phrase 7"
ADD = "/account/2fa/passkeys/add/"
FORGED = {
    "id": "AAAA", "rawId": "AAAA", "type": "public-key", "clientExtensionResults": {},
    "response": {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "AAAA", "signature": "AAAA"},
}  # fmt: skip


@pytest.fixture
def inside(db: None, client: Client) -> Client:
    cache.clear()  # the tries of other tests are not this one's
    User.objects.create_user("layla", password=PASSWORD, language="en")
    client.post("/account/login/", {"login": "layla", "password": PASSWORD})
    asked = client.get(ADD)
    if asked.status_code == 302:
        client.post(asked["Location"], {"password": PASSWORD})
    return client


ANSWERS = ["", "x", "{}", "[]", "7", '{"id": 7}', json.dumps(FORGED), json.dumps({**FORGED, "response": 7})]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_fits_nothing_adds_no_passkey(inside: Client, answer: str) -> None:
    page = inside.get(ADD)
    assert page.status_code == 200
    refused = inside.post(ADD, {"name": "phone", "credential": answer})
    assert refused.status_code == 200
    assert 'role="alert"' in refused.text
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_fits_nothing_opens_nothing(inside: Client, answer: str) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    user = User.objects.get()
    TOTP.activate(user, "A" * 32)
    stranger = Client()
    stranger.post("/account/login/", {"login": "layla", "password": PASSWORD})
    for sent in ({"credential": answer}, {"code": "000000"}):
        refused = stranger.post("/account/2fa/authenticate/", sent)
        assert refused.status_code == 200
        assert 'role="alert"' in refused.text
    assert stranger.get("/me/").status_code == 302


def test_nobody_logs_in_with_a_passkey_alone(client: Client) -> None:
    from django.urls import NoReverseMatch, reverse

    with pytest.raises(NoReverseMatch):
        reverse("mfa_login_webauthn")


def test_somebody_elses_passkey_is_not_removed(inside: Client) -> None:
    other = User.objects.create_user("other", password=PASSWORD)
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "key", "credential": {}})
    for ask in (inside.get, inside.post):
        assert ask(f"/account/2fa/passkeys/{key.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()
