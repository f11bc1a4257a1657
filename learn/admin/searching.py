"""What somebody types into the search field of the desk -> questions.

Words go to the library's index, which holds every question whatever its status. What names a
question - its address, pasted whole or in part, an earlier one, its slug, its source id, the
address of its form - finds that one, before all others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast
from urllib.parse import unquote, urlsplit

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve

from learn import search
from learn.content.addresses import address_in
from learn.models import Question, QuestionQuerySet, Redirect, Subject

_MAX_NUMBER = 2**63 - 1  # of a column of large numbers
_HYPHENS = 3  # so many make a slug of a word (`x-ray`, `over-the-counter`)
_SLUG = re.compile(r"[^\s/]+(?:[-_][^\s/]+)+")
_PLACE = re.compile(r"/*([^\s/]+)/(?:questions/)?([^\s/]+?)(?:\.md)?/*")


@dataclass(frozen=True, slots=True)
class Found:
    """Keys of questions, the best first.

    `said` tells what was looked for instead, `is_cut` that there are more, `is_wordless` that what
    was typed holds nothing to look for.
    """

    keys: Sequence[int]
    is_cut: bool = False
    said: str = ""
    is_wordless: bool = False


def found(text: str, among: QuerySet[Question]) -> Found:
    """The questions among these that a text names or describes; any text is a query."""
    text = text.replace("\0", " ").strip()
    among = cast(QuestionQuerySet, among.order_by())
    try:
        named = list(_named(text, among))
        if named and ("/" in text or " " not in text):
            return Found(named)
        results = search.search(_words_of(text), among=among)
    except EmptyResultSet:  # filters that leave nothing
        return Found([])
    keys = dict.fromkeys([*named, *results.keys])
    said = results.query.text if results.is_mended else ""
    is_cut, is_wordless = results.total > len(results.keys), not results.query.terms
    return Found(list(keys), is_cut, said, is_wordless and not keys)


def titled(text: str, among: QuerySet[Question], most: int) -> list[int]:
    """Questions whose titles go on as somebody is typing, or that the text names."""
    text = text.replace("\0", " ").strip()
    among = cast(QuestionQuerySet, among.order_by())
    named = list(_named(text, among))
    return named or search.titles(text, among=among, most=most)


class _Place(NamedTuple):
    subject: str  # empty: any
    slug: str


def _named(text: str, among: QuestionQuerySet) -> list[int]:
    if text.isascii() and text.isdecimal():
        number = int(text[:20])
        return list(_keys(among.filter(source_id=number))) if number <= _MAX_NUMBER else []
    path = _path_of(text)
    if pk := _form_at(path):
        return list(_keys(among.filter(pk=pk)))
    if place := _place_in(path):
        return _standing(place, among)
    return []


def _path_of(text: str) -> str:
    """The path of an address, as people see it; any other text as it is."""
    try:
        parts = urlsplit(text)
    except ValueError:  # `http://[`
        return text
    is_address = parts.scheme in ("http", "https") or text.startswith("/")
    return unquote(parts.path) if is_address else text


def _form_at(path: str) -> int | None:
    if not path.startswith("/"):
        return None
    try:
        match = resolve(path)
    except (Resolver404, ValueError):
        return None
    pk = str(match.kwargs.get("object_id") or match.kwargs.get("pk") or "")
    is_form = (match.url_name or "").startswith("learn_question_") and pk.isdecimal()
    return int(pk) if is_form and int(pk) <= _MAX_NUMBER else None


def _place_in(path: str) -> _Place | None:
    """The subject and slug that a path, the end of one, or a slug alone says."""
    address = address_in(path.rstrip("/"))
    if address:
        return _Place(*address)
    if match := _PLACE.fullmatch(path):
        return _Place(match[1], match[2])
    return _Place("", path) if _SLUG.fullmatch(path) else None


def _standing(place: _Place, among: QuestionQuerySet) -> list[int]:
    """The question that stands there, and those that once did."""
    subjects = Subject.objects.order_by()
    there = Q(subject__in=subjects.values("pk"), slug=place.slug)
    once = Redirect.objects.filter(slug=place.slug)
    if place.subject:
        there = Q(subject__slug=place.subject, slug=place.slug)
        once = once.filter(subject_slug=place.subject)
    else:
        once = once.filter(subject_slug__in=subjects.values("slug"))
    now = list(_keys(among.filter(there)))
    return now or list(_keys(among.filter(pk__in=once.values("question"))))


def _keys(questions: QuestionQuerySet) -> Sequence[int]:
    return list(questions.values_list("pk", flat=True)[: search.SHOWN])


def _words_of(text: str) -> str:
    """The words to look for; those of the slug where an address leads nowhere."""
    path = _path_of(text)
    is_address = path != text or address_in(path.rstrip("/")) is not None
    is_slug = text.count("-") >= _HYPHENS and _SLUG.fullmatch(text)
    if not is_address and not is_slug:
        return text
    return path.rstrip("/").rpartition("/")[2].replace("-", " ")
