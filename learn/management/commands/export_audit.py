"""manage.py export_audit: the audit log as CSV or JSON lines."""

from __future__ import annotations

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from learn import audit
from learn.management.words import in_words
from learn.models import AuditEntry, Verb


class Command(BaseCommand):
    help = "Write the audit log to the standard output, oldest entry first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        day = datetime.date.fromisoformat
        add("--format", choices=sorted(audit.FORMS), default="jsonl")
        add("--since", type=day, metavar="YYYY-MM-DD", help="only from this day on (UTC)")
        add("--until", type=day, metavar="YYYY-MM-DD", help="only up to this day, it included")

    @in_words
    def handle(self, *args: Any, **options: Any) -> None:
        entries, since, until = AuditEntry.objects.all(), options["since"], options["until"]
        if since:
            entries = entries.filter(at__gte=_begin_of(since))
        if until:
            entries = entries.filter(at__lt=_begin_of(until + datetime.timedelta(days=1)))
        for line in audit.rows(entries, options["format"]):
            self.stdout.write(line, ending="")
        asked = {"since": str(since or ""), "until": str(until or "")}
        audit.record(Verb.EXPORTED, kind="auditentry", words=options["format"], details=asked)


def _begin_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()), datetime.UTC)
