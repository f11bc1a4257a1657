"""A list of addresses that moved -> redirects."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from learn import publishing
from learn.content.addresses import Address
from learn.content.document import ContentError
from learn.models import Question

COLUMNS = ("previous_subject", "slug", "current_subject")


class Move(NamedTuple):
    """A question that once stood at `old` and stands at `new`."""

    line: int
    old: Address
    new: Address


def read_moves(path: Path) -> list[Move]:
    """The rows of a CSV file with the COLUMNS. Raises ContentError with the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(_rows(csv.DictReader(stream), path.name))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ContentError("unreadable", str(error), 1, path.name) from None


def _rows(reader: csv.DictReader[str], name: str) -> Iterator[Move]:
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ContentError("wrong-columns", f"the columns are not {', '.join(COLUMNS)}", 1, name)
    for row in reader:
        values = [(row[column] or "").strip() for column in COLUMNS]
        if not all(values) or None in row:
            message = "a row needs its three values and no more"
            raise ContentError("wrong-columns", message, reader.line_num, name)
        old, slug, new = values
        yield Move(reader.line_num, Address(old, slug), Address(new, slug))


def apply_moves(moves: list[Move], *, dry_run: bool) -> tuple[int, list[str]]:
    """Leave a redirect for each move; how many, and what was left out, in sentences.

    A target that is missing, or an old address at which a question still stands, is told, never
    guessed about.
    """
    slugs = {move.new.slug for move in moves}
    there = {
        Address(subject, slug): pk
        for start in range(0, len(slugs), 500)
        for subject, slug, pk in Question.objects.filter(
            slug__in=sorted(slugs)[start : start + 500]
        ).values_list("subject__slug", "slug", "pk")
    }
    redirects: dict[Address, int] = {}
    notes = []
    for move in moves:
        if move.old in there:
            notes.append(f"line {move.line}: a question still stands at {move.old.path}")
        elif move.new not in there:
            notes.append(f"line {move.line}: there is no question at {move.new.path}")
        else:
            redirects[move.old] = there[move.new]
    if not dry_run:
        publishing.redirect(redirects)
    return len(redirects), notes
