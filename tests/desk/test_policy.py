"""Who may see which rows: the Traffic Light Protocol 2.0 over every model that is owned.

RED is for its author and for named recipients, AMBER+STRICT for the own agency, AMBER for the agencies of the same
member, GREEN for everybody in the coalition, CLEAR for partners as well (FIRST, August 2022).
"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404

from turs.desk.coalition import rules
from turs.desk.coalition.models import LanguageSkill, Owned, RoleGrant, User
from turs.desk.coalition.policy import Policy
from turs.desk.coalition.vocabulary import TLP, Role, strictest

from . import rows

pytestmark = pytest.mark.django_db

SEES = {
    "author": {"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"},
    "own agency": {"CLEAR", "GREEN", "AMBER", "AMBER+STRICT"},
    "same member": {"CLEAR", "GREEN", "AMBER"},
    "coalition": {"CLEAR", "GREEN"},
    "partner": {"CLEAR"},
    "named recipient": {"CLEAR", "GREEN", "RED"},
    "role without view": set(),
    "closed login": set(),
    "no organisation": {"CLEAR"},
}


def owned_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, Owned) or getattr(model, "policy_path", None)]


def readers(world: rows.World) -> dict[str, User]:
    return {
        "author": world.user("analyst", name="author"),
        "own agency": world.user("analyst", name="colleague"),
        "same member": world.user("analyst", at=world.media),
        "coalition": world.user("analyst", at=world.police),
        "partner": world.user("partner_platform"),
        "named recipient": world.user("analyst", at=world.police, name="named"),
        "role without view": world.user("admin", "oversight_auditor"),
        "closed login": world.user("analyst", name="closed", is_active=False),
        "no organisation": rows.services.add_user(None, "stray", password=None, roles=["analyst"]),
    }


@pytest.mark.parametrize("mark", TLP.values)
def test_tlp_decides_who_sees_a_row_of_every_model(world: rows.World, mark: str) -> None:
    people = readers(world)
    made = rows.everything(world.cell, mark, people["author"])
    assert {model.__name__ for model in owned_models()} == set(made), (
        "rows.everything makes one row of every owned model"
    )
    for row in made.values():
        if isinstance(row, Owned):
            rows.name_recipient(row, people["named recipient"])
    for who, person in people.items():
        policy = Policy(person)
        for name, row in made.items():
            seen = policy.rows(type(row)).filter(pk=row.pk).exists()
            assert seen == (mark in SEES[who]), f"{who} and {mark} {name}"
            if seen:
                assert policy.get(type(row), pk=row.pk) == row
            else:
                with pytest.raises(Http404):
                    policy.get(type(row), pk=row.pk)


@pytest.mark.parametrize("mark", TLP.values)
def test_only_the_own_agency_changes_a_row(world: rows.World, mark: str) -> None:
    people = readers(world)
    made = rows.everything(world.cell, mark, people["author"])
    for row in made.values():
        if isinstance(row, Owned):
            rows.name_recipient(row, people["named recipient"])
    for who, person in people.items():
        may = who == "author" or (who == "own agency" and mark != TLP.RED)
        for name, row in made.items():
            changes = Policy(person).rows(type(row), own=True).filter(pk=row.pk).exists()
            assert changes == may, f"{who} and {mark} {name}"


def test_red_for_a_colleague_of_the_own_agency_who_is_named(world: rows.World) -> None:
    row = rows.posting(world.cell, TLP.RED, by=world.user("analyst"))
    named = world.user("linguist")
    assert not Policy(named).rows(type(row)).exists()
    rows.name_recipient(row, named)
    assert Policy(named).rows(type(row)).get() == row
    assert Policy(named).rows(type(row.capture)).get() == row.capture


def test_a_name_on_one_kind_of_row_opens_no_other(world: rows.World) -> None:
    """The same id under another type of row is another row."""
    row = rows.posting(world.cell, TLP.RED, by=world.user("analyst"))
    named = world.user("analyst", at=world.police)
    rows.NamedRecipient.objects.create(object_type="case", object_id=row.pk, user=named)
    assert not Policy(named).rows(type(row)).exists()


@pytest.mark.parametrize("role", Role.values)
def test_content_is_open_to_roles_that_view_alone(world: rows.World, role: str) -> None:
    rows.everything(world.cell, TLP.CLEAR, world.user("analyst"))
    policy = Policy(world.user(role))
    for model in owned_models():
        assert policy.rows(model).exists() == (rules.VIEW in rules.GRANTS[role])


def test_a_model_that_does_not_say_who_owns_it_cannot_be_reached(world: rows.World) -> None:
    policy = Policy(world.user("analyst", "admin", "oversight_auditor"))
    silent = [
        model
        for model in apps.get_models()
        if not issubclass(model, Owned)
        and not getattr(model, "policy_path", None)
        and not getattr(model, "policy_verb", None)
    ]
    assert {RoleGrant, LanguageSkill} <= set(silent)
    for model in silent:
        with pytest.raises(LookupError):
            policy.rows(model)
        with pytest.raises(LookupError):
            policy.get(model, pk=1)


@pytest.mark.parametrize("verb", ["audit", "manage", "directory"])
def test_a_model_opened_by_a_verb_is_closed_without_it(world: rows.World, verb: str) -> None:
    opened = [model for model in apps.get_models() if getattr(model, "policy_verb", None) == verb]
    assert opened
    for role in Role.values:
        person = world.user(role)
        for model in opened:
            if verb not in rules.GRANTS[role]:
                assert not Policy(person).rows(model).exists(), f"{role} and {model.__name__}"


def test_an_administrator_manages_the_own_agency_alone(world: rows.World) -> None:
    admin, colleague, other = world.user("admin"), world.user("analyst"), world.user("analyst", at=world.media)
    seen = set(Policy(admin).rows(User))
    assert {admin, colleague} <= seen
    assert other not in seen


def test_a_role_ends_with_its_last_day(world: rows.World) -> None:
    from datetime import timedelta

    from django.utils import timezone

    person = world.user("analyst")
    person.grants.update(valid_to=timezone.now() - timedelta(seconds=1))
    assert not Policy(person).verbs
    person.grants.update(valid_to=None, valid_from=timezone.now() + timedelta(days=1))
    assert not Policy(person).verbs


def test_a_missing_role_is_refused(world: rows.World) -> None:
    with pytest.raises(PermissionDenied):
        Policy(world.user("linguist")).require(rules.PROPOSE)
    Policy(world.user("analyst")).require(rules.PROPOSE)


def test_an_impossible_id_is_a_row_that_is_not_there(world: rows.World) -> None:
    policy = Policy(world.user("analyst"))
    for value in ("", "x", "0", "١٢٣", "\0"):
        with pytest.raises(Http404):
            policy.get(rows.content.Posting, pk=value)


def test_what_is_derived_carries_the_strictest_mark() -> None:
    assert strictest(TLP.GREEN, TLP.RED, TLP.AMBER) == TLP.RED
    assert strictest(TLP.CLEAR, TLP.AMBER_STRICT, TLP.AMBER) == TLP.AMBER_STRICT
