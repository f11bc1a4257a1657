"""Rows into a table, many at a time, from plain values.

`bulk_create` asks every field of every row how it wants to be stored, which is two thirds of its
time. Here the values go to the database as they are: dates in ISO's form, JSON as text, times
through `stored_time`. Like `bulk_create` this runs no `save()` and sends no signal.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Row = Sequence[Any]


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Primary keys that nobody else will take. Call it inside a transaction that then uses them.

    SQLite has one writer at a time, so that the highest key tells the next ones; PostgreSQL's
    sequence hands them out.
    """
    if not count:
        return ()
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, key, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(
            f'SELECT MAX(IFNULL((SELECT MAX("{key}") FROM "{table}"), 0),'  # noqa: S608
            " IFNULL((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))",
            [table],
        )
        first = cursor.fetchone()[0] + 1
    return range(first, first + count)


def analyze(*models: type[models.Model]) -> None:
    """Have PostgreSQL's planner know what tables hold now, as autovacuum tells it a minute later.

    Until then it takes a table that was filled for a small one: a search of 35,682 questions took
    460 ms instead of 12. Columns of long texts, which nothing is sorted or joined by, are left out.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in models:
            columns = [f for f in model._meta.concrete_fields if f.get_internal_type() not in _LONG]
            names = ", ".join(connection.ops.quote_name(str(field.column)) for field in columns)
            cursor.execute(f'ANALYZE "{model._meta.db_table}" ({names})')


_LONG = ("TextField", "JSONField", "BinaryField")


def stored_time(moment: datetime.datetime | None) -> Any:
    """A time as the database's driver takes it."""
    return moment and connection.ops.adapt_datetimefield_value(moment)


def select(
    model: type[models.Model],
    columns: Sequence[str],
    key: tuple[str, Any] | None,
    among: str,
    values: Row,
) -> list[tuple[Any, ...]]:
    """The `columns` of rows in which `key` has its value and the column `among` one of `values`.

    Two hundred thousand values a second through the ORM, three million here.
    """
    if not values:
        return []
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(["%s"] * len(values))
    both = f'"{key[0]}" = %s AND ' if key else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {names} FROM "{model._meta.db_table}"'  # noqa: S608
            f' WHERE {both}"{among}" IN ({places})',
            [key[1], *values] if key else list(values),
        )
        return list(cursor.fetchall())


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows of values for these columns."""
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(["%s"] * len(columns))
    _execute(
        f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})',  # noqa: S608
        rows,
    )


def update(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Row],
    where: Iterable[str] = ("id",),
) -> int:
    """Give rows new values: each is the values of `columns`, then those of `where` to find it by.

    How many rows were found.
    """
    assignments = ", ".join(f'"{column}" = %s' for column in columns)
    condition = " AND ".join(f'"{column}" = %s' for column in where)
    return _execute(
        f'UPDATE "{model._meta.db_table}" SET {assignments} WHERE {condition}',  # noqa: S608
        rows,
    )


def delete(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Delete the rows in which these columns have such values."""
    condition = " AND ".join(f'"{column}" = %s' for column in columns)
    _execute(f'DELETE FROM "{model._meta.db_table}" WHERE {condition}', rows)  # noqa: S608


def _execute(statement: str, rows: Sequence[Row]) -> int:
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)


def json_text(value: object) -> str:
    """A value as a column of JSON takes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
