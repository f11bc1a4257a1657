"""Changes of a question's place among its versions: what each did, and a way back."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from django.http import HttpRequest

from learn import destinations, publishing, roles
from learn.content.addresses import Address
from learn.models import Origin, PlaceChange, Question, Status

_COLUMNS = ("subject_id", "slug", "status", "publish_at")


class Said(NamedTuple):
    """A part of a place, before and after, in words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Placing:
    """What a change of place did; `may_go_back` where that is not how the question is already."""

    pk: int
    made_at: datetime.datetime
    made_by: Any
    origin: str
    said: list[Said]
    may_go_back: bool


def placings(request: HttpRequest, question: Question, most: int) -> list[Placing]:
    """The newest changes of a question's place, newest first."""
    changes = list(question.place_changes.select_related("subject", "by")[:most])
    found = []
    for after, change in pairwise([question, *changes]):
        assert isinstance(change, PlaceChange)
        placing = Placing(
            change.pk,
            change.at,
            change.by,
            change.get_origin_display(),
            list(_said(change, after)),
            _may_go_back(request, question, change, after),
        )
        found.append(placing)
    return found


def written(
    head: Sequence[Any], changes: Sequence[PlaceChange]
) -> tuple[datetime.datetime, Any, str]:
    """When, by whom and from where a text was written, though its place was changed after that.

    `head` says when, by whom and from where the question was last changed with it.
    """
    at, by, origin = head
    for change in changes:
        if change.at == at and change.former_at:
            at, by, origin = change.former_at, change.former_by, change.get_former_origin_display()
    return at, by, origin


def go_back(question: Question, change: PlaceChange, by: Any) -> str:
    """Give a question back what a change took from its place; why not, if it cannot be.

    What became of the rest of its place since, it stays.
    """
    after = question.place_changes.filter(pk__gt=change.pk).order_by("pk").first() or question
    changed = _changed(change, after)
    if "subject_id" in changed or "slug" in changed:
        subject = change.subject or question.subject
        slug = change.slug if "slug" in changed else question.slug
        if problem := destinations.problem_with(subject, slug, question.pk):
            return problem
    for name in changed:
        setattr(question, name, getattr(change, name))
    publishing.save([publishing.edition_of(question)], by=by, origin=Origin.RESTORE)
    return ""


def may_go_back(request: HttpRequest, question: Question, change: PlaceChange) -> bool:
    """Whether a person may undo a change that can be undone: what students see is publishers'."""
    after = question.place_changes.filter(pk__gt=change.pk).order_by("pk").first() or question
    return _may_go_back(request, question, change, after)


def _may_go_back(request: HttpRequest, question: Question, change: PlaceChange, after: Any) -> bool:
    changed = _changed(change, after)
    is_address = not {"status", "publish_at"} & set(changed)
    may = roles.may_publish(request.user)
    may = may or (is_address and roles.writes_live(request.user, question))
    stands = all(getattr(question, name) == getattr(change, name) for name in changed)
    is_gone = "subject_id" in changed and change.subject is None
    return may and roles.may_write(request.user) and not stands and not is_gone


def _changed(change: PlaceChange, after: Any) -> list[str]:
    return [name for name in _COLUMNS if getattr(change, name) != getattr(after, name)]


def _said(change: PlaceChange, after: Any) -> Iterator[Said]:
    changed = _changed(change, after)
    if "subject_id" in changed or "slug" in changed:
        yield Said("Address", _address(change), _address(after))
    if "status" in changed:
        yield Said("Status", *(str(Status(each.status).label) for each in (change, after)))
    if "publish_at" in changed:
        yield Said("Publish at", *(_time(each.publish_at) for each in (change, after)))


def _address(place: Any) -> str:
    return Address(place.subject.slug, place.slug).path if place.subject else place.slug


def _time(at: datetime.datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "at once"
