"""SQLite: which one is used, and how its database is copied.

The packaged one stands in for the system's, before Django loads its backend.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL database that several processes write (sqlite.org/wal.html,
"walresetbug"); Debian 12 ships 3.40.1. `pysqlite3` carries a fixed one. Where it has no wheel, the
standard library's stays: one web process is the default then, and a system check refuses more.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

FIXED_VERSION = (3, 51, 3)


def prefer_packaged() -> None:
    """Make `import sqlite3` mean pysqlite3 where that is installed."""
    try:
        import pysqlite3
    except ImportError:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def is_fixed() -> bool:
    """Whether several processes may write one database."""
    import sqlite3

    return tuple(sqlite3.sqlite_version_info) >= FIXED_VERSION


class CopyError(Exception):
    """Why a database was not copied, as a sentence without its point."""


def copied(source: Any, path: Path) -> int:
    """Copy an open database to a file that is not there yet; its size in bytes.

    The copy is what had been committed when it began: readers and writers go on meanwhile. It is
    one file, nobody else's to read, whole and checked before it gets its name. Raises CopyError.
    """
    if path.exists():
        raise CopyError(f"{path} is there already")
    part = path.with_name(f"{path.name}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise CopyError(f"{part} is there: of a copy that was cut off, or is being made") from None
    except OSError as error:
        raise CopyError(f"{path}: {error.strerror}") from None
    try:
        _copy(source, part)
        part.rename(path)
    except OSError as error:
        raise CopyError(f"{path}: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    return path.stat().st_size


def _copy(source: Any, path: Path) -> None:
    import sqlite3

    copy = sqlite3.connect(path)
    try:
        source.backup(copy)  # in one step: a writer between two would begin it anew
        copy.execute("PRAGMA journal_mode = DELETE")  # so that no second file belongs to it
        [(found,)] = copy.execute("PRAGMA quick_check(1)")
    except sqlite3.Error as error:
        raise CopyError(f"the copy failed: {error}") from None
    finally:
        copy.close()
    if found != "ok":
        raise CopyError(f"the copy is damaged, and so the database may be: {found}")
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
