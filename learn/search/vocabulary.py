"""The words of all titles and keywords, with about how many questions have each.

It completes a word that is being typed and finds the word that was meant by a mistyped one, on both
databases alike. Counts only grow until the index is rebuilt: they choose between words, no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection

from learn.search.words import MAX_WORD, words

TABLE = "learn_search_word"
# PostgreSQL compares bytes, as SQLite does: the words that begin alike stand together.
CREATE = {
    "sqlite": f"CREATE TABLE {TABLE} (word text PRIMARY KEY, number integer NOT NULL)"
    " WITHOUT ROWID",
    "postgresql": f'CREATE TABLE {TABLE} (word text COLLATE "C" PRIMARY KEY,'
    " number integer NOT NULL)",
}
_LAST = "\U0010ffff"
_SEVERAL = 400  # words of one look-up by distance: what two letters begin with


def count(texts: Iterable[str]) -> Counter[str]:
    """In how many of the texts each word stands."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update({word for word in words(text) if len(word) <= MAX_WORD})
    return counted


def add(texts: Iterable[str], *, are_new: bool) -> None:
    """Take in the words of titles and keywords; those of an edited question count only as known."""
    rows = sorted(count(texts).items())  # in one order: two writers cannot wait for each other
    more = f"DO UPDATE SET number = {TABLE}.number + excluded.number" if are_new else "DO NOTHING"
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (word, number) VALUES (%s, %s)"  # noqa: S608
                f" ON CONFLICT (word) {more}",
                rows,
            )


def replace(counted: Counter[str]) -> None:
    """Know these words and no others."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608
        cursor.executemany(
            f"INSERT INTO {TABLE} (word, number) VALUES (%s, %s)",  # noqa: S608
            sorted(counted.items()),
        )


def numbers(among: Collection[str]) -> dict[str, int]:
    """Those of the words that are known, with their numbers."""
    if not among:
        return {}
    places = ", ".join(["%s"] * len(among))
    statement = f"SELECT word, number FROM {TABLE} WHERE word IN ({places})"  # noqa: S608
    return dict(_rows(statement, list(among)))


def completions(beginning: str, most: int) -> dict[str, int]:
    """The most frequent words that begin so, longer than it, with their numbers."""
    statement = (
        f"SELECT word, number FROM {TABLE} WHERE word > %s AND word < %s"  # noqa: S608
        " ORDER BY number DESC, word LIMIT %s"
    )
    return dict(_rows(statement, [beginning, beginning + _LAST, most]))


def beginning_with(beginning: str, shortest: int, longest: int) -> dict[str, int]:
    """Words that begin so, within lengths, the most frequent ones."""
    statement = (
        f"SELECT word, number FROM {TABLE} WHERE word >= %s AND word < %s"  # noqa: S608
        " AND length(word) BETWEEN %s AND %s ORDER BY number DESC LIMIT %s"
    )
    values = [beginning, beginning + _LAST, shortest, longest, _SEVERAL]
    return dict(_rows(statement, values))


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
