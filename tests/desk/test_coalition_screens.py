"""Who is who, the users of an agency, and one's own settings."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from turs.desk.coalition import services
from turs.desk.coalition.models import ApiToken, Body, Member, User
from turs.desk.content.models import Exposure, MediaItem
from turs.desk.ledger.models import Entry

from . import rows


@pytest.fixture
def admin(world: rows.World, login: Any) -> Any:
    return login(world.user("admin", language="en"))


@pytest.fixture
def bodies(world: rows.World) -> tuple[Any, Any]:
    today = timezone.localdate()
    group = services.put(None, Body, "group", kind="WORKING_GROUP", name_ar="فريق", name_en="Group",
                         valid_from=date(2015, 1, 1))  # fmt: skip
    board = services.put(None, Body, "board", kind="ADVISORY_BOARD", name_ar="مجلس", name_en="Board",
                         valid_from=date(2015, 1, 1), valid_to=today - timedelta(days=1))  # fmt: skip
    services.put_mandate(None, group, agency=world.cell, role="CO_CHAIR", valid_from=date(2020, 1, 1), valid_to=today)
    services.put_mandate(None, group, agency=world.police, role="CO_CHAIR", valid_from=date(2015, 1, 1),
                         valid_to=today - timedelta(days=1))  # fmt: skip
    services.put_mandate(None, group, partner=world.platform, role="EXPERT", valid_from=today + timedelta(days=1))
    return group, board


# --- who is who ------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["collector", "admin", "oversight_auditor", "partner_media"])
def test_the_directory_is_open_to_every_role_of_the_house(world: rows.World, login: Any, role: str) -> None:
    client = login(world.user(role, language="en"))
    page = client.get("/coalition/").content.decode()
    assert "Example North" in page
    assert client.get("/coalition/north/").status_code == 200


def test_who_has_no_role_is_not_let_in(world: rows.World, login: Any) -> None:
    client = login(world.user())
    assert client.get("/coalition/").status_code == 403
    assert client.get("/coalition/north/").status_code == 403


def test_every_count_is_a_door_to_what_it_counts(world: rows.World, bodies: Any, login: Any) -> None:
    services.put(None, Member, "league", kind="IO", name_ar="رابطة", name_en="League")
    client = login(world.user("analyst"))
    counts = client.get("/coalition/").context["counts"]
    for name, address in (
        ("states", "?kind=STATE"), ("organisations", "?kind=IO"), ("observers", "?kind=OBSERVER"), ("members", ""),
        ("agencies", "?show=agencies"), ("partners", "?show=partners"), ("bodies", "?show=bodies&when=current"),
        ("all_bodies", "?show=bodies"),
    ):  # fmt: skip
        assert len(client.get(f"/coalition/{address}").context["rows"]) == counts[name], name
    for show in ("members", "agencies", "partners", "bodies"):
        for value, _label, number in client.get(f"/coalition/?show={show}").context["kinds"]:
            assert len(client.get(f"/coalition/?show={show}&kind={value}").context["rows"]) == number


def test_a_mandate_holds_to_its_last_day(world: rows.World, bodies: Any, login: Any) -> None:
    client = login(world.user("analyst"))
    page = client.get("/coalition/?show=bodies")
    group = next(body for body in page.context["rows"] if body.key == "group")
    assert [mandate.holder.key for mandate in group.current] == ["cell"]
    assert {mandate.holder.key: mandate.standing for mandate in group.past} == {"police": "ended", "platform": "coming"}
    assert [body.key for body in client.get("/coalition/?show=bodies&when=ended").context["rows"]] == ["board"]


def test_a_member_shows_its_agencies_and_their_mandates(world: rows.World, bodies: Any, login: Any) -> None:
    client = login(world.user("analyst", language="en"))
    page = client.get("/coalition/north/")
    assert [agency.key for agency in page.context["agencies"]] == ["cell", "media"]
    assert [mandate.body.key for mandate in page.context["current"]] == ["group"]
    assert client.get("/coalition/nowhere/").status_code == 404


def test_what_cannot_be_meant_shows_everything(world: rows.World, login: Any) -> None:
    client = login(world.user("analyst"))
    assert len(client.get("/coalition/?show=nonsense&kind=nonsense&when=never").context["rows"]) == 2
    assert "notice-empty" in client.get("/coalition/?q=zzz").content.decode()


# --- users -----------------------------------------------------------------------------------------
NEW = {
    "username": "Huda.M", "display_name": "هدى", "roles": ["analyst", "linguist"], "language_0": "ar",
    "level_0": "NATIVE", "language_1": "fr", "level_1": "B2",
}  # fmt: skip


def shown_once(page: str) -> str:
    found = re.search(r"<output>(.+?)</output>", page)
    assert found
    return found[1]


def test_a_new_user_gets_a_password_shown_once_and_can_log_in(admin: Any, world: rows.World) -> None:
    reply = admin.post("/users/new/", NEW)
    password = shown_once(reply.content.decode())
    added = User.objects.get(username="huda.m")
    assert (added.agency, added.display_name) == (world.cell, "هدى")
    assert set(added.grants.values_list("role", flat=True)) == {"analyst", "linguist"}
    assert dict(added.skills.values_list("language", "level")) == {"ar": "NATIVE", "fr": "B2"}
    assert added.check_password(password)
    written = " ".join(Entry.objects.values_list("detail", flat=True))
    assert password not in written
    assert password not in admin.get(f"/users/{added.pk}/").content.decode()
    assert Entry.objects.filter(verb="user.added", object_id=str(added.pk)).exists()
    fresh = Client()
    fresh.post("/account/login/", {"login": "huda.m", "password": password})
    assert fresh.get("/me/")["Location"] == "/account/password/change/", "an own password first"
    own = "a sentence of my own 9"
    fresh.post("/account/password/change/", {"oldpassword": password, "password1": own, "password2": own})
    assert fresh.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "=cmd"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"username": "ADMIN.cell"}, "username"),  # taken, in other letters
        ({"roles": []}, "roles"),
        ({"roles": ["emperor"]}, "roles"),
        ({"roles": ["partner_media"]}, "roles"),
        ({"roles": ["admin", "analyst"]}, "roles"),
        ({"language_1": "ar"}, "language_1"),
        ({"level_1": ""}, "level_1"),
        ({"language_1": ""}, "language_1"),
        ({"level_0": "Z9"}, "level_0"),
        ({"display_name": "x" * 151}, "display_name"),
    ],
)
def test_a_user_that_does_not_fit_is_not_added(admin: Any, changes: Any, where: str) -> None:
    before = User.objects.count()
    reply = admin.post("/users/new/", {**NEW, **changes})
    assert reply.status_code == 422
    assert where in reply.context["form"].errors
    assert User.objects.count() == before


def test_roles_and_languages_change_with_a_record(admin: Any, world: rows.World) -> None:
    person = world.user("collector")
    form = {"roles": ["linguist"], "language_0": "en", "level_0": "B1"}
    assert admin.post(f"/users/{person.pk}/", form).status_code == 302
    assert list(person.grants.values_list("role", flat=True)) == ["linguist"]
    assert dict(person.skills.values_list("language", "level")) == {"en": "B1"}
    entry = Entry.objects.filter(verb="user.roles_set", object_id=str(person.pk)).latest("seq")
    assert (entry.actor, json.loads(entry.detail)["roles"]) == ("admin.cell", ["linguist"])
    count = Entry.objects.count()
    admin.post(f"/users/{person.pk}/", form)
    assert Entry.objects.count() == count, "nothing changed, nothing to record"


def test_an_administrator_does_not_become_a_reader_alone(admin: Any, world: rows.World) -> None:
    me = world.user("admin")
    reply = admin.post(f"/users/{me.pk}/", {"roles": ["analyst"]})
    assert reply.status_code == 422
    admin.post(f"/users/{me.pk}/login/", {"active": "0"})
    admin.post(f"/users/{me.pk}/password/")
    me.refresh_from_db()
    assert me.is_active
    assert me.check_password(rows.PASSWORD)
    assert list(me.grants.values_list("role", flat=True)) == ["admin"]


def test_a_closed_login_is_closed_at_once(admin: Any, world: rows.World, login: Any) -> None:
    person = world.user("collector")
    inside = login(person)
    assert inside.get("/imports/").status_code == 200
    admin.post(f"/users/{person.pk}/login/", {"active": "0"})
    assert inside.get("/imports/").status_code == 302
    assert Entry.objects.filter(verb="user.closed", object_id=str(person.pk)).count() == 1
    assert admin.get("/users/?login=closed").context["rows"].count() == 1
    admin.post(f"/users/{person.pk}/login/", {"active": "1"})
    assert login(person).get("/imports/").status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old_one(admin: Any, world: rows.World, login: Any) -> None:
    person = world.user("collector")
    inside = login(person)
    password = shown_once(admin.post(f"/users/{person.pk}/password/").content.decode())
    person.refresh_from_db()
    assert person.check_password(password)
    assert inside.get("/imports/").status_code == 302


def test_a_page_that_showed_something_once_leads_on_when_asked_again(admin: Any, world: rows.World) -> None:
    person = world.user("collector")
    assert admin.get(f"/users/{person.pk}/password/").url == f"/users/{person.pk}/"
    assert admin.get("/me/tokens/").url == "/me/"
    person.refresh_from_db()
    assert person.check_password(rows.PASSWORD)
    assert not ApiToken.objects.exists()


def test_an_administrator_reaches_the_own_agency_alone(admin: Any, world: rows.World) -> None:
    stranger = world.user("analyst", at=world.media)
    assert stranger not in admin.get("/users/").context["rows"]
    assert admin.get(f"/users/{stranger.pk}/").status_code == 404
    for address, form in (("", {"roles": ["admin"]}), ("login/", {"active": "0"}), ("password/", {})):
        assert admin.post(f"/users/{stranger.pk}/{address}", form).status_code == 404
    stranger.refresh_from_db()
    assert stranger.is_active
    assert stranger.check_password(rows.PASSWORD)


@pytest.mark.parametrize("role", ["analyst", "oversight_auditor", "legal_reviewer"])
def test_nobody_else_looks_after_users(world: rows.World, login: Any, role: str) -> None:
    client, person = login(world.user(role)), world.user("collector")
    for address in ("/users/", "/users/new/", f"/users/{person.pk}/"):
        assert client.get(address).status_code == 403
    for address in ("/users/new/", f"/users/{person.pk}/login/", f"/users/{person.pk}/password/"):
        assert client.post(address, NEW).status_code == 403


def test_an_administrator_sees_no_content(admin: Any) -> None:
    for address in ("/imports/", "/imports/new/", "/sources/", "/banks/", "/terms/", "/postings/", "/ledger/"):
        assert admin.get(address).status_code == 403, address


def test_an_administrator_without_agency_adds_nobody(world: rows.World, login: Any) -> None:
    client = login(world.user("admin", at=world.platform, name="lost"))
    assert client.get("/users/").status_code == 200
    assert client.post("/users/new/", NEW).status_code == 403


# --- me --------------------------------------------------------------------------------------------
def test_preferences_change_the_next_page(world: rows.World, login: Any) -> None:
    me = world.user("analyst")
    client = login(me)
    assert 'lang="ar" dir="rtl"' in client.get("/me/").content.decode()
    reply = client.post("/me/", {"language": "en", "digits": "arab", "theme": "dark"}, follow=True)
    assert 'lang="en" dir="ltr" data-theme="dark"' in reply.content.decode()
    me.refresh_from_db()
    assert (me.language, me.digits, me.hijri, me.theme) == ("en", "arab", False, "dark")


@pytest.mark.parametrize("changes", [{"language": "tlh"}, {"digits": "roman"}, {"theme": ""}])
def test_preferences_that_are_none_change_nothing(world: rows.World, login: Any, changes: dict[str, str]) -> None:
    me = world.user("analyst")
    client = login(me)
    form = {"language": "en", "digits": "auto", "theme": "auto", "hijri": "on", **changes}
    assert client.post("/me/", form).status_code == 422
    me.refresh_from_db()
    assert me.language == "ar"


def test_nobody_gives_oneself_a_role(world: rows.World, login: Any) -> None:
    me = world.user("collector")
    form = {"language": "en", "digits": "auto", "theme": "auto", "roles": ["admin"], "is_staff": "on", "agency": "1"}
    login(me).post("/me/", form)
    me.refresh_from_db()
    assert list(me.grants.values_list("role", flat=True)) == ["collector"]
    assert not me.is_staff


def test_a_token_is_shown_once_and_works_until_withdrawn(world: rows.World, login: Any) -> None:
    me = world.user("analyst")
    client = login(me)
    value = shown_once(client.post("/me/tokens/", {"name": "my program", "days": "30"}).content.decode())
    token = ApiToken.objects.get()
    assert (token.user, token.digest) == (me, ApiToken.digest_of(value))
    assert value not in client.get("/me/").content.decode()
    headers = {"Authorization": f"Bearer {value}"}
    assert Client().get("/api/v1/me", headers=headers).status_code == 200
    assert client.post(f"/me/tokens/{token.pk}/withdraw/").status_code == 302
    assert Client().get("/api/v1/me", headers=headers).status_code == 401
    assert set(Entry.objects.filter(verb__startswith="token.").values_list("verb", flat=True)) == {
        "token.issued", "token.withdrawn"
    }  # fmt: skip


@pytest.mark.parametrize(("name", "days"), [("", "3"), ("x" * 81, "3"), ("a", "0"), ("a", "367"), ("a", "many")])
def test_a_token_that_does_not_fit_is_not_made(world: rows.World, login: Any, name: str, days: str) -> None:
    assert login(world.user("analyst")).post("/me/tokens/", {"name": name, "days": days}).status_code == 422
    assert not ApiToken.objects.exists()


def test_somebody_elses_token_is_not_there(world: rows.World, login: Any) -> None:
    token, _value = services.issue_token(world.user("analyst"), "t")
    assert login(world.user("collector")).post(f"/me/tokens/{token.pk}/withdraw/").status_code == 404
    assert ApiToken.objects.exists()


def test_the_count_of_exposures_is_mine_and_of_today(world: rows.World, login: Any) -> None:
    me, other = world.user("analyst"), world.user("legal_reviewer")
    item = MediaItem.objects.create(digest="a" * 64, kind="image", mime="image/png", size=1)
    for user, at in ((me, timezone.now()), (me, timezone.now() - timedelta(days=2)), (other, timezone.now())):
        Exposure.objects.create(user=user, item=item, at=at)
    assert login(me).get("/me/").context["exposures"] == 1
