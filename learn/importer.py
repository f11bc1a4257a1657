"""A tree of question files -> the database, and a report of what became of each file."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from learn import publishing
from learn.content import scan
from learn.content.addresses import Address
from learn.content.document import ContentError
from learn.content.scan import Reading
from learn.models import Question, Redirect, Status, Subject
from learn.publishing import Edition


@dataclass(slots=True)
class Report:
    """What an import did, or with `dry_run` would do: numbers of questions, and every error."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicted: int = 0
    rejected: int = 0
    pruned: int = 0
    seconds: float = 0.0
    errors: list[ContentError] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        return self.created + self.updated + self.unchanged + self.conflicted + self.rejected

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def reject(self, error: ContentError) -> None:
        self.rejected += 1
        self.errors.append(error)


class _Stored(NamedTuple):
    """What the import must know of a question that is there already."""

    pk: int
    digest: str
    is_edited: bool


Progress = Callable[[Iterable[Reading], int], Iterable[Reading]]


def import_questions(
    paths: Iterable[Path],
    *,
    dry_run: bool = False,
    workers: int = 2,
    progress: Progress = lambda readings, total: readings,
) -> Report:
    """Import files and folders; one bad file never keeps another out.

    `workers` processes read and render. `progress` wraps the readings, of which there are `total`.
    """
    started = time.monotonic()
    report = Report()
    files, errors = scan.find(paths)
    for error in errors:
        report.reject(error)
    stored = _stored()
    known = {address: question.digest for address, question in stored.items()}
    readings = progress(scan.read_all(files, known, workers), len(files))
    importer = _Importer(report, stored, dry_run)
    for batch in _batches(readings):
        importer.take(batch)
    importer.finish()
    report.errors.sort(key=lambda error: (error.file, error.line))
    report.seconds = round(time.monotonic() - started, 3)
    return report


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
    def __init__(self, report: Report, stored: dict[Address, _Stored], dry_run: bool) -> None:
        self._report, self._stored, self._dry_run = report, stored, dry_run
        self._seen: dict[Address | int, str] = {}
        self._subjects = {subject.slug: subject for subject in Subject.objects.all()}
        self._spellings: dict[str, Counter[str]] = defaultdict(Counter)

    def take(self, batch: list[Reading]) -> None:
        wanted = [(reading, stored) for reading in batch for stored in self._accepted(reading)]
        if not wanted or self._dry_run:
            return
        replaced = [stored.pk for _, stored in wanted if stored]
        questions = Question.objects.select_related("subject").in_bulk(replaced)
        editions = [
            self._edition(reading, questions[stored.pk] if stored else None)
            for reading, stored in wanted
        ]
        publishing.save(editions, imported=True)

    def finish(self) -> None:
        """Resolve links to what came later; name new subjects as most of their files do."""
        if self._dry_run or not (self._report.created or self._report.updated):
            return
        publishing.link_related()
        for slug, spellings in self._spellings.items():
            name = max(spellings, key=lambda spelling: (spellings[spelling], spelling))
            Subject.objects.filter(slug=slug).exclude(name=name).update(name=name)

    def _accepted(self, reading: Reading) -> Iterator[_Stored | None]:
        """Count what becomes of a reading; one that is to be written yields what it replaces."""
        report, address = self._report, reading.address
        if reading.error or address is None:
            report.reject(reading.error or ContentError("no-address", "", 1, reading.name))
            return
        stored = self._stored.get(address)
        place = stored.pk if stored else address
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
        elif stored.is_edited:
            report.conflicted += 1
            report.conflicts.append(reading.name)
        else:
            report.updated += 1
            yield stored

    def _repeats_an_edit(self, stored: _Stored, digest: str) -> bool:
        """Whether a file says just what was edited here: it has been exported and comes back."""
        if not stored.is_edited:
            return False
        source = Question.objects.values_list("source", flat=True).get(pk=stored.pk)
        if scan.digest_of(source.encode()) != digest:
            return False
        if not self._dry_run:
            publishing.mark_imported(stored.pk, digest)
        return True

    def _edition(self, reading: Reading, question: Question | None) -> Edition:
        assert reading.address
        assert reading.document
        assert reading.rendered
        assert reading.source
        if question is None:
            subject = self._subject(reading.address.subject, reading.document.subject)
            question = Question(subject=subject, slug=reading.address.slug, status=Status.PUBLISHED)
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
