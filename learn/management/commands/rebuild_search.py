"""manage.py rebuild_search: index every question anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from learn import search


class Command(BaseCommand):
    help = "Index every question anew; the site goes on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{search.rebuild()} questions indexed")
