"""``python -m benchmarks [JOB …]``: run every benchmark, or those named; print a table; write the results.

Each job runs in a process of its own, on one thread, so that no engine disturbs another. What a job measured replaces
its former rows in ``results/latest.json``; rows of jobs that were not run stay, with the time at which they were taken.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

JOBS = {
    "examine": "examine", "import": "intake", "hamming": "hamming", "pdq": "pdq", "video": "video", "copies": "copies",
    "terms": "terms", "language": "language", "http": "http",
}  # fmt: skip
"""Name of a job and its module."""
RESULTS = Path(__file__).parent / "results" / "latest.json"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main(names: list[str]) -> None:
    unknown = set(names) - JOBS.keys()
    if unknown:
        sys.exit(f"no benchmark called {', '.join(unknown)}; known: {', '.join(JOBS)}")
    chosen = names or list(JOBS)
    old = json.loads(RESULTS.read_text()).get("results", []) if RESULTS.exists() else []
    kept = [row for row in old if row.get("benchmark") in JOBS and row["benchmark"] not in chosen]
    print(f"{'job':<58}{'size':>10}{'ours':>14}{'peer':>12}{'ratio':>8}  unit")
    fresh = []
    for name in chosen:
        for row in _run(name):
            fresh.append(row)
            peer, ratio = (f"{row[key]:,.1f}" if row.get(key) else "" for key in ("peer", "ratio"))
            size, ours = f"{row['size']:,}", f"{row['ours']:,.1f}"
            print(f"{row['job']:<58}{size:>10}{ours:>14}{peer:>12}{ratio:>8}  {row['unit']}", flush=True)
    machine = {"python": platform.python_version(), "processor": platform.machine(), "system": platform.system()}
    order = list(JOBS)
    results = sorted([*kept, *fresh], key=lambda row: order.index(row["benchmark"]))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine, "results": results}, indent=1) + "\n")


def _run(name: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "benchmarks", "--alone", name]
    done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"the benchmark {name} failed; see above")
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    return [{"benchmark": name, "at": stamp, **row} for row in json.loads(done.stdout.splitlines()[-1])]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        print(json.dumps(importlib.import_module(f"benchmarks.{JOBS[sys.argv[2]]}").run()))
    else:
        main(sys.argv[1:])
