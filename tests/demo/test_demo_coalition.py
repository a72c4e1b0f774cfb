"""The demo coalition: complete, consistent, and without a person's name."""

from __future__ import annotations

import re
from datetime import date

from turs.demo import Story, coalition, known, places
from turs.demo.grammar import rules

ROLES = {
    *("collector", "analyst", "linguist", "legal_reviewer", "approver", "referral_officer", "platform_liaison"),
    *("campaign_manager", "messenger_coordinator", "evaluator", "expert_reader", "fiu_liaison", "crisis_lead"),
    *(
        "advisory_board",
        "oversight_auditor",
        "public_reader",
        "partner_platform",
        "partner_media",
        "partner_cso",
        "admin",
    ),
}
TODAY = date(2026, 11, 22)
AGENCIES = {agency.key for agency in coalition.AGENCIES}
PARTNERS = {partner.key for partner in coalition.PARTNERS}


def test_six_members_two_of_them_organisations_ten_agencies_five_partners() -> None:
    assert [member.kind for member in coalition.MEMBERS].count("IO") == 2
    assert len(coalition.MEMBERS) == 6
    assert len(AGENCIES) == 10
    assert {agency.member for agency in coalition.AGENCIES} == {member.key for member in coalition.MEMBERS}
    assert [partner.type for partner in coalition.PARTNERS] == [
        "SOCIAL_MEDIA_CO",
        "MEDIA_ORG",
        "RELIGIOUS_INST",
        "CVE_CENTRE",
        "CSO",
    ]


def test_country_codes_belong_to_nobody() -> None:
    for member in coalition.MEMBERS:
        assert (member.kind == "IO" and not member.iso2) or re.fullmatch("X[A-Z]", member.iso2)


def test_every_role_has_a_login_and_every_login_one_organisation() -> None:
    held = {role for user in coalition.USERS for role in user.roles}
    assert held == ROLES
    assert len({user.username for user in coalition.USERS}) == len(coalition.USERS)
    for user in coalition.USERS:
        assert (user.agency in AGENCIES) != (user.partner in PARTNERS), user.username
        assert user.language in {"ar", "en"}
        assert all(re.fullmatch("[ABC][12]", level) for level in user.languages.values())


def test_nobody_both_proposes_and_approves() -> None:
    for user in coalition.USERS:
        assert not {"analyst", "approver"} <= set(user.roles)
        assert not ("admin" in user.roles and len(user.roles) > 1)


def test_the_cell_can_do_a_day_of_work() -> None:
    cell = [user for user in coalition.USERS if user.agency == "wahat-cell"]
    analysts = [user for user in cell if "analyst" in user.roles]
    assert sum(user.languages.get("ar") == "C2" for user in analysts) == 2
    assert any(user.languages == {"en": "C2"} for user in analysts)
    for role in ("legal_reviewer", "approver", "collector", "oversight_auditor", "admin"):
        assert any(role in user.roles for user in cell), role


def test_whoever_owns_content_can_import_it(story: Story) -> None:
    importers = {user.agency for user in coalition.USERS if {"collector", "analyst"} & set(user.roles)}
    assert {file.agency for file in story.files} <= importers


def test_the_red_file_names_people_of_its_agency() -> None:
    readers = [user for user in coalition.USERS if user.username in places.RED_READERS]
    assert len(readers) == len(places.RED_READERS)
    assert {user.agency for user in readers} == {place.agency for place in places.PLACES if place.tlp == "RED"}


def test_bodies_and_mandates_stand_on_the_day_and_one_has_ended() -> None:
    bodies = {body.key: body for body in coalition.bodies(TODAY)}
    assert {body.kind for body in bodies.values()} == {"WORKING_GROUP", "CELL", "ADVISORY_BOARD", "TASK_TEAM"}
    ended = 0
    for mandate in coalition.mandates(TODAY):
        assert (mandate.agency in AGENCIES) != (mandate.partner in PARTNERS)
        assert mandate.valid_from >= bodies[mandate.body].valid_from
        assert mandate.valid_to is not None
        assert mandate.valid_from < mandate.valid_to
        ended += mandate.valid_to < TODAY
    assert ended == 1


def test_banks_are_made_of_what_the_story_wrote(story: Story) -> None:
    said = "".join(
        path.read_text("utf-8") for path in sorted((story.folder / "content" / "channels").glob("*/result.json"))
    )
    kinds = set()
    for bank in known.BANKS:
        assert bank["polarity"] in {"match", "suppress"}
        assert bank["agency"] in AGENCIES
        for entry in bank["entries"]:
            kinds.add(entry["kind"])
            if "path" in entry:
                assert (story.folder / entry["path"]).is_file(), entry
            if "text" in entry:
                assert entry["text"] in said, entry
    assert kinds == {"file", "image", "text", "url"}


def test_terms_are_said_by_the_front_and_by_those_who_write_against_it() -> None:
    terms = [term["text"] for term in known.TERMS["terms"]]
    assert len(set(terms)) == len(terms)
    assert {term["category"] for term in known.TERMS["terms"]} == {"group_name", "outlet", "slogan", "hashtag"}
    for language in ("ar", "en", "fr"):
        assert set(rules(language)["front.slogan"]) <= set(terms)
