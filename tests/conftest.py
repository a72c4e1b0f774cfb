"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared real inputs beside the checkout (or ``TURS_SHARED``); the test is skipped where absent."""
    path = Path(os.environ.get("TURS_SHARED", ROOT.parent / "shared"))
    if not path.is_dir():
        pytest.skip("no folder of shared inputs here: set TURS_SHARED to one")
    return path
