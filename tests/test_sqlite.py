"""How a transaction waits until it may write, on an SQLite of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from quicktakes import env
from quicktakes.sqlite import base


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite3"


@pytest.fixture
def ours(
    path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[base.DatabaseWrapper]:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    chosen = env.database("DATABASE_URL", default="")
    connection = ConnectionHandler({"default": chosen})["default"]
    with django_db_blocker.unblock():  # for no database of the project's
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (word TEXT)")
        yield connection
        connection.close()


@pytest.fixture
def other(path: Path, ours: base.DatabaseWrapper) -> Iterator[sqlite3.Connection]:
    """Somebody who is writing."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_the_lock_is_had_as_soon_as_it_is_let_go(
    ours: base.DatabaseWrapper, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 100:  # by then SQLite's own waiting would ask every 100 ms
            other.execute("COMMIT")

    monkeypatch.setattr(base.time, "sleep", sleep)
    write(ours)
    assert waited == [base.PAUSE] * 100
    assert other.execute("SELECT word FROM kept").fetchall() == [("mine",)]


def test_who_has_waited_too_long_is_told(
    ours: base.DatabaseWrapper, other: sqlite3.Connection
) -> None:
    ours.settings_dict["OPTIONS"]["timeout"] = 0
    with pytest.raises(OperationalError, match="database is locked"):
        write(ours)
    other.execute("COMMIT")
    write(ours)


def test_single_statements_wait_as_long(ours: base.DatabaseWrapper) -> None:
    write(ours)
    with ours.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)


def test_any_other_error_is_told_at_once(
    ours: base.DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.transaction_mode = "NEVER"
    monkeypatch.setattr(base.time, "sleep", pytest.fail)
    with pytest.raises(OperationalError, match="syntax error"):
        write(ours)


def write(connection: base.DatabaseWrapper) -> None:
    """One transaction, by the connection's own means: `atomic` knows the project's alone."""
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO kept VALUES ('mine')")
        connection.commit()
    finally:
        connection.set_autocommit(True)
