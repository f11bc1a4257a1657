"""Searches that found nothing and addresses that lead nowhere: counted for the editors.

They may write what is missing, or lead an address on. What may tell who somebody is (an address of
mail, a long number) is not kept, nor is what nobody has asked for in 90 days.
"""

from __future__ import annotations

import atexit
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from learn.content.addresses import Address, slug_problem
from learn.models import MissedAddress, MissedSearch
from learn.models.missed import LONGEST, LONGEST_PLACE, Missed
from learn.tallies import Tally

KEPT = timedelta(days=90)  # since it was last asked for
MOST = 5_000  # of a kind that are kept: more than anybody reads
OFTEN = 2  # times, from which on it is worth an editor's time
_PERSONAL = re.compile(r"@|://|\bwww\.|\d[\d\s().-]{5,}\d")  # addresses, numbers of 7 digits or so
_LETTER = re.compile(r"[^\W\d_]")


class Search(NamedTuple):
    words: str
    text: str
    has_near: bool


class DeadLink(NamedTuple):
    address: Address
    linked_from: str


# ------------------------------------------------------------------------- what is noted


def note_search(text: str, *, has_near: bool) -> None:
    """Count a search in vain, unless it says nothing or may say who searched."""
    text = " ".join(text.replace("\0", "").split())  # PostgreSQL refuses it
    words = text.casefold()
    if len(words) <= LONGEST and _LETTER.search(text) and not _PERSONAL.search(text):
        searches.count(Search(words, text, has_near))


def note_address(address: Address, *, linked_from: str, host: str) -> None:
    """Count a visit to a question's address that leads nowhere, unless none could ever stand there.

    `linked_from` is what the browser says of where it comes from (Referer); `host` this site's.
    """
    if not any(map(slug_problem, address)):
        addresses.count(DeadLink(address, _place(linked_from, host)))


def _place(url: str, host: str) -> str:
    """A path of this site without its query, or another site's name."""
    try:
        parts = urlsplit(url.replace("\0", ""))
        place = unquote(parts.path) if parts.netloc == host else parts.hostname or ""
    except ValueError:
        return ""
    return place if len(place) <= LONGEST_PLACE else ""


# ------------------------------------------------------------------------- what is stored


def add_search(search: Search, number: int) -> None:
    """Add a number of searches in vain to those that are stored."""
    last = {"has_near": search.has_near}
    _add(MissedSearch, {"words": search.words}, {"text": search.text}, last, number)


def add_address(link: DeadLink, number: int) -> None:
    """Add a number of visits in vain to those that are stored."""
    subject, slug = link.address
    last = {"linked_from": link.linked_from} if link.linked_from else {}
    _add(MissedAddress, {"subject_slug": subject, "slug": slug}, {}, last, number)


def _add(
    model: type[MissedSearch] | type[MissedAddress],
    key: Mapping[str, str],
    first: Mapping[str, Any],
    last: Mapping[str, Any],
    number: int,
) -> None:
    """Count for a row, which keeps what came `first` with it and what came `last`."""
    rows: Any = model._default_manager
    stored, is_new = rows.get_or_create(**key, defaults={**first, **last, "number": number})
    if is_new:
        _trim(rows)
    else:
        now = timezone.now()
        rows.filter(pk=stored.pk).update(number=F("number") + number, last_at=now, **last)


def _trim(rows: Any) -> None:
    rows.filter(last_at__lt=timezone.now() - KEPT).delete()
    if (over := rows.count() - MOST) > 0:
        least = rows.order_by("number", "last_at").values_list("pk", flat=True)
        rows.filter(pk__in=list(least[:over])).delete()


# ------------------------------------------------------------------------- what is done


def close(missed: QuerySet[Any], *, by: User | AnonymousUser) -> int:
    """Mark open ones as done; how many were."""
    return missed.filter(state=Missed.State.OPEN).update(
        state=Missed.State.DONE, done_by=by if isinstance(by, User) else None
    )


def reopen(missed: QuerySet[Any]) -> int:
    """Mark what is done as open again; how many were."""
    done = missed.filter(state=Missed.State.DONE)
    return done.update(state=Missed.State.OPEN, done_by=None)


def at(wanted: Iterable[Address]) -> QuerySet[MissedAddress]:
    """The rows of these addresses, by one index."""
    each = (Q(slug=address.slug, subject_slug=address.subject) for address in wanted)
    return MissedAddress.objects.filter(reduce(or_, each, Q(pk__in=())))


searches, addresses = Tally(add_search), Tally(add_address)
atexit.register(searches.write_the_last)
atexit.register(addresses.write_the_last)
