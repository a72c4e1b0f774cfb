"""What the tests of the readers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from turs.collect import Unreadable, read
from turs.posting import Posting, Reject

ReadBytes = Callable[..., tuple[list[Posting], list[Reject]]]


@pytest.fixture
def read_bytes(tmp_path: Path) -> ReadBytes:
    """Write `data` to a file called `name`, read it, and return (postings, rejects)."""

    def run(
        name: str, data: bytes, options: Mapping[str, Any] | None = None, reader: str | None = None
    ) -> tuple[list[Posting], list[Reject]]:
        path = tmp_path / name
        path.write_bytes(data)
        results = list(read(path, reader, options))
        return (
            [result for result in results if isinstance(result, Posting)],
            [result for result in results if isinstance(result, Reject)],
        )

    return run


@pytest.fixture
def refusal(read_bytes: ReadBytes) -> Callable[..., Reject]:
    """Read a file that must be refused whole, and return its reject."""

    def run(name: str, data: bytes, options: Mapping[str, Any] | None = None, reader: str | None = None) -> Reject:
        with pytest.raises(Unreadable) as caught:
            read_bytes(name, data, options, reader)
        return caught.value.reject

    return run
