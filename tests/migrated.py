"""Databases with their tables: migrated once in a run of the tests, and copied from then on.

To migrate takes three seconds of a processor, and a dozen tests want a database that other
processes see. This knows no Django: a copy is made of a file, or by PostgreSQL.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_FOLDER = "QUICKTAKES_TESTS_FOLDER"  # in the environment of a run and of all that it starts


def begin() -> None:
    """A run of the tests begins; its processes share one template."""
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="quicktakes-tests-")


def end() -> None:
    folder = Path(os.environ.pop(_FOLDER))
    template = beside(os.environ.get("DATABASE_URL", ""), _template(folder))
    if _migrated(folder, template).exists():
        drop(template)
    shutil.rmtree(folder)


def make(url: str) -> None:
    """Make a database, in place of one that may be there."""
    drop(url)
    if _FOLDER not in os.environ:
        _create(url)
        _migrate(url)
        return
    folder = Path(os.environ[_FOLDER])
    if _is_file(url):
        template = f"sqlite:///{folder / 'template.sqlite3'}"
    else:
        template = beside(url, _template(folder))
    with _locked(folder):
        done = _migrated(folder, template)
        if not done.exists():
            _create(template)
            _migrate(template)
            done.touch()
    _create(url, template)


def drop(url: str) -> None:
    if _is_file(url):
        for suffix in ("", "-wal", "-shm"):
            _path(url + suffix).unlink(missing_ok=True)
    else:
        _ask(url, f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")


def _create(url: str, template: str = "") -> None:
    if not _is_file(url):
        copied = f" TEMPLATE {_name(template)}" if template else ""
        _ask(url, f"CREATE DATABASE {_name(url)}{copied}")
    elif template:
        shutil.copy(_path(template), _path(url))


def _migrate(url: str) -> None:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _migrated(folder: Path, template: str) -> Path:
    """The file that is there once the template is whole."""
    return folder / f"{_name(template)}.whole"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time; all wait until the first has migrated."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_file(url: str) -> bool:
    return url.startswith("sqlite:")


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _template(folder: Path) -> str:
    return f"template_{folder.name.rpartition('-')[2]}"


def beside(url: str, name: str) -> str:
    """Another database of the same server."""
    return f"{url.rpartition('/')[0]}/{name}"


def _ask(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(beside(url, "postgres"), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]
