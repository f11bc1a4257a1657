"""manage.py sync_questions: bring a tree of question files and the library together."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from learn import audit
from learn.importer import ImportRefused, Options
from learn.management.words import in_words
from learn.models import Verb
from learn.runs import AlreadyRunningError
from learn.syncing import SyncError, SyncReport, sync_questions


class Command(BaseCommand):
    requires_system_checks = (Tags.compatibility,)  # all of them take a third of the start
    help = (
        "Import what changed in DIR, write into DIR what changed here. Exit status: 0 both agree,"
        " 1 conflicts or rejected files are left, 2 cannot be done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="DIR", help="the tree, a Git checkout")
        parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
        parser.add_argument("--yes", action="store_true", help="archive more than a tenth")
        parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes")

    @in_words
    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.is_dir():
            raise CommandError(f"{path}: there is no such folder", returncode=2)
        if options["workers"] < 1:
            raise CommandError("--workers must be at least 1", returncode=2)
        chosen = Options(
            dry_run=options["dry_run"], workers=options["workers"], prune_anyway=options["yes"]
        )
        try:
            report = sync_questions(path, chosen)
        except (ImportRefused, SyncError) as error:
            raise CommandError(str(error), returncode=2) from None
        except AlreadyRunningError as error:
            raise CommandError(f"{error}: try again when it has ended", returncode=2) from None
        if (report.written or report.removed) and not chosen.dry_run:
            counts = {"written": len(report.written), "removed": len(report.removed)}
            audit.record(Verb.EXPORTED, kind="question", words=f"sync with {path}", details=counts)
        self._print(report, dry_run=chosen.dry_run)
        if not report.agrees:
            sys.exit(1)

    def _print(self, report: SyncReport, *, dry_run: bool) -> None:
        for name in report.written:
            self.stdout.write(f"written: {name}")
        for name in report.removed:
            self.stdout.write(f"removed: {name}")
        for line in (*report.imported.errors, *report.conflicts, *report.imported.notes):
            self.stderr.write(str(line))
        self.stdout.write(("Would be: " if dry_run else "") + report.imported.summary())
        self.stdout.write(
            f"{len(report.written)} written, {len(report.removed)} removed,"
            f" {len(report.conflicts)} in conflict"
        )
