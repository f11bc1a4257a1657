"""Changes of a question's place among its versions: what each did, and a way back."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest

from learn import history, roles
from learn.content.addresses import Address
from learn.desk import schedules
from learn.models import PlaceChange, Question, Status


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


def placings(
    request: HttpRequest, question: Question, changes: Sequence[PlaceChange]
) -> list[Placing]:
    """What the newest changes of a question's place did, newest first."""
    found = []
    came: list[PlaceChange | Question] = [question, *changes]
    for change, after in zip(changes, came, strict=False):
        changed = history.what_changed(change, after)
        placing = Placing(
            change.pk,
            change.at,
            change.by,
            change.get_origin_display(),
            list(_said(change, after, changed)),
            may_go_back(request, question, change, changed),
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


def may_go_back(
    request: HttpRequest, question: Question, change: PlaceChange, changed: Sequence[str]
) -> bool:
    """Whether a person may undo a change that can be undone: what students see is publishers'."""
    is_address = not {"status", "publish_at"} & set(changed)
    may = roles.may_publish(request.user)
    may = may or (is_address and roles.writes_live(request.user, question))
    stands = all(getattr(question, name) == getattr(change, name) for name in changed)
    is_gone = "subject_id" in changed and change.subject is None
    return may and roles.may_write(request.user) and not stands and not is_gone


def _said(change: PlaceChange, after: Any, changed: Sequence[str]) -> Iterator[Said]:
    if "subject_id" in changed or "slug" in changed:
        yield Said("Address", _address(change), _address(after))
    if "status" in changed:
        yield Said("Status", *(str(Status(each.status).label) for each in (change, after)))
    if "publish_at" in changed:
        yield Said("Publish at", *(_time(each.publish_at) for each in (change, after)))


def _address(place: Any) -> str:
    return Address(place.subject.slug, place.slug).path if place.subject else place.slug


def _time(at: datetime.datetime | None) -> str:
    return schedules.written(at) if at else "at once"
