"""The database -> a tree of question files, byte for byte, or one file with all of them.

A question's file is its `source`, at its present address: `<subject>/<slug>.md`. Published,
scheduled and draft questions are exported, archived ones are not. No file holds a status: loaded
into a database that does not know the question, a draft's file is published.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Collate

from learn.content import codec, listing, tree
from learn.content.addresses import Address, slug_problem
from learn.content.document import ContentError, RelatedLink, Seo
from learn.content.tables import cell
from learn.content.tree import Folder, TreeError
from learn.models import Question, Status, Subject

CHUNK = 500  # rows that are in memory at a time: about 4 MB of files


class ExportError(Exception):
    """Why an export cannot be made, as a sentence that names the place."""


@dataclass(slots=True)
class Report:
    """What an export did, or with `check` found: names of files, and how many were written."""

    written: int = 0
    unchanged: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def agrees(self) -> bool:
        """Whether the tree was, before this run, what an export makes of the database."""
        return not (self.missing or self.extra or self.differing)


def export_questions(
    path: Path,
    *,
    subjects: Collection[str] = (),
    changed: bool = False,
    check: bool = False,
    form: str = "files",
) -> Report:
    """Export the questions of all or of these `subjects`; only those edited here with `changed`.

    A form of FORMS makes one file of `path`; `files` makes it a tree, in which files that need no
    change are not touched and files of no question stay. `check` only compares. Memory holds the
    names of all files and the texts of CHUNK. Raises ExportError; what was written by then are
    whole files.
    """
    started = time.monotonic()
    if check and form != "files":
        raise ExportError("only a tree of files can be checked")
    try:
        questions = _questions(subjects)
        chosen = questions.filter(is_edited=True) if changed else questions
        if form == "files":
            names = _names(questions)
            with closing(_rows(chosen, "source")) as rows:
                report = _export_tree(path, rows, check)
            report.extra = _extra(path, names, subjects)
        else:
            columns, write = FORMS[form]
            with closing(_rows(chosen, *columns)) as rows:
                report = _export_file(path, rows, write)
    except (TreeError, ContentError) as error:
        raise ExportError(str(error)) from None
    except OSError as error:
        raise ExportError(f"{error.filename or path}: {error.strerror or error}") from None
    report.seconds = round(time.monotonic() - started, 3)
    return report


# --------------------------------------------------------------------------- what is exported


def _questions(subjects: Collection[str]) -> QuerySet[Question]:
    known = Subject.objects.filter(slug__in=subjects).values_list("slug", flat=True)
    for slug in sorted(set(subjects).difference(known)):
        raise ExportError(f"there is no subject '{slug}'")
    questions = Question.objects.exclude(status=Status.ARCHIVED)
    if subjects:
        questions = questions.filter(subject__slug__in=subjects)
    return _ordered(questions)


def _ordered(questions: QuerySet[Question]) -> QuerySet[Question]:
    # By bytes, whatever the database's language, so that two archives of one library are the same.
    bytewise = "C" if connection.vendor == "postgresql" else "BINARY"
    return questions.order_by(Collate("subject__slug", bytewise), Collate("slug", bytewise))


Row = tuple[Any, ...]  # a question's address, then the columns that were asked for


def _rows(questions: QuerySet[Question], *columns: str) -> Generator[Row, None, None]:
    """To be closed, or an error's traceback would keep the query open."""
    rows = questions.values_list("subject__slug", "slug", *columns)
    for subject, slug, *values in rows.iterator(chunk_size=CHUNK):
        yield Address(subject, slug), *values


def _names(questions: QuerySet[Question]) -> set[str]:
    """The names of all files: a bad one is found before the first file is written."""
    addresses = [address for address, *_ in _rows(questions)]
    return set(map(_name, addresses))


def _name(address: Address) -> str:
    """The file's name below the tree; ExportError for one that would leave it."""
    for what, slug in zip(("subject", "slug"), address, strict=True):
        if problem := slug_problem(slug, reserved=frozenset()):
            raise ExportError(f"{address.path}: the {what} '{slug}' {problem}")
    return f"{address.subject}/{address.slug}.md"


# ------------------------------------------------------------------------------ a tree of files


def _export_tree(root: Path, rows: Iterable[Row], check: bool) -> Report:
    root = _root(root, create=not check)
    report = Report()
    files = ((_name(address), source.encode()) for address, source in rows)
    for subject, group in groupby(files, key=lambda file: file[0].partition("/")[0]):
        with tree.opened(root / subject, create=not check) as folder:
            if folder and not check:
                folder.sweep()
            for name, data in group:
                _take(report, folder, name, data, check)
    return report


