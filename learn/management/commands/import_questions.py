"""manage.py import_questions: load question files into the library."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from learn import audit, reports
from learn.content import listing, sources
from learn.content.document import ContentError
from learn.content.listing import Found, SourceFile
from learn.content.tree import TreeError
from learn.importer import ImportRefused, Options, Progress, import_questions
from learn.management.words import in_words
from learn.models import Status, Verb
from learn.moves import Move, apply_moves, read_moves
from learn.reports import Report
from learn.runs import AlreadyRunningError

_SHOWN = 50  # errors and conflicts on the terminal; --report has them all


class Command(BaseCommand):
    requires_system_checks = (Tags.compatibility,)  # all of them take a third of the start
    help = "Import question files. Exit status: 0 all in, 1 some rejected, 2 wrong usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("paths", nargs="+", type=Path, metavar="PATH", help="folder, file, archive or -")
        add("--dry-run", action="store_true", help="report only, write nothing")
        add("--workers", type=int, default=2, metavar="N", help="processes")
        add("--report", type=Path, metavar="FILE", help="the report: .json, .xml (JUnit) or .txt")
        add("--on-conflict", choices=("keep", "overwrite", "fail"), default="keep")
        add("--strict", action="store_true", help="write nothing unless every file can be read")
        add("--prune", action="store_true", help="archive questions whose file has vanished")
        add("--yes", action="store_true", help="archive more than a tenth of them")
        add("--subject", action="append", default=[], metavar="SLUG", help="only this one")
        add("--status", choices=("draft", "published"), default="published", help="of new ones")
        add("--moved", type=Path, metavar="FILE.csv", help="previous_subject,slug,current_subject")
        add("--changed-since", metavar="REV", help="only what differs from this Git revision")

    @in_words
    def handle(self, *args: Any, **options: Any) -> None:
        _check(options)
        chosen = Options(
            dry_run=options["dry_run"],
            workers=options["workers"],
            on_conflict=options["on_conflict"],
            strict=options["strict"],
            prune=options["prune"],
            prune_anyway=options["yes"],
            subjects=frozenset(options["subject"]),
            status=Status(options["status"]),
        )
        moves = _moves(options["moved"])
        report, refusal = _imported(options, chosen)
        if not refusal:
            count, notes = apply_moves(moves, dry_run=chosen.dry_run)
            report.redirected = count
            report.notes += notes
            if moves and not chosen.dry_run:
                name, details = options["moved"].name, {"redirects": count}
                audit.record(Verb.IMPORTED, kind="redirect", words=name, details=details)
        if options["report"]:
            _write(report, options["report"])
        self._print(report, dry_run=options["dry_run"] or bool(refusal))
        if refusal:
            self.stderr.write(refusal)
        if refusal or report.rejected:
            sys.exit(1)

    def _print(self, report: Report, *, dry_run: bool) -> None:
        lines = [
            *map(str, report.errors),
            *(
                f"{name}: edited here since its last import; the edit is kept"
                for name in report.conflicts
            ),
            *report.notes,
        ]
        for line in lines[:_SHOWN]:
            self.stderr.write(line)
        if len(lines) > _SHOWN:
            self.stderr.write(f"... and {len(lines) - _SHOWN} more: see --report FILE")
        self.stdout.write(("Would be: " if dry_run else "") + report.summary())
        for line in report.to_mend():
            self.stdout.write(f"To mend: {line}")


def _write(report: Report, path: Path) -> None:
    try:
        reports.write(report, path)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}", returncode=2) from None
    except TreeError as error:
        raise CommandError(str(error), returncode=2) from None


def _check(options: dict[str, Any]) -> None:
    for path in options["paths"]:
        if path != sources.STANDARD_INPUT and not path.exists():
            raise CommandError(f"{path}: there is no such file or folder", returncode=2)
    if options["workers"] < 1:
        raise CommandError("--workers must be at least 1", returncode=2)
    if options["prune"] and options["changed_since"]:
        raise CommandError("--prune needs the whole tree: not --changed-since", returncode=2)
    if report := options["report"]:
        if not report.absolute().parent.is_dir():
            raise CommandError(f"{report}: there is no such folder", returncode=2)
        if report.is_dir():
            raise CommandError(f"{report}: this is a folder", returncode=2)


def _moves(path: Path | None) -> list[Move]:
    try:
        return read_moves(path) if path else []
    except ContentError as error:
        raise CommandError(str(error), returncode=2) from None


def _imported(options: dict[str, Any], chosen: Options) -> tuple[Report, str]:
    """The report, and why nothing was written where the import was refused."""
    try:
        with sources.opened(options["paths"], sys.stdin.buffer) as (paths, left_out):
            wanted: Callable[[SourceFile], bool] = _everything
            if revision := options["changed_since"]:
                wanted = sources.changed_since(revision, options["paths"][0])
            report = import_questions(
                paths, chosen, left_out=left_out, progress=_progress(paths), wanted=wanted
            )
    except ContentError as error:
        raise CommandError(error.message, returncode=2) from None
    except AlreadyRunningError as error:
        raise CommandError(f"{error}: try again when it has ended", returncode=2) from None
    except ImportRefused as refused:
        return refused.report, str(refused)
    return report, ""


def _everything(file: SourceFile) -> bool:
    return True


def _progress(paths: list[Path]) -> Progress:
    """A bar on a terminal, for which the files are counted first (0.02 s for a thousand)."""

    def bar(found: Iterable[Found]) -> Iterable[Found]:
        if not sys.stderr.isatty():
            return found
        from tqdm import tqdm  # 0.04 s, which a log need not wait for

        return tqdm(found, total=sum(1 for _ in listing.walk(paths)), unit="file")

    return bar
