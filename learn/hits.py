"""How often old addresses are asked for."""

from __future__ import annotations

import atexit

from django.db.models import F
from django.utils import timezone

from learn.models import Redirect
from learn.tallies import Tally


def add(redirect: int, number: int) -> None:
    """Add a number of hits to those of the redirect with this primary key."""
    now = timezone.now()
    Redirect.objects.filter(pk=redirect).update(hits=F("hits") + number, last_hit_at=now)


hits = Tally(add)
atexit.register(hits.write_the_last)
