"""The screens of review and of postings: what each state shows, what each step refuses, what each act records."""

from __future__ import annotations

import io
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from turs.desk.coalition.policy import Policy
from turs.desk.content import blobs, listing, reading
from turs.desk.content.models import Exposure, MediaItem, Posting
from turs.desk.ledger.models import Entry
from turs.desk.review import queue, services
from turs.desk.review.models import Assessment, Case, Decision
from turs.desk.review.vocabulary import Exclusion

from . import rows

REASON = "دعوة صريحة إلى الالتحاق بجماعة مسلحة"


def form(**answers: str) -> dict[str, Any]:
    """What the assessment form sends; `answers` change exclusions."""
    words = {name: rows.ASSESSMENT[name] for name in (
        "exclusion_reason", "reliability", "credibility", "probability", "confidence", "producer", "functions", "theme",
        "note")}  # fmt: skip
    return words | {f"exclusion_{name}": answers.get(name, "NO") for name in Exclusion.values}


def verbs_of(case: Case) -> list[str]:
    return list(Entry.objects.filter(object_id=str(case.pk)).order_by("seq").values_list("verb", flat=True))


def words(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def analyst(world: rows.World) -> Any:
    return world.user("analyst", language="en")


@pytest.fixture
def second(world: rows.World) -> Any:
    return world.user("analyst", name="second", language="en")


@pytest.fixture
def case(world: rows.World) -> Any:
    return rows.case(world.cell)


def post(client: Any, case: Case, verb: str, **fields: Any) -> Any:
    return client.post(f"/cases/{case.pk}/{verb}/", fields)


# --- claim -------------------------------------------------------------------------------------------
def test_a_case_is_held_by_one_reader_until_the_claim_runs_out(
    login: Any, analyst: Any, second: Any, case: Any
) -> None:
    assert post(login(analyst), case, "claim").status_code == 302
    refused = post(login(second), case, "claim")
    assert refused.status_code == 409
    assert "Somebody else is working on this case." in words(refused)
    page = words(login(second).get(f"/cases/{case.pk}/"))
    assert "holds this case" in page
    assert f"/cases/{case.pk}/claim/" not in page

    Case.objects.filter(pk=case.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert post(login(second), case, "claim").status_code == 302
    case.refresh_from_db()
    assert case.claimant == second
    assert verbs_of(case) == ["case.claimed", "case.claimed"]


def test_a_case_can_be_given_back(login: Any, analyst: Any, case: Any) -> None:
    client = login(analyst)
    post(client, case, "claim")
    post(client, case, "release")
    case.refresh_from_db()
    assert case.claimant is None
    assert verbs_of(case) == ["case.claimed", "case.released"]


# --- assess ------------------------------------------------------------------------------------------
def test_an_assessment_needs_every_answer_and_a_reason_for_every_doubt(login: Any, analyst: Any, case: Any) -> None:
    client = login(analyst)
    post(client, case, "claim")
    sent = form(satire="UNSURE")
    del sent["exclusion_educational"]
    answer = post(client, case, "assess", **sent)
    assert answer.status_code == 422
    assert "Teaching: Answer no, yes or unsure." in words(answer)
    assert "Give the reason in a sentence." in words(answer)
    assert not Assessment.objects.exists()

    answer = post(client, case, "assess", **form())
    assert answer.status_code == 302
    assert answer["Location"].endswith("#decision")
    kept = Assessment.objects.get()
    assert kept.doubts == []
    assert kept.level == "NATIVE"
    assert verbs_of(case)[-1] == "case.assessed"


def test_the_software_suggests_functions_and_chooses_none(login: Any, analyst: Any, world: rows.World) -> None:
    case = rows.case(world.cell)
    seen = case.lead.examination
    seen.result["findings"] = [{"kind": "function", "label": "recruit", "score": 1.0, "spans": [], "version": "f/1",
                                "reason": {"ar": "دعوة", "en": "a call"}, "protects": False}]  # fmt: skip
    seen.save()
    client = login(analyst)
    post(client, case, "claim")
    page = words(client.get(f"/cases/{case.pk}/"))
    assert page.count("The software saw signs of it") == 1
    assert "checked" not in page.split('id="assessment"')[1].split("</section>")[0]


def test_nobody_assesses_without_holding_the_case(login: Any, analyst: Any, case: Any) -> None:
    answer = post(login(analyst), case, "assess", **form())
    assert answer.status_code == 409
    assert "Claim the case first." in words(answer)


# --- propose, undo, confirm, return --------------------------------------------------------------------
def test_two_people_decide_and_every_act_is_in_the_ledger(login: Any, analyst: Any, second: Any, case: Any) -> None:
    first, other = login(analyst), login(second)
    post(first, case, "claim")
    post(first, case, "assess", **form())
    assert post(first, case, "propose", outcome="refer", reason=REASON).status_code == 302

    own = post(first, case, "confirm")
    assert own.status_code == 409
    assert "You proposed this decision: another person must confirm it." in words(own)
    assert "confirm/" not in words(first.get(f"/cases/{case.pk}/"))

    assert f"/cases/{case.pk}/confirm/" in words(other.get(f"/cases/{case.pk}/"))
    assert post(other, case, "confirm").status_code == 302
    case.refresh_from_db()
    assert case.state == "closed"
    assert case.decision.confirmed_by == second
    assert verbs_of(case) == ["case.claimed", "case.assessed", "case.proposed", "case.confirmed"]
    closed = post(first, case, "claim")
    assert closed.status_code == 409
    assert "This case is closed already." in words(closed)


def test_the_database_itself_refuses_a_proposer_who_approves(analyst: Any, case: Any) -> None:
    decision = Decision.objects.create(case=case, outcome="monitor", reason=REASON, proposed_by=analyst)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(confirmed_by=analyst, state="confirmed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(case=case, outcome="refer", reason=REASON, proposed_by=analyst)


def test_a_proposal_is_taken_back_within_a_minute_and_not_later(
    login: Any, analyst: Any, second: Any, case: Any
) -> None:
    client = login(analyst)
    post(client, case, "claim")
    post(client, case, "assess", **form())
    post(client, case, "propose", outcome="monitor", reason=REASON)
    board = words(client.get("/"))
    assert f"/cases/{case.pk}/undo/" in board, "the way back follows the proposer to every screen of the work"
    assert "Only the person who proposed" in words(post(login(second), case, "undo"))
    assert post(client, case, "undo").status_code == 302
    case.refresh_from_db()
    assert case.state == "open"

    post(client, case, "propose", outcome="monitor", reason=REASON)
    Decision.objects.filter(state="proposed").update(proposed_at=timezone.now() - timedelta(seconds=61))
    late = post(client, case, "undo")
    assert late.status_code == 409
    assert "The time to take the decision back is over." in words(late)
    assert "/undo/" not in words(client.get("/"))


def test_a_returned_proposal_waits_for_its_proposer_with_the_reason(
    login: Any, analyst: Any, second: Any, case: Any
) -> None:
    client, other = login(analyst), login(second)
    post(client, case, "claim")
    post(client, case, "assess", **form())
    post(client, case, "propose", outcome="refer", reason=REASON)
    assert post(other, case, "return", **{"return-answer": "x"}).status_code == 409, "a dot is no reason"
    assert post(other, case, "return", **{"return-answer": ""}).status_code == 422
    assert post(other, case, "return", **{"return-answer": "The address is not exact enough."}).status_code == 302
    assert "The address is not exact enough." in words(client.get(f"/cases/{case.pk}/"))
    listed = words(client.get("/queue/?mine=returned"))
    assert f"/cases/{case.pk}/" in listed
    assert f"/cases/{case.pk}/" not in words(other.get("/queue/?mine=returned"))


def test_what_blocks_is_listed_with_links_and_nothing_is_lost(login: Any, analyst: Any, case: Any) -> None:
    client = login(analyst)
    post(client, case, "claim")
    answer = post(client, case, "propose", outcome="refer", reason=REASON)
    page = words(answer)
    assert answer.status_code == 409
    assert 'href="#assessment"' in page
    assert REASON in page, "what was written stays"
    assert not Decision.objects.exists()


def test_a_page_with_errors_can_be_loaded_again_and_leads_to_its_case(
    login: Any, world: rows.World, analyst: Any, case: Any
) -> None:
    client = login(analyst)
    post(client, case, "claim")
    assert post(client, case, "propose", outcome="", reason="").status_code == 422
    hidden = rows.case(world.police)
    for verb in ("claim", "release", "assess", "rule", "propose", "undo", "confirm", "return"):
        again = client.get(f"/cases/{case.pk}/{verb}/?tier=promotional")
        assert again.status_code == 302
        assert again["Location"] == f"/cases/{case.pk}/?tier=promotional"
        assert client.get(f"/cases/{hidden.pk}/{verb}/").status_code == 404
    case.refresh_from_db()
    assert case.claimant == analyst, "a GET does nothing"


def test_errors_are_summed_up_in_the_order_of_the_page(login: Any, analyst: Any, case: Any) -> None:
    client = login(analyst)
    post(client, case, "claim")
    summary = words(post(client, case, "assess")).partition('class="error-summary"')[2].partition("</section>")[0]
    assert 0 < summary.index("Satire") < summary.index("Reliability of the source")


def test_the_state_on_a_case_says_who_holds_it(login: Any, analyst: Any, second: Any, case: Any) -> None:
    client, other = login(analyst), login(second)

    def state(reader: Any) -> str:
        return words(reader.get(f"/cases/{case.pk}/")).partition('id="case-title"')[2].partition('id="claim"')[0]

    assert "Waiting for a reader" in state(client)
    post(client, case, "claim")
    for reader in (client, other):
        assert "Waiting for a reader" not in state(reader)
    assert "You hold it" in state(client)
    post(client, case, "propose", outcome="emergency", reason=REASON)
    assert "You hold it" not in words(client.get("/queue/?state=proposed")), "it waits for the second person now"


def test_the_next_case_is_promised_only_where_there_is_one(login: Any, world: rows.World, analyst: Any) -> None:
    made = [rows.case(world.cell, priority=points) for points in (90, 80)]
    client = login(analyst)
    for case, promised in zip(made, (True, False), strict=True):
        post(client, case, "claim")
        answer = post(client, case, "propose", outcome="emergency", reason=REASON)
        assert ("This is the next case." in words(client.get(answer["Location"]))) is promised


def test_against_the_own_assessment_a_threat_to_life_needs_a_remark(
    login: Any, world: rows.World, analyst: Any, second: Any, case: Any
) -> None:
    client = login(analyst)
    post(client, case, "claim")
    assert 'name="remark"' not in words(client.get(f"/cases/{case.pk}/")), "nothing is asked that is not needed"
    post(client, case, "assess", **(form() | {"probability": "very-unlikely"}))
    assert 'name="remark"' in words(client.get(f"/cases/{case.pk}/"))
    refused = post(client, case, "propose", outcome="emergency", reason=REASON)
    assert refused.status_code == 409
    assert 'href="#id_remark"' in words(refused)
    assert REASON in words(refused), "what was written stays"
    remark = "No group speaks, yet a place and an hour are named."
    assert post(client, case, "propose", outcome="emergency", reason=REASON, remark=remark).status_code == 302
    assert Decision.objects.get().remark == remark
    assert json.loads(Entry.objects.get(verb="case.proposed").detail)["remark"] == remark
    assert remark in words(login(second).get(f"/cases/{case.pk}/")), "the second person reads it"


def test_a_colleague_who_judges_otherwise_needs_no_remark(login: Any, world: rows.World, analyst: Any, second: Any,
                                                          case: Any) -> None:
    rows.assessment(case, analyst, probability="very-unlikely")
    client = login(second)
    post(client, case, "claim")
    assert post(client, case, "propose", outcome="emergency", reason=REASON).status_code == 409, "it is all there is"
    post(client, case, "assess", **(form() | {"probability": "likely"}))
    assert post(client, case, "propose", outcome="emergency", reason=REASON).status_code == 302


def test_a_threat_to_life_needs_a_reader_and_a_reason_and_no_form(login: Any, analyst: Any, case: Any) -> None:
    client = login(analyst)
    post(client, case, "claim")
    assert post(client, case, "propose", outcome="emergency", reason=REASON).status_code == 302


def test_finishing_one_opens_the_next_of_the_same_list(login: Any, analyst: Any, world: rows.World) -> None:
    made = [rows.case(world.cell, priority=points) for points in (90, 80, 70)]
    client = login(analyst)
    for done, following in ((1, 2), (2, 0)):  # after the last of the list, the one before it
        post(client, made[done], "claim")
        rows.assessment(made[done], analyst)
        sent = {"outcome": "monitor", "reason": REASON}
        answer = client.post(f"/cases/{made[done].pk}/propose/?tier=promotional", sent)
        assert answer["Location"] == f"/cases/{made[following].pk}/?tier=promotional"


# --- protected speech -----------------------------------------------------------------------------------
def test_unsure_blocks_a_referral_until_an_independent_legal_ruling(
    login: Any, world: rows.World, analyst: Any, case: Any
) -> None:
    legal = world.user("legal_reviewer", language="en")
    client = login(analyst)
    post(client, case, "claim")
    post(client, case, "assess", **(form(satire="UNSURE") | {"exclusion_reason": "It may be meant as a joke."}))
    blocked = post(client, case, "propose", outcome="refer", reason=REASON)
    assert blocked.status_code == 409
    assert "a legal reviewer must decide before a referral" in words(blocked)
    assert f"/cases/{case.pk}/" in words(login(legal).get("/queue/?mine=ruling"))

    assert post(client, case, "rule", **{"ruling-may_refer": "yes", "ruling-reason": REASON}).status_code == 403
    assert post(login(legal), case, "rule", **{"ruling-may_refer": "yes", "ruling-reason": REASON}).status_code == 302
    assert post(client, case, "propose", outcome="refer", reason=REASON).status_code == 302
    assert "case.ruled" in verbs_of(case)


def test_a_ruling_is_seen_to_be_kept(login: Any, world: rows.World, analyst: Any, case: Any) -> None:
    client, legal = login(analyst), login(world.user("legal_reviewer", language="en"))
    post(client, case, "claim")
    post(client, case, "assess", **(form(satire="UNSURE") | {"exclusion_reason": "It may be a joke about them."}))
    answer = post(legal, case, "rule", **{"ruling-may_refer": "yes", "ruling-reason": REASON})
    page = words(legal.get(answer["Location"]))
    assert "The ruling is kept." in page
    assert "A legal reviewer let the case go on." in page
    assert "Rule on it again" in page


def test_whoever_rules_does_not_propose_the_referral(login: Any, world: rows.World, case: Any) -> None:
    legal = world.user("legal_reviewer", language="en")
    client = login(legal)
    post(client, case, "claim")
    post(client, case, "assess", **(form(satire="YES") | {"exclusion_reason": "It is a joke about them."}))
    post(client, case, "rule", **{"ruling-may_refer": "yes", "ruling-reason": REASON})
    answer = post(client, case, "propose", outcome="refer", reason=REASON)
    assert answer.status_code == 409
    assert "must come from somebody else" in words(answer)


def test_a_ruling_against_it_ends_the_referral(login: Any, world: rows.World, analyst: Any, case: Any) -> None:
    client = login(analyst)
    post(client, case, "claim")
    post(client, case, "assess", **form())
    legal = login(world.user("legal_reviewer", language="en"))
    post(legal, case, "rule", **{"ruling-may_refer": "no", "ruling-reason": "Ordinary religious speech."})
    assert post(client, case, "propose", outcome="refer", reason=REASON).status_code == 409
    assert post(client, case, "propose", outcome="protected", reason=REASON).status_code == 302


def test_protected_speech_of_the_examination_needs_a_ruling_too(login: Any, analyst: Any, world: rows.World) -> None:
    case = rows.case(world.cell, lead=rows.posting(world.cell, genre="reporting"))
    client = login(analyst)
    post(client, case, "claim")
    post(client, case, "assess", **form())
    assert post(client, case, "propose", outcome="refer", reason=REASON).status_code == 409


# --- language ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("level", "reads"), [("B1", False), ("B2", True)])
def test_below_b2_nobody_decides(login: Any, world: rows.World, case: Any, level: str, reads: bool) -> None:
    reader = world.user("analyst", name=f"reader-{level}", languages={"ar": level}, language="en")
    client = login(reader)
    assert (post(client, case, "claim").status_code == 302) is reads
    page = words(client.get(f"/cases/{case.pk}/"))
    assert ("You are not recorded as a reader of this language: Arabic" in page) is not reads
    assert (post(client, case, "assess", **form()).status_code == 302) is reads
    rows.assessment(case, reader)
    assert (post(client, case, "propose", outcome="monitor", reason=REASON).status_code == 302) is reads
    proposed = rows.case(world.cell, state="proposed")
    Decision.objects.create(case=proposed, outcome="monitor", reason=REASON, proposed_by=world.user("crisis_lead"))
    assert (post(client, proposed, "confirm").status_code == 302) is reads


# --- who may see and do what -----------------------------------------------------------------------------
VERBS = ("claim", "release", "assess", "rule", "propose", "undo", "confirm", "return")


def test_a_case_of_another_agency_is_not_there(login: Any, world: rows.World, analyst: Any) -> None:
    case = rows.case(world.police)
    client = login(analyst)
    sent = form() | {"outcome": "monitor", "reason": REASON, "return-answer": REASON,
                     "ruling-may_refer": "no", "ruling-reason": REASON}  # fmt: skip
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    assert client.get(f"/postings/{case.lead_id}/").status_code == 404
    for verb in VERBS:
        assert client.post(f"/cases/{case.pk}/{verb}/", sent).status_code == 404, verb
    assert verbs_of(case) == []
    assert client.get(f"/cases/{uuid.uuid4()}/").status_code == 404


def test_a_sister_agency_reads_and_does_not_decide(login: Any, world: rows.World, analyst: Any) -> None:
    case = rows.case(world.media)
    client = login(analyst)
    page = words(client.get(f"/cases/{case.pk}/"))
    assert "You can read it; only they decide." in page
    assert "/claim/" not in page
    assert post(client, case, "claim").status_code == 404
    assert f"/cases/{case.pk}/" not in words(client.get("/queue/"))
    assert f"/cases/{case.pk}/" in words(client.get("/queue/?whose=all"))


def test_a_partner_reads_what_is_clear_and_decides_nothing(login: Any, world: rows.World) -> None:
    partner = login(world.user("partner_platform", language="en"))
    open_case, kept = rows.case(world.cell, "CLEAR"), rows.case(world.cell)
    page = words(partner.get("/queue/"))
    assert f"/cases/{open_case.pk}/" in page
    assert f"/cases/{kept.pk}/" not in page
    assert partner.get(f"/cases/{kept.pk}/").status_code == 404
    assert "<form" not in words(partner.get(f"/cases/{open_case.pk}/")).split('class="case"')[1].split("folds")[0]
    assert post(partner, open_case, "claim").status_code == 403


@pytest.mark.parametrize("role", ["admin", "oversight_auditor", "public_reader"])
def test_roles_without_content_have_a_board_and_no_queue(login: Any, world: rows.World, role: str) -> None:
    rows.case(world.cell, mark=rows.MARK, lead=rows.posting(world.cell, mark=rows.MARK))
    client = login(world.user(role, language="en"))
    answer = client.get("/")
    assert answer.status_code == 200
    assert rows.MARK not in words(answer)
    for path in ("/queue/", "/postings/"):
        assert client.get(path).status_code == 403


def test_a_linguist_assesses_and_proposes_nothing(login: Any, world: rows.World, case: Any) -> None:
    client = login(world.user("linguist", language="en"))
    post(client, case, "claim")
    assert post(client, case, "assess", **form()).status_code == 302
    assert "/propose/" not in words(client.get(f"/cases/{case.pk}/"))
    assert post(client, case, "propose", outcome="monitor", reason=REASON).status_code == 403


# --- the board ------------------------------------------------------------------------------------------
def test_threats_to_life_stand_first_or_are_visibly_none(login: Any, world: rows.World, analyst: Any) -> None:
    client = login(analyst)
    rows.case(world.cell, priority=99)
    assert "None. No threat to life waits for a person." in words(client.get("/"))
    threat = rows.case(world.cell, tier="threat_to_life", priority=10)
    page = words(client.get("/"))
    assert page.index(f"/cases/{threat.pk}/") < page.index('id="new-title"')
    assert queue.Filters({}, Policy(analyst)).rows().order_by(*queue.ORDER).first() == threat


def test_what_must_be_done_is_to_read_or_to_confirm_and_never_the_own_proposal(
    login: Any, world: rows.World, analyst: Any, second: Any
) -> None:
    def threat(by: Any = None, **fields: Any) -> Any:
        case = rows.case(world.cell, tier="threat_to_life", state="proposed" if by else "open", **fields)
        if by:
            Decision.objects.create(case=case, outcome="emergency", reason=REASON, proposed_by=by)
        return case

    opened, own, others = threat(), threat(analyst), threat(second)
    french = threat(second, language="fr")
    rows.case(world.cell, tier="threat_to_life", state="closed")
    client = login(analyst)
    answer = client.get("/")
    must = answer.context["must"]
    assert (must.read.count, must.confirm.count, must.elsewhere.count) == (1, 1, 2)
    listed = {
        part.key: {line.case for line in client.get(part.address).context["page"]}
        for part in (must.read, must.confirm, must.elsewhere)
    }
    assert listed == {"read": {opened}, "confirm": {others}, "elsewhere": {own, french}}
    card = words(answer).partition('id="must-title"')[2].partition("</section>")[0]
    assert f"/cases/{opened.pk}/" in card
    assert f"/cases/{others.pk}/" in card
    assert f"/cases/{own.pk}/" not in card, "what I proposed is not asked of me"
    linguist = login(world.user("linguist", language="en")).get("/").context["must"]
    assert (linguist.read.count, linguist.confirm.count, linguist.elsewhere.count) == (1, 0, 3)

    Case.objects.filter(pk__in=[opened.pk, others.pk]).update(state="closed")
    assert "None. No threat to life waits for you." in words(client.get("/"))


def test_the_greeting_names_the_day_and_the_river_says_what_it_counts(
    login: Any, world: rows.World, analyst: Any
) -> None:
    rows.posting(world.cell, published_at=timezone.now())
    page = words(login(analyst).get("/"))
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    assert f">{days[timezone.localdate().weekday()]}, " in page
    river = page.partition('id="river-title"')[2]
    assert "By the day of publication. “New” counts by arrival." in river


def test_new_counts_what_its_links_list_and_seen_empties_it(login: Any, world: rows.World, analyst: Any) -> None:
    client = login(analyst)
    first = rows.posting(world.cell, content_key="t:one")
    rows.posting(world.cell, content_key="t:one")
    rows.case(world.cell, lead=first)
    fresh = client.get("/").context["fresh"]
    assert (fresh.postings, fresh.cases, fresh.copies) == (2, 1, 1)
    assert client.get(fresh.postings_address).context["count"] == 2
    assert client.get(fresh.copies_address).context["count"] == 1
    assert client.get(fresh.cases_address).context["count"] == 1

    rows.posting(world.cell)
    client.post("/seen/", {"until": fresh.until.isoformat()})
    again = client.get("/").context["fresh"]
    assert (again.postings, again.cases, again.copies) == (1, 0, 0), "what came after the board was made stays new"


def test_yours_counts_what_waits_for_me(login: Any, world: rows.World, analyst: Any, second: Any) -> None:
    rows.case(world.cell, claimed_by=analyst)
    proposed = rows.case(world.cell, state="proposed")
    Decision.objects.create(case=proposed, outcome="monitor", reason=REASON, proposed_by=second)
    client = login(analyst)
    parts = {part.key: part for part in client.get("/").context["yours"]}
    assert {key: part.count for key, part in parts.items()} == {"claimed": 1, "returned": 0, "confirm": 1}
    for part in parts.values():
        assert client.get(part.address).context["count"] == part.count
    assert {p.key: p.count for p in login(second).get("/").context["yours"]}["confirm"] == 0


def test_the_river_adds_up_and_every_day_is_a_door(login: Any, world: rows.World, analyst: Any) -> None:
    now = timezone.now()
    for days, fields in ((0, {}), (0, {"tier": "none", "genre": "reporting"}), (3, {"tier": "none", "genre": "other"})):
        rows.posting(world.cell, published_at=now - timedelta(days=days), **fields)
    client = login(analyst)
    river = client.get("/").context["river"]
    assert len(river) == 7
    assert [(day.total, day.alerts, day.protected, day.other) for day in (river[6], river[3])] == [
        (2, 1, 1, 0), (1, 0, 0, 1)
    ]  # fmt: skip
    for day in river:
        assert client.get(day.address).context["count"] == day.total
        assert client.get(day.alerts_address).context["count"] == day.alerts
        assert client.get(day.protected_address).context["count"] == day.protected
    english = [day.x for day in river]
    analyst.language = "ar"
    analyst.save()
    assert [day.x for day in login(analyst).get("/").context["river"]] == english[::-1], "time runs as people read"


# --- the queue ------------------------------------------------------------------------------------------
def test_filters_stand_in_the_address_and_the_place_is_visible(login: Any, world: rows.World, analyst: Any) -> None:
    cases = [rows.case(world.cell, priority=points) for points in (90, 80, 70)]
    english = rows.case(world.cell, lead=rows.posting(world.cell, language="en", text="one phrase"), priority=60)
    client = login(analyst)
    assert "2 of 4 in the queue" in words(client.get(f"/cases/{cases[1].pk}/"))
    page = words(client.get(f"/cases/{english.pk}/?language=en"))
    assert "1 of 1 in the queue" in page
    assert f"/cases/{english.pk}/claim/?language=en" in page
    assert "Not in the list as it is filtered now" in words(client.get(f"/cases/{english.pk}/?state=closed"))
    for filters, count in (
        ("tier=crisis", 0), ("genre=call", 4), ("q=phrase", 1), ("tlp=RED", 0), (f"source={english.lead.source_id}", 1),
        ("state=all", 4), ("state=closed", 0), ("source=garbage", 0), ("since=2030-01-01", 0), ("page=99", 4),
    ):  # fmt: skip
        answer = client.get(f"/queue/?{filters}")
        assert answer.status_code == 200
        assert answer.context["count"] == count, filters


def test_copies_are_one_row_with_a_number(login: Any, world: rows.World, analyst: Any) -> None:
    case = rows.case(world.cell, copies=13)
    page = words(login(analyst).get("/queue/"))
    assert page.count(f'href="/cases/{case.pk}/"') >= 1
    assert "12 copies" in page


# --- postings --------------------------------------------------------------------------------------------
def test_search_does_not_mind_spelling(login: Any, world: rows.World, analyst: Any) -> None:
    from turs.text import normalise

    text = "أُعلِنَ في المدينة عن اللِّقاء"
    rows.posting(world.cell, text=text, folded=normalise(text, "search").text)
    rows.posting(world.cell)
    client = login(analyst)
    for query in ("اعلن", "المدينه اللقاء", "أعلن"):
        assert client.get("/postings/", {"q": query}).context["count"] == 1, query
    for filters, count in (
        ({"genre": "protected"}, 0), ({"tier": "any"}, 2), ({"media": "1"}, 2), ({"from": "2027-01-01"}, 0),
        ({"from": "garbage"}, 0), ({"language": "ar", "tlp": "AMBER"}, 2), ({"bank": "garbage"}, 0),
        ({"same": str(uuid.uuid4())}, 0), ({"import": "garbage"}, 0), ({"since": "garbage"}, 2),
    ):  # fmt: skip
        answer = client.get("/postings/", filters)
        assert answer.status_code == 200
        assert answer.context["count"] == count, filters


MALFORMED: list[Any] = [
    None, [], "text", 7, {}, {"findings": 3, "matches": "x", "reasons": {"a": 1}, "parts": [None, 4]},
    {"findings": [None, {"spans": [{"start": -4, "end": 10**9}, {"start": "a"}], "reason": 5, "score": "NaN"}],
     "matches": [{"entry": 4, "polarity": [], "distance": "x", "tier": {}}], "reasons": [None, {"en": 3}],
     "parts": [{"points": "x", "reason": {"ar": None}}, {"points": 1e300, "reason": {"en": "x"}}]},
]  # fmt: skip


@pytest.mark.parametrize("result", MALFORMED)
def test_malformed_results_crash_no_page(login: Any, world: rows.World, analyst: Any, result: Any) -> None:
    case = rows.case(world.cell)
    lead = case.lead
    Posting.objects.filter(pk=lead.pk).update(
        links=["javascript:alert(1)", 5, None], extra=["x"], content_key="", published_at=None, title="\u202e<script>"
    )
    lead.examinations.update(result=json.loads(json.dumps(result)) if result is not None else {})
    MediaItem.objects.update(pdq="not hex", quality=100)
    client = login(analyst)
    for path in ("/", "/queue/", f"/cases/{case.pk}/", "/postings/", f"/postings/{lead.pk}/"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "<script>" not in words(answer).replace("<script defer", "")
        assert 'href="javascript:' not in words(answer)


def test_marks_follow_the_text_across_its_title(world: rows.World) -> None:
    row = rows.posting(world.cell, title="Title", text="the text")
    body = row.body
    seen = row.examination
    spans = [{"start": body.index("the"), "end": body.index("the") + 3}, {"start": 0, "end": 5}, {"start": 3, "end": 8}]
    seen.result["findings"] = [{"kind": "term", "label": "x", "spans": spans, "reason": {"ar": "سبب", "en": "why"}}]
    found = reading.of(row, seen)
    assert [(m.start, m.end) for m in found.title_marks] == [(0, 5), (3, 5)]
    assert [(m.start, m.end) for m in found.text_marks] == [(0, 3), (0, 2)]
    assert found.notes[0].reason == "why"
    with translation.override("ar"):
        assert reading.of(row, seen).notes[0].reason == "سبب"


def test_evidence_is_the_bytes_as_collected_and_its_download_is_recorded(
    login: Any, world: rows.World, analyst: Any
) -> None:
    row = rows.posting(world.cell, raw=b"<script>raw</script>")
    answer = login(analyst).get(f"/postings/{row.pk}/evidence/")
    assert answer.content == b"<script>raw</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    entry = Entry.objects.get(verb="capture.accessed")
    assert (entry.object_id, entry.actor) == (str(row.pk), analyst.username)
    assert "Ledger entry" in words(login(analyst).get(f"/postings/{row.pk}/"))


def test_the_check_of_the_stored_bytes_tells_sound_from_altered(login: Any, world: rows.World, analyst: Any) -> None:
    row = rows.posting(world.cell)
    client = login(analyst)
    assert "The stored bytes are those that were collected" in words(client.post(f"/postings/{row.pk}/verify/"))
    place = blobs.local_path(row.capture.digest)
    assert place is not None
    place.write_bytes(b"something else")
    page = words(client.post(f"/postings/{row.pk}/verify/"))
    assert "Stored bytes are missing or were altered" in page
    assert "altered" in Entry.objects.filter(verb="capture.verified").last().detail
    assert client.get(f"/postings/{row.pk}/evidence/").status_code == 302, "altered evidence is not handed out"


def test_a_picture_is_made_anew_and_looking_is_counted_for_the_reader_alone(
    login: Any, world: rows.World, analyst: Any, second: Any
) -> None:
    from PIL import Image

    row = rows.posting(world.cell)
    target = io.BytesIO()
    Image.effect_noise((640, 400), 80).convert("RGB").save(target, "PNG", pnginfo=None)
    item = MediaItem.objects.create(
        digest=blobs.put(target.getvalue()), kind="image", mime="image/png", size=target.tell(), stored=True
    )
    row.attachments.update(item=item)
    client = login(analyst)
    for size, longest in (("thumb", 160), ("full", 640)):
        answer = client.get(f"/postings/{row.pk}/media/0/?size={size}")
        assert answer["Content-Type"] == "image/webp"
        shown = Image.open(io.BytesIO(answer.content))
        assert max(shown.size) == longest
        assert answer.content != target.getvalue()
    assert client.post(f"/postings/{row.pk}/media/0/reveal/").status_code == 204
    assert client.get(f"/postings/{row.pk}/media/0/reveal/").status_code == 405
    fetched = words(client.post(f"/postings/{row.pk}/media/0/reveal/", headers={"HX-Request": "true"}))
    assert 'id="exposures" hx-swap-oob="true"' in fetched
    assert "You looked at 2 pictures today." in fetched, "the page shows the new count without being loaded again"
    assert set(Exposure.objects.values_list("user", flat=True)) == {analyst.pk}
    assert "You looked at 2 pictures today." in words(client.get(f"/postings/{row.pk}/"))
    assert "You looked at" not in words(login(second).get(f"/postings/{row.pk}/"))
    actors = Entry.objects.filter(verb="media.revealed").values_list("actor", flat=True)
    assert set(actors) == {"system"}, "the ledger says that it was looked at, not by whom (guide, safeguard G7)"
    broken = rows.posting(world.cell)
    assert client.get(f"/postings/{broken.pk}/media/0/").status_code == 404, "no picture in these bytes"


def test_the_same_content_is_found_among_what_may_be_seen(login: Any, world: rows.World, analyst: Any) -> None:
    row = rows.posting(world.cell, content_key="t:one")
    copy = rows.posting(world.media, content_key="t:one")
    hidden = rows.posting(world.police, content_key="t:one")
    near = rows.posting(world.cell)
    far = rows.posting(world.cell)
    for posting, value in ((row, "0" * 64), (near, "0" * 56 + "7fffffff"), (far, "0" * 56 + "ffffffff")):
        MediaItem.objects.filter(postings=posting).update(pdq=value, quality=100)
    found = login(analyst).get(f"/postings/{row.pk}/").context["elsewhere"]
    assert [one.pk for one in found.postings] == [copy.pk]
    assert [(one.posting.pk, one.distance) for one in found.near] == [(near.pk, 31)], "31 bits are near, 32 are not"
    assert str(hidden.pk) not in words(login(analyst).get(f"/postings/{row.pk}/"))


def test_a_review_is_asked_for_with_a_reason(login: Any, world: rows.World, analyst: Any) -> None:
    row = rows.posting(world.cell, priority=0, genre="reporting")
    client = login(analyst)
    assert "Ask for a review" in words(client.get(f"/postings/{row.pk}/"))
    client.post(f"/postings/{row.pk}/open-case/", {"reason": "short"})
    assert not Case.objects.exists()
    answer = client.post(f"/postings/{row.pk}/open-case/", {"reason": "It quotes a call word for word."})
    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert verbs_of(case) == ["case.opened"]
    page = words(client.get(f"/postings/{row.pk}/"))
    assert "The case of this content" in page
    assert "It quotes a call word for word." in page, "the custody log of the posting tells of its case"
    foreign = rows.posting(world.media)
    assert client.post(f"/postings/{foreign.pk}/open-case/", {"reason": REASON}).status_code == 404


def test_a_case_shows_its_mark_once(login: Any, world: rows.World, analyst: Any) -> None:
    case = rows.case(world.cell)
    page = words(login(analyst).get(f"/cases/{case.pk}/")).partition('class="case"')[2]
    assert page.count('class="tlp ') == 1
    Case.objects.filter(pk=case.pk).update(tlp="AMBER+STRICT")
    page = words(login(analyst).get(f"/cases/{case.pk}/")).partition('class="case"')[2]
    assert page.count('class="tlp ') == 2, "a copy made the case stricter than this posting: both are told"
    posting = words(login(analyst).get(f"/postings/{case.lead_id}/")).partition("<h1")[2]
    assert posting.count('class="tlp ') == 1


def test_raw_words_of_the_machine_stand_behind_technical_details_alone(
    login: Any, world: rows.World, analyst: Any
) -> None:
    case = rows.case(world.cell)
    seen = case.lead.examination
    seen.result["findings"] = [{"kind": "genre", "label": "call", "score": 1.0, "version": "genre/2", "spans": [],
                                "reason": {"ar": "دعوة", "en": "a call"}, "protects": False}]  # fmt: skip
    seen.save()
    capture = case.lead.capture
    raw = ("genre/2", "telegram/1", "application/json", '"code">import</bdi>', capture.digest, capture.origin,
           f"{case.lead_id}<", "context-1")  # fmt: skip
    client = login(analyst)
    for path in (f"/cases/{case.pk}/", f"/postings/{case.lead_id}/", f"/imports/{capture.import_record_id}/",
                 f"/sources/{case.lead.source_id}/"):  # fmt: skip
        page = words(client.get(path))
        shown = outside_details(page)
        assert [word for word in raw if word in shown] == [], path
    page = words(client.get(f"/postings/{case.lead_id}/"))
    assert [word for word in raw if word not in page] == [], "who needs them finds them"
    assert "Telegram export" in outside_details(page)
    assert "Imported from a file" in outside_details(page)


def outside_details(page: str) -> str:
    """What a page shows before anything is unfolded, the folds of the case itself opened."""
    page = page.replace('<details class="fold" id="evidence">', "").replace('<details class="fold" id="custody">', "")
    while "<details" in page:
        before, _mark, rest = page.rpartition("<details")
        _inside, _mark, after = rest.partition("</details>")
        page = before + after
    return page


def test_addresses_in_a_posting_cannot_be_clicked(login: Any, world: rows.World, analyst: Any) -> None:
    row = rows.posting(world.cell, url="https://bad.example.org/x", links=["http://other.example.org/y"])
    page = words(login(analyst).get(f"/postings/{row.pk}/"))
    assert "hxxps://bad[.]example[.]org/x" in page
    assert "https://bad.example.org" not in page
    assert "http://other.example.org" not in page


def test_an_instant_from_an_address_survives_its_plus_sign() -> None:
    assert listing.instant("2026-01-01T00:00:00 03:00") == listing.instant("2026-01-01T00:00:00+03:00")
    assert listing.instant("soon") is None


def test_services_are_the_only_way_and_hold_the_same_rules(analyst: Any, case: Any) -> None:
    with pytest.raises(services.Blocked):
        services.propose(analyst, case, "refer", REASON)
