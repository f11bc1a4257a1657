"""A tree of question files -> the database, and a report of what became of each file."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from learn import publishing, runs
from learn.content import scan
from learn.content.addresses import Address
from learn.content.document import ContentError
from learn.content.scan import Reading, SourceFile
from learn.models import Origin, Question, Redirect, Status, Subject
from learn.publishing import Edition
from learn.reports import Report

PRUNE_LIMIT = 0.1  # of the questions of a tree's subjects: more is refused without `prune_anyway`

Progress = Callable[[Iterable[Reading], int], Iterable[Reading]]


@dataclass(frozen=True, slots=True)
class Options:
    """How to import.

    `on_conflict`: what becomes of a question edited here when its file changed too: `keep` the
    edit, `overwrite` it, or `fail` the import before anything is written. `strict`: write nothing
    unless every file can be read. `prune`: archive questions whose file has vanished.
    """

    dry_run: bool = False
    workers: int = 2
    on_conflict: str = "keep"
    strict: bool = False
    prune: bool = False
    prune_anyway: bool = False
    subjects: frozenset[str] = frozenset()
    status: Status = Status.PUBLISHED


class ImportRefused(Exception):  # noqa: N818 (it is an answer, not a fault)
    """The import wrote nothing, for the reason that it says; `report`: what it would have done."""

    def __init__(self, reason: str, report: Report) -> None:
        super().__init__(reason)
        self.report = report


def import_questions(
    paths: Iterable[Path],
    options: Options | None = None,
    *,
    progress: Progress = lambda readings, total: readings,
    wanted: Callable[[SourceFile], bool] = lambda file: True,
) -> Report:
    """Import files and folders; one bad file never keeps another out (unless `strict`).

    `progress` wraps the readings, of which there are `total`; `wanted` chooses among the files.
    Raises ImportRefused where `strict`, `on_conflict="fail"` or the limit of `prune` say so, and
    AlreadyRunningError while another import runs.
    """
    options, paths = options or Options(), list(paths)
    if not options.dry_run and (options.strict or options.on_conflict == "fail" or options.prune):
        rehearsal = _run(paths, replace(options, dry_run=True), progress, wanted)
        _refuse(rehearsal, options)
    return _run(paths, options, progress, wanted)


def _refuse(report: Report, options: Options) -> None:
    if options.strict and report.rejected:
        raise ImportRefused(f"{report.rejected} files cannot be read: nothing is written", report)
    if options.on_conflict == "fail" and report.conflicted:
        reason = f"{report.conflicted} questions were edited here: nothing is written"
        raise ImportRefused(reason, report)
    there = report.pruned + report.updated + report.unchanged + report.conflicted
    if report.pruned > PRUNE_LIMIT * there and not options.prune_anyway:
        reason = f"{report.pruned} of {there} questions would be archived; --yes if that is meant"
        raise ImportRefused(reason, report)


def _run(
    paths: list[Path],
    options: Options,
    progress: Progress,
    wanted: Callable[[SourceFile], bool],
) -> Report:
    report = Report()
    if options.dry_run:
        _fill(report, paths, options, progress, wanted, lambda: None)
        return report
    with runs.running(", ".join(map(str, paths)), report) as run:
        _fill(report, paths, options, progress, wanted, lambda: runs.beat(run))
    return report


def _fill(
    report: Report,
    paths: list[Path],
    options: Options,
    progress: Progress,
    wanted: Callable[[SourceFile], bool],
    beat: Callable[[], None],
) -> None:
    started = time.monotonic()
    files, errors = scan.find(paths)
    for error in errors:
        report.reject(error)
    if options.prune and (errors or not all(path.is_dir() for path in paths)):
        reason = "--prune needs whole folders in which every file can be told apart"
        raise ImportRefused(reason, report)
    files = [file for file in files if wanted(file) and _is_of(file.address, options)]
    stored = _stored()
    known = {address: question.digest for address, question in stored.items()}
    importer = _Importer(report, stored, options)
    readings = progress(scan.read_all(files, known, options.workers), len(files))
    for batch in _batches(readings):
        importer.take(batch)
        beat()
    importer.finish()
    report.errors.sort(key=lambda error: (error.file, error.line))
    report.seconds = round(time.monotonic() - started, 3)


def _is_of(address: Address | None, options: Options) -> bool:
    return not options.subjects or address is None or address.subject in options.subjects


class _Stored(NamedTuple):
    """What the import must know of a question that is there already."""

    pk: int
    digest: str
    is_edited: bool


def _stored() -> dict[Address, _Stored]:
    """Every question by its address, and by each address that it once had."""
    columns = ("imported_digest", "is_edited")
    moved = Redirect.objects.values_list(
        "subject_slug", "slug", "question_id", *(f"question__{column}" for column in columns)
    )
    rows = Question.objects.order_by().values_list("subject__slug", "slug", "pk", *columns)
    stored: dict[Address, _Stored] = {}
    for subject, slug, *rest in [*moved, *rows.iterator(chunk_size=5_000)]:
        stored[Address(subject, slug)] = _Stored(*rest)
    return stored


def _batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Batches of readings of which at most BATCH are to be written."""
    batch: list[Reading] = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == publishing.BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class _Importer:
    def __init__(self, report: Report, stored: dict[Address, _Stored], options: Options) -> None:
        self._report, self._stored, self._options = report, stored, options
        self._seen: dict[Address | int, str] = {}
        self._seen_subjects: set[str] = set()
        self._subjects = {subject.slug: subject for subject in Subject.objects.all()}
        self._spellings: dict[str, Counter[str]] = defaultdict(Counter)

    def take(self, batch: list[Reading]) -> None:
        wanted = [(reading, stored) for reading in batch for stored in self._accepted(reading)]
        if not wanted or self._options.dry_run:
            return
        replaced = [stored.pk for _, stored in wanted if stored]
        with transaction.atomic():  # what is read here nobody else changes before it is written
            questions = Question.objects.select_for_update(of=("self",)).in_bulk(replaced)
            taken = self._taken_meanwhile(wanted)
            editions = [
                self._edition(reading, questions[stored.pk] if stored else None)
                for reading, stored in wanted
                if self._still_stands(reading, stored, questions, taken)
            ]
            publishing.save(editions, origin=Origin.IMPORT)

    def _taken_meanwhile(self, wanted: Sequence[tuple[Reading, _Stored | None]]) -> set[Address]:
        """Addresses of new files at which somebody has made a question since the import began."""
        new = [reading.address for reading, stored in wanted if stored is None and reading.address]
        rows = Question.objects.filter(slug__in=[address.slug for address in new])
        return {Address(*row) for row in rows.values_list("subject__slug", "slug")} & set(new)

    def _still_stands(
        self,
        reading: Reading,
        stored: _Stored | None,
        questions: dict[int, Question],
        taken: set[Address],
    ) -> bool:
        """Whether a question is as the import found it; else the edit is kept and reported."""
        if stored is None:
            if reading.address not in taken:
                return True
            self._report.created -= 1
        else:
            question = questions[stored.pk]
            overwrites = self._options.on_conflict == "overwrite"
            same = question.imported_digest == stored.digest
            if same and (overwrites or question.is_edited == stored.is_edited):
                return True
            self._report.updated -= 1
        self._report.conflicted += 1
        self._report.conflicts.append(reading.name)
        return False

    def finish(self) -> None:
        """Archive what vanished, resolve links to what came later, name new subjects."""
        if self._options.prune:
            self._prune()
        if self._options.dry_run or not (self._report.created or self._report.updated):
            return
        publishing.link_related()
        for slug, spellings in self._spellings.items():
            name = max(spellings, key=lambda spelling: (spellings[spelling], spelling))
            publishing.name_subject(slug, name)

    def _accepted(self, reading: Reading) -> Iterator[_Stored | None]:
        """Count what becomes of a reading; one that is to be written yields what it replaces."""
        report, address = self._report, reading.address
        if address is not None:
            self._seen_subjects.add(address.subject)
        if reading.error or address is None:
            if address is not None:  # its question has not vanished
                self._seen.setdefault(self._place(address), reading.name)
            report.reject(reading.error or ContentError("no-address", "", 1, reading.name))
            return
        if not _is_of(address, self._options):
            return
        stored, place = self._stored.get(address), self._place(address)
        if place in self._seen:
            message = f"'{self._seen[place]}' is the same question, {address.path}"
            report.reject(ContentError("duplicate-address", message, 1, reading.name))
            return
        self._seen[place] = reading.name
        if stored is None:
            report.created += 1
            yield None
        elif stored.digest == reading.digest or self._repeats_an_edit(stored, reading.digest):
            report.unchanged += 1
        elif stored.is_edited and self._options.on_conflict != "overwrite":
            report.conflicted += 1
            report.conflicts.append(reading.name)
        else:
            report.updated += 1
            yield stored

    def _place(self, address: Address) -> Address | int:
        stored = self._stored.get(address)
        return stored.pk if stored else address

    def _repeats_an_edit(self, stored: _Stored, digest: str) -> bool:
        """Whether a file says just what was edited here: it has been exported and comes back."""
        if not stored.is_edited:
            return False
        source = Question.objects.values_list("source", flat=True).get(pk=stored.pk)
        if scan.digest_of(source.encode()) != digest:
            return False
        if not self._options.dry_run:
            publishing.mark_imported(stored.pk, digest)
        return True

    def _edition(self, reading: Reading, question: Question | None) -> Edition:
        assert reading.address
        assert reading.document
        assert reading.rendered
        assert reading.source
        if question is None:
            subject = self._subject(reading.address.subject, reading.document.subject)
            slug, status = reading.address.slug, self._options.status
            question = Question(subject=subject, slug=slug, status=status)
        question.imported_digest = reading.digest
        return Edition(
            question, reading.document, reading.source, reading.rendered, reading.findings
        )

    def _subject(self, slug: str, name: str) -> Subject:
        name = name or slug.replace("-", " ").capitalize()
        if slug not in self._subjects:
            self._subjects[slug] = publishing.subject_for(slug, name)
            self._spellings[slug] = Counter()
        if slug in self._spellings:
            self._spellings[slug][name] += 1
        return self._subjects[slug]

    def _prune(self) -> None:
        """Archive imported questions of the tree's subjects that no file of it holds.

        One that was edited here stays, and the report says so.
        """
        gone = (
            Question.objects.filter(subject__slug__in=self._seen_subjects)
            .exclude(imported_digest="")
            .exclude(status=Status.ARCHIVED)
            .values_list("pk", "subject__slug", "slug", "is_edited")
        )
        vanished = []
        for pk, subject, slug, is_edited in gone:
            address = Address(subject, slug)
            if pk in self._seen or address in self._seen:
                continue
            if is_edited:
                note = f"{address.path}: its file is gone; it was edited here and stays"
                self._report.notes.append(note)
            else:
                vanished.append(pk)
        self._report.pruned = len(vanished)
        if not self._options.dry_run:
            for start in range(0, len(vanished), publishing.BATCH):
                batch = vanished[start : start + publishing.BATCH]
                publishing.set_status(Question.objects.filter(pk__in=batch), Status.ARCHIVED)
