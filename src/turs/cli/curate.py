"""What the commands of banks and of term lists share: who acts, which row is meant, what is said in the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import desk, say


def policy_of(as_user: str, verb: str = "view") -> tuple[Any, Any]:
    """The models of content, and what the user called `as_user` may do; ends the command unless that is `verb`."""
    desk.open_desk()
    from turs.desk.coalition.policy import Policy
    from turs.desk.coalition.vocabulary import Role
    from turs.desk.content import models

    policy = Policy(desk.user_named(as_user, Role.ANALYST))
    if not policy.may(verb):
        say.fail(f"{policy.user.username} may not do this", "Name somebody with the role analyst: --as USER.")
    return models, policy


def own(policy: Any, model: str, name: str) -> Any:
    """The bank or list of this name that the user's agency may change."""
    from turs.desk.content import models

    row = policy.rows(getattr(models, model), own=True).filter(name=spelt(name)).first()
    if row is None:
        say.fail(f"there is no {name} that {policy.user.username} may change", "turs bank list, turs term list")
    return row


def spelt(name: str) -> str:
    """A name, or a term, as the desk keeps it: spaces single, nothing that a database cannot hold."""
    from turs.desk.content.intake import storable

    return " ".join(storable(name).split())


def tlp_mark(mark: str) -> str:
    """`mark`, if it is one."""
    from turs.desk.coalition.vocabulary import TLP

    if mark not in TLP.values:
        say.fail(f"{mark} is no TLP mark", f"Use one of {', '.join(TLP.values)} (TLP 2.0).")
    return mark


def do(policy: Any, verb: str, *args: Any, **fields: Any) -> Any:
    """Act through the service called `verb`, and say what was made; a refusal ends the command."""
    from django.core.exceptions import PermissionDenied

    from turs.desk.content import curation, services
    from turs.desk.content.intake import Refused

    try:
        made = getattr(curation if hasattr(curation, verb) else services, verb)(policy.user, *args, **fields)
    except (Refused, PermissionDenied) as problem:
        desk.refused(problem)
    shown = ", ".join(str(each) for each in made) if isinstance(made, list) else str(made)
    say.out.print(f"{verb.replace('_', ' ')}: {say.flat(shown)}", markup=False)
    return made


def show(json: bool, headers: list[str], facts: list[dict[str, Any]]) -> None:
    """Facts as JSON lines or as a table."""
    if json:
        for fact in facts:
            say.line(fact)
    else:
        say.table(headers, [[fact[name] for name in headers] for fact in facts])


def content(path: Path, largest: int) -> bytes:
    """The bytes of a file; ends the command over one that cannot be read, or holds more than `largest`."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as problem:
        say.fail(str(problem.strerror), place=str(path))
    if len(data) > largest:
        say.fail(f"larger than {largest // 2**20} MiB", "Split it, or give digests instead.", place=str(path))
    return data
