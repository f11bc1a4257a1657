"""Real `manage.py` processes on a database of their own, and the processes that they start."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import migrated

ROOT = migrated.ROOT
_MARK = "QUICKTAKES_TEST_FAMILY"  # in the environment of a process and of all that it starts


@contextmanager
def database(scratch: Path, server: str) -> Iterator[str]:
    """The URL of a new database with its tables; `server` is a PostgreSQL URL, or '' for SQLite."""
    url = f"sqlite:///{scratch / 'processes.sqlite3'}"
    if server:
        url = f"{server.rpartition('/')[0]}/processes_{os.getpid()}"
    migrated.make(url)
    try:
        yield url
    finally:
        migrated.drop(url)


def started(url: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """A manage.py that runs, in a process group of its own."""
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        _MARK: f"{os.getpid()}-{time.monotonic_ns()}",
    }
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=ROOT,
        **options,
    )
    process.family = environment[_MARK]  # type: ignore[attr-defined]
    return process


def manage(url: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A manage.py that has ended, within two minutes."""
    process = started(url, *arguments)
    stdout, stderr = process.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The processes that read files for it, or did when it was alive; their server is the first."""
    mark = f"{_MARK}={process.family}".encode()  # type: ignore[attr-defined]
    return sorted(pid for pid in _all() if mark in _file(pid, "environ") and _is_worker(pid))


def _is_worker(pid: int) -> bool:
    """Not the process itself, nor multiprocessing's tracker, which ends by itself."""
    return b"forkserver" in _file(pid, "cmdline")


def _all() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _file(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def soon(holds: Callable[[], object], seconds: float = 20.0) -> bool:
    """Whether something comes to hold within some seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
