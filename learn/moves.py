"""A list of addresses that moved -> redirects: what each line would do, and then doing it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from learn import publishing
from learn.content.addresses import RESERVED_SUBJECTS, Address, address_in, slug_problem
from learn.content.document import ContentError
from learn.models import Question, Redirect, Status

COLUMNS = ("previous_subject", "slug", "current_subject")
PAIRS = ("old", "new")  # two addresses, for a question whose slug changed too
_CHUNK = 500


class Move(NamedTuple):
    """A question that once stood at `old` and stands at `new`."""

    line: int
    old: Address
    new: Address


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"  # the address leads elsewhere so far
    SAME = "same"
    REFUSED = "refused"


class Verdict(NamedTuple):
    """What a move does: `words` say why it is refused, or what else is to be known."""

    move: Move
    kind: Kind
    question: int | None = None  # to which the old address would lead
    words: str = ""


def address_of(written: str) -> Address | None:
    """The question's address that a path or a whole address names, its query and end left out."""
    try:
        path = unquote(urlsplit(written.strip()).path).rstrip("/")
    except ValueError:
        return None
    return address_in(path if path.startswith("/") else f"/{path}")


# ------------------------------------------------------------------------------- reading


def read_moves(path: Path) -> list[Move]:
    """The rows of a CSV file. Raises ContentError with the first line that cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(map(_move_or_raise, rows_in(stream, path.name)))
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError("unreadable", str(error), 1, path.name) from None


def _move_or_raise(row: Move | ContentError) -> Move:
    if isinstance(row, ContentError):
        raise row
    return row


def rows_in(lines: Iterable[str], name: str) -> Iterator[Move | ContentError]:
    """The moves that a CSV of COLUMNS or of PAIRS names, and what is wrong with other lines."""
    reader = csv.DictReader(lines, skipinitialspace=True)
    try:
        columns = tuple(reader.fieldnames or ())
        if columns not in (COLUMNS, PAIRS):
            either = f"{','.join(COLUMNS)} or {','.join(PAIRS)}"
            yield ContentError("wrong-columns", f"the columns are not {either}", 1, name)
            return
        for row in reader:
            yield _row(row, columns, reader.line_num, name)
    except csv.Error as error:
        yield ContentError("unreadable", str(error), reader.line_num, name)


def _row(
    row: dict[str, str | None], columns: tuple[str, ...], line: int, name: str
) -> Move | ContentError:
    values = [(row[column] or "").strip() for column in columns]
    if not all(values) or None in row:
        number = "three" if columns == COLUMNS else "two"
        message = f"a row needs its {number} values and no more"
        return ContentError("wrong-columns", message, line, name)
    if columns == COLUMNS:
        subject, slug, now = values
        return Move(line, Address(subject, slug), Address(now, slug))
    old, new = map(address_of, values)
    if old and new:
        return Move(line, old, new)
    message = f"'{values[1] if old else values[0]}' is no question's address"
    return ContentError("wrong-address", message, line, name)


# ------------------------------------------------------------------------------- judging


class _Standing(NamedTuple):
    pk: int
    status: str


def judged(moves: Sequence[Move]) -> list[Verdict]:
    """What each move would do. A few look-ups for every 500 of them, and nothing is written.

    A target that is missing, or an old address at which a question still stands, is told, never
    guessed about. Where a question is archived, its address may lead on to another one.
    """
    there = _questions(moves)
    leads = leads_of(move.old for move in moves)
    seen: dict[Address, Address] = {}
    verdicts = []
    for move in moves:
        words = _problem(move, there, seen)
        if words:
            verdicts.append(Verdict(move, Kind.REFUSED, words=words))
            continue
        seen[move.old] = move.new
        pk, status = there[move.new]
        verdicts.append(Verdict(move, _kind(leads.get(move.old), pk), pk, _warning(status)))
    return verdicts


def _problem(move: Move, there: dict[Address, _Standing], seen: dict[Address, Address]) -> str:
    """Why a move is refused, as a sentence without its full stop; '' where it is not."""
    if problem := slug_problem(move.old.subject, RESERVED_SUBJECTS):
        return f"the subject in {move.old.path} {problem}"
    if problem := slug_problem(move.old.slug):
        return f"the slug in {move.old.path} {problem}"
    if move.old == move.new:
        return f"{move.old.path} cannot lead to itself"
    standing = there.get(move.old)
    if standing and standing.status != Status.ARCHIVED:
        return f"a question still stands at {move.old.path}"
    if move.new not in there:
        return f"there is no question at {move.new.path}"
    if move.old in seen:
        return f"an earlier line says where {move.old.path} leads"
    return ""


def _kind(leads_to: int | None, pk: int) -> Kind:
    if leads_to is None:
        return Kind.NEW
    return Kind.SAME if leads_to == pk else Kind.CHANGED


def _warning(status: str) -> str:
    if status == Status.DRAFT:
        return "its question is a draft: visitors find nothing there yet"
    return "its question is archived: visitors read that it is gone" * (status == Status.ARCHIVED)


def _questions(moves: Iterable[Move]) -> dict[Address, _Standing]:
    columns = ("subject__slug", "slug", "pk", "status")
    return {
        Address(subject, slug): _Standing(pk, status)
        for slugs in _chunks({address.slug for move in moves for address in move[1:]})
        for subject, slug, pk, status in Question.objects.filter(slug__in=slugs).values_list(
            *columns
        )
    }


def leads_of(addresses: Iterable[Address]) -> dict[Address, int]:
    """Which questions redirects with the slugs of these addresses lead to."""
    columns = ("subject_slug", "slug", "question_id")
    return {
        Address(subject, slug): pk
        for slugs in _chunks({address.slug for address in addresses})
        for subject, slug, pk in Redirect.objects.filter(slug__in=slugs).values_list(*columns)
    }


def _chunks(slugs: set[str]) -> Iterator[list[str]]:
    ordered = sorted(slug for slug in slugs if "\0" not in slug)  # PostgreSQL refuses it
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


# ------------------------------------------------------------------------------- applying


def apply(verdicts: Iterable[Verdict]) -> int:
    """Leave the redirects of all moves that are not refused; how many these are."""
    redirects = {verdict.move.old: verdict.question for verdict in verdicts if verdict.question}
    publishing.redirect(redirects)
    return len(redirects)


def apply_moves(moves: list[Move], *, dry_run: bool) -> tuple[int, list[str]]:
    """Leave a redirect for each move; how many, and what was left out, in sentences."""
    verdicts = judged(moves)
    left_out = [verdict for verdict in verdicts if verdict.kind == Kind.REFUSED]
    notes = [f"line {verdict.move.line}: {verdict.words}" for verdict in left_out]
    if not dry_run:
        apply(verdicts)
    return len(verdicts) - len(left_out), notes
