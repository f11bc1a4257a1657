"""How often one address may do a thing, without keeping the address.

Counts live in the memory of a process, so each process allows its share. An address is kept as a
digest under a random key, which is thrown away with the counts when the window of time ends.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from hashlib import blake2b
from secrets import token_bytes

MOST = 10_000  # addresses of a window, 2 MB; one more begins a new window


class Limit:
    """At most `times` in `seconds` for each address; safe to use from every thread."""

    def __init__(self, times: int, seconds: float) -> None:
        self._times = times
        self._seconds = seconds
        self._lock = threading.Lock()
        self._begin()

    def allows(self, address: str) -> bool:
        """Count one more for this address; whether it may."""
        with self._lock:
            if time.monotonic() >= self._ends or len(self._counts) >= MOST:
                self._begin()
            digest = blake2b(address.encode(), key=self._key, digest_size=16).digest()
            self._counts[digest] += 1
            return self._counts[digest] <= self._times

    def _begin(self) -> None:
        self._counts: Counter[bytes] = Counter()
        self._key = token_bytes(32)
        self._ends = time.monotonic() + self._seconds
