"""Searches that found nothing: counted for the editors, who may write what is missing.

What may tell who somebody is (an address, a long number) is not kept, nor is what nobody has looked
for in 90 days.
"""

from __future__ import annotations

import atexit
import re
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F, QuerySet
from django.utils import timezone

from learn.models import MissedSearch
from learn.models.searches import LONGEST
from learn.tallies import Tally

KEPT = timedelta(days=90)  # since it was last looked for
MOST = 5_000  # searches that are kept: more than anybody reads
OFTEN = 2  # times, from which on a search is worth an editor's time
_PERSONAL = re.compile(r"@|://|\bwww\.|\d[\d\s().-]{5,}\d")  # addresses, numbers of 7 digits or so
_LETTER = re.compile(r"[^\W\d_]")


class Miss(NamedTuple):
    words: str
    text: str
    has_near: bool


def note(text: str, *, has_near: bool) -> None:
    """Count a search in vain, unless it says nothing or may say who searched."""
    text = " ".join(text.replace("\0", "").split())  # PostgreSQL refuses it
    words = text.casefold()
    if len(words) <= LONGEST and _LETTER.search(text) and not _PERSONAL.search(text):
        misses.count(Miss(words, text, has_near))


def add(miss: Miss, number: int) -> None:
    """Add a number of misses to those that are stored."""
    now = timezone.now()
    stored, is_new = MissedSearch.objects.get_or_create(
        words=miss.words,
        defaults={"text": miss.text, "number": number, "has_near": miss.has_near},
    )
    if is_new:
        _trim()
    else:
        MissedSearch.objects.filter(pk=stored.pk).update(
            number=F("number") + number, has_near=miss.has_near, last_at=now
        )


def _trim() -> None:
    MissedSearch.objects.filter(last_at__lt=timezone.now() - KEPT).delete()
    if (over := MissedSearch.objects.count() - MOST) > 0:
        least = MissedSearch.objects.order_by("number", "last_at").values_list("pk", flat=True)
        MissedSearch.objects.filter(pk__in=list(least[:over])).delete()


def close(searches: QuerySet[MissedSearch], *, by: User | AnonymousUser) -> int:
    """Mark open ones as done; how many were."""
    return searches.filter(state=MissedSearch.State.OPEN).update(
        state=MissedSearch.State.DONE, done_by=by if isinstance(by, User) else None
    )


def reopen(searches: QuerySet[MissedSearch]) -> int:
    """Mark what is done as open again; how many were."""
    done = searches.filter(state=MissedSearch.State.DONE)
    return done.update(state=MissedSearch.State.OPEN, done_by=None)


misses = Tally(add)
atexit.register(misses.write_the_last)
