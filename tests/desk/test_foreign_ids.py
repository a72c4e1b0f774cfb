"""Another agency's content cannot be reached: every address, every role, with identifiers of foreign rows.

Which identifiers mean something at which address is found out, not listed: the owner tries all of them first.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from turs.desk.coalition import rules
from turs.desk.coalition.models import ApiToken, User
from turs.desk.coalition.vocabulary import TLP, Role
from turs.desk.ledger.models import Entry

from . import rows
from .routes import Route, routes

pytestmark = pytest.mark.django_db
SECRET = (TLP.AMBER_STRICT, TLP.RED)
BIG = 900_000
"""Row numbers of foreign rows start here, so that no row of one's own has the same."""
FILTERS = {
    "source": "Source", "import": "Import", "bank": "Bank", "entry": "BankEntry", "terms": "TermList",
    "term": "TermEntry", "same": "Posting", "posting": "Posting", "chain": "Posting", "case": "Case",
    "object_id": "Case", "user": "User", "q": "Posting", "actor": "User",
}  # fmt: skip
"""Names of filters in addresses, and the kind of row whose identifier they take."""
FORM = {
    "reason": "a reason that is long enough", "answer": "an answer that is long enough", "outcome": "monitor",
    "may_refer": "yes", "name": "a name", "note": "", "text": "some words of text", "category": "name",
    "language": "ar", "kind": "url", "value": "https://example.org/x", "tier": "promotional", "tlp": "AMBER",
    "polarity": "match", "confirm": "on", "producer": "UNKNOWN", "lawful_basis": "PUBLIC", "authority": "x",
    "roles": ["analyst"], "password": rows.PASSWORD, "username": "somebody.new", "active": "on", "days": "30",
    **{k: v for k, v in rows.ASSESSMENT.items() if isinstance(v, str)}, "functions": ["recruit"],
    **{f"exclusion_{name}": "NO" for name in rows.ASSESSMENT["exclusions"]},
}  # fmt: skip
READING = {"capture.accessed", "capture.verified", "media.revealed", "bank.exported"}
"""Acts of somebody who only looks, or takes a copy of what may be read."""
JUDGING = {"bank.opinion_given"}
"""Acts that whoever reads a row is asked for: an opinion is one's own, beside the row."""


