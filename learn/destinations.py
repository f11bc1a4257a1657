"""What a visitor gets at a question's address: asked by the page itself and by the desk's test."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from learn.content.addresses import Address, slug_problem, tidied
from learn.models import Question, Redirect, Status, Subject


class Outcome(StrEnum):
    PAGE = "page"
    MOVED = "moved"
    GONE = "gone"  # archived, and no redirect leads on
    UNPUBLISHED = "unpublished"  # a draft, or scheduled
    NOTHING = "nothing"


class Moved(NamedTuple):
    """A redirect by its primary key, and where its question stands now."""

    redirect: int
    address: Address
    is_archived: bool


class Destination(NamedTuple):
    """What an address leads to: the question that stands there, or where one has gone."""

    outcome: Outcome
    question: Question | None = None
    moved: Moved | None = None


def at(subject: str, slug: str) -> Destination:
    """What a question's address leads to: two look-ups at most."""
    found = (
        Question.objects.select_related("subject")
        .defer("answer", "source", "problems")
        .filter(subject__slug=subject, slug=slug)
        .first()
    )
    if found is None or found.status == Status.ARCHIVED:
        there = moved_to(subject, slug)
        # From one archived question to another and back would be a circle.
        if there and not (found and there.is_archived):
            return Destination(Outcome.MOVED, found, there)
        return Destination(Outcome.GONE if found else Outcome.NOTHING, found)
    return Destination(Outcome.PAGE if found.is_public else Outcome.UNPUBLISHED, found)


def moved_to(subject: str, slug: str) -> Moved | None:
    """Where the question stands now that once had an address; None where none had it."""
    found = (
        Redirect.objects.filter(subject_slug=subject, slug=slug)
        .values_list("pk", "question__status", "question__subject__slug", "question__slug")
        .first()
    )
    if found is None:
        return None
    pk, status, *address = found
    return Moved(pk, Address(*address), status == Status.ARCHIVED)


def found_at(address: Address) -> Address | Moved | None:
    """Where a question is had that stands at an address, or once did; None where none is known."""
    if there := moved_to(*address):
        return there
    standing = Question.objects.filter(subject__slug=address.subject, slug=address.slug)
    return address if standing.exists() else None


def meant_by(address: Address) -> Address | Moved | None:
    """`found_at` what an address means that leads nowhere as it is written; None for nothing."""
    meant = tidied(address)
    return found_at(meant) if meant != address else None


def problem_with(subject: Subject, slug: str, question: int | None = None) -> str:
    """Why a question cannot stand at an address, as a sentence; '' where it can.

    `question` is the primary key of the one that would.
    """
    if problem := slug_problem(slug):
        return f"The slug {problem}."
    others = subject.questions.exclude(pk=question or 0)
    if there := others.filter(slug=slug).first():
        return f"The address is taken by \u201c{there.title}\u201d."
    if alike := others.filter(slug__iexact=slug).first():
        return f"'{alike.slug}' differs from it only by case."
    return ""
