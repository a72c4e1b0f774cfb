"""``turs serve``, ``turs worker``, ``turs upgrade``: run this installation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import typer

from . import desk, say

Port = typer.Option(8000, "--port", "-p", min=1, max=65535)
Host = typer.Option("127.0.0.1", "--host", help="Address to listen on. Beyond this machine, put TLS in front.")


def serve(
    host: str = Host,
    port: int = Port,
    workers: int = typer.Option(0, "--workers", "-w", help="Web processes; by default one a core, at most four."),
    with_worker: bool = typer.Option(True, "--worker/--no-worker", help="Start a background worker beside it."),
) -> None:
    """Serve the desk on this machine until you press Ctrl-C."""
    desk.open_desk()
    run_servers(host, port, workers or min(4, os.cpu_count() or 1), with_worker)


def worker() -> None:
    """Work through waiting imports, until you press Ctrl-C."""
    desk.open_desk()
    from django.core.management import call_command

    from turs.desk.content.tasks import resume, warm

    warm()
    resume()
    call_command("db_worker", queue_name="*", verbosity=0)


def upgrade(json: bool = say.Json) -> None:
    """Set up this installation's database, or bring it up to this program's version. Safe to run again."""
    prepare()
    if json:
        say.line({"ready": True})
    else:
        say.out.print("ready")


def prepare() -> None:
    desk.open_desk(check=False)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def run_servers(host: str, port: int, workers: int, with_worker: bool = True) -> None:
    """Web server and worker as child processes; when one ends, or we are told to stop, all end."""
    shown = f"[{host}]" if ":" in host else host
    web = [
        sys.executable, "-m", "gunicorn", "turs.desk.wsgi", "--bind", f"{shown}:{port}", "--workers", str(workers),
        "--worker-class", "gthread", "--threads", "4", "--timeout", "120", "--log-level", "warning",
    ]  # fmt: skip
    commands = [web]
    if with_worker:
        commands.append([sys.executable, "-m", "turs.cli", "worker"])
    children = [subprocess.Popen(command) for command in commands]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        for child in children:
            if child.poll() is None:
                child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        while not stopping and all(child.poll() is None for child in children):
            signal.sigtimedwait([], 0.5)
    finally:
        crashed = not stopping
        stop()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
    if crashed:
        say.fail("the server stopped by itself", "Look at the messages above. Is the port taken? Try --port.", code=1)
