"""Rows for tests of the desk: a small coalition, its people, and content in every kind of row.

People come through the services (so the ledger knows them), content straight through the models (so that a test of a
rule does not depend on readers and examination). `MARK` stands in every text of rows made with ``mark=``: where it
shows up in an answer, the row was seen.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from turs.desk.coalition import services
from turs.desk.coalition.models import Agency, Member, NamedRecipient, Partner, User
from turs.desk.coalition.vocabulary import TLP, Role
from turs.desk.content import blobs
from turs.desk.content import models as content
from turs.desk.content.vocabulary import Genre, Tier
from turs.desk.review import models as review
from turs.desk.review.vocabulary import Exclusion

MARK = "MARKED-FOREIGN"
PASSWORD = "a long enough phrase 7"
PARTNER_ROLES = (Role.PARTNER_PLATFORM, Role.PARTNER_MEDIA, Role.PARTNER_CSO)
_number = itertools.count(1)


@dataclass
class World:
    """Member *north* with agencies *cell* and *media*, member *south* with agency *police*, partner *platform*."""

    north: Member
    south: Member
    cell: Agency
    media: Agency
    police: Agency
    platform: Partner
    people: dict[str, User] = field(default_factory=dict)

    @classmethod
    def build(cls) -> World:
        put = services.put
        north = put(None, Member, "north", kind="STATE", name_ar="دولة المثال الشمالية", name_en="Example North")
        south = put(None, Member, "south", kind="STATE", name_ar="دولة المثال الجنوبية", name_en="Example South")
        return cls(
            north,
            south,
            put(None, Agency, "cell", member=north, type="CELL", name_ar="خلية المثال", name_en="Example cell"),
            put(None, Agency, "media", member=north, type="MEDIA", name_ar="إعلام المثال", name_en="Example media"),
            put(
                None, Agency, "police", member=south, type="CT_POLICE", name_ar="شرطة المثال", name_en="Example police"
            ),
            put(None, Partner, "platform", type="SOCIAL_MEDIA_CO", name_ar="منصة المثال", name_en="Example platform"),
        )

    def user(self, *roles: str, at: Agency | Partner | None = None, name: str = "", **fields: Any) -> User:
        """Somebody with `roles` at agency *cell* (partner roles: at *platform*), the same one when asked again.

        Reads Arabic and English (native) unless ``languages=`` says otherwise; ``name=`` tells two of them apart.
        """
        place = at or (self.platform if roles and roles[0] in PARTNER_ROLES else self.cell)
        username = name or f"{'-'.join(roles) or 'nobody'}.{place.key}"
        if username not in self.people:
            fields.setdefault("languages", {"ar": "NATIVE", "en": "C1"})
            fields.setdefault("password", PASSWORD)
            where = {"agency" if isinstance(place, Agency) else "partner": place}
            self.people[username] = services.add_user(None, username, roles=roles, **where, **fields)
        return self.people[username]


def name_recipient(row: Any, user: User) -> NamedRecipient:
    """Name `user` as a recipient of the TLP:RED `row`."""
    return NamedRecipient.objects.create(object_type=row._meta.model_name, object_id=row.pk, user=user)


def source(agency: Agency, tlp: str = TLP.AMBER, *, mark: str = "", by: User | None = None, **fields: Any) -> Any:
    facts = {
        "kind": "channel", "name": f"قناة المثال {mark} {next(_number)}", "url": f"https://example.org/{mark}",
        "authority": mark, "note": mark, **fields,
    }  # fmt: skip
    return content.Source.objects.create(agency=agency, tlp=tlp, created_by=by, **facts)


def import_(agency: Agency, tlp: str = TLP.AMBER, *, mark: str = "", by: User | None = None, **fields: Any) -> Any:
    facts = {"title": f"استيراد {mark} {next(_number)}", "reader": "text", "state": "done", "added": 1, **fields}
    return content.Import.objects.create(agency=agency, tlp=tlp, created_by=by, **facts)


def posting(
    agency: Agency,
    tlp: str = TLP.AMBER,
    *,
    mark: str = "",
    by: User | None = None,
    origin: Any = None,
    place: Any = None,
    raw: bytes | None = None,
    **fields: Any,
) -> Any:
    """A posting with capture (bytes stored), picture and examination. `origin`: its import; `place`: its source."""
    number = next(_number)
    place = place or source(agency, tlp, mark=mark, by=by)
    origin = origin or import_(agency, tlp, mark=mark, by=by)
    text = fields.pop("text", f"نص المثال رقم {number} {mark}")
    language = fields.get("language", "ar")
    row = content.Posting.objects.create(
        agency=agency, tlp=tlp, created_by=by, source=place,
        **{
            "native_id": f"{mark}{number}", "url": f"https://example.org/{mark}/{number}", "title": "", "text": text,
            "folded": text, "language": language, "content_key": f"t:{number}", "genre": Genre.CALL,
            "tier": Tier.PROMOTIONAL, "priority": 40, "links": [f"https://example.org/l/{mark}"],
            "published_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
            "extra": {"note": mark, "author": f"handle-{mark}"}, **fields,
        },
    )  # fmt: skip
    raw = raw if raw is not None else f'{{"n": {number}, "text": "{text}"}}'.encode()
    content.Capture.objects.create(
        posting=row, import_record=origin, digest=blobs.put(raw), size=len(raw), mime="application/json",
        origin=f"{mark}result.json#messages[{number}]", method="import", tool="telegram/1", headers={"x": mark},
        collector=by,
    )  # fmt: skip
    picture = f"picture {number}".encode()
    item, _ = content.MediaItem.objects.get_or_create(
        digest=blobs.put(picture),
        defaults={"kind": "image", "mime": "image/png", "size": len(picture), "width": 8, "height": 8, "stored": True},
    )
    content.PostingMedia.objects.create(posting=row, item=item, position=0, name=f"{mark}.png")
    examination(row, mark=mark)
    return row


def examination(row: Any, *, mark: str = "", version: str = "context-1", **fields: Any) -> Any:
    result = {
        "version": version, "genre": row.genre, "findings": [], "matches": [], "priority": row.priority,
        "tier": row.tier, "referable": True, "language": row.language,
        "reasons": [{"ar": f"سبب {mark}", "en": f"a reason {mark}"}],
    }  # fmt: skip
    return content.Examination.objects.create(
        posting=row, version=version, genre=row.genre, tier=row.tier, priority=row.priority, referable=True,
        result=result, **fields,
    )  # fmt: skip


def bank(agency: Agency, tlp: str = TLP.AMBER, *, mark: str = "", by: User | None = None, **fields: Any) -> Any:
    """A bank with one entry."""
    facts = {"name": f"مصرف {mark} {next(_number)}", "note": mark, **fields}
    row = content.Bank.objects.create(agency=agency, tlp=tlp, created_by=by, **facts)
    content.BankEntry.objects.create(bank=row, kind="url", value=f"https://example.org/b/{mark}", label=mark)
    return row


def term_list(agency: Agency, tlp: str = TLP.AMBER, *, mark: str = "", by: User | None = None, **fields: Any) -> Any:
    """A list with one term."""
    facts = {"name": f"قائمة {mark} {next(_number)}", "note": mark, **fields}
    row = content.TermList.objects.create(agency=agency, tlp=tlp, created_by=by, **facts)
    content.TermEntry.objects.create(list=row, text=f"مصطلح {mark}", language="ar", category=f"name {mark}"[:40])
    return row


def case(
    agency: Agency,
    tlp: str = TLP.AMBER,
    *,
    mark: str = "",
    by: User | None = None,
    lead: Any = None,
    claimed_by: User | None = None,
    **fields: Any,
) -> Any:
    """An open case about `lead` (made if absent); with `claimed_by`, taken by that user for half an hour."""
    lead = lead or posting(agency, tlp, mark=mark, by=by)
    if claimed_by:
        fields |= {"claimed_by": claimed_by, "claimed_until": timezone.now() + timedelta(minutes=30)}
    return review.Case.objects.create(
        agency=agency, tlp=tlp, created_by=by, lead=lead,
        **{"content_key": lead.content_key, "language": lead.language, "tier": lead.tier, "priority": lead.priority,
           **fields},
    )  # fmt: skip


ASSESSMENT: dict[str, Any] = {
    "exclusions": dict.fromkeys(Exclusion.values, "NO"),
    "exclusion_reason": "",
    "reliability": "B",
    "credibility": "2",
    "probability": "likely",
    "confidence": "moderate",
    "producer": "SUPPORTER",
    "functions": ["recruit"],
    "theme": "war",
    "note": "",
}
"""Fields of an assessment in which nothing stands in the way of a referral."""


def assessment(of: Any, by: User, **fields: Any) -> Any:
    return review.Assessment.objects.create(case=of, by=by, level="NATIVE", **{**ASSESSMENT, **fields})


def everything(agency: Agency, tlp: str, by: User, *, mark: str = "") -> dict[str, models.Model]:
    """One row of every model that is owned by an agency, directly or through its parent: model name to row."""
    origin = import_(agency, tlp, mark=mark, by=by)
    file = content.ImportFile.objects.create(
        import_record=origin, path=f"{mark}result.json", digest=blobs.put(mark.encode()), size=len(mark)
    )
    reject = content.RejectedRecord.objects.create(
        import_record=origin, file=f"{mark}a.csv", line=3, code="bad_date", reason=f"reason {mark}",
        remedy=f"remedy {mark}", excerpt=f"excerpt {mark}",
    )  # fmt: skip
    lead = posting(agency, tlp, mark=mark, by=by, origin=origin)
    known = bank(agency, tlp, mark=mark, by=by)
    words = term_list(agency, tlp, mark=mark, by=by)
    task = case(agency, tlp, mark=mark, by=by, lead=lead)
    entry = known.entries.get()
    opinion = content.Opinion.objects.create(entry=entry, agency=agency, view="agree", reason=f"opinion {mark}", by=by)
    seen = content.Sighting.objects.create(entry=entry, posting=lead, source=lead.source, at=lead.published_at)
    again = content.Reexamination.objects.create(agency=agency, tlp=tlp, created_by=by, state="done")
    made = [
        again, origin, file, reject, lead.source, lead, lead.attachments.get(), lead.capture, lead.examinations.get(),
        known, entry, opinion, seen, words, words.terms.get(), task,
        assessment(task, by, exclusion_reason=mark, note=mark),
        review.Ruling.objects.create(case=task, by=by, may_refer=True, reason=f"ruling {mark}"),
        review.Decision.objects.create(case=task, outcome="monitor", reason=f"decision {mark}", proposed_by=by),
    ]  # fmt: skip
    return {type(row).__name__: row for row in made}
