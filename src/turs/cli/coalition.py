"""``turs coalition``: members, agencies and partners, from the machine itself."""

from __future__ import annotations

from typing import Any

import typer

from . import desk, say

app = typer.Typer(help="Who is in the coalition: members, agencies, partners.", no_args_is_help=True)

Key = typer.Argument(..., help="Short stable name: letters, digits and hyphens.")
Arabic = typer.Option(..., "--ar", help="Name in Arabic.")
English = typer.Option(..., "--en", help="Name in English.")


@app.command("list")
def list_(json: bool = say.Json) -> None:
    """Everybody, by kind."""
    desk.open_desk()
    from turs.desk.coalition.models import Agency, Member, Partner

    facts = [
        *({"is": "member", "key": row.key, "kind": row.kind, "of": "", "ar": row.name_ar, "en": row.name_en}
          for row in Member.objects.all()),
        *({"is": "agency", "key": row.key, "kind": row.type, "of": row.member.key, "ar": row.name_ar, "en": row.name_en}
          for row in Agency.objects.select_related("member")),
        *({"is": "partner", "key": row.key, "kind": row.type, "of": "", "ar": row.name_ar, "en": row.name_en}
          for row in Partner.objects.all()),
    ]  # fmt: skip
    if json:
        for fact in facts:
            say.line(fact)
    else:
        say.table(["", "key", "kind", "of", "Arabic", "English"], [list(fact.values()) for fact in facts])


@app.command()
def member(
    key: str = Key,
    kind: str = typer.Option("STATE", help="STATE, IO or OBSERVER."),
    ar: str = Arabic,
    en: str = English,
) -> None:
    """Add a state or international organisation, or change it."""
    desk.open_desk()
    from turs.desk.coalition.models import Member
    from turs.desk.coalition.vocabulary import MemberKind

    _put(Member, key, MemberKind, "kind", kind, ar, en)


@app.command()
def agency(
    key: str = Key,
    of: str = typer.Option(..., "--member", help="Key of its member."),
    type_: str = typer.Option("CELL", "--type", help="MFA, MOI, CELL …"),
    ar: str = Arabic,
    en: str = English,
) -> None:
    """Add a member's ministry or centre, or change it. Content is owned by agencies."""
    desk.open_desk()
    from turs.desk.coalition.models import Agency, Member
    from turs.desk.coalition.vocabulary import AgencyType

    home = Member.objects.filter(key=of).first()
    if home is None:
        say.fail(f"there is no member {of}", "Add it first: turs coalition member.")
    _put(Agency, key, AgencyType, "type", type_, ar, en, member=home)


@app.command()
def partner(
    key: str = Key,
    type_: str = typer.Option(..., "--type", help="SOCIAL_MEDIA_CO, MEDIA_ORG, CSO …"),
    ar: str = Arabic,
    en: str = English,
) -> None:
    """Add a platform, media organisation, religious institution or civil-society organisation, or change it."""
    desk.open_desk()
    from turs.desk.coalition.models import Partner
    from turs.desk.coalition.vocabulary import PartnerType

    _put(Partner, key, PartnerType, "type", type_, ar, en)


def _put(model: Any, key: str, choices: Any, field: str, value: str, ar: str, en: str, **more: Any) -> None:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_slug

    from turs.desk.coalition import services

    try:
        validate_slug(key)
    except ValidationError:
        say.fail(f"{key} is no key", "Use letters, digits and hyphens.")
    if value not in choices.values:
        say.fail(f"{value} is not known here", f"Use one of {', '.join(choices.values)}.")
    row = services.put(None, model, key, name_ar=ar, name_en=en, **{field: value}, **more)
    say.out.print(f"{model.__name__.lower()} {row.key}: {say.clean(row.name_en)}", markup=False)