@dataclass
class Foreign:
    """What belongs to the other agency: its people, its rows, and every identifier of them."""

    owner: User
    marks: int
    made: list[Any] = field(default_factory=list)
    uuids: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def values(self, kind: str) -> list[str]:
        if "UUID" in kind:
            return self.first
        if "Int" in kind:
            return self.numbers
        return self.words

    @property
    def ids(self) -> set[str]:
        """Identifiers that no row of one's own has."""
        return {value for value in (*self.uuids, *self.numbers) if len(value) > 5}

    @property
    def first(self) -> list[str]:
        """Identifiers of the rows under the first mark; `again` gives those under another."""
        return self.uuids[: len(self.uuids) // self.marks]

    def again(self, address: str) -> list[str]:
        """The same address with the identifiers of the rows under every other mark."""
        step = len(self.first)
        return [
            re.sub("|".join(self.first), lambda hit, n=n: self.uuids[self.first.index(hit[0]) + n * step], address)
            for n in range(1, self.marks)
        ]


def foreign(world: rows.World, marks: tuple[str, ...]) -> Foreign:
    """Agency *police* with rows of every kind under each of `marks`, `rows.MARK` in every text."""
    owner = rows.services.add_user(
        None, "owner", password=rows.PASSWORD, roles=Role.values, languages={"ar": "NATIVE"}, id=BIG,
        display_name=f"{rows.MARK} person", agency=world.police,
    )  # fmt: skip
    found = Foreign(owner, len(marks))
    for number, mark in enumerate(marks):
        made = rows.everything(world.police, mark, owner, mark=rows.MARK)
        for name in ("BankEntry", "TermEntry"):
            row = made[name]
            row.delete()
            row.pk = BIG + 600 + number
            row.save(force_insert=True)
        found.made += made.values()
    token = ApiToken.objects.create(
        id=BIG + 500, user=owner, name=rows.MARK, digest="0" * 64, expires_at="2099-01-01T00:00:00Z"
    )
    found.made += [token, owner]
    found.uuids = list(dict.fromkeys(str(row.pk) for row in found.made if len(str(row.pk)) == 36))
    found.numbers = ["0", "1", *dict.fromkeys(str(row.pk) for row in found.made if str(row.pk).startswith("900"))]
    found.words = ["police", "south", "owner", rows.MARK]
    return found


@dataclass
class Answer:
    status: int
    text: str
    acts: list[Entry]


def ask(client: Client, method: str, address: str, data: Any = None, kind: str = "") -> Answer:
    """One request whose traces in the database are taken back."""
    last = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    with transaction.atomic():
        options = {"content_type": kind} if kind else {}
        for part in data.values() if isinstance(data, dict) else ():
            if isinstance(part, SimpleUploadedFile):
                part.seek(0)
        reply: Any = getattr(client, method.lower())(address, data, **options)
        text = read(reply) + str(dict(reply.headers))
        acts = list(Entry.objects.filter(seq__gt=last))
        transaction.set_rollback(True)
    return Answer(reply.status_code, text, acts)


def read(reply: HttpResponse) -> str:
    content = b"".join(reply.streaming_content) if reply.streaming else reply.content  # type: ignore[attr-defined]
    return content.decode("utf-8", "replace")


def methods(route: Route) -> list[str]:
    """With what a client comes to an address: PATCH where the API has it."""
    return ["GET", "POST", *(["PATCH"] if (template_of(route), "patch") in api_bodies() else [])]


def template_of(route: Route) -> str:
    return re.sub(r"%\((\w+)\)s", r"{\1}", route.template)


def body_for(route: Route, method: str = "POST") -> tuple[Any, str]:
    """A body that the address would take from its owner."""
    if method == "GET":
        return None, ""
    if not route.is_api:
        return FORM, ""
    body, kind = api_bodies().get((template_of(route), method.lower()), ({}, "application/json"))
    return (body, "") if kind == "multipart/form-data" else (json.dumps(body), kind)


_bodies: dict[tuple[str, str], tuple[Any, str]] = {}


def api_bodies() -> dict[tuple[str, str], tuple[Any, str]]:
    """Address and method to the body and its media type, made from the OpenAPI schema."""
    if not _bodies:
        from turs.desk.api import api

        schema = api.get_openapi_schema(path_prefix="/api/v1/")
        for address, operations in schema["paths"].items():
            for method in {"post", "patch"} & set(operations):
                shapes = operations[method].get("requestBody", {}).get("content", {"application/json": {"schema": {}}})
                kind, shape = next(iter(shapes.items()))
                given = example(shape["schema"] or {"properties": {}}, schema["components"]["schemas"])
                _bodies[address, method] = given, kind
    return _bodies


def example(shape: Mapping[str, Any], known: Mapping[str, Any], name: str = "") -> Any:
    """The smallest value of a JSON schema, in the words of `FORM` where it has some."""
    if "$ref" in shape:
        return example(known[shape["$ref"].rpartition("/")[2]], known, name)
    if shape.get("format") == "binary":
        return SimpleUploadedFile("list.csv", f"kind,value\nmd5,{'a' * 32}\n".encode())
    if name in rows.ASSESSMENT:
        return rows.ASSESSMENT[name]
    if name in FORM and "enum" not in shape and shape.get("type") == "string":
        return FORM[name]
    if "default" in shape:
        return shape["default"]
    if "enum" in shape:
        return shape["enum"][0]
    if "anyOf" in shape:
        first = shape["anyOf"][0]
        return FORM[name] if name in FORM and first.get("type") == "string" and "enum" not in first else None
    if "properties" in shape:
        return {key: example(part, known, key) for key, part in shape["properties"].items()}
    return {"boolean": True, "array": [], "object": {}, "integer": 1}.get(shape.get("type", ""), "words")


def addresses(route: Route, found: Foreign) -> Iterator[str]:
    """The address with every combination of foreign identifiers."""
    for values in itertools.product(*(found.values(kind) for _name, kind in route.kinds)):
        yield route.template % {name: value for (name, _kind), value in zip(route.kinds, values, strict=True)}


def logged_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def meaningful(found: Foreign) -> tuple[dict[Route, list[str]], dict[Route, list[str]]]:
    """Addresses at which the owner finds something: with rows under the first mark, and under the others."""
    client = logged_in(found.owner)
    where: dict[Route, list[str]] = {}
    others: dict[Route, list[str]] = {}
    for route in routes():
        if not route.kinds:
            continue
        bodies = [(method, *body_for(route, method)) for method in methods(route)]
        for address in addresses(route, found):
            tries = [ask(client, method, address, body, kind) for method, body, kind in bodies]
            if any(reply.status not in {404, 405, 422} for reply in tries):
                where.setdefault(route, []).append(address)
                others.setdefault(route, []).extend(found.again(address))
            if any(reply.status in {302, 401} and "/login" in reply.text for reply in tries):
                client = logged_in(found.owner)
    return where, others


def strangers(world: rows.World) -> dict[str, User]:
    """Somebody in every role, somebody in all of them at once, and a colleague whom RED does not name."""
    everything = [role for role in Role.values if role not in rows.PARTNER_ROLES]
    return {
        **{role: world.user(role) for role in Role.values},
        "all roles": world.user(*everything, name="all.cell"),
        "all roles, same member": world.user(*everything, name="all.media", at=world.media),
        "nobody": world.user(name="no.role"),
    }


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of refusals are expected here: nobody reads their log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def clients(world: rows.World) -> Callable[[User], Client]:
    made: dict[Any, Client] = {}

    def client_of(user: User, fresh: bool = False) -> Client:
        if fresh or user.pk not in made:
            made[user.pk] = logged_in(user)
        return made[user.pk]

    return client_of


def test_no_role_reaches_a_foreign_row_at_any_address(world: rows.World, clients: Any) -> None:
    people = strangers(world)
    found = foreign(world, SECRET)
    where, others = meaningful(found)
    assert {"case_one", "posting", "import_one", "source", "bank", "term_list"} <= {route.name for route in where}
    wrong: list[str] = []
    alike: set[Any] = set()
    for who, user in people.items():
        same = (rules.verbs([who]), user.partner_id) if who in Role.values else who
        first, _ = same not in alike, alike.add(same)
        for route in routes():
            if not route.kinds and not first:
                continue  # a role that may do the same as one before: its pages are the same
            bodies = [(method, *body_for(route, method)) for method in methods(route)]
            known = where.get(route, []) if route.kinds else [route.template]
            if " " in who:  # whoever may do most tries the rows under every mark
                known = known + others.get(route, [])
            for address in known:
                for method, body, kind in bodies:
                    client = clients(user)
                    reply = ask(client, method, address, body, kind)
                    said = f"{who}: {method} {address} ({route.name}) -> {reply.status}"
                    if reply.status >= 500:
                        wrong.append(f"{said} fails")
                    if rows.MARK in reply.text and rows.MARK not in address:
                        wrong.append(f"{said} shows foreign data")
                    if any(act.object_id in found.ids or act.chain in found.ids for act in reply.acts):
                        wrong.append(f"{said} changed a foreign row: {[act.verb for act in reply.acts]}")
                    by_id = any("UUID" in kind or "Int" in kind for _name, kind in route.kinds)
                    if by_id and not route.open and 200 <= reply.status < 300 and method != "POST":
                        wrong.append(f"{said} answers for a foreign row")
                    if "sessionid" not in client.cookies or not client.cookies["sessionid"].value:
                        clients(user, fresh=True)
    assert not wrong, "\n".join(sorted(set(wrong))[:60])


def test_no_filter_gives_a_foreign_row_away(world: rows.World, clients: Any) -> None:
    """Identifiers in the query: lists, counts and menus alike."""
    everyone = strangers(world)
    people = {who: everyone[who] for who in ("all roles", "all roles, same member", "admin", "partner_cso")}
    found = foreign(world, SECRET[:1])
    made = {type(row).__name__: str(row.pk) for row in found.made}
    query = {name: made[model] for name, model in FILTERS.items()}
    wrong: list[str] = []
    for who, user in people.items():
        for route in routes():
            given_one_by_one = [{name: value} for name, value in query.items()] if who == "all roles" else []
            for given in [query, *given_one_by_one] if not route.kinds else []:
                reply = ask(clients(user), "GET", route.template, given)
                said = f"{who}: GET {route.template}?{given} -> {reply.status}"
                if reply.status >= 500:
                    wrong.append(f"{said} fails")
                if rows.MARK in reply.text:
                    wrong.append(f"{said} shows foreign data")
                if reply.status in {302, 401, 403, 405}:
                    break
    assert not wrong, "\n".join(sorted(set(wrong))[:60])


def test_what_the_coalition_may_read_it_may_not_change(world: rows.World, clients: Any) -> None:
    """GREEN is for reading: every change of a foreign row is refused."""
    user = strangers(world)["all roles"]
    found = foreign(world, (TLP.GREEN,))
    where, _others = meaningful(found)
    wrong: list[str] = []
    read = 0
    for route, known in where.items():
        bodies = [(method, *body_for(route, method)) for method in methods(route)]
        for address in known:
            replies = [ask(clients(user), method, address, body, kind) for method, body, kind in bodies]
            read += replies[0].status == 200
            acts = [act for reply in replies for act in reply.acts]
            changed = [act.verb for act in acts if act.object_id in found.ids or act.chain in found.ids]
            if set(changed) - READING - JUDGING:
                wrong.append(f"{address} ({route.name}) did {changed}")
    assert not wrong, "\n".join(sorted(set(wrong))[:60])
    assert read, "GREEN is read by the coalition"


def test_nobody_is_let_in_without_a_name(world: rows.World) -> None:
    """A page asks to log in, the API says 401; what is open says so itself and shows nothing."""
    found = foreign(world, SECRET)
    client = Client(raise_request_exception=False)
    wrong: list[str] = []
    for route in routes():
        bodies = [(method, *body_for(route, method)) for method in methods(route)]
        for address in itertools.islice(addresses(route, found), 12) if route.kinds else [route.template]:
            for method, body, kind in bodies:
                reply = ask(client, method, address, body, kind)
                said = f"{method} {address} ({route.name}) -> {reply.status}"
                if rows.MARK in reply.text and rows.MARK not in address:
                    wrong.append(f"{said} shows content")
                asked = reply.status == 302 and "/login/" in reply.text
                if route.is_api and route.open:
                    if reply.status not in {401, 405}:
                        wrong.append(said)
                elif (not route.open and not asked) or reply.status >= 500:
                    wrong.append(said)
    assert not wrong, "\n".join(wrong[:60])


def test_what_is_open_is_known(world: rows.World) -> None:
    """Addresses that need no login, besides the API's own door: logging in, and how the screens look."""
    names = {route.name for route in routes() if route.open and not route.is_api}
    assert {name for name in names if not name.startswith(("account_", "mfa_", "set_"))} <= {"keys", "style"}
