"""What several test files use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from learn import roles
from tests import migrated

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # what pytest-xdist starts is of the same run
        migrated.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        migrated.end()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """The database that the tests of a process share, copied and not migrated anew."""
    with django_db_blocker.unblock():
        name = connection.creation._get_test_db_name()
        server = os.environ.get("DATABASE_URL", "")
        on_server = connection.vendor == "postgresql"
        migrated.make(migrated.beside(server, name) if on_server else f"sqlite:///{name}")
        made = setup_databases(verbosity=0, interactive=False, keepdb=True)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """No test sees counts that another one had kept."""
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def tables_emptied_row_by_row() -> Iterator[None]:
    """TRUNCATE makes new files for 40 tables, after each test that commits; few rows go sooner."""

    def deletes(style: object, tables: list[str], **options: object) -> list[str]:
        return [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]

    with pytest.MonkeyPatch.context() as patched:
        if connection.vendor == "postgresql":
            patched.setattr(connection.ops, "sql_flush", deletes)
        yield


@pytest.fixture
def fixtures() -> Path:
    """The library that is shipped with the project."""
    return ROOT / "fixtures"


def person(name: str, role: str) -> User:
    """A staff account in a role."""
    if not Group.objects.filter(name=role).exists():  # a test that commits leaves no row behind
        roles.grant()
    made = User.objects.create_user(name, password="secret", is_staff=True)
    made.groups.add(Group.objects.get(name=role))
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor(db: None) -> User:
    """Somebody who may edit and publish."""
    return person("pat", roles.PUBLISHER)


@pytest.fixture
def desk(editor: User) -> Client:
    """A client that is signed in as an editor who may publish."""
    return signed_in(editor)


@pytest.fixture
def writer(db: None) -> User:
    """Somebody who writes drafts and proposes, and does not publish."""
    return person("wren", roles.EDITOR)


@pytest.fixture
def writers_desk(writer: User) -> Client:
    return signed_in(writer)