def _root(path: Path, *, create: bool) -> Path:
    """The tree's own folder, which a link may name."""
    if path.exists() and not path.is_dir():
        raise ExportError(f"{path}: this is no folder")
    if create:
        path.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        raise ExportError(f"{path}: there is no such folder")
    return Path(os.path.realpath(path))


def _take(report: Report, folder: Folder | None, name: str, data: bytes, check: bool) -> None:
    """Count a file as the tree holds it, and have the tree hold it unless this is a check."""
    base = name.partition("/")[2]
    standing = folder.read(base, at_most=len(data)) if folder else None
    if standing == data:
        report.unchanged += 1
        return
    (report.missing if standing is None else report.differing).append(name)
    if folder and not check:
        with folder.replacing(base) as stream:
            stream.write(data)
        report.written += 1


def _extra(root: Path, names: set[str], subjects: Collection[str]) -> list[str]:
    """What an import would read, or refuse, in the tree or these subjects, and no question has."""
    found = {
        item.file if isinstance(item, ContentError) else item.name for item in listing.walk([root])
    }
    return sorted(
        name for name in found - names if not subjects or name.partition("/")[0] in subjects
    )


# ----------------------------------------------------------------------------------- one file

Writer = Callable[[Report, IO[bytes], Iterable[Row]], None]


def _export_file(path: Path, rows: Iterable[Row], write: Writer) -> Report:
    """Write a file that takes the place of another only when it is whole."""
    path, report = Path(os.path.realpath(path)), Report()
    if path.exists() and not path.is_file():
        raise ExportError(f"{path}: this is no file")
    with tree.opened(path.parent) as folder:
        if folder is None:
            raise ExportError(f"{path.parent}: there is no such folder")
        folder.sweep()
        with folder.replacing(path.name) as stream:
            write(report, stream, rows)
    return report


def _write_zip(report: Report, stream: IO[bytes], rows: Iterable[Row]) -> None:
    """The tree as an archive; the same library gives the same bytes."""
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for address, source in rows:
            _add(archive, address, source)
            report.written += 1


def _add(archive: ZipFile, address: Address, source: str) -> None:
    entry = ZipInfo(_name(address), date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o100644 << 16
    archive.writestr(entry, source.encode())


def zipped(questions: QuerySet[Question]) -> Iterator[bytes]:
    """The files of these questions as an archive, archived ones too, in pieces as they are made.

    Raises ExportError, and nothing once the first piece is there.
    """
    chosen = _ordered(Question.objects.filter(pk__in=questions.order_by().values("pk")))
    _names(chosen)
    return _pieces(chosen)


def _pieces(questions: QuerySet[Question]) -> Iterator[bytes]:
    pipe = _Pipe()
    with closing(_rows(questions, "source")) as rows, ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        for address, source in rows:
            _add(archive, address, source)
            if len(pipe.held) > _PIECE:
                yield pipe.taken()
    yield pipe.taken()


_PIECE = 64 * 1024  # bytes of an archive that go out together


class _Pipe(io.RawIOBase):
    """What an archive is written to that nobody can seek in."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.held += data
        return len(data)

    def taken(self) -> bytes:
        piece = bytes(self.held)
        self.held.clear()
        return piece


def _write_jsonl(report: Report, stream: IO[bytes], rows: Iterable[Row]) -> None:
    """A line for each question: its place and status, then all fields of its document.

    `subject` is the slug; the file's spelling of it is `subject_name`, as in the models.
    """
    for address, status, source in rows:
        document = codec.parse(source, f"{address.subject}/{address.slug}.md")
        said = {field.name: _json(getattr(document, field.name)) for field in fields(document)}
        said["subject_name"] = said.pop("subject")
        line = {"address": address.path, **address._asdict(), "status": status, **said}
        stream.write(json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n")
        report.written += 1


def _json(value: Any) -> Any:
    """A value as JSON has it: dates in ISO's form, null for the infinities that YAML knows."""
    if isinstance(value, (Seo, RelatedLink)):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {str(key): _json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


_TABLE = {
    "title": "title",
    "date": "date",
    "status": "status",
    "no_index": "no_index",
    "findings": "problem_count",
    "description": "page_description",
    "keywords": "page_keywords",
}  # heading: column


def _write_csv(report: Report, stream: IO[bytes], rows: Iterable[Row]) -> None:
    """A table for spreadsheets: with a BOM, without which Excel takes UTF-8 for something else."""
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    table = csv.writer(text)
    table.writerow(["subject", "slug", *_TABLE, "address"])
    for address, *values in rows:
        table.writerow(map(cell, [*address, *values, address.path]))
        report.written += 1
    text.detach()


# The columns that a form needs of each question, and what writes them.
FORMS: dict[str, tuple[Iterable[str], Writer]] = {
    "zip": (("source",), _write_zip),
    "jsonl": (("status", "source"), _write_jsonl),
    "csv": (_TABLE.values(), _write_csv),
}
