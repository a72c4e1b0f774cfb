"""``turs user``: who may log in, from the machine itself."""

from __future__ import annotations

import secrets

import typer

from . import desk, say

app = typer.Typer(help="Who may log in, with which roles and languages.", no_args_is_help=True)

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What a made password is written in: nothing that looks like something else."""


def new_password() -> str:
    """Four groups of four letters and digits: about 79 bits, easy to type."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


@app.command("list")
def list_(json: bool = say.Json) -> None:
    """Everybody, with agency, roles and languages."""
    desk.open_desk()
    from turs.desk.coalition.models import User

    rows = User.objects.select_related("agency", "partner").prefetch_related("grants", "skills").order_by("username")
    facts = [
        {"username": user.username, "name": user.display_name,
         "organisation": user.organisation.key if user.organisation else "",
         "roles": [grant.role for grant in user.grants.all()],
         "languages": {skill.language: skill.level for skill in user.skills.all()}, "active": user.is_active}
        for user in rows
    ]  # fmt: skip
    if json:
        for fact in facts:
            say.line(fact)
        return
    say.table(
        ["user", "organisation", "roles", "languages", ""],
        [[f["username"], f["organisation"], ", ".join(f["roles"]),
          " ".join(f"{k}:{v}" for k, v in f["languages"].items()), "" if f["active"] else "closed"] for f in facts],
    )  # fmt: skip


@app.command()
def add(
    username: str,
    agency: str = typer.Option(..., "--agency", help="Key of the agency."),
    role: list[str] = typer.Option(..., "--role", help="May repeat."),
    language: list[str] = typer.Option([], "--language", help="Language and level, e.g. ar:C2. May repeat."),
    name: str = typer.Option("", "--name", help="How screens call this user."),
) -> None:
    """Add a user; the password is made here, printed once, and changed at the first login."""
    desk.open_desk()
    from django.core.exceptions import ValidationError

    from turs.desk.coalition import services
    from turs.desk.coalition.models import Agency
    from turs.desk.coalition.vocabulary import Level, Role

    home = Agency.objects.filter(key=agency).first()
    if home is None:
        keys = ", ".join(Agency.objects.values_list("key", flat=True)) or "none yet"
        say.fail(f"there is no agency {agency}", f"Known: {keys}.")
    for given in role:
        if given not in Role.values:
            say.fail(f"there is no role {given}", f"Known: {', '.join(Role.values)}.")
    levels = dict(pair.partition(":")[::2] for pair in language)
    for tag, level in levels.items():
        if level not in Level.values:
            say.fail(f"{tag}:{level} is no language level", f"Use a level of the CEFR: {', '.join(Level.values)}.")
    password = new_password()
    try:
        services.add_user(
            None, username, password=password, roles=role, languages=levels, agency=home, display_name=name,
            temporary=True,
        )  # fmt: skip
    except ValidationError as problem:
        say.fail("; ".join(problem.messages))
    say.out.print(f"{username}  {password}", markup=False)


@app.command()
def password(username: str) -> None:
    """Give a user a new password, printed once and changed at the next login."""
    desk.open_desk()
    from turs.desk.coalition import services

    user = desk.user_named(username, "")
    value = new_password()
    services.set_password(None, user, value)
    say.out.print(f"{username}  {value}", markup=False)


@app.command()
def close(username: str) -> None:
    """Close a login. What the user did stays in the ledger."""
    desk.open_desk()
    from turs.desk.coalition import services

    services.set_active(None, desk.user_named(username, ""), False)
    say.out.print(f"{username} is closed", markup=False)
