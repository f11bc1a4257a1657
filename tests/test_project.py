"""The project around the app: environment, accounts, system checks, the shipped library."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import call_command

from learn.models import Question, RelatedQuestion, Subject
from quicktakes import env


@pytest.mark.parametrize(("value", "expected"), [("0", False), ("1", True)])
def test_a_flag_is_0_or_1(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("FLAG", value)
    assert env.flag("FLAG", default=not expected) is expected


@pytest.mark.parametrize("value", ["", "true", "yes", "False", "2"])
def test_any_other_flag_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FLAG", value)
    with pytest.raises(env.InvalidEnvironmentError, match=f"FLAG is '{value}'; it must be 0 or 1"):
        env.flag("FLAG", default=True)


def test_a_number_is_whole_and_not_negative(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.number("NUMBER", default=2) == 2
    monkeypatch.setenv("NUMBER", "13")
    assert env.number("NUMBER", default=0) == 13
    for value in ("", "-1", "1.5", "two", "٣"):
        monkeypatch.setenv("NUMBER", value)
        with pytest.raises(env.InvalidEnvironmentError, match="it must be a whole number"):
            env.number("NUMBER", default=0)


def test_a_text_without_a_default_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEY", raising=False)
    with pytest.raises(env.InvalidEnvironmentError, match="KEY is not set"):
        env.text("KEY")


def test_a_database_is_chosen_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:p%40ss@db:5433/learn?sslmode=require")
    chosen = env.database("DATABASE_URL", default="")
    assert chosen == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "learn",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("address", "name"),
    [("sqlite:///x.sqlite3", "x.sqlite3"), ("sqlite:////var/lib/x.sqlite3", "/var/lib/x.sqlite3")],
)
def test_sqlite_is_named_by_a_path(
    monkeypatch: pytest.MonkeyPatch, address: str, name: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    chosen = env.database("DATABASE_URL", default="")
    assert (chosen["NAME"], chosen["OPTIONS"]["transaction_mode"]) == (name, "IMMEDIATE")


@pytest.mark.parametrize("address", ["mysql://x/y", "sqlite://", "nonsense"])
def test_any_other_database_stops_the_start(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(env.InvalidEnvironmentError):
        env.database("DATABASE_URL", default="")


@pytest.mark.django_db
def test_the_first_editor_gets_a_password_that_is_shown_once() -> None:
    out = StringIO()
    call_command("create_editor", stdout=out)
    password = re.search(r"password: (\S+)", out.getvalue())
    assert password is not None
    editor = authenticate(username="editor", password=password[1])
    assert isinstance(editor, User)
    assert editor.has_perms(["learn.change_question", "learn.add_subject"])
    assert not editor.is_superuser
    again = StringIO()
    call_command("create_editor", stdout=again)
    assert (again.getvalue(), User.objects.count()) == ("", 1)


def test_the_checks_of_a_deployment_pass(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("check", stdout=StringIO())


@pytest.mark.django_db
def test_the_shipped_library_is_good_enough_to_show(fixtures: Path) -> None:
    call_command("import_questions", fixtures, stdout=StringIO())
    assert Question.objects.count() >= 60
    assert Subject.objects.count() >= 12
    assert not Question.objects.filter(problem_count__gt=0).exclude(no_index=True).exists()
    led = RelatedQuestion.objects.exclude(target=None).count()
    assert led > RelatedQuestion.objects.filter(target=None).count() > 0
