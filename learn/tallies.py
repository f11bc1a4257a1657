"""Counts kept in memory and written once a minute, so that no page costs a write.

A process that is killed loses what it has not written: at most a minute's counts, which nobody
needs to the number. One that ends in order writes them.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.db import DatabaseError, close_old_connections

INTERVAL = 60.0  # seconds between two writes of one process
MOST = 1_000  # keys that are waiting to be written before a write that is not due

Key = TypeVar("Key", bound=Hashable)


class Tally(Generic[Key]):
    """Counts by keys that can be sorted, safe to use from every thread of a process.

    `add` is how a key's number is added to what is stored.
    """

    def __init__(self, add: Callable[[Key, int], None]) -> None:
        self._add = add
        self._counts: Counter[Key] = Counter()
        self._lock = threading.Lock()
        self._written = time.monotonic()

    def count(self, key: Key) -> None:
        """Count one; the one that comes a minute after the last write also writes them all."""
        with self._lock:
            self._counts[key] += 1
            due = time.monotonic() - self._written >= INTERVAL or len(self._counts) >= MOST
        if due:
            self.write()

    def write(self) -> None:
        """Add what was counted to the table. A database that is busy or gone is tried again."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._written = time.monotonic()
        try:
            for key, number in sorted(
                counts.items()
            ):  # in one order: two processes cannot deadlock
                self._add(key, number)
                del counts[key]
        except DatabaseError:
            with self._lock:
                self._counts.update(counts)

    def write_the_last(self) -> None:
        """What a process does as it ends."""
        if self._counts:
            self.write()
            close_old_connections()
