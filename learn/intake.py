"""What becomes of a file: whether it is new, known, changed, in conflict, or says what is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Lower

from learn import bulk, findings, linking, pruning, publishing, search, spellings, topics
from learn.content import scan
from learn.content.addresses import Address
from learn.content.document import ContentError
from learn.content.listing import SourceFile
from learn.content.scan import Reading
from learn.history import Place
from learn.models import (
    ImportRun,
    Origin,
    Question,
    QuestionFinding,
    RelatedQuestion,
    Revision,
    Status,
    Subject,
    Topic,
    TopicQuestion,
)
from learn.publishing import Edition
from learn.reports import Kind, Outcome, Report
from learn.standing import Locked, Marks, Standing, found_at, standing_at

Recorder = Callable[[list[Outcome]], None]
MANY = 1_000  # questions written, after which index and planner have something to settle


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


class Intake:
    """Takes files and readings of one import, stores what is to be stored, counts the rest."""

    def __init__(self, report: Report, options: Options, by: User | None, record: Recorder) -> None:
        self._report, self._options, self._by, self._record = report, options, by, record
        self._outcomes: list[Outcome] = []
        self._seen = Marks()  # questions that have a file in this import
        self._loose: list[SourceFile] = []  # files whose address stands in their text
        self._claimed: dict[Address | int, str] = {}  # what these are: an address, or a question
        self._seen_subjects: set[str] = set()
        self._remarks = findings.Remarks()
        self._changed_subjects: set[str] = set()  # whose topics are to be refreshed at the end
        self._expected: dict[Address, Standing] = {}  # by the address of a file that is being read
        self._former: list[tuple[SourceFile, Standing]] = []
        self._subjects = {subject.slug: subject for subject in Subject.objects.all()}
        self._spellings: dict[str, Counter[str]] = {}
        last = ImportRun.objects.filter(is_rehearsal=False).exclude(
            state__in=ImportRun.State.under_way()
        )
        states = last.order_by("-id").values_list("state", flat=True)[:1]
        self._completes = set(states) - {ImportRun.State.DONE}  # what a run left that broke off

    def is_of(self, address: Address | None) -> bool:
        subjects = self._options.subjects
        return not subjects or address is None or address.subject in subjects

    # -- before reading

    def reject(self, error: ContentError) -> None:
        self._note(Kind.REJECTED, error.file, error=error)

    def unknown(self, files: Collection[SourceFile]) -> Iterator[SourceFile]:
        """Those of the files that have to be read; the others are as they were imported."""
        standing = found_at(file.address for file in files if file.address)
        for file in files:
            if file.address is None:
                self._loose.append(file)
                continue
            self._seen_subjects.add(file.address.subject)
            there = standing.get(file.address)
            if there is None:
                yield file
            elif there.is_former:
                self._former.append((file, there))
            elif self._has_changed(file, there):
                yield file

    def loose(self) -> Iterator[SourceFile]:
        """Files whose address only their text tells: to be read when all others are stored."""
        yield from self._loose

    def at_old_addresses(self) -> Iterator[SourceFile]:
        """Files where questions once stood that have no other file, as far as they changed."""
        for file, there in self._former:
            if there.pk not in self._seen:
                if self._has_changed(file, there):
                    yield file
            else:
                self._report.unchanged += 1
                self._report.notes.append(
                    f"{file.name}: its question stands at {there.address.path} and has its file"
                    " there; this one can go"
                )

    def _has_changed(self, file: SourceFile, there: Standing) -> bool:
        self._seen.add(there.pk)
        if not there.is_pruned and scan.has_digest(file, there.digest):
            self._report.unchanged += 1
            return False
        assert file.address
        self._expected[file.address] = there
        return True

    # -- after reading

    def take(self, readings: Sequence[Reading]) -> None:
        """Store what has to be, in one transaction together with its outcomes."""
        wanted = []
        for reading in self._with_places(readings):
            assert reading.address
            there = self._expected.pop(reading.address, None)
            if there and there.is_former and self._repeats_the_past(there, reading):
                continue
            kind = self._kind(reading, there)
            if kind in (Kind.CREATED, Kind.UPDATED):
                wanted.append((reading, there))
            elif kind:
                self._note(kind, reading.name, there.pk if there else None)
        if self._options.dry_run:
            for reading, there in wanted:
                kind = Kind.UPDATED if there else Kind.CREATED
                self._took(kind, reading, there.pk if there else None)
            self._flush()
            return
        with transaction.atomic():
            self._store(wanted)
            self._record(self._outcomes)
        self._count()

    def _with_places(self, readings: Sequence[Reading]) -> Iterator[Reading]:
        """The readings without an error; those of loose files with their questions looked up."""
        loose = {file.path for file in self._loose}
        standing = found_at(
            reading.address for reading in readings if reading.path in loose and reading.address
        )
        for reading in readings:
            if reading.error:
                self._expected.pop(reading.address or Address("", ""), None)
                self.reject(reading.error)
            elif reading.path in loose and not self.is_of(reading.address):
                continue
            elif reading.path not in loose or self._claims(reading, standing):
                yield reading

    def _claims(self, reading: Reading, standing: dict[Address, Standing]) -> bool:
        """Whether a loose file is the only one of its question; then the question is expected."""
        address = reading.address
        assert address
        there = standing.get(address)
        place = there.pk if there else address
        first = self._claimed.setdefault(place, reading.path)
        if first != reading.path or (there and there.pk in self._seen):
            name = f"'{Path(first).name}'" if first != reading.path else "another file"
            message = f"{name} is the same question, {address.path}"
            self.reject(ContentError("duplicate-address", message, 1, reading.name))
            return False
        self._seen_subjects.add(address.subject)
        if there:
            self._seen.add(there.pk)
            self._expected[address] = there
        return True

    def _repeats_the_past(self, there: Standing, reading: Reading) -> bool:
        """Whether a file at an old address only says what its question said there or since.

        Taking it would undo the edit that came with the move.
        """
        revisions = Revision.objects.filter(question=there.pk).iterator()
        if not any(scan.digest_of(kept.text.encode()) == reading.digest for kept in revisions):
            return False
        self._report.unchanged += 1
        self._report.notes.append(
            f"{reading.name}: this is an earlier text of {there.address.path}, which stays"
        )
        return True

    def _kind(self, reading: Reading, there: Standing | None) -> Kind | None:
        """What becomes of a file; None where it says what is known, which is counted here."""
        if there is None:
            return Kind.CREATED
        same = there.digest == reading.digest and not there.is_pruned
        if same or self._repeats_an_edit(there, reading.digest):
            self._report.unchanged += 1
            return None
        if there.is_edited and self._options.on_conflict != "overwrite":
            return Kind.CONFLICTED
        return Kind.UPDATED

    def _repeats_an_edit(self, there: Standing, digest: str) -> bool:
        """Whether a file says just what was edited here: it has been exported and comes back."""
        if not there.is_edited:
            return False
        source = Question.objects.values_list("source", flat=True).get(pk=there.pk)
        if scan.digest_of(source.encode()) != digest:
            return False
        if not self._options.dry_run:
            publishing.mark_imported(there.pk, source)
        return True

    # -- storing

    def _store(self, wanted: Sequence[tuple[Reading, Standing | None]]) -> None:
        """Store the readings whose questions are still as this import found them."""
        found = Locked([there.pk for _, there in wanted if there])
        taken = self._taken_meanwhile(wanted)
        stored: list[tuple[Kind, Reading, Edition]] = []
        for reading, there in wanted:
            assert reading.address
            if there is None and reading.address not in taken:
                stored.append((Kind.CREATED, reading, self._created(reading)))
            elif there and found.is_as(there, self._options.on_conflict):
                stored.append((Kind.UPDATED, reading, self._updated(reading, there, found)))
            else:
                self._note(Kind.CONFLICTED, reading.name, there.pk if there else None)
        publishing.save([edition for *_, edition in stored], by=self._by, origin=Origin.IMPORT)
        for kind, reading, edition in stored:
            assert edition.pk
            self._seen.add(edition.pk)
            self._changed_subjects.add(edition.address.subject)
            self._took(kind, reading, edition.pk)

    def _taken_meanwhile(self, wanted: Sequence[tuple[Reading, Standing | None]]) -> set[Address]:
        """Addresses of new files at which somebody has made a question since the look-up."""
        new: dict[str, list[str]] = defaultdict(list)
        for reading, there in wanted:
            if there is None and reading.address:
                new[reading.address.subject].append(reading.address.slug)
        return set(standing_at(new))

    def _created(self, reading: Reading) -> Edition:
        assert reading.address
        assert reading.record
        subject = self._subject(reading.address.subject, reading.subject)
        place = Place(subject.pk, reading.address.slug, str(self._options.status))
        return Edition(place, reading.address, reading.record, reading.links, reading.digest)

    def _updated(self, reading: Reading, there: Standing, found: Locked) -> Edition:
        assert reading.record
        place = found.place(there.pk)
        return Edition(
            place, there.address, reading.record, reading.links, reading.digest, there.pk
        )

    def _subject(self, slug: str, name: str) -> Subject:
        name = spellings.spelled(slug, name)
        if slug not in self._subjects:
            self._subjects[slug] = publishing.subject_for(slug, name)
            self._spellings[slug] = Counter()
        if slug in self._spellings:
            self._spellings[slug][name] += 1
        return self._subjects[slug]

    def _took(self, kind: Kind, reading: Reading, pk: int | None) -> None:
        assert reading.record
        self._remarks.take(reading.name, reading.record.problems)
        self._note(kind, reading.name, pk)

    def _note(
        self, kind: Kind, file: str, pk: int | None = None, error: ContentError | None = None
    ) -> None:
        self._outcomes.append(Outcome(kind, file, pk, error))

    def _flush(self) -> None:
        self._record(self._outcomes)
        self._count()

    def _count(self) -> None:
        """Count outcomes once they are stored: a batch that fails is none."""
        for outcome in self._outcomes:
            self._report.take(outcome)
        self._outcomes.clear()

    # -- at the end

    def finish(self) -> None:
        """Archive what vanished, resolve links to what came later, name new subjects."""
        if self._options.prune:
            self._prune()
        self._flush()
        self._report.notes += self._remarks.sentences()
        for slug in sorted(self._options.subjects - self._seen_subjects):
            self._report.notes.append(f"{slug}: none of the files is of this subject")
        if self._options.dry_run:
            return
        if self._report.created or self._report.updated or self._completes:
            linking.resolve_all()
            findings.note_today()
        if self._report.created + self._report.updated >= MANY:
            search.settle()
        if self._report.created:
            self._report.notes += [*_alike(), *_several()]
        if self._completes:
            self._spellings |= spellings.left_uncounted()
        for slug, counts in self._spellings.items():
            name = max(counts, key=lambda spelling: (counts[spelling], spelling))
            publishing.name_subject(slug, name)
        changed = self._subjects if self._completes else self._changed_subjects
        topics.refresh(Subject.objects.filter(slug__in=changed).values_list("pk", flat=True))
        if self._report.created + self._report.updated >= MANY:
            bulk.analyze(Question, RelatedQuestion, QuestionFinding, Topic, TopicQuestion)

    def _prune(self) -> None:
        asked = self._seen_subjects | self._options.subjects
        vanished, notes = pruning.vanished(asked, self._seen)
        self._report.notes += notes
        if not self._options.subjects:
            self._report.notes += pruning.without_files(asked)
        for gone in vanished:
            self._changed_subjects.add(gone.address.subject)
            self._note(Kind.ARCHIVED, gone.address.path, gone.question)
        if not self._options.dry_run:
            publishing.prune([gone.question for gone in vanished])


def _several() -> list[str]:
    """A sentence about titles that several questions have, where there are some."""
    if not (number := findings.shared_keys("title_key").count()):
        return []
    titles = "1 title stands" if number == 1 else f"{number:,} titles stand"
    return [f"{titles} in several questions: see Duplicates at the editors' desk"]


def _alike() -> list[str]:
    """Sentences about addresses that some file system would take for one."""
    pairs = (
        Question.objects.annotate(folded=Lower("slug"))
        .values("subject__slug", "folded")
        .annotate(number=Count("pk"))
        .filter(number__gt=1)
        .order_by("subject__slug", "folded")
    )
    return [
        f"{Address(row['subject__slug'], row['folded']).path}: {row['number']} addresses differ"
        " only by case"
        for row in pairs
    ]
