"""The API keeps its promises: whatever its OpenAPI document allows, or forbids, is answered as the document says."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from turs.desk.coalition.services import issue_token
from turs.desk.coalition.vocabulary import Role
from turs.desk.wsgi import application

from . import rows

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
EXAMPLES = 6
"""Generated requests for each operation, kind of data and kind of identifier."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def kept_connection() -> Iterator[None]:
    """A server closes its connection between requests; here the transaction of the test stays open across them."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def identifiers(world: rows.World) -> dict[str, dict[str, Any]]:
    """What stands behind each kind of address: rows of the asking user's own agency."""
    user = world.user(*[role for role in Role.values if role not in rows.PARTNER_ROLES], name="everything")
    made = rows.everything(world.cell, "AMBER", user)
    return {
        "/sources/": {"id": made["Source"].pk},
        "/imports/": {"id": made["Import"].pk},
        "/postings/": {"id": made["Posting"].pk},
        "/cases/": {"id": made["Case"].pk},
        "/banks/": {"id": made["Bank"].pk, "entry": made["BankEntry"].pk},
        "/terms/": {"id": made["TermList"].pk, "entry": made["TermEntry"].pk},
    }


def test_every_operation_keeps_its_promise(world: rows.World) -> None:
    known = identifiers(world)
    _token, value = issue_token(world.people["everything"], "schema")
    headers = {"Authorization": f"Bearer {value}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers=headers)
    broken: list[str] = []
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        real = next((ids for part, ids in known.items() if part in operation.path), {})
        wanted = {name: str(key) for name, key in real.items() if "{" + name + "}" in operation.path}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for fixed in [None, wanted] if wanted else [None]:
                try:
                    strategy = operation.as_strategy(mode, path_parameters=fixed)
                    tried += exercise(strategy, headers)
                except (Exception, BaseExceptionGroup) as problem:
                    if "unsatisfiable" in type(problem).__name__.lower() or "cannot be negated" in str(problem).lower():
                        continue
                    broken.append(f"{operation.label} {mode.name}: {told(problem)}"[:900])
    assert not broken, "\n\n".join(broken)
    assert tried > 200


def told(problem: BaseException) -> str:
    inner = problem.exceptions if isinstance(problem, BaseExceptionGroup) else [problem]
    return " / ".join(f"{type(one).__name__} {one}" for one in inner)


def exercise(strategy: Any, headers: dict[str, str]) -> int:
    count = 0

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def run(case: Any) -> None:
        nonlocal count
        count += 1
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    run()
    return count
