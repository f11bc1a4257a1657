"""Commands that take minutes, beside the people who read and edit meanwhile."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from django.core.management.base import BaseCommand

# Beside imports without end on two cores, pages took 97 ms at the 99th percentile, and 61 so: as
# long as without imports, which took no longer for it.
LESS_URGENT = 10
_SESSION = Path("/proc/self/autogroup")


class LongWork(BaseCommand):
    """A command that, as a process of its own, leaves the processors to who waits for a page."""

    def run_from_argv(self, argv: list[str]) -> None:
        os.nice(LESS_URGENT)
        if os.getsid(0) == os.getpid():  # no terminal, where other work would be slowed with this
            # Linux shares processors among sessions first, and heeds `nice` within each alone.
            with suppress(OSError):
                _SESSION.write_text(str(LESS_URGENT))
        super().run_from_argv(argv)
