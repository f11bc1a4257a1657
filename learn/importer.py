"""A tree of question files -> the database, and a report of what became of each file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from django.contrib.auth.models import User

from learn import runs
from learn.content import listing, scan
from learn.content.document import ContentError
from learn.content.listing import Found, SourceFile
from learn.intake import Intake, Options, Recorder
from learn.models import ImportRun
from learn.publishing import BATCH
from learn.reports import Report

__all__ = ["ImportRefused", "Options", "Progress", "archives_too_much", "import_questions"]

LOOKUP = 500  # files whose questions are looked up at a time
BEAT = 1.0  # seconds between signs of life
PRUNE_LIMIT = 0.1  # of the questions of a tree's subjects: more is refused without `prune_anyway`

Progress = Callable[[Iterable[Found]], Iterable[Found]]


class ImportRefused(Exception):  # noqa: N818 (it is an answer, not a fault)
    """The import wrote nothing, for the reason that it says; `report`: what it would have done."""

    def __init__(self, reason: str, report: Report) -> None:
        super().__init__(reason)
        self.report = report


def import_questions(
    paths: Iterable[Path],
    options: Options | None = None,
    *,
    by: User | None = None,
    run: ImportRun | None = None,
    left_out: Iterable[ContentError] = (),
    progress: Progress = lambda found: found,
    wanted: Callable[[SourceFile], bool] = lambda file: True,
) -> Report:
    """Import files and folders; one bad file never keeps another out (unless `strict`).

    `progress` wraps what is found, `wanted` chooses among the files, `left_out` are errors of files
    that could not even be given (an archive's unsafe paths). `run` takes the outcomes (see
    `runs.prepared`): without one, a dry run writes nothing at all and any other makes its own.
    Raises ImportRefused where `strict`, `on_conflict="fail"` or the limit of `prune` say so, and
    AlreadyRunningError while another import runs.
    """
    options, paths = options or Options(), list(paths)
    if run is None and not options.dry_run:
        run = ImportRun(source=", ".join(map(str, paths)), by=by)
    report = Report()
    importer = _Importer(paths, options, by, list(left_out), progress, wanted)
    if run is None:
        importer.run(report)
        return report
    with runs.running(run, report):
        if not options.dry_run and _may_be_refused(options):
            foretold = Report()
            importer.run(foretold, rehearses=True, beat=lambda: runs.beat(run, report))
            _refuse(foretold, options)
        importer.run(
            report,
            beat=lambda: runs.beat(run, report),
            record=lambda outcomes: runs.record(run, outcomes),
        )
    return report


def _may_be_refused(options: Options) -> bool:
    return options.strict or options.on_conflict == "fail" or options.prune


def _refuse(report: Report, options: Options) -> None:
    if options.strict and report.rejected:
        files = "1 file" if report.rejected == 1 else f"{report.rejected} files"
        raise ImportRefused(f"{files} cannot be read: nothing is written", report)
    if options.on_conflict == "fail" and report.conflicted:
        reason = f"{report.conflicted} questions were edited here: nothing is written"
        raise ImportRefused(reason, report)
    if archives_too_much(report) and not options.prune_anyway:
        there = _standing(report)
        reason = f"{report.pruned} of {there} questions would be archived; --yes if that is meant"
        raise ImportRefused(reason, report)


def archives_too_much(counts: Report | ImportRun) -> bool:
    """Whether so many questions would be archived that somebody has to say that this is meant."""
    return counts.pruned > PRUNE_LIMIT * _standing(counts)


def _standing(counts: Report | ImportRun) -> int:
    return counts.pruned + counts.updated + counts.unchanged + counts.conflicted


class _Importer:
    """Takes files through reading to the intake, a few hundred at a time."""

    def __init__(
        self,
        paths: list[Path],
        options: Options,
        by: User | None,
        left_out: list[ContentError],
        progress: Progress,
        wanted: Callable[[SourceFile], bool],
    ) -> None:
        self._paths, self._options, self._by = paths, options, by
        self._left_out, self._progress, self._wanted = left_out, progress, wanted

    def run(
        self,
        report: Report,
        *,
        rehearses: bool = False,
        beat: Callable[[], None] = lambda: None,
        record: Recorder = lambda outcomes: None,
    ) -> None:
        started = time.monotonic()
        scan.settle()
        self._beat, self._last_beat, self._in_doubt = beat, started, bool(self._left_out)
        options = replace(self._options, dry_run=True) if rehearses else self._options
        intake = Intake(report, options, self._by, record)
        for error in self._left_out:
            intake.reject(error)
        self._take(intake, self._to_read(intake))
        self._take(intake, intake.loose())
        self._take(intake, intake.at_old_addresses())
        self._check_prune(report)
        intake.finish()
        report.seconds = round(time.monotonic() - started, 3)

    def _take(self, intake: Intake, files: Iterator[SourceFile]) -> None:
        readings = scan.read_all(files, self._options.workers)
        while batch := list(islice(readings, BATCH)):
            intake.take(batch)
            self._sign_of_life()

    def _to_read(self, intake: Intake) -> Iterator[SourceFile]:
        """The files that have to be read; what can be told without is told to the intake."""
        found = iter(self._progress(listing.walk(self._paths)))
        while chunk := list(islice(found, LOOKUP)):
            files = []
            for item in chunk:
                if isinstance(item, ContentError):
                    self._in_doubt = True
                    intake.reject(item)
                elif self._wanted(item) and intake.is_of(item.address):
                    files.append(item)
            yield from intake.unknown(files)
            self._sign_of_life()

    def _sign_of_life(self) -> None:
        now = time.monotonic()
        if now - self._last_beat >= BEAT:
            self._last_beat = now
            self._beat()

    def _check_prune(self, report: Report) -> None:
        """What vanished can be told only of whole folders in which nothing is in doubt."""
        loose = any(map(listing.is_loose, self._paths))
        if self._options.prune and (self._in_doubt or loose):
            reason = "archiving what vanished (--prune) needs whole folders, each file told apart"
            raise ImportRefused(reason, report)
