"""A tree of question files <-> the database, both ways, three-way by the last imported text.

What changed in the tree only is imported; what changed here only is written into the tree; what
changed in both is a conflict, which is listed and left as it is on both sides.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Q

from learn import pruning, publishing
from learn.content import listing, tree
from learn.content.addresses import Address
from learn.content.document import ContentError
from learn.content.scan import digest_of
from learn.content.tree import TreeError
from learn.importer import Options, Progress, import_questions
from learn.models import Question, Redirect, Revision, Status
from learn.reports import Report

FETCHED = 500  # rows in memory at a time


@dataclass(slots=True)
class SyncReport:
    """What a synchronisation did: the import's own report, and names of files in the tree.

    `conflicts` are sentences, each with a place, about what differs on both sides.
    """

    imported: Report
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def agrees(self) -> bool:
        """Whether tree and database say the same now."""
        return not (self.conflicts or self.imported.rejected)


class SyncError(Exception):
    """Why the tree cannot be written, as a sentence that names the place."""


def sync_questions(
    root: Path,
    options: Options,
    *,
    by: User | None = None,
    progress: Progress = lambda found: found,
) -> SyncReport:
    """Bring a tree and the database together.

    A file that vanished archives its question, within the importer's limit for that. Raises
    ImportRefused and AlreadyRunningError like the importer, and SyncError; what was written by then
    are whole files.
    """
    started = time.monotonic()
    chosen = replace(options, on_conflict="keep", prune=True)
    report = SyncReport(import_questions([root], chosen, by=by, progress=progress))
    report.conflicts += (
        f"{name}: changed in the tree and here" for name in report.imported.conflicts
    )
    try:
        _Writer(root, report, dry_run=options.dry_run).write()
    except TreeError as error:
        raise SyncError(str(error)) from None
    report.seconds = round(time.monotonic() - started, 3)
    return report


class _Changed(NamedTuple):
    """A question that says something else than its file when that was last imported."""

    pk: int
    address: Address
    digest: str
    source: str


class _Writer:
    """Writes what changed here into the tree."""

    def __init__(self, root: Path, report: SyncReport, *, dry_run: bool) -> None:
        self._root, self._report, self._dry_run = root.absolute(), report, dry_run
        self._folders: dict[str, str] = {}  # of each subject, the first in path order
        self._files: dict[Address, str] = {}  # of the addresses that matter here

    def write(self) -> None:
        changed = list(_changed_here())
        former = {
            Address(*row[:2]): row[2]
            for row in Redirect.objects.values_list("subject_slug", "slug", "question_id")
        }
        self._find({question.address for question in changed} | former.keys())
        for question in changed:
            self._take(question)
        for address, pk in former.items():
            if address in self._files:
                self._remove_former(address, pk)

    def _find(self, wanted: Iterable[Address]) -> None:
        wanted = frozenset(wanted)
        for file in listing.walk([self._root]):
            if isinstance(file, ContentError) or file.address is None:
                continue
            self._folders.setdefault(file.address.subject, os.path.dirname(file.path))
            if file.address in wanted:
                self._files[file.address] = file.path

    def _take(self, question: _Changed) -> None:
        path = self._path(question.address)
        name = os.path.relpath(path, self._root)
        with tree.opened(Path(path).parent) as folder:
            standing = folder.read(os.path.basename(path), _MOST) if folder else None
        if standing is None and question.digest and not self._moved_from(question):
            sentence = pruning.file_is_gone(question.address)
            self._report.conflicts.append(sentence)
            if sentence in self._report.imported.notes:
                self._report.imported.notes.remove(sentence)
        elif standing is None or digest_of(standing) == question.digest:
            self._replace(question, path, name, standing)

    def _replace(self, question: _Changed, path: str, name: str, standing: bytes | None) -> None:
        """Write a question's file over what was last imported from it, or where none stands."""
        self._report.written.append(name)
        if self._dry_run:
            return
        data, base = question.source.encode(), os.path.basename(path)
        Path(path).parent.parent.mkdir(parents=True, exist_ok=True)
        with tree.opened(Path(path).parent, create=True) as folder:
            assert folder
            folder.sweep()
            if folder.read(base, _MOST) != standing:
                self._report.written.remove(name)
                self._report.conflicts.append(f"{name}: changed in the tree just now")
                return
            with folder.replacing(base) as stream:
                stream.write(data)
        publishing.mark_imported(question.pk, question.source)

    def _path(self, address: Address) -> str:
        """Where a question's file stands, or would: beside the others of its subject."""
        if path := self._files.get(address):
            return path
        folder = self._folders.get(address.subject)
        if folder is None:
            parents = Counter(os.path.dirname(path) for path in self._folders.values())
            parent = parents.most_common(1)[0][0] if parents else str(self._root)
            folder = os.path.join(parent, address.subject)
        return os.path.join(folder, f"{address.slug}.md")

    def _moved_from(self, question: _Changed) -> bool:
        """Whether the file that was last imported stands at an address the question once had."""
        former = Redirect.objects.filter(question=question.pk).values_list("subject_slug", "slug")
        paths = [self._files.get(Address(*row)) for row in former]
        return any(path and _digest_at(path) == question.digest for path in paths)

    def _remove_former(self, address: Address, pk: int) -> None:
        """Remove the file at an old address, if the question still has the text that it holds."""
        path = self._files[address]
        digest = _digest_at(path)
        texts = Revision.objects.filter(question=pk).iterator()
        if not any(digest_of(kept.text.encode()) == digest for kept in texts):
            return
        name = os.path.relpath(path, self._root)
        self._report.removed.append(name)
        notes = self._report.imported.notes
        notes[:] = [note for note in notes if not note.startswith(f"{name}: ")]
        if not self._dry_run:
            with tree.opened(Path(path).parent) as folder:
                assert folder
                folder.remove(os.path.basename(path))


_MOST = 1_000_001  # bytes read of a file: one more than a question file has


def _digest_at(path: str) -> str:
    with tree.opened(Path(path).parent) as folder:
        data = folder.read(os.path.basename(path), _MOST) if folder else None
    return digest_of(data or b"")


def _changed_here() -> Iterator[_Changed]:
    """In the order of their addresses."""
    rows = (
        Question.objects.filter(Q(is_edited=True) | Q(imported_digest=""))
        .exclude(status=Status.ARCHIVED)
        .order_by("subject__slug", "slug")
        .values_list("pk", "subject__slug", "slug", "imported_digest", "source")
    )
    for pk, subject, slug, digest, source in rows.iterator(chunk_size=FETCHED):
        if digest_of(source.encode()) != digest:
            yield _Changed(pk, Address(subject, slug), digest, source)
