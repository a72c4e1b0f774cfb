"""Import with everything: read, keep evidence, examine, queue, ledger, into SQLite in a scratch home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

CHILD = """
import json, time
from datetime import UTC, datetime
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from turs.demo import write_story
from turs.cli.demo import import_story, load_coalition, load_knowledge
from turs.desk.content.models import Posting
from turs.desk.home import home
from turs.text.language import warm
warm()  # as the worker does at its start
load_coalition(datetime(2026, 1, 31, tzinfo=UTC))
story = write_story(home() / "story", end=datetime(2026, 1, 31, tzinfo=UTC), size=2000)
load_knowledge(story.folder)
start = time.perf_counter()
import_story(story)
seconds = time.perf_counter() - start
print(json.dumps({"postings": Posting.objects.count(), "seconds": seconds}))
"""


def run() -> list[dict[str, Any]]:
    """The demo's ninety days through the readers into an empty desk; postings a second in one process."""


    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "TURS_HOME": home, "DJANGO_SETTINGS_MODULE": "turs.desk.settings"}
        done = subprocess.run(
            [sys.executable, "-c", CHILD], env=env, check=True, capture_output=True, text=True, timeout=600
        )
    facts = json.loads(done.stdout.splitlines()[-1])
    return [
        {
            "job": "import with evidence, examination and ledger",
            "size": facts["postings"],
            "ours": facts["postings"] / facts["seconds"],
            "unit": "postings/s",
        }
    ]
