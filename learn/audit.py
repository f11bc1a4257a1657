"""The audit log: `record` where something is done, `rows` to take it along.

An entry belongs to the transaction of what it tells: what is rolled back was never done.
"""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv6Address, ip_network
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from learn.content.tables import cell
from learn.models import AuditEntry, Verb
from learn.network import sender_of

Origin = AuditEntry.Origin
Details = dict[str, Any]
Person = User | AnonymousUser | AbstractBaseUser
_LONGEST = 200  # characters of a detail: texts have their versions
BATCH = 500


def record(
    verb: Verb,
    about: Model | None = None,
    *,
    request: HttpRequest | None = None,
    by: Person | None = None,
    origin: Origin | None = None,
    kind: str = "",
    words: str = "",
    details: Details | None = None,
) -> None:
    """Note that somebody did something, be it to an object or to many things of a `kind`.

    `request` tells who and from where; without one it is a command, or what `origin` says.
    """
    _entry(verb, about, request, by, origin, kind, words, details).save(force_insert=True)


def record_each(
    verb: Verb,
    about: Iterable[Model],
    *,
    request: HttpRequest | None = None,
    by: Person | None = None,
    details: Details | None = None,
) -> None:
    """An entry for each of many objects, a few hundred in one statement."""
    entries = (_entry(verb, one, request, by, None, "", "", details) for one in about)
    while batch := list(islice(entries, BATCH)):
        AuditEntry.objects.bulk_create(batch)


def _entry(
    verb: Verb,
    about: Model | None,
    request: HttpRequest | None,
    by: Person | None,
    origin: Origin | None,
    kind: str,
    words: str,
    details: Details | None,
) -> AuditEntry:
    person = by or (getattr(request, "user", None) if request else None)
    who = person if isinstance(person, User) else None
    return AuditEntry(
        who=who,
        who_name=who.get_username() if who else "",
        verb=verb,
        kind=kind or (str(about._meta.model_name) if about else ""),
        key=str(about.pk) if about else "",
        words=_short(words or (str(about) if about else "")),
        origin=origin or (Origin.DESK if request else Origin.COMMAND),
        network=_network_of(request) if request else "",
        details=_plain(details or {}),
    )


def _network_of(request: HttpRequest) -> str:
    """A /24 or /48, in which a person is not alone; the whole address where that is wanted."""
    address = sender_of(request)
    if isinstance(address, str):
        return address[:45].replace("\0", "")
    if settings.AUDIT_FULL_ADDRESSES:
        return str(address)
    length = 48 if isinstance(address, IPv6Address) else 24
    return str(ip_network((address, length), strict=False))


def _plain(value: Any) -> Any:
    """A detail as JSON holds it, and no longer than it helps."""
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, bool | int | float) else _short(str(value))


def _short(text: str) -> str:
    text = text.replace("\0", "")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\u2026"


# ------------------------------------------------------------------------------- taking along

COLUMNS = ("at", "who", "verb", "kind", "key", "words", "origin", "network", "details")


def _row(entry: AuditEntry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in COLUMNS}
    return values | {"at": entry.at.isoformat(timespec="seconds"), "who": entry.who_name}


def _jsonl(entries: Iterable[AuditEntry]) -> Iterator[str]:
    for entry in entries:
        yield json.dumps(_row(entry), ensure_ascii=False) + "\n"


class _Line:
    """What `csv` writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


def _csv(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """With a BOM, without which spreadsheets take UTF-8 for something else."""
    table = csv.writer(_Line())
    yield "\ufeff" + table.writerow(COLUMNS)
    for entry in entries:
        row = _row(entry)
        row["details"] = json.dumps(row["details"], ensure_ascii=False) if row["details"] else ""
        yield table.writerow(map(cell, row.values()))


FORMS: dict[str, Callable[[Iterable[AuditEntry]], Iterator[str]]] = {"csv": _csv, "jsonl": _jsonl}
TYPES = {"csv": "text/csv", "jsonl": "application/jsonl"}


def rows(entries: QuerySet[AuditEntry], form: str) -> Iterator[str]:
    """The lines of an export, oldest entry first, read a few thousand at a time."""
    return FORMS[form](entries.order_by("id").iterator(chunk_size=2_000))


def prune(older_than: datetime.timedelta) -> int:
    """Remove what is older, a few thousand at a time; how many entries. That too is noted."""
    until, removed = timezone.now() - older_than, 0
    old = AuditEntry.objects.filter(at__lt=until).order_by("id")
    while keys := list(old.values_list("pk", flat=True)[:2_000]):
        removed += AuditEntry.objects.filter(pk__in=keys).delete()[0]
    if removed:
        record(
            Verb.PRUNED,
            kind="auditentry",
            words=f"before {until:%Y-%m-%d}",
            details={"count": removed},
        )
    return removed
