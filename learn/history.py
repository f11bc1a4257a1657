"""What a question was before it changes: its text as a revision, its place as a change of place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User

from learn.models import Origin, PlaceChange, Question, Revision


class Version(NamedTuple):
    """Who writes, when, from where; and who decided about the place, where that is another."""

    made_at: datetime
    made_by: User | None
    origin: Origin
    placed_by: User | None = None

    @property
    def is_edited(self) -> bool:
        return self.origin != Origin.IMPORT


class Place(NamedTuple):
    """The columns of a question that no file decides."""

    subject_id: int
    slug: str
    status: str
    publish_at: datetime | None = None
    status_before_prune: str = ""


KEPT = ("subject_id", "slug", "status", "publish_at")
_FORMER = ("updated_at", "updated_by_id", "origin")


def keep(texts: Mapping[int, str], places: Mapping[int, Place], version: Version) -> None:
    """Put texts and places that are about to be replaced by these where they can be had back."""
    stored = Question.objects.filter(pk__in=list(texts)).locked()
    revisions, changes = [], []
    for pk, source, *row in stored.values_list("pk", "source", *KEPT, *_FORMER):
        place, former = row[: len(KEPT)], row[len(KEPT) :]
        has_moved = place != list(places[pk][: len(KEPT)])
        is_rewritten = source != texts[pk]
        if is_rewritten:
            revisions.append(_revision(pk, source, *former))
        if has_moved:
            changes.append(_change(pk, place, version, () if is_rewritten else former))
    Revision.objects.bulk_create(revisions)
    PlaceChange.objects.bulk_create(changes)


def keep_statuses(statuses: Mapping[int, str], version: Version) -> None:
    """The same where nothing but the status is about to change."""
    stored = Question.objects.filter(pk__in=list(statuses)).locked()
    PlaceChange.objects.bulk_create(
        _change(pk, row[: len(KEPT)], version, row[len(KEPT) :])
        for pk, *row in stored.values_list("pk", *KEPT, *_FORMER)
        if row[KEPT.index("status")] != statuses[pk]
    )


def what_changed(change: PlaceChange, after: PlaceChange | Question) -> list[str]:
    """The columns of the place in which a change differs from what came after it."""
    return [name for name in KEPT if getattr(change, name) != getattr(after, name)]


def after(change: PlaceChange, question: Question) -> PlaceChange | Question:
    """What came of a change of the question's place: its next change, else the question."""
    later = question.place_changes.filter(pk__gt=change.pk).order_by("pk")
    return later.first() or question


def _revision(
    pk: int, source: str, made_at: datetime, made_by: int | None, origin: str
) -> Revision:
    packed = Revision.pack(source)
    return Revision(
        question_id=pk, packed=packed, made_at=made_at, made_by_id=made_by, origin=origin
    )


def _change(pk: int, place: Iterable[Any], version: Version, former: Iterable[Any]) -> PlaceChange:
    names = ("former_at", "former_by_id", "former_origin")
    return PlaceChange(
        question_id=pk,
        at=version.made_at,
        by=version.placed_by or version.made_by,
        origin=version.origin,
        **dict(zip(KEPT, place, strict=True)),
        **dict(zip(names, former, strict=False)),
    )
