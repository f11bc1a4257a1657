"""Who has a question open. In the database: web processes keep no state of their own."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from learn.models import Presence, Question
from learn.models.writing import PRESENT


def arrive(question: Question, person: User) -> None:
    """Note that a question is open in somebody's browser: one statement for each beat but the
    first, which begins a new `since`."""
    now = timezone.now()
    mine = Presence.objects.filter(question=question, person=person)
    if mine.filter(seen_at__gt=now - PRESENT).update(seen_at=now):
        return
    Presence.objects.filter(seen_at__lt=now - datetime.timedelta(days=1)).delete()
    Presence.objects.bulk_create(
        [Presence(question=question, person=person, since=now, seen_at=now)],
        update_conflicts=True,
        unique_fields=["question", "person"],
        update_fields=["since", "seen_at"],
    )


def leave(question: Question, person: User) -> None:
    Presence.objects.filter(question=question, person=person).delete()
