"""What a monitor asks, and a copy of the database: for who keeps the site running."""

from __future__ import annotations

import io
import re
import sqlite3
import stat
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.template import engines
from django.test import Client

from learn import health
from learn.models import Question
from quicktakes import sqlite as ours
from tests import library
from tests.processes import manage

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has pg_dump")


@pytest.fixture(autouse=True)
def not_asked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_ready", False)


# ------------------------------------------------------------------------------- /healthz


def asked(client: Client) -> tuple[int, str]:
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert answer["Cache-Control"] == "no-store"
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
def test_a_process_that_can_serve_says_so_whatever_host_is_named(client: Client) -> None:
    assert asked(client) == (200, "ok\n")
    head = client.head("/healthz")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.django_db
def test_over_plain_http_too(client: Client, settings: object) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    assert asked(client) == (200, "ok\n")


@pytest.mark.django_db
def test_it_looks_for_migrations_until_all_are_there(client: Client) -> None:
    last = MigrationRecorder.Migration.objects.filter(app="learn").order_by("name").last()
    MigrationRecorder(connection).record_unapplied("learn", last.name)
    assert asked(client) == (503, "migrations are not applied\n")
    MigrationRecorder(connection).record_applied("learn", last.name)
    assert asked(client) == (200, "ok\n")
    with patch("learn.health.MigrationExecutor", side_effect=AssertionError):
        assert asked(client) == (200, "ok\n")


@pytest.mark.django_db
def test_a_database_that_is_gone_is_said_without_its_address(client: Client) -> None:
    gone = OperationalError('connection to server at "10.0.0.9" failed')
    with patch.object(connections["default"], "cursor", side_effect=gone):
        assert asked(client) == (503, "the database does not answer\n")


def test_a_worker_that_has_just_started_has_loaded_what_pages_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.setswitchinterval", lambda seconds: None)
    from quicktakes import gunicorn

    [loader] = engines["django"].engine.template_loaders
    loader.reset()
    gunicorn.post_worker_init(object())
    loaded = set(loader.get_template_cache)
    assert {"learn/question.html", "404.html", "admin/learn/question/change_form.html"} <= loaded


# ------------------------------------------------------------------------------- backup


def back_up(path: Path) -> str:
    said = io.StringIO()
    call_command("backup", path, stdout=said)
    return said.getvalue()


def titles(path: Path) -> list[str]:
    with sqlite3.connect(path) as copy:
        return [title for (title,) in copy.execute("SELECT title FROM learn_question")]


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_backup_is_one_private_file_that_holds_all(tmp_path: Path) -> None:
    library.question("What is heat?")
    path = tmp_path / "copy.sqlite3"
    said = back_up(path)
    assert re.match(rf"{path}: [0-9.]+ MB, 1 questions, checked, in [0-9.]+ s\n", said)
    assert titles(path) == ["What is heat?"]
    assert [each.name for each in tmp_path.iterdir()] == ["copy.sqlite3"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    library.question("What is work?")
    assert titles(path) == ["What is heat?"]


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_site_runs_on_its_backup(tmp_path: Path) -> None:
    library.question("What is heat?")
    path = tmp_path / "copy.sqlite3"
    back_up(path)
    run = manage(f"sqlite:///{path}", "export_questions", tmp_path / "out")
    assert run.returncode == 0, run.stderr
    assert len(list((tmp_path / "out").rglob("*.md"))) == 1


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_writer_goes_on_meanwhile_and_the_copy_is_of_one_moment(tmp_path: Path) -> None:
    library.question("What is heat?")
    path = tmp_path / "copy.sqlite3"

    def write_meanwhile(source: object, part: Path) -> None:
        other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0.1)
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE learn_question SET title = 'Not committed'")
        copy(source, part)
        other.commit()
        other.close()

    copy = ours._copy
    with patch.object(ours, "_copy", write_meanwhile):
        back_up(path)
    assert titles(path) == ["What is heat?"]
    assert Question.objects.get().title == "Not committed"


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_nothing_is_overwritten_and_nothing_half_is_left(tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite3"
    path.write_text("kept")
    with pytest.raises(CommandError, match="is there already"):
        back_up(path)
    assert path.read_text() == "kept"
    with pytest.raises(CommandError, match="No such file or directory"):
        back_up(tmp_path / "no" / "folder.sqlite3")
    (tmp_path / "cut.sqlite3.part").touch()
    with pytest.raises(CommandError, match="of a copy that was cut off"):
        back_up(tmp_path / "cut.sqlite3")
    with (
        patch("pathlib.Path.rename", side_effect=OSError(28, "No space left on device")),
        pytest.raises(CommandError, match="No space left on device"),
    ):
        back_up(tmp_path / "full.sqlite3")
    assert not list(tmp_path.glob("full*"))


@pytest.mark.django_db
def test_a_damaged_copy_is_no_backup(tmp_path: Path) -> None:
    damaged = sqlite3.connect(":memory:")
    damaged.execute("CREATE TABLE t (a CHECK (a > 0))")
    damaged.execute("PRAGMA ignore_check_constraints = ON")
    damaged.execute("INSERT INTO t VALUES (-1)")
    damaged.commit()
    with pytest.raises(ours.CopyError, match="the copy is damaged"):
        ours.copied(damaged, tmp_path / "copy.sqlite3")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(connection.vendor == "sqlite", reason="of other databases")
@pytest.mark.django_db
def test_another_database_is_told_its_own_tool(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="pg_dump"):
        back_up(tmp_path / "copy")
