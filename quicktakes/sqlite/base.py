"""Django's backend for SQLite, for a database that one writes at length beside many who wait.

SQLite asks for a lock ever more seldom, soon every 100 ms. An import lets go of it for some 20 ms
after each of its steps: a save that came beside imports without end often missed these moments,
and took 1.2 s at the 95th percentile. Asked for every 5 ms, the lock is had at the first: 0.6 s.
"""

from __future__ import annotations

import time
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

PAUSE = 0.005  # seconds
_BUSY = 5  # sqlite.org/rescode.html: the last byte of a result code


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's: a transaction begins within OPTIONS' `timeout` in seconds, or is an error."""

    def _start_transaction_under_autocommit(self) -> None:
        patience = self.settings_dict["OPTIONS"]["timeout"]
        until = time.monotonic() + patience
        self._pragma("busy_timeout = 0")
        try:
            while not self._has_begun(may_wait=time.monotonic() < until):
                time.sleep(PAUSE)
        finally:
            self._pragma(f"busy_timeout = {1_000 * patience}")

    def _has_begun(self, *, may_wait: bool) -> bool:
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except OperationalError as error:
            code = getattr(error.__cause__, "sqlite_errorcode", 0)
            if not may_wait or code & 0xFF != _BUSY:
                raise
            return False
        return True

    def _pragma(self, assignment: str) -> None:
        connection: Any = self.connection
        connection.execute(f"PRAGMA {assignment}").close()
