"""What an import did, for people and for machines."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from learn.content import tree
from learn.content.document import ContentError
from learn.content.tree import TreeError
from learn.models import ImportOutcome, ImportRun

Kind = ImportOutcome.Kind
COUNTS = ("created", "updated", "unchanged", "conflicted", "rejected", "pruned")
MEND_FIRST = 5  # kinds of errors in the summary


class Outcome(NamedTuple):
    """What became of one file, or of the question of one that has vanished (`pk`)."""

    kind: Kind
    file: str
    pk: int | None = None
    error: ContentError | None = None


@dataclass(slots=True)
class Report:
    """What an import did, or with `dry_run` would do: numbers of questions, and every error.

    `conflicts` names the files whose question was edited here; `notes` are sentences about what
    was left as it was (an address that moved nowhere, a question that stays).
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicted: int = 0
    rejected: int = 0
    pruned: int = 0
    seconds: float = 0.0
    errors: list[ContentError] = field(default_factory=list)
    redirected: int = 0
    conflicts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        return self.created + self.updated + self.unchanged + self.conflicted + self.rejected

    def take(self, outcome: Outcome) -> None:
        """Count an outcome."""
        counter = "pruned" if outcome.kind == Kind.ARCHIVED else str(outcome.kind)
        setattr(self, counter, getattr(self, counter) + 1)
        if outcome.kind == Kind.CONFLICTED:
            self.conflicts.append(outcome.file)
        if outcome.error:
            self.errors.append(outcome.error)

    def summary(self) -> str:
        rate = self.files / self.seconds if self.seconds else 0
        pruned = f" {self.pruned} archived," if self.pruned else ""
        moved = f" {self.redirected} redirects," if self.redirected else ""
        return (
            f"{self.created} created, {self.updated} updated, {self.unchanged} unchanged,"
            f"{pruned}{moved} {self.conflicted} conflicted, {self.rejected} rejected"
            f" in {self.seconds:.1f} s ({rate:,.0f} files/s)"
        )

    def to_mend(self) -> list[str]:
        """The commonest kinds of errors, each with a place to begin."""
        counts = Counter(error.code for error in self.errors)
        first = {error.code: error for error in reversed(self.errors)}
        return [
            f"{count} \u00d7 {code}, first in {first[code].file}:{first[code].line}"
            for code, count in counts.most_common(MEND_FIRST)
        ]


def stored(run: ImportRun) -> Report:
    """The report of a run as it was kept: after half a year without single files."""
    ended = run.finished_at or run.beat_at
    report = Report(
        **{name: getattr(run, name) for name in COUNTS},
        seconds=round((ended - run.started_at).total_seconds(), 3),
        notes=list(run.notes),
    )
    told = run.outcomes.filter(kind__in=(Kind.CONFLICTED, Kind.REJECTED))
    for kind, code, message, line, file in told.values_list(
        "kind", "code", "message", "line", "file"
    ):
        if kind == Kind.CONFLICTED:
            report.conflicts.append(file)
        else:
            report.errors.append(ContentError(code, message, line, file))
    return report


def write(report: Report, path: Path) -> None:
    """Write a report: JSON, or by the file's ending JUnit's XML (.xml) or text (.txt).

    A file that stood there is replaced whole or not at all. Raises OSError and TreeError.
    """
    text = form_of(path.suffix.lower())(report).encode()
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():  # a pipe, /dev/stdout
        path.write_bytes(text)
        return
    with tree.opened(path.parent) as folder:
        if folder is None:
            raise TreeError(f"{path.parent}: there is no such folder")
        with folder.replacing(path.name) as stream:
            stream.write(text)


def form_of(ending: str) -> Callable[[Report], str]:
    return {".xml": as_junit, ".txt": as_text}.get(ending, as_json)


def as_json(report: Report) -> str:
    return json.dumps(asdict(report), indent=2, ensure_ascii=False) + "\n"


def as_text(report: Report) -> str:
    lines = [report.summary(), *report.to_mend(), *map(str, report.errors)]
    lines += (f"{name}: edited here since its last import" for name in report.conflicts)
    return "\n".join([*lines, *report.notes]) + "\n"


def as_junit(report: Report) -> str:
    """A test suite with a failed case for each error: what CI systems show as a list."""
    suite = ElementTree.Element(
        "testsuite",
        name="import_questions",
        tests=str(report.files),
        failures=str(report.rejected + report.conflicted),
        time=str(report.seconds),
    )
    for error in report.errors:
        case = ElementTree.SubElement(suite, "testcase", classname=error.code, name=error.file)
        failure = ElementTree.SubElement(case, "failure", type=error.code, message=error.message)
        failure.text = str(error)
    for name in report.conflicts:
        case = ElementTree.SubElement(suite, "testcase", classname="conflict", name=name)
        ElementTree.SubElement(case, "failure", type="conflict", message="edited here")
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
