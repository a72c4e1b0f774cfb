"""Matching over HTTP: one gunicorn worker on one core, a bank of 50,000 pictures, calls of Hasher-Matcher-Actioner."""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from typing import Any

BANK, BATCH, SINGLES, BATCHES, RUNS = 50_000, 2_000, 2_000, 20, 3

PREPARE = """
import random, sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from turs.desk.coalition import services
from turs.desk.coalition.models import Agency
from turs.desk.content import curation
member = services.put(None, services.Member, "north", kind="STATE", name_ar="مثال", name_en="Example")
agency = services.put(None, Agency, "cell", member=member, type="CELL", name_ar="خلية", name_en="Cell")
user = services.add_user(None, "bench", roles=["analyst"], agency=agency, password="a long enough phrase 7",
                         languages={"ar": "NATIVE"})
bank = curation.add_bank(user, "bench", polarity="match", tlp="AMBER")
draw = random.Random(7)
given = (curation.Given("pdq", f"{draw.getrandbits(256):064x}") for _ in range(int(sys.argv[1])))
curation.add_many(user, bank, given, origin="bench", reason="Random hashes for a benchmark.")
print(services.issue_token(user, "bench")[1])
"""


def run() -> list[dict[str, Any]]:
    """Look-ups a second one by one, and hashes a second in batches of 2,000; the middle of three runs each."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "TURS_HOME": home, "DJANGO_SETTINGS_MODULE": "turs.desk.settings"}
        done = subprocess.run([sys.executable, "-c", PREPARE, str(BANK)], env=environment, check=True,
                              capture_output=True, text=True)  # fmt: skip
        token = done.stdout.split()[-1]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "turs.desk.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1",
                   "--worker-class", "gthread", "--threads", "4", "--log-level", "error"]  # fmt: skip
        server = subprocess.Popen(command, env=environment)
        try:
            return _measure(port, token)
        finally:
            server.terminate()
            server.wait(20)


def _measure(port: int, token: str) -> list[dict[str, Any]]:
    draw, other = random.Random(7), random.Random(8)
    known = [f"{draw.getrandbits(256) ^ 1023:064x}" for _ in range(SINGLES // 2)]  # ten bits from an entry of the bank
    asked = [value for one in known for value in (one, f"{other.getrandbits(256):064x}")]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection = _connect(port)

    def call(method: str, path: str, body: str | None = None) -> Any:
        connection.request(method, f"/hma{path}", body, headers)
        answer = connection.getresponse()
        found = json.loads(answer.read())
        assert answer.status == 200, found
        return found

    def singles() -> float:
        start, hits = time.perf_counter(), 0
        for value in asked:
            hits += bool(call("GET", f"/m/raw_lookup?signal_type=pdq&signal={value}")["matches"])
        assert hits == len(known)
        return len(asked) / (time.perf_counter() - start)

    def batches() -> float:
        body = json.dumps({"signal_type": "pdq", "signals": asked[:BATCH]})
        start = time.perf_counter()
        for _ in range(BATCHES):
            assert len(call("POST", "/m/lookup/batch", body)["matches"]) == len(known)
        return BATCHES * BATCH / (time.perf_counter() - start)

    call("GET", f"/m/raw_lookup?signal_type=pdq&signal={asked[0]}")  # the first call reads the bank and compiles
    batches()
    jobs = (("HTTP, single look-ups", singles, 800), ("HTTP, batches of 2,000 hashes", batches, 50_000))
    rows = []
    for job, measure, target in jobs:
        rate = sorted(measure() for _ in range(RUNS))[RUNS // 2]
        rows.append({"job": job, "size": BANK, "ours": rate, "unit": "hashes/s", "peer": None, "ratio": None,
                     "target": target})  # fmt: skip
    return rows


def _connect(port: int) -> http.client.HTTPConnection:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
