"""Import with everything: read, keep evidence, examine, queue, ledger, into SQLite in a scratch home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

CHILD = """
import json, sys, time
from datetime import UTC, datetime
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from turs import collect
from turs.cli.demo import import_story, load_coalition, load_knowledge
from turs.demo import write_story
from turs.desk.coalition.models import User
from turs.desk.content import intake, tasks
from turs.desk.content.models import Posting
from turs.desk.home import home
tasks.warm()  # as the worker does at its start
end = datetime(2026, 1, 31, tzinfo=UTC)
load_coalition(end)
story = write_story(home() / "story", end=end, size=int(sys.argv[1]))
load_knowledge(story.folder)
table = ""
if sys.argv[2] == "table":
    for file in story.files:
        read = collect.read_folder if file.path.is_dir() else collect.read
        for number, item in enumerate(read(file.path, reader=file.reader, options=file.options)):
            if getattr(item, "text", ""):
                row = {"source": item.source, "id": f"{file.path.name}-{number}", "url": item.url, "text": item.text,
                       "title": item.title, "published_at": (item.published_at or end).isoformat()}
                table += json.dumps(row, ensure_ascii=False) + "\\n"
start = time.perf_counter()
if table:
    user = User.objects.get(username="cell-collector")
    intake.run(intake.open_import(user, [intake.Upload("posts.jsonl", [table.encode()])]).pk)
else:
    import_story(story)
seconds = time.perf_counter() - start
print(json.dumps({"postings": Posting.objects.count(), "seconds": seconds}))
"""


def run() -> list[dict[str, Any]]:
    """Two imports into an empty desk, one process: a table of posts, and the demo's 41 imports of every kind."""
    # Nothing is deleted before the end: ext4 looks long for a free inode where many were freed a moment ago.
    with tempfile.TemporaryDirectory() as scratch:
        return [
            measure("import a table, with evidence, examination, ledger", "table", 4000, scratch),
            measure("import 322 files of every kind, the same", "files", 2000, scratch),
        ]


def measure(job: str, kind: str, size: int, scratch: str) -> dict[str, Any]:
    """Postings a second of one import in a process and a home of its own; the middle of three runs."""
    homes = [f"{scratch}/{kind}-{number}" for number in range(3)]
    runs = sorted((child(kind, size, home) for home in homes), key=lambda facts: facts["postings"] / facts["seconds"])
    facts = runs[1]
    return {"job": job, "size": facts["postings"], "ours": facts["postings"] / facts["seconds"], "unit": "postings/s"}


def child(kind: str, size: int, home: str) -> dict[str, Any]:
    env = {**os.environ, "TURS_HOME": home, "DJANGO_SETTINGS_MODULE": "turs.desk.settings"}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(size), kind], env=env, check=True, capture_output=True, text=True,
        timeout=600,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
