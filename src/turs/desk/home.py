"""Where this installation keeps its state, and the secrets it made for itself."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home() -> Path:
    """``TURS_HOME``, else ``var/`` of a checkout, else ``~/.local/share/turs``."""
    if value := os.environ.get("TURS_HOME"):
        return Path(value).expanduser().resolve()
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").is_file():
        return checkout / "var"
    return Path.home() / ".local" / "share" / "turs"


def private_folder(path: Path) -> Path:
    """`path`, made if absent, readable by its owner alone."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret(name: str) -> str:
    """The installation's secret `name`, made on first use and readable by its owner alone."""
    path = private_folder(home()) / f"{name}.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        value = secrets.token_urlsafe(48)
        file.write(value)
    return value
