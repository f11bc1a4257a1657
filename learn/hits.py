"""How often old addresses are asked for, counted in memory and written once a minute.

A process that is killed loses what it has not written: at most a minute's hits, which nobody needs
to the number. One that ends in order writes them.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections import Counter

from django.db import DatabaseError, close_old_connections
from django.db.models import F
from django.utils import timezone

from learn.models import Redirect

INTERVAL = 60.0  # seconds between two writes of one process
MOST = 1_000  # redirects that are waiting to be written before a write that is not due


class Hits:
    """Counts of redirects by primary key, safe to use from every thread of a process."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._written = time.monotonic()

    def count(self, redirect: int) -> None:
        """Count a hit; the one that comes a minute after the last write also writes them all."""
        with self._lock:
            self._counts[redirect] += 1
            due = time.monotonic() - self._written >= INTERVAL or len(self._counts) >= MOST
        if due:
            self.write()

    def write(self) -> None:
        """Add what was counted to the table. A database that is busy or gone is tried again."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._written = time.monotonic()
        now = timezone.now()
        try:
            for pk, number in sorted(counts.items()):  # in one order: two processes cannot deadlock
                Redirect.objects.filter(pk=pk).update(hits=F("hits") + number, last_hit_at=now)
                del counts[pk]
        except DatabaseError:
            with self._lock:
                self._counts.update(counts)


hits = Hits()


@atexit.register
def _write_the_last() -> None:
    if hits._counts:
        hits.write()
        close_old_connections()
