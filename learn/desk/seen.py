"""Which version of a question each person looked at last. Bounded: nobody's memory is endless."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from learn.models import LastSeen

MOST = 5_000  # questions of one person that are remembered, the ones last looked at
OFTEN = 100  # one new row in so many clears away what is beyond


def mark(pk: int, version: datetime.datetime, person: User, *, is_new: bool = False) -> None:
    """Note that a person looks at a question as it stands; `is_new`: it is the first time."""
    made = LastSeen(person=person, question_id=pk, version=version, seen_at=timezone.now())
    LastSeen.objects.bulk_create(
        [made],
        update_conflicts=True,
        unique_fields=["person", "question"],
        update_fields=["version", "seen_at"],
    )
    if is_new and made.pk and made.pk % OFTEN == 0:
        forget(person)


def forget(person: User, most: int = MOST) -> None:
    """Forget what a person looked at before the last ones."""
    mine = LastSeen.objects.filter(person=person.pk)
    beyond = mine.order_by("-seen_at", "-pk").values_list("pk", flat=True)[most : 2 * most]
    LastSeen.objects.filter(pk__in=list(beyond)).delete()
