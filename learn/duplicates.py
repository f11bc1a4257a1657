"""Questions that stand several times in the library: groups with one title, the best first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from learn import findings
from learn.models import Feedback, Question, QuestionQuerySet, RelatedQuestion, Status

STEP = 25  # titles that are looked up at a time
MOST = 50  # questions of a group


class Group(NamedTuple):
    """Questions with one title, archived ones left out; the first is the one to keep.

    That is one that students can read, that most other questions link to, that students found
    helpful, that came first.
    """

    key: int
    questions: Sequence[Question]

    @property
    def title(self) -> str:
        return self.questions[0].title


def groups(after: int | None, most: int) -> list[Group]:
    """At most so many groups in the order of their keys, from the one after `after` on."""
    found: list[Group] = []
    for keys in _shared(after):
        found += _grouped(keys)
        if len(found) >= most:
            break
    return found[:most]


def group_of(question: Question) -> Group | None:
    """The group in which a question stands, if there is another one with its title."""
    found = _grouped([question.title_key]) if question.title_key else []
    return found[0] if found else None


def _shared(after: int | None) -> Iterator[list[int]]:
    """Keys that several questions have, in steps; the index is read only as far as it is asked."""
    shared = findings.shared_keys("title_key").order_by("title_key")
    while True:
        later = shared if after is None else shared.filter(title_key__gt=after)
        keys = list(later.values_list("title_key", flat=True)[:STEP])
        yield keys
        if len(keys) < STEP:
            return
        after = keys[-1]


def _grouped(keys: Collection[int]) -> list[Group]:
    by_key: dict[int, list[Question]] = defaultdict(list)
    for question in _members(keys):
        if len(by_key[question.title_key]) < MOST:
            by_key[question.title_key].append(question)
    return [
        Group(key, sorted(by_key[key], key=_worth))
        for key in sorted(by_key)
        if len(by_key[key]) > 1
    ]


def _members(keys: Collection[int]) -> QuestionQuerySet:
    links = RelatedQuestion.objects.filter(target=OuterRef("pk")).order_by().values("target")
    helpful = Feedback.objects.filter(question=OuterRef("pk")).values("helpful")
    shown = ("title_key", "status", "publish_at", "updated_at", "problem_count", "reading_minutes")
    return (
        Question.objects.filter(title_key__in=keys)
        .exclude(status=Status.ARCHIVED)
        .for_listing(*shown)
        .annotate(
            links=Coalesce(Subquery(links.annotate(number=Count("pk")).values("number")), 0),
            helpful=Coalesce(Subquery(helpful), 0),
        )
        .order_by("title_key", "pk")
    )


def _worth(question: Question) -> tuple[object, ...]:
    links, helpful = question.links, question.helpful  # type: ignore[attr-defined]
    return (not question.is_public, -links, -helpful, question.problem_count > 0, question.pk)
