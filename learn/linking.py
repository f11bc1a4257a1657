"""Related links without a target, led to the question that is, or once was, at their address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from learn.content.addresses import Address
from learn.models import Question, Redirect, RelatedQuestion

FEW = 20  # addresses that are looked for one by one; beyond it, all links that wait are looked at


def resolve_all() -> None:
    """As an import does at its end."""
    _lead(waiting())


def resolve(questions: Mapping[int, Address]) -> None:
    """Only the links of these questions, by primary key, and where they are few, those to them."""
    if questions:
        wanted = Q(question__in=list(questions))
        if len(questions) <= FEW:
            wanted |= _to(questions.values())
        _lead(waiting().filter(wanted))


def resolve_at(addresses: Collection[Address]) -> None:
    """Only the links to these addresses."""
    if addresses:
        _lead(waiting().filter(_to(addresses)) if len(addresses) <= FEW else waiting())


def lead(links: Mapping[int, int], *, after: int | None = None) -> None:
    """Lead links, by primary key, to questions; only those that still lead to `after` if given."""
    by_target: dict[int, list[int]] = defaultdict(list)
    for link, target in links.items():
        by_target[target].append(link)
    for target, keys in sorted(by_target.items()):
        there = RelatedQuestion.objects.filter(pk__in=keys)
        (there.filter(target=after) if after else there).update(target=target)


def _to(addresses: Collection[Address]) -> Q:
    wanted = Q()
    for address in addresses:
        wanted |= Q(target_subject=address.subject, target_slug=address.slug)
    return wanted


def waiting() -> QuerySet[RelatedQuestion]:
    """The links that name the address of a question, and lead to none."""
    return RelatedQuestion.objects.filter(target=None).exclude(target_slug="")


def _lead(links: QuerySet[RelatedQuestion]) -> None:
    address = {"slug": OuterRef("target_slug")}
    there = Question.objects.filter(subject__slug=OuterRef("target_subject"), **address)
    once = Redirect.objects.filter(subject_slug=OuterRef("target_subject"), **address)
    for found, key in ((there, "pk"), (once, "question_id")):
        target = found.values(key)[:1]
        links.filter(Exists(target)).update(target=Subquery(target))
