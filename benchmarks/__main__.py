"""``python -m benchmarks [JOB …]``: run every benchmark, or those named; print a table; write the results."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import examine, intake

JOBS: dict[str, Callable[[], list[dict[str, Any]]]] = {"examine": examine.run, "import": intake.run}
RESULTS = Path(__file__).parent / "results" / "latest.json"


def main(names: list[str]) -> None:
    unknown = set(names) - JOBS.keys()
    if unknown:
        sys.exit(f"no benchmark called {', '.join(unknown)}; known: {', '.join(JOBS)}")
    results = [row for name in names or JOBS for row in JOBS[name]()]
    print(f"{'job':<52}{'size':>9}{'ours':>12}  unit")
    for row in results:
        print(f"{row['job']:<52}{row['size']:>9,}{row['ours']:>12,.0f}  {row['unit']}")
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "processor": platform.machine(), "system": platform.system()}
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    RESULTS.write_text(json.dumps({"at": stamp, "machine": machine, "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
