"""Search: one interface; SQLite's or PostgreSQL's full text behind it, by the database in use.

`publishing` keeps the index in the transaction that writes a question. Whether a question may be
found is not in the index but asked of the questions themselves, by the query set that is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, transaction

from learn.models import Question, QuestionQuerySet
from learn.search import vocabulary
from learn.search.backend import Backend, Entry
from learn.search.finding import COUNTED, SHOWN, Finder, Results, in_order
from learn.search.marking import Marker
from learn.search.query import MAX_CHARACTERS, MAX_TERMS
from learn.search.shown import Found, Suggestion, lines, suggestions

__all__ = [
    "COUNTED", "MAX_CHARACTERS", "MAX_TERMS", "SHOWN", "Entry", "Found", "Marker", "Results",
    "Suggestion", "alike", "create", "drop", "in_order", "index", "lines", "rebuild", "refresh",
    "remove", "search", "settle", "suggest", "titles",
]  # fmt: skip

STEP = 500  # entries of one transaction of a rebuilding: other writers wait a quarter of a second


def backend() -> Backend:
    if connection.vendor == "postgresql":
        from learn.search.postgresql import PostgreSQL

        return PostgreSQL()
    from learn.search.sqlite import SQLite

    return SQLite()


# -- looking


def search(
    text: str, *, among: QuestionQuerySet | None = None, subject: int | None = None
) -> Results:
    """Questions that answer a query, best first; any text is a query.

    `among`: the questions that may be found, the published ones where it is not given. `subject`:
    the key of the only subject whose questions are wanted.
    """
    return Finder(backend(), _published(among)).results(text, subject)


def suggest(text: str, *, among: QuestionQuerySet | None = None, most: int = 8) -> list[Suggestion]:
    """Questions whose titles go on as somebody is typing."""
    return suggestions(titles(text, among=among, most=most))


def titles(text: str, *, among: QuestionQuerySet | None = None, most: int = 8) -> list[int]:
    """The keys of what `suggest` offers."""
    return Finder(backend(), _published(among)).titles(text, most)


def alike(title: str, subject: int) -> list[int]:
    """The keys of published questions of a subject whose titles share rare words with this one."""
    return Finder(backend(), Question.objects.published()).alike(title, subject)


def _published(among: QuestionQuerySet | None) -> QuestionQuerySet:
    return Question.objects.published() if among is None else among


# -- writing


def index(entries: Iterable[Entry], *, are_new: bool = False) -> None:
    """Take in questions, in the transaction that stores them. `are_new`: none is there yet."""
    entries = list(entries)
    if entries:
        backend().add(entries)
        vocabulary.add((f"{entry.title} {entry.keywords}" for entry in entries), are_new=are_new)


def remove(keys: Sequence[int]) -> None:
    """Forget questions. One that is only withheld from readers need not be forgotten."""
    if keys:
        backend().remove(keys)


def refresh(keys: Sequence[int]) -> None:
    """Take in questions as they are stored now."""
    index(_stored(keys))


def settle() -> None:
    """Have the index ready for many searches after many writings: what an import ends with."""
    backend().settle()


def create() -> None:
    """Make the index's tables, empty."""
    _run(vocabulary.CREATE[connection.vendor])
    backend().create()


def drop() -> None:
    backend().drop()
    _run(f"DROP TABLE IF EXISTS {vocabulary.TABLE}")


def rebuild() -> int:
    """Take in every question anew, in steps during which others can search and write; how many."""
    counted: Counter[str] = Counter()
    done, last = 0, 0
    while entries := list(_after(last)):
        with transaction.atomic():
            backend().add(list(_stored([entry.pk for entry in entries])))
        counted += vocabulary.count(f"{entry.title} {entry.keywords}" for entry in entries)
        done, last = done + len(entries), entries[-1].pk
    with transaction.atomic():
        remove(backend().strays())
        vocabulary.replace(counted)
    backend().tidy()
    return done


_COLUMNS = ("pk", "title", "page_keywords", "answer_text")


def _after(pk: int) -> Iterator[Entry]:
    rows = Question.objects.filter(pk__gt=pk).order_by("pk").values_list(*_COLUMNS)
    return (Entry(*row) for row in rows[:STEP])


def _stored(keys: Sequence[int]) -> Iterator[Entry]:
    rows = Question.objects.filter(pk__in=keys).values_list(*_COLUMNS)
    return (Entry(*row) for row in rows)


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
