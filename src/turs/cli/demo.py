"""``turs demo``: an invented coalition with ninety days of invented content, ready to work with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from . import say
from .people import new_password
from .serve import Host, Port, prepare, run_servers

if TYPE_CHECKING:
    from turs.demo import Story


def demo(
    serve: bool = typer.Option(True, "--serve/--no-serve", help="Start the web server afterwards."),
    host: str = Host,
    port: int = Port,
    size: int = typer.Option(2000, "--size", min=200, help="About how many postings."),
) -> None:
    """Set up a complete example, print one login per role, and serve it.

    Everything in it is invented: the states, the agencies, the people and «جبهة المثال» / Example Front. Running it
    again keeps what is there.
    """
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    prepare()
    from turs.desk.content.models import Import
    from turs.desk.home import home, private_folder

    fresh = not Import.objects.exists()
    if fresh:
        from turs.demo import write_story

        end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        with say.errors.status("writing ninety days of the story …"):
            logins = load_coalition(end)
            story = write_story(private_folder(home() / "demo"), end=end, size=size)
            load_knowledge(story.folder)
        import_story(story, show=True)
        load_day_before(end)
        save_logins(logins)
    print_logins()
    if serve:
        shown = "localhost" if host in {"127.0.0.1", "localhost"} else host
        say.out.print(f"\nOpen http://{shown}:{port}/ – stop with Ctrl-C.", markup=False)
        run_servers(host, port, min(2, os.cpu_count() or 1))


def load_coalition(end: datetime) -> dict[str, str]:
    """Members, agencies, partners, bodies, users, banks and terms of the demo; usernames with their new passwords."""
    from turs.demo import coalition as story
    from turs.desk.coalition import services
    from turs.desk.coalition.models import Agency, Body, Member, Partner

    today = end.date()
    for member in story.MEMBERS:
        services.put(None, Member, **_fields(member))
    for agency in story.AGENCIES:
        fields = _fields(agency)
        services.put(None, Agency, **{**fields, "member": Member.objects.get(key=fields["member"])})
    for partner in story.PARTNERS:
        services.put(None, Partner, **_fields(partner))
    for body in story.bodies(today):
        services.put(None, Body, **_fields(body))
    for mandate in story.mandates(today):
        fields = _fields(mandate)
        services.put_mandate(
            None,
            Body.objects.get(key=fields.pop("body")),
            **{
                **fields,
                "agency": Agency.objects.filter(key=fields.get("agency") or "").first(),
                "partner": Partner.objects.filter(key=fields.get("partner") or "").first(),
            },
        )
    logins: dict[str, str] = {}
    for user in story.USERS:
        fields = _fields(user)
        logins[fields["username"]] = password = new_password()
        services.add_user(
            None,
            fields["username"],
            password=password,
            roles=fields["roles"],
            languages=fields["languages"],
            display_name=fields["display_name"],
            language=fields["language"],
            agency=Agency.objects.filter(key=fields.get("agency") or "").first(),
            partner=Partner.objects.filter(key=fields.get("partner") or "").first(),
        )
    return logins


def load_knowledge(folder: Path) -> None:
    """The demo's banks and terms: fingerprints are made now, of the story's own files and texts."""
    from turs.demo import known
    from turs.desk.coalition.models import User
    from turs.desk.content import curation, services

    reason = "Known from the invented story of the demo."
    for bank in known.BANKS:
        curator = User.objects.filter(agency__key=bank["agency"], grants__role="analyst").first()
        row = curation.add_bank(
            curator, bank["name_ar"], polarity=bank["polarity"], tlp=bank["tlp"], note=bank["name_en"]
        )  # fmt: skip
        for entry in bank["entries"]:
            kind, data = entry["kind"], b""
            if kind == "image":  # a file brings its picture fingerprint with it
                continue
            if kind == "file":
                data = (folder / entry["path"]).read_bytes()
            value = entry.get("text") or entry.get("url") or ""
            curation.add_bank_entry(
                curator, row, kind, value, data=data, label=entry["label"], tier=entry["tier"], reason=reason
            )  # fmt: skip
    curator = User.objects.filter(agency__key=known.TERMS["agency"], grants__role="analyst").first()
    terms = services.add_term_list(
        curator, known.TERMS["name_ar"], tlp=known.TERMS["tlp"], note=known.TERMS["name_en"]
    )  # fmt: skip
    for term in known.TERMS["terms"]:
        services.add_term(
            curator, terms, term["text"], category=term["category"], language=term["language"], reason=reason
        )  # fmt: skip


def _fields(row: Any) -> dict[str, Any]:
    from dataclasses import asdict, is_dataclass

    return asdict(row) if is_dataclass(row) and not isinstance(row, type) else dict(row)


def import_story(story: Story, show: bool = False) -> None:
    """Import the story's files as their agencies, through the readers, as anybody would."""
    from turs.desk.coalition import services
    from turs.desk.coalition.models import User
    from turs.desk.content import intake
    from turs.desk.content.models import Posting, Source

    from .collect import chunks, files_below

    with say.progress(quiet=not show) as bar:
        task = bar.add_task("importing", total=len(story.files))
        for file in story.files:
            user = User.objects.filter(agency__key=file.agency, grants__role__in=["collector", "analyst"]).first()
            if user is None:
                say.fail(f"the demo has no collector in {file.agency}")
            bar.update(task, description=f"importing {file.path.name}")
            work = intake.open_import(
                user,
                [intake.Upload(name, chunks(path)) for name, path in files_below(file.path)],
                reader=file.reader,
                options=file.options,
                tlp=file.tlp,
                title=file.path.name,
            )
            work = intake.run(work.pk)
            if file.recipients:
                services.name_recipients(
                    user,
                    [work, *Source.objects.filter(postings__capture__import_record=work).distinct(),
                     *Posting.objects.filter(capture__import_record=work)],
                    list(User.objects.filter(username__in=file.recipients)),
                )  # fmt: skip
            bar.advance(task)


