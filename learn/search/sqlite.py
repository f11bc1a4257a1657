"""Full text in SQLite: two FTS5 tables, a small one of titles and keywords, a large one of all.

Most searches end in the small one, which is a twelfth as large. Neither keeps the text: the
questions have it. Their rowids are the questions' primary keys.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from learn.models import Question
from learn.search.backend import Among, Entry, Groups, Hit, Place
from learn.search.query import Term
from learn.search.words import bordered, folded

HEAD, TEXT = "learn_search_head", "learn_search_text"
_COLUMNS = {HEAD: "title, keywords", TEXT: "text"}
_TOKENIZER = "tokenize='porter unicode61 remove_diacritics 2'"
# An index that keeps no text can forget a row since 3.43; an older SQLite keeps a copy of the text.
_CONTENTLESS = "content='', contentless_delete=1, "
_MERGE = 500  # pages of one step of merging: a tenth of a second


class SQLite:
    def create(self) -> None:
        kept = _CONTENTLESS if sqlite3.sqlite_version_info >= (3, 43) else ""
        for table, columns in _COLUMNS.items():
            _run(f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, {kept}{_TOKENIZER})")

    def drop(self) -> None:
        for table in _COLUMNS:
            _run(f"DROP TABLE IF EXISTS {table}")

    def add(self, entries: Sequence[Entry]) -> None:
        heads, texts = [], []
        for pk, title, keywords, text in entries:
            title, keywords = folded(title), bordered(keywords)
            heads.append((pk, title, keywords))
            texts.append((pk, f"{title}\n{keywords}\n{folded(text)}"))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"REPLACE INTO {HEAD} (rowid, title, keywords) VALUES (%s, %s, %s)",  # noqa: S608
                heads,
            )
            cursor.executemany(
                f"REPLACE INTO {TEXT} (rowid, text) VALUES (%s, %s)",  # noqa: S608
                texts,
            )

    def remove(self, keys: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            for table in _COLUMNS:
                statement = f"DELETE FROM {table} WHERE rowid = %s"  # noqa: S608
                cursor.executemany(statement, [(key,) for key in keys])

    def strays(self) -> list[int]:
        there = f'SELECT id FROM "{Question._meta.db_table}"'  # noqa: S608
        rows = _run(f"SELECT rowid FROM {TEXT} WHERE rowid NOT IN ({there})")  # noqa: S608
        return [key for (key,) in rows]

    def settle(self) -> None:
        """Nothing waits: FTS5 merges a little with every writing."""

    def tidy(self) -> None:
        for table in _COLUMNS:
            pages = -_MERGE  # a negative number begins, a positive one goes on
            while _merged(table, pages):
                pages = _MERGE

    def find(
        self, groups: Groups, place: Place, among: Among, most: int, *, ranked: bool
    ) -> list[Hit]:
        wanted = " OR ".join(f"({' AND '.join(map(_clause, group))})" for group in groups)
        if place is Place.TITLE:
            wanted = f"title : ({wanted})"
        table = TEXT if place is Place.TEXT else HEAD
        order = "ORDER BY rank" if ranked else ""
        rows = _run(
            f"SELECT {table}.rowid, q.subject_id, q.title FROM {table}"  # noqa: S608
            f" CROSS JOIN ({_by_index(among.sql)}) AS q ON q.id = {table}.rowid"
            f" WHERE {table} MATCH %s {order} LIMIT %s",
            [*among.params, wanted, most],
        )
        return [Hit(*row) for row in rows]


def _by_index(sql: str) -> str:
    """The questions read from the index that holds all that is asked, not from their own rows.

    SQLite prefers the row wherever it has the key: each is a page of its own.
    """
    table = f'FROM "{Question._meta.db_table}"'
    return sql.replace(table, f'{table} INDEXED BY "question_found"', 1)


def _clause(term: Term) -> str:
    """Quoted words are words and never operators."""
    phrases = " OR ".join(f'"{" ".join(phrase)}"' for phrase in term.phrases)
    return f"({phrases})"


def _merged(table: str, pages: int) -> bool:
    """Whether a step of merging found something to do (see FTS5's `merge` command)."""
    with transaction.atomic():
        ((before,),) = _run("SELECT total_changes()")
        _run(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', {pages})")  # noqa: S608
        ((after,),) = _run("SELECT total_changes()")
    return bool(after - before >= 2)


def _run(statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall()) if cursor.description else []
