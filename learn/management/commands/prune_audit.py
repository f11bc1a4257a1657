"""manage.py prune_audit: remove old entries of the audit log."""

from __future__ import annotations

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from learn import audit
from learn.management.words import in_words


class Command(BaseCommand):
    help = "Remove entries of the audit log that are older than so many days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--older-than", type=int, required=True, metavar="DAYS")

    @in_words
    def handle(self, *args: Any, **options: Any) -> None:
        days: int = options["older_than"]
        if not 1 <= days <= 36_500:
            raise CommandError("--older-than must be 1 to 36500 days", returncode=2)
        removed = audit.prune(datetime.timedelta(days=days))
        self.stdout.write(f"{removed:,} entries removed")
