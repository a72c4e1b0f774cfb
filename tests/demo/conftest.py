"""The whole story, written once for all tests of this room."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from turs.demo import Story, write_story

END = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Two thousand postings that end on 22 November 2026, seed 7."""
    return write_story(tmp_path_factory.mktemp("story"), end=END)
