"""A password that somebody else gave opens nothing but the page where one's own is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from turs.desk.coalition import services
from turs.desk.coalition.models import User
from turs.desk.ledger.models import Entry

from . import rows

GIVEN, OWN = "given by the administrator 1", "only I would say this sentence"
CHANGE = "/account/password/change/"


@pytest.fixture
def newcomer(world: rows.World) -> User:
    return services.add_user(
        None, "newcomer", password=GIVEN, temporary=True, roles=["analyst"], languages={"ar": "C1"}, agency=world.cell,
        language="en",
    )  # fmt: skip


def logged_in(name: str = "newcomer", password: str = GIVEN) -> Client:
    client = Client()
    client.post("/account/login/", {"login": name, "password": password})
    return client


def choose(client: Client, old: str = GIVEN, new: str = OWN) -> Any:
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


@pytest.mark.parametrize("path", ["/", "/queue/", "/postings/", "/me/", "/banks/", "/account/2fa/"])
def test_until_then_every_page_leads_to_the_choice(newcomer: User, path: str) -> None:
    answer = logged_in().get(path)
    assert answer.status_code == 302
    assert answer["Location"] == CHANGE


def test_what_a_page_fetches_and_what_is_sent_lead_there_too(newcomer: User) -> None:
    client = logged_in()
    fetched = client.get("/queue/", headers={"HX-Request": "true"})
    assert (fetched.status_code, fetched["HX-Redirect"]) == (204, CHANGE)
    assert client.post("/me/tokens/", {"name": "x", "days": "9"})["Location"] == CHANGE
    assert not newcomer.tokens.exists()
    refused = client.get("/api/v1/postings")
    assert refused.status_code == 403
    assert "choose your own" in refused.json()["detail"]


def test_language_and_logout_stay_open(newcomer: User) -> None:
    client = logged_in()
    assert client.post("/language/", {"language": "ar", "next": CHANGE})["Location"] == CHANGE
    page = client.get(CHANGE).content.decode()
    assert "اختر كلمة مرور خاصة بك" in page
    assert 'class="nav"' not in page, "no door that does not open"
    assert client.post("/account/logout/").status_code == 302


def test_the_own_password_opens_the_work_and_is_in_the_ledger_without_itself(newcomer: User) -> None:
    client = logged_in()
    assert choose(client)["Location"] == "/"
    page = client.get("/").content.decode()
    assert "Your new password stands from now on." in page
    newcomer.refresh_from_db()
    assert newcomer.check_password(OWN)
    entry = Entry.objects.get(verb="user.password_chosen")
    assert (entry.actor, entry.object_id) == ("newcomer", str(newcomer.pk))
    assert OWN not in " ".join(Entry.objects.values_list("detail", flat=True))
    assert logged_in(password=OWN).get("/queue/").status_code == 200


def test_the_given_password_cannot_be_chosen_again(newcomer: User) -> None:
    answer = choose(logged_in(), new=GIVEN)
    assert answer.status_code == 200
    assert "This is the old password. Choose another one." in answer.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.password_temporary


def test_a_password_made_by_an_administrator_is_temporary_again(newcomer: User, world: rows.World, login: Any) -> None:
    choose(logged_in())
    admin = login(world.user("admin", language="en"))
    admin.post(f"/users/{newcomer.pk}/password/")
    newcomer.refresh_from_db()
    assert newcomer.password_temporary
    assert "Has not chosen an own password yet" in admin.get(f"/users/{newcomer.pk}/").content.decode()


def test_a_link_from_a_mail_leads_to_a_password_of_ones_own(newcomer: User, mailoutbox: Any) -> None:
    newcomer.email = "newcomer@example.org"
    newcomer.save()
    client = Client()
    client.post("/account/password/reset/", {"email": newcomer.email})
    [address] = [word for word in mailoutbox[0].body.split() if "/password/reset/key/" in word]
    form = client.get(address, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": OWN, "password2": OWN})
    newcomer.refresh_from_db()
    assert newcomer.check_password(OWN)
    assert not newcomer.password_temporary


def test_those_of_the_demo_and_of_tests_are_not_asked(world: rows.World) -> None:
    assert not world.user("analyst").password_temporary
