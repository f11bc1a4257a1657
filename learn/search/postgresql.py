"""Full text in PostgreSQL: a row a question with three vectors, each with a GIN index.

Titles have one of their own, without weights: an index knows of no weights, so that what it finds
of a weight would have to be read and looked through.

No extension is needed: accents are folded and mistakes forgiven by code that SQLite uses too. The
configuration is PostgreSQL's for English without its stop words, so that a phrase may hold some.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from learn.models import Question
from learn.search.backend import Among, Entry, Groups, Hit, Place
from learn.search.query import Term
from learn.search.words import bordered, words

TABLE = "learn_search"
CONFIGURATION = "learn_english"
_CREATE = (
    f"CREATE TEXT SEARCH DICTIONARY {CONFIGURATION} (TEMPLATE = snowball, LANGUAGE = english)",
    f"CREATE TEXT SEARCH CONFIGURATION {CONFIGURATION} (COPY = pg_catalog.english)",
    f"ALTER TEXT SEARCH CONFIGURATION {CONFIGURATION}"
    f" ALTER MAPPING REPLACE pg_catalog.english_stem WITH {CONFIGURATION}",
    # No foreign key: a question's deletion need not wait for it, `find` asks what is there.
    f"CREATE TABLE {TABLE} (question_id bigint PRIMARY KEY, title tsvector NOT NULL,"
    " head tsvector NOT NULL, body tsvector NOT NULL)",
    f"CREATE INDEX {TABLE}_title ON {TABLE} USING gin (title)",
    f"CREATE INDEX {TABLE}_head ON {TABLE} USING gin (head)",
    f"CREATE INDEX {TABLE}_body ON {TABLE} USING gin (body)",
)
_DROP = (
    f"DROP TABLE IF EXISTS {TABLE}",
    f"DROP TEXT SEARCH CONFIGURATION IF EXISTS {CONFIGURATION}",
    f"DROP TEXT SEARCH DICTIONARY IF EXISTS {CONFIGURATION}",
)
_ADD = (
    f"INSERT INTO {TABLE} (question_id, title, head, body)"  # noqa: S608
    " SELECT %s, title, setweight(title, 'A') || setweight(keywords, 'B'),"
    f" title || keywords || to_tsvector('{CONFIGURATION}', %s)"
    f" FROM to_tsvector('{CONFIGURATION}', %s) AS title,"
    f" to_tsvector('{CONFIGURATION}', %s) AS keywords"
    " ON CONFLICT (question_id)"
    " DO UPDATE SET title = excluded.title, head = excluded.head, body = excluded.body"
)
_VECTORS = {Place.TITLE: "title", Place.HEAD: "head", Place.TEXT: "body"}
# The planner does not know what unpacking a vector costs, and so reads all of them where it may
# stop early: 400 ms for what the index tells in 4.
_BY_INDEX = " ".join(
    f"SET LOCAL {name};"
    for name in (
        "enable_seqscan = off",
        "enable_mergejoin = off",
        "enable_hashjoin = off",
        "jit = off",
        "max_parallel_workers_per_gather = 0",  # starting one costs more than it spares
    )
)
MAX_TEXT = 400_000  # characters: a vector holds a megabyte, of which places take half


class PostgreSQL:
    def create(self) -> None:
        for statement in _CREATE:
            _run(statement)

    def drop(self) -> None:
        for statement in _DROP:
            _run(statement)

    def add(self, entries: Sequence[Entry]) -> None:
        rows = []
        for pk, title, keywords, text in entries:
            title, text = (" ".join(words(part[:MAX_TEXT])) for part in (title, text))
            rows.append((pk, text, title, bordered(keywords[:MAX_TEXT])))
        with connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)

    def remove(self, keys: Sequence[int]) -> None:
        _run(f"DELETE FROM {TABLE} WHERE question_id = ANY(%s)", [list(keys)])  # noqa: S608

    def strays(self) -> list[int]:
        questions = f'SELECT 1 FROM "{Question._meta.db_table}" AS q'  # noqa: S608
        rows = _run(
            f"SELECT question_id FROM {TABLE} AS s"  # noqa: S608
            f" WHERE NOT EXISTS ({questions} WHERE q.id = s.question_id)"
        )
        return [key for (key,) in rows]

    def settle(self) -> None:
        """Take what waits beside the indexes, up to 4 MB that every search reads, into them.

        And count anew for the planner. What autovacuum does too, some minutes later.
        """
        for index in _VECTORS.values():
            _run(f"SELECT gin_clean_pending_list('{TABLE}_{index}'::regclass)")
        _run(f"ANALYZE {TABLE}")

    def tidy(self) -> None:
        self.settle()

    def find(
        self, groups: Groups, place: Place, among: Among, most: int, *, ranked: bool
    ) -> list[Hit]:
        wanted = " | ".join(f"({' & '.join(map(_clause, group))})" for group in groups)
        vector = _VECTORS[place]
        order = f"ORDER BY ts_rank(s.{vector}, sought) DESC, s.question_id" if ranked else ""
        rows = _run(
            f"{_BY_INDEX} SELECT s.question_id, q.subject_id, q.title FROM {TABLE} AS s"  # noqa: S608
            f" CROSS JOIN to_tsquery('{CONFIGURATION}', %s) AS sought"
            f" JOIN ({among.sql}) AS q ON q.id = s.question_id"
            f" WHERE s.{vector} @@ sought {order} LIMIT %s",
            [wanted, *among.params, most],
        )
        return [Hit(*row) for row in rows]


def _clause(term: Term) -> str:
    """Quoted words are words and never operators."""
    phrases = (" <-> ".join(f"'{word}'" for word in phrase) for phrase in term.phrases)
    return f"({' | '.join(phrases)})"


def _run(statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        while cursor.nextset():  # the last statement's rows are wanted
            pass
        return list(cursor.fetchall()) if cursor.description else []