def load_day_before(end: datetime) -> None:
    """What was done before you came: cases decided by two people, some waiting for a second person, one claimed."""
    from turs.desk.coalition.models import User
    from turs.desk.review import services
    from turs.desk.review.models import Case
    from turs.desk.review.vocabulary import Answer, Exclusion

    people = {user.username: user for user in User.objects.filter(agency__key="wahat-cell")}
    analyst, second, approver = people["cell-analyst-1"], people["cell-analyst-2"], people["cell-approver"]
    judged = {
        "exclusions": dict.fromkeys(Exclusion.values, Answer.NO), "reliability": "B", "credibility": "2",
        "probability": "very-likely", "confidence": "moderate", "producer": "CENTRAL_OUTLET",
        "functions": ["promote_ideas"], "theme": "belonging",
    }  # fmt: skip
    cases = list(
        Case.objects.filter(agency=analyst.agency, language="ar", tier__in=["designation", "promotional"])
        .exclude(tlp="RED").order_by("-priority", "created_at", "id")[:10]
    )  # fmt: skip
    for number, case in enumerate(cases):
        first, other = (analyst, approver) if number % 2 else (second, analyst)
        services.claim(first, case)
        if number == 9:
            break
        services.assess(first, case, judged)
        if number < 4:
            services.propose(first, case, "refer", "منشور رسمي للجبهة نُشر من قبل، ولا يدخل في أي استثناء.")
        else:
            services.propose(first, case, "monitor", "ترويج عام بلا دعوة محددة، نتابع القناة ولا نحيل.")
        if number == 5:
            services.return_(other, case, "أعد قراءة الفقرة الثانية: فيها دعوة إلى التواصل مع القناة.")
        elif number < 7:
            services.confirm(other, case)
    User.objects.update(seen_until=end - timedelta(hours=14))


def save_logins(logins: Mapping[str, str]) -> None:
    """Keep the demo's passwords where only this installation's owner can read them."""
    from turs.desk.home import home

    path = home() / "demo-logins.txt"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{name}\t{password}\n" for name, password in logins.items())


def print_logins() -> None:
    """One login per role, with what the role is for."""
    from turs.desk.coalition.models import User
    from turs.desk.home import home

    path = home() / "demo-logins.txt"
    if not path.exists():
        say.out.print("This installation has content of its own; turs user list shows who may log in.")
        return
    known = dict(line.rstrip("\n").split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    rows = User.objects.filter(username__in=known).select_related("agency", "partner").prefetch_related("grants")
    say.table(
        ["login", "password", "roles", "organisation"],
        [
            [user.username, known[user.username], ", ".join(grant.role for grant in user.grants.all()),
             user.organisation.name_en if user.organisation else ""]
            for user in rows.order_by("id")
        ],
    )  # fmt: skip
    say.out.print(f"(also in {path})", markup=False)
