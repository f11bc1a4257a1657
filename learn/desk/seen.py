"""Which version of a question each person looked at last. Bounded: nobody's memory is endless."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from learn import bulk
from learn.models import LastSeen

MOST = 5_000  # questions of one person that are remembered, the ones last looked at
OFTEN = 100  # a first look at one question in so many clears away what is beyond
_MARK = (
    f'INSERT INTO "{LastSeen._meta.db_table}" (person_id, question_id, version, seen_at)'  # noqa: S608
    " VALUES (%s, %s, %s, %s) ON CONFLICT (person_id, question_id)"
    " DO UPDATE SET version = excluded.version, seen_at = excluded.seen_at"
)


def mark(pk: int, version: datetime.datetime, person: User, *, is_new: bool = False) -> None:
    """Note that a person looks at a question as it stands; `is_new`: it is the first time.

    One statement, and no transaction around it: it is part of reading a page.
    """
    times = [bulk.stored_time(moment) for moment in (version, timezone.now())]
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [person.pk, pk, *times])
    if is_new and pk % OFTEN == 0:
        forget(person)


def forget(person: User, most: int = MOST) -> None:
    """Forget what a person looked at before the last ones."""
    mine = LastSeen.objects.filter(person=person.pk)
    beyond = mine.order_by("-seen_at", "-pk").values_list("pk", flat=True)[most : 2 * most]
    LastSeen.objects.filter(pk__in=list(beyond)).delete()
