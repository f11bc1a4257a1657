"""Rows into a table, many at a time.

`bulk_create` asks every field of every row how it wants to be stored, which is two thirds of its
time. Only dates and JSON need asking; everything else goes to the database as it is. Like
`bulk_create` it runs no `save()` and sends no signal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models

_ASKED = frozenset(("DateField", "DateTimeField", "JSONField"))


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Primary keys that nobody else will take. Call it inside a transaction that then uses them.

    SQLite has one writer at a time, so that the highest key tells the next ones; PostgreSQL's
    sequence hands them out.
    """
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


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert rows that have their primary keys."""
    _execute(model, rows, _stored_fields(model), "")


def insert_values(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows of plain values (no dates, no JSON); the database numbers them."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_statement(model, columns), rows)


def replace(
    model: type[models.Model], rows: Sequence[models.Model], names: Iterable[str] | None = None
) -> None:
    """Write rows over those with the same primary keys: the fields `names`, or all."""
    fields = _stored_fields(model)
    wanted = set(names) if names is not None else {field.name for field in fields}
    assignments = ", ".join(
        f'"{field.column}" = excluded."{field.column}"'
        for field in fields
        if field.name in wanted and not field.primary_key
    )
    key = model._meta.pk.column
    _execute(model, rows, fields, f' ON CONFLICT ("{key}") DO UPDATE SET {assignments}')


def _stored_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return list(model._meta.concrete_fields)


def _execute(
    model: type[models.Model],
    rows: Sequence[models.Model],
    fields: list[models.Field[Any, Any]],
    ending: str,
) -> None:
    if not rows:
        return
    statement = _statement(model, [str(field.column) for field in fields]) + ending
    values_of = attrgetter(*(field.attname for field in fields))
    asked = [
        (index, field) for index, field in enumerate(fields) if field.get_internal_type() in _ASKED
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, [_prepared(values_of(row), asked) for row in rows])


def _statement(model: type[models.Model], columns: Sequence[str]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(["%s"] * len(columns))
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})'  # noqa: S608


def _prepared(
    values: tuple[Any, ...], asked: list[tuple[int, models.Field[Any, Any]]]
) -> list[Any]:
    prepared = list(values)
    for index, field in asked:
        prepared[index] = field.get_db_prep_save(prepared[index], connection)
    return prepared
