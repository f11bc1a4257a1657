"""Addresses of questions that lead nowhere: asked for by readers, named by related links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from learn import missed
from learn.content.addresses import Address
from learn.linking import waiting
from learn.models import MissedAddress, Question, Redirect, Status, Subject

MOST = 50_000  # links that are looked at: 0.3 s
LEADS = Q(stands__isnull=False) | Q(moved__isnull=False)  # of what `with_ways_on` gives


class DeadEnd(NamedTuple):
    """An address, how a link calls what stands there, and the questions that link to it."""

    address: Address
    title: str
    questions: list[int]


def dead_ends() -> tuple[list[DeadEnd], bool]:
    """Where related links lead nowhere, the most linked first; and whether these are all.

    Those of archived questions, which nobody sees, are left out.
    """
    links = waiting().exclude(question__status=Status.ARCHIVED).order_by()
    named = links.values_list("target_subject", "target_slug", "title", "question_id")
    rows = list(named[: MOST + 1])
    questions: dict[Address, set[int]] = defaultdict(set)
    titles: dict[Address, str] = {}
    for subject, slug, title, question in rows[:MOST]:
        address = Address(subject, slug)
        questions[address].add(question)
        titles[address] = titles.get(address) or title
    ends = [DeadEnd(each, titles[each], sorted(questions[each])) for each in questions]
    ends.sort(key=lambda end: (-len(end.questions), end.address))
    return ends, len(rows) <= MOST


def times_asked(addresses: Sequence[Address]) -> dict[Address, int]:
    """How often readers asked for each in vain; those that nobody asked for are left out."""
    return {row.address: row.number for row in missed.at(addresses)}


def with_ways_on(addresses: QuerySet[MissedAddress]) -> QuerySet[MissedAddress]:
    """Each with primary keys: of the question that `stands` there by now, of the one to which a
    redirect leads (`moved`), of its `subject`; and with the number of `links` that name it."""
    slug, subject = OuterRef("slug"), OuterRef("subject_slug")
    there = Question.objects.filter(slug=slug, subject__slug=subject)
    once = Redirect.objects.filter(slug=slug, subject_slug=subject)
    links = waiting().filter(target_slug=slug, target_subject=subject).order_by()
    number = links.values("target_slug").annotate(number=Count("pk")).values("number")
    return addresses.annotate(
        stands=Subquery(there.exclude(status=Status.ARCHIVED).values("pk")[:1]),
        moved=Subquery(once.values("question")[:1]),
        subject=Subquery(Subject.objects.filter(slug=subject).values("pk")[:1]),
        links=Coalesce(Subquery(number, output_field=IntegerField()), 0),
    )
