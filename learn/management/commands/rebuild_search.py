"""manage.py rebuild_search: index every question anew."""

from __future__ import annotations

from typing import Any

from learn import search
from learn.management.longwork import LongWork


class Command(LongWork):
    help = "Index every question anew; the site goes on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{search.rebuild()} questions indexed")
