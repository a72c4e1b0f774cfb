"""Opening the desk from the command line, and acting as somebody in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from .say import MISSING, fail

if TYPE_CHECKING:
    from turs.desk.coalition.models import User

As = typer.Option("", "--as", envvar="TURS_USER", help="Act as this user (any user of this installation).")
Token = typer.Option("", "--token", envvar="TURS_TOKEN", help="API token of the person who acts.", show_envvar=True)


def open_desk(check: bool = True) -> None:
    """Set Django up. With `check`, end with a hint unless the database is there and up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "turs.desk.settings")
    import django

    django.setup()
    from django.utils import translation

    translation.activate("en")
    if check:
        from django.db import DatabaseError, connection
        from django.db.migrations.executor import MigrationExecutor

        try:
            executor = MigrationExecutor(connection)
            behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError as problem:
            fail(f"the database does not answer: {problem}", "Check DATABASE_URL.", code=MISSING)
        if behind:
            fail(
                "this installation is not set up, or older than the program",
                "Run turs upgrade, or turs demo for a complete example.",
                code=MISSING,
            )


def user_named(name: str, role: str) -> User:
    """The user called `name`; without a name, the first who holds `role`, since a lone operator has one desk."""
    from turs.desk.coalition.models import User

    people = User.objects.filter(is_active=True).order_by("id")
    if name:
        user = people.filter(username=name).first()
        if user is None:
            fail(f"there is no user called {name}", "turs user list shows who there is.")
        return user
    user = people.filter(grants__role=role, agency__isnull=False).first()
    if user is None:
        fail(f"nobody here holds the role {role}", "Add somebody with turs user add, or name one with --as.")
    return user


def user_of(token: str) -> User:
    """The person whose API token this is. Decisions need one: the shell alone is not a person."""
    from turs.desk.coalition.services import user_of_token

    if not token:
        fail("who acts? this command needs your API token", "Make one under Settings on screen, then set TURS_TOKEN.")
    user = user_of_token(token)
    if user is None:
        fail("this API token is unknown, expired or withdrawn", "Make a new one under Settings on screen.")
    return user


def refused(problem: Any) -> NoReturn:
    """End the command over a domain refusal, with every reason."""
    blockers = getattr(problem, "blockers", None)
    if blockers:
        fail("; ".join(str(blocker.words) for blocker in blockers))
    fail(str(problem) or "you may not do this", "Ask your administrator about your roles.")
