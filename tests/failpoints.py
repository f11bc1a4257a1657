"""Processes that are killed at a chosen moment, and what they leave behind.

A failpoint is a moment of one of KINDS, counted from 1. None needs a hook in the code under test:
Python's audit events tell when a file is opened, renamed or removed, Django's wrappers when a
statement runs, and SQLite counts its own steps within one. A run is a forked process that works on
a database of its own, so that hundreds of runs cost no start of Python.
"""

from __future__ import annotations

import io
import os
import pickle
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, NamedTuple

from tests import migrated

KINDS = ("file", "statement", "after statement", "commit", "after commit", "step")
STEPS = 2_000  # of SQLite's machine between two failpoints: about 0.1 ms
_FILE_EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.link")


class Failpoint(NamedTuple):
    kind: str
    number: int


class Ended(NamedTuple):
    """How a run ended: its exit status (negative for a signal), what it returned and printed."""

    status: int
    value: Any
    output: str


def run(act: Callable[[], Any]) -> Ended:
    """Call a function in a forked process. An exception is status 70 with its traceback."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _in_child(act, writer)
    os.close(writer)
    with open(reader, "rb") as stream:
        answer = stream.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    value, output = pickle.loads(answer) if answer else (None, "")
    return Ended(status, value, output)


def _in_child(act: Callable[[], Any], writer: int) -> None:
    from django.db import connections

    status, value, printed = 0, None, io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            value = act()
    except SystemExit as stop:
        status = int(stop.code or 0)
    except BaseException:
        status = 70
        traceback.print_exc(file=printed)
    try:
        connections.close_all()
        with open(writer, "wb") as stream:
            pickle.dump((value, printed.getvalue()), stream)
    finally:
        os._exit(status)


def counted(act: Callable[[], Any]) -> Counter[str]:
    """How many failpoints of each kind a whole run has. Raises where the run fails."""

    def counting() -> dict[str, int]:
        counter = _Counter(None)
        with suppress(SystemExit):  # a command's exit status
            act()
        return dict(counter.seen)

    ended = run(counting)
    if ended.status:
        raise RuntimeError(ended.output)
    return Counter(ended.value)


def killed(act: Callable[[], Any], at: Failpoint) -> Ended:
    """A run that is killed at a failpoint; status -9 where it got as far."""

    def watched() -> Any:
        _Counter(at)
        return act()

    return run(watched)


def chosen(there: Counter[str], count: int) -> list[Failpoint]:
    """So many failpoints, as many of each kind as there are, evenly spread from first to last."""
    share: Counter[str] = Counter()
    while sum(share.values()) < min(count, sum(there.values())):
        least = min((kind for kind in there if share[kind] < there[kind]), key=lambda k: share[k])
        share[least] += 1
    return [
        Failpoint(kind, 1 + round(index * (there[kind] - 1) / max(1, share[kind] - 1)))
        for kind in KINDS
        for index in range(share[kind])
    ]


class _Counter:
    """Counts the failpoints of this process, and ends it at one as a power cut would."""

    def __init__(self, at: Failpoint | None) -> None:
        from django.db.backends.base.base import BaseDatabaseWrapper
        from django.db.backends.signals import connection_created

        self.seen: Counter[str] = Counter()
        self._at = at
        sys.addaudithook(self._audited)
        connection_created.connect(self._connected, weak=False)
        commit = BaseDatabaseWrapper._commit

        def committed(wrapper: Any) -> None:
            self._pass("commit")
            commit(wrapper)
            self._pass("after commit")

        BaseDatabaseWrapper._commit = committed  # type: ignore[method-assign]

    def _pass(self, kind: str) -> None:
        self.seen[kind] += 1
        if self._at and self._at == (kind, self.seen[kind]):
            os.kill(os.getpid(), signal.SIGKILL)

    def _audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FILE_EVENTS and str(arguments[0]).endswith((".md", ".tmp", ".json", ".zip")):
            self._pass("file")

    def _connected(self, connection: Any, **kwargs: Any) -> None:
        connection.execute_wrappers.append(self._executed)
        if connection.vendor == "sqlite":
            connection.connection.set_progress_handler(lambda: self._pass("step"), STEPS)

    def _executed(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self._pass("statement")
        result = execute(sql, params, many, context)
        self._pass("after statement")
        return result


class Library:
    """A database and a tree that can be put back as they were."""

    def __init__(self, scratch: Path, url: str) -> None:
        """Before Django is set up. `url` is that of any database of a PostgreSQL server, or ''."""
        self.tree, self._kept_tree = scratch / "tree", scratch / "kept"
        self._scratch, self._server = scratch, url
        if url:
            self._name = f"failpoints_{os.getpid()}"
            url = url.rpartition("/")[0] + "/" + self._name
        self._url = url or f"sqlite:///{scratch / 'library.sqlite3'}"
        os.environ["DATABASE_URL"] = self._url

    def keep(self) -> None:
        """Remember database and tree as they are now."""
        shutil.rmtree(self._kept_tree, ignore_errors=True)
        shutil.copytree(self.tree, self._kept_tree)
        if self._server:
            self._ask(f"DROP DATABASE IF EXISTS {self._name}_kept WITH (FORCE)")
            self._ask(f"CREATE DATABASE {self._name}_kept TEMPLATE {self._name}")
        else:
            shutil.copy(self._scratch / "library.sqlite3", self._scratch / "kept.sqlite3")

    def empty(self) -> None:
        """A new database without rows, and no tree."""
        shutil.rmtree(self.tree, ignore_errors=True)
        migrated.make(self._url)

    def restore(self) -> None:
        """Put both back as they were kept."""
        shutil.rmtree(self.tree)
        shutil.copytree(self._kept_tree, self.tree)
        migrated.drop(self._url)
        if self._server:
            self._ask(f"CREATE DATABASE {self._name} TEMPLATE {self._name}_kept")
            return
        shutil.copy(self._scratch / "kept.sqlite3", self._scratch / "library.sqlite3")

    def drop(self) -> None:
        if self._server:
            for name in (self._name, f"{self._name}_kept"):
                self._ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _ask(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]
