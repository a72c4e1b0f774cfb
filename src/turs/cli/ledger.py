"""``turs ledger`` and ``turs evidence``: prove the record."""

from __future__ import annotations

import typer

from . import desk, say

app = typer.Typer(help="The record of who did what: prove it, read it.", no_args_is_help=True)


@app.command()
def verify(
    head: str = typer.Option("", "--head", help="A seq:hash noted earlier; finds entries cut off at the end."),
    json: bool = say.Json,
) -> None:
    """Read the whole chain and say which entry is wrong, if any. Exit code 1 if one is."""
    desk.open_desk(check=False)
    from turs.desk.ledger.services import verify as prove

    result = prove(head)
    if json:
        faults = [{"seq": fault.seq, "code": fault.code, "text": fault.text} for fault in result.faults]
        say.line({"sound": result.sound, "entries": result.entries, "head": result.head, "faults": faults})
    elif result.sound:
        say.out.print(f"sound: {result.entries} entries, each follows from the one before it")
        say.out.print(f"head {result.head}  (note it somewhere else; verify later with --head)", markup=False)
    else:
        for fault in result.faults[:50]:
            say.errors.print(f"entry {fault.seq}: {fault.text}", markup=False)
    if not result.sound:
        raise typer.Exit(say.WRONG)


@app.command()
def show(
    actor: str = typer.Option("", help="Only acts of this user."),
    verb: str = typer.Option("", help="Only this act, e.g. case.confirmed."),
    object_id: str = typer.Option("", "--id", help="Only acts on this object."),
    last: int = typer.Option(50, "--last", "-n", min=1, help="How many, newest last."),
    json: bool = say.Json,
) -> None:
    """Print ledger entries."""
    desk.open_desk()
    from turs.desk.ledger.models import Entry

    wanted = {"actor": actor, "verb": verb, "object_id": object_id}
    rows = Entry.objects.filter(**{name: value for name, value in wanted.items() if value}).order_by("-seq")[:last]
    for entry in reversed(rows):
        if json:
            say.line({field.name: getattr(entry, field.name) for field in Entry._meta.fields})
        else:
            say.out.print(
                say.clean(f"{entry.seq:>7} {entry.at[:19]} {entry.actor:<16} {entry.verb:<20} {entry.object_type}:"
                          f"{entry.object_id}"), markup=False,
            )  # fmt: skip


def evidence(json: bool = say.Json) -> None:
    """Hash every stored capture and payload again and say which no longer is what was collected."""
    desk.open_desk()
    from turs.desk.content.evidence import verify_all

    checked, faults = 0, []
    for digest, outcome in verify_all():
        checked += 1
        if outcome != "sound":
            faults.append({"digest": digest, "fault": outcome})
    if json:
        say.line({"checked": checked, "faults": faults})
    else:
        say.out.print(f"{checked} payloads checked, {len(faults)} wrong")
        for found in faults:
            say.errors.print(f"  {found['digest']}: {found['fault']}")
    if faults:
        raise typer.Exit(say.WRONG)
