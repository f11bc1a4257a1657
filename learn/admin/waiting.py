"""What waits for a person, for the desk's first page: six queries, however much there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet, Value

from learn import missed, roles
from learn.admin import unsaved
from learn.desk.census import MOST
from learn.models import (
    MissedAddress,
    MissedSearch,
    MistakeReport,
    Proposal,
    Question,
    Status,
    UnsavedWork,
)
from learn.models.missed import Missed

SHOWN = 5  # pieces of unsaved work


@dataclass(frozen=True, slots=True)
class Work:
    """Unsaved work, named by what it is about."""

    name: str
    unsaved: UnsavedWork
    address: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Numbers of what there is to do, counted up to one more than MOST; `work` by itself."""

    proposals: int
    sent_back: int
    replaced: int
    drafts: int
    reports: int
    missed: int
    dead_links: int
    findings: int
    work: Sequence[Work]
    has_more_work: bool

    @property
    def is_any(self) -> bool:
        numbers = (
            self.proposals,
            self.sent_back,
            self.replaced,
            self.drafts,
            self.reports,
            self.missed,
            self.dead_links,
        )
        return bool(self.work or self.findings or any(numbers))


def waiting_for(person: User) -> Waiting | None:
    """None for who only looks: nothing waits for such a person."""
    if not roles.may_write(person):
        return None
    work = [_named(each) for each in _unsaved(person)]
    drafts = Question.objects.filter(status=Status.DRAFT, updated_by=person)
    reports = MistakeReport.objects.filter(state=MistakeReport.State.OPEN)
    mendable = Question.objects.exclude(status=Status.ARCHIVED)
    return Waiting(
        **_proposals(person),
        drafts=_counted(drafts),
        reports=_counted(reports),
        **_in_vain(),
        findings=_counted(mendable.filter(problem_count__gt=0)),
        work=work[:SHOWN],
        has_more_work=len(work) > SHOWN,
    )


def _proposals(person: User) -> dict[str, int]:
    """A publisher decides about all that wait; what came back or was replaced is its editor's."""
    replaced = Q(pk__in=Proposal.objects.replaced_of(person).order_by().values("pk"))
    to_decide = Q(state=Proposal.State.WAITING)
    if not roles.may_publish(person):
        to_decide = Q(pk__in=())
    about = Proposal.objects.open() | Proposal.objects.filter(by=person)  # by indexes, not all
    counts: dict[str, int] = about.order_by().aggregate(
        proposals=Count("pk", filter=to_decide),
        sent_back=Count("pk", filter=Q(state=Proposal.State.SENT_BACK, by=person)),
        replaced=Count("pk", filter=replaced),
    )
    return counts


def _in_vain() -> dict[str, int]:
    """What is asked for again and again and is not here. Few are kept, so that all are counted."""
    often = {"state": Missed.State.OPEN, "number__gte": missed.OFTEN}
    searches = MissedSearch.objects.filter(**often, has_near=False)
    told = _number(searches, "missed")
    told = told.union(_number(MissedAddress.objects.filter(**often), "dead_links"), all=True)
    return {"missed": 0, "dead_links": 0, **dict(told)}


def _number(rows: QuerySet[Any], name: str) -> QuerySet[Any, tuple[str, int]]:
    named = rows.order_by().annotate(name=Value(name)).values_list("name")
    counted: QuerySet[Any, tuple[str, int]] = named.annotate(number=Count("pk"))
    return counted


def _counted(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: MOST + 1].count()


def _unsaved(person: User) -> QuerySet[UnsavedWork]:
    work = UnsavedWork.objects.of(person).named().select_related("question")
    return work.only("key", "saved_at", "question__title")[: SHOWN + 1]


def _named(work: UnsavedWork) -> Work:
    about = work.question.title if work.question else unsaved.beginning_of(work)
    return Work(about, work, unsaved.address_of(work))
