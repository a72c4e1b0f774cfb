#!/usr/bin/env bash
# Everything that must hold, in the order in which a failure tells most.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
$bin/ruff check .
$bin/lint-imports --no-cache
$bin/mypy
$bin/python scripts/messages.py check
$bin/mkdocs build --strict --quiet --site-dir .deps/site
exec $bin/pytest -n 2 "$@"
