"""manage.py export_questions: write the library as files."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from learn import audit
from learn.exporter import FORMS, ExportError, Report, export_questions
from learn.management.words import in_words
from learn.models import Verb


class Command(BaseCommand):
    requires_system_checks = (Tags.compatibility,)  # all of them take a third of the start
    help = "Export questions. Exit status: 0 done, 1 --check found a difference, 2 cannot be done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="DIR", help="the tree, or the file to write")
        parser.add_argument(
            "--subject", action="append", default=[], metavar="SLUG", help="only it"
        )
        parser.add_argument("--changed", action="store_true", help="only what was edited here")
        parser.add_argument("--check", action="store_true", help="compare only, write nothing")
        parser.add_argument("--format", choices=["files", *FORMS], default="files")

    @in_words
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = export_questions(
                options["path"],
                subjects=options["subject"],
                changed=options["changed"],
                check=options["check"],
                form=options["format"],
            )
        except ExportError as error:
            raise CommandError(str(error), returncode=2) from None
        if options["check"]:
            self._print_check(report)
            if not report.agrees:
                sys.exit(1)
            return
        with suppress(DatabaseError):  # one that is only read may be exported too
            words = f"{options['format']} to {options['path']}"
            details = {"written": report.written}
            audit.record(Verb.EXPORTED, kind="question", words=words, details=details)
        rate = (report.written + report.unchanged) / report.seconds if report.seconds else 0
        self.stdout.write(
            f"{report.written} written, {report.unchanged} unchanged, {len(report.extra)} extra"
            f" in {report.seconds:.1f} s ({rate:,.0f} questions/s)"
        )

    def _print_check(self, report: Report) -> None:
        for what in ("missing", "differing", "extra"):
            for name in getattr(report, what):
                self.stdout.write(f"{what}: {name}")
        self.stdout.write(
            f"{report.unchanged} equal, {len(report.missing)} missing, {len(report.differing)}"
            f" differing, {len(report.extra)} extra in {report.seconds:.1f} s"
        )
