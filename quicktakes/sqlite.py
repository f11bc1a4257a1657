"""Stand the packaged SQLite in for the system's, before Django loads its backend.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL database that several processes write (sqlite.org/wal.html,
"walresetbug"); Debian 12 ships 3.40.1. `pysqlite3` carries a fixed one. Where it has no wheel, the
standard library's stays: one web process is the default then, and a system check refuses more.
"""

from __future__ import annotations

import sys

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
