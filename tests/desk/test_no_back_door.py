"""There is one way to reach a row and one way to change it: read from the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import turs.desk

DESK = Path(turs.desk.__file__).parent
FRONT = ("views", "api", "forms", "oversight")
"""What talks to people and programs: it asks the policy and calls the services."""
MANAGERS = {"objects", "_default_manager", "_base_manager"}
RAW = {"raw", "cursor", "extra", "execute", "executemany"}
ROW_WRITES = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "insert"}
RECORDS = {"record", "record_many"}


SERVICES = {"services.py", "intake.py", "evidence.py", "curation.py", "exchange.py"}


def front_files() -> list[Path]:
    return sorted(
        path
        for path in DESK.rglob("*.py")
        if path.name.startswith(FRONT) or {"views", "api"} & set(path.relative_to(DESK).parts[:-1])
    )


def service_files() -> list[Path]:
    return sorted(path for path in DESK.rglob("*.py") if path.name in SERVICES and path.parent.name != "ledger")


def named(path: Path) -> str:
    return str(path.relative_to(DESK))


def test_there_is_something_to_look_at() -> None:
    assert {"api.py", "content/api/banks.py", "content/api/matching.py"} <= set(map(named, front_files()))
    assert {"review/api.py", "coalition/api.py"} <= set(map(named, front_files()))
    assert {"content/services.py", "content/curation.py", "content/exchange.py"} <= set(map(named, service_files()))
    assert {"review/services.py", "coalition/services.py"} <= set(map(named, service_files()))


@pytest.mark.parametrize("path", front_files(), ids=named)
def test_screens_and_api_reach_rows_through_the_policy_alone(path: Path) -> None:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            found.append(f"{path.name}:{node.lineno} .{node.attr}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RAW:
            found.append(f"{path.name}:{node.lineno} .{node.func.attr}()")
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if names & {"connection", "connections", "RawSQL"}:
                found.append(f"{path.name}:{node.lineno} imports {names}")
    assert not found


@pytest.mark.parametrize("path", front_files(), ids=named)
def test_screens_and_api_write_nothing_themselves(path: Path) -> None:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ROW_WRITES:
            found.append(f"{path.name}:{node.lineno} .{node.func.attr}()")
    assert not found


@pytest.mark.parametrize("folder", [DESK / "web" / "templates"], ids=["templates"])
def test_templates_do_not_query(folder: Path) -> None:
    found = [str(path) for path in folder.rglob("*.html") if ".objects" in path.read_text()]
    assert not found


@pytest.mark.parametrize("path", service_files(), ids=named)
def test_every_write_of_a_service_ends_in_the_ledger(path: Path) -> None:
    """A function that opens a transaction, or changes rows, writes the ledger itself or through one that it calls."""
    functions = {node.name: node for node in functions_of(ast.parse(path.read_text()))}
    calls = {name: set(called(node)) for name, node in functions.items()}
    records = reaching(calls, RECORDS)
    writes = {name for name, names in calls.items() if names & ROW_WRITES}
    opens = {name for name, node in functions.items() if is_atomic(node)}
    assert opens or path.name != "services.py"
    # A helper may leave the record to the function that calls it: then every caller must record.
    for name in sorted((writes | opens) - records):
        callers = {caller for caller, names in calls.items() if name in names}
        assert callers, f"{path.name}: {name} writes and nothing records it"
        assert callers <= records, f"{path.name}: {name} writes, and {callers - records} does not record it"


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def called(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute) and not (node.func.attr == "save" and node.args):
                yield node.func.attr  # a row is saved without arguments; a picture is saved to a place


def is_atomic(function: ast.FunctionDef) -> bool:
    places = [*function.decorator_list]
    for node in ast.walk(function):
        if isinstance(node, ast.With):
            places += [item.context_expr for item in node.items]
    return any("atomic" in ast.dump(place) for place in places)


def reaching(calls: dict[str, set[str]], goal: set[str]) -> set[str]:
    """Functions that call one of `goal`, directly or through functions of the same file."""
    found = {name for name, names in calls.items() if names & goal}
    while more := {name for name, names in calls.items() if names & found} - found:
        found |= more
    return found


def test_the_ledger_is_not_written_outside_a_transaction() -> None:
    from turs.desk.coalition.models import Member
    from turs.desk.ledger.services import record

    with pytest.raises(RuntimeError, match="inside the transaction of the act"):
        record(None, "member.added", Member(pk=1, key="x"))
