"""What is shown of the questions that were found, read as plain rows.

Models of the same rows, with their subjects, cost three times as much: as much as finding them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.dateformat import format as date_format
from django.utils.encoding import escape_uri_path
from django.utils.safestring import SafeString

from learn.content.addresses import Address
from learn.models import Question
from learn.search.marking import SEARCHED, Marker
from learn.search.query import Query


@dataclass(frozen=True, slots=True)
class Found:
    """A result as a page shows it; `title` and `passage` are HTML with the words marked."""

    title: SafeString
    passage: SafeString
    url: str
    subject: str
    date: str
    day: str


class Suggestion(NamedTuple):
    """A line of the list below a search field."""

    title: str
    subject: str
    url: str


def lines(query: Query, keys: Sequence[int]) -> list[Found]:
    """The results with these keys, in their order."""
    marker = Marker(query)
    return [
        Found(
            marker.marked(title),
            marker.snippet(text[:SEARCHED]),
            _url(place, slug),
            subject,
            date.isoformat(),
            _day(date),
        )
        for title, slug, subject, place, date, text in _rows(keys, "date", "answer_text")
    ]


def suggestions(keys: Sequence[int]) -> list[Suggestion]:
    return [
        Suggestion(title, subject, _url(place, slug)) for title, slug, subject, place in _rows(keys)
    ]


def _rows(keys: Sequence[int], *more: str) -> Iterator[tuple[Any, ...]]:
    if not keys:
        return iter(())
    columns = ("pk", "title", "slug", "subject__name", "subject__slug", *more)
    rows = Question.objects.filter(pk__in=keys).values_list(*columns)
    found = {pk: row for pk, *row in rows}
    return (tuple(found[key]) for key in keys if key in found)


def _url(subject: str, slug: str) -> str:
    """What `reverse` makes of them in a tenth of the time."""
    return escape_uri_path(Address(subject, slug).path)


@lru_cache(maxsize=2_000)
def _day(date: datetime.date) -> str:
    return date_format(date, "M j, Y")
