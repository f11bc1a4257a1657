"""manage.py import_questions: load question files into the library."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from learn.content.scan import Reading
from learn.importer import Report, import_questions


class Command(BaseCommand):
    help = "Import question files. Exit status: 0 all in, 1 some rejected, 2 wrong usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
        parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
        parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["paths"]:
            if not path.exists():
                raise CommandError(f"{path}: there is no such file or folder", returncode=2)
        if options["workers"] < 1:
            raise CommandError("--workers must be at least 1", returncode=2)
        if options["report"] and not options["report"].absolute().parent.is_dir():
            raise CommandError(f"{options['report']}: there is no such folder", returncode=2)
        if options["report"] and options["report"].is_dir():
            raise CommandError(f"{options['report']}: this is a folder", returncode=2)
        report = import_questions(
            options["paths"],
            dry_run=options["dry_run"],
            workers=options["workers"],
            progress=_progress,
        )
        if options["report"]:
            text = json.dumps(report.as_json(), indent=2, ensure_ascii=False)
            options["report"].write_text(text + "\n", encoding="utf-8")
        self._print(report, dry_run=options["dry_run"])
        if report.rejected:
            sys.exit(1)

    def _print(self, report: Report, *, dry_run: bool) -> None:
        for error in report.errors[:50]:
            self.stderr.write(str(error))
        if len(report.errors) > 50:
            self.stderr.write(f"... and {len(report.errors) - 50} more: see --report FILE")
        for name in report.conflicts[:50]:
            self.stderr.write(f"{name}: edited here since its last import; the edit is kept")
        rate = report.files / report.seconds if report.seconds else 0
        self.stdout.write(
            f"{'Would be: ' if dry_run else ''}{report.created} created, {report.updated} updated,"
            f" {report.unchanged} unchanged, {report.conflicted} conflicted,"
            f" {report.rejected} rejected in {report.seconds:.1f} s ({rate:,.0f} files/s)"
        )


def _progress(readings: Iterable[Reading], total: int) -> Iterable[Reading]:
    return tqdm(readings, total=total, unit="file", disable=not sys.stderr.isatty())
