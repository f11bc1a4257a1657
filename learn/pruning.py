"""Questions whose file has vanished from the tree that an import reads."""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from django.db.models import Count

from learn.content.addresses import Address
from learn.models import Question, QuestionQuerySet, Status
from learn.standing import Marks

NAMED = 5  # subjects in a sentence


class Vanished(NamedTuple):
    """A question by its primary key, and where it stands."""

    question: int
    address: Address


def vanished(subjects: Set[str], seen: Marks) -> tuple[list[Vanished], list[str]]:
    """What to archive: the subjects' imported questions, without those whose file was seen.

    One that was edited here stays: a sentence of the second list says so.
    """
    rows = _imported().filter(subject__slug__in=subjects)
    found, notes = [], []
    for pk, subject, slug, is_edited in rows.values_list(
        "pk", "subject__slug", "slug", "is_edited"
    ).iterator():
        if pk in seen:
            continue
        address = Address(subject, slug)
        if is_edited:
            notes.append(file_is_gone(address))
        else:
            found.append(Vanished(pk, address))
    return found, notes


def file_is_gone(address: Address) -> str:
    return f"{address.path}: its file is gone; it was edited here and stays"


def without_files(subjects: Set[str]) -> list[str]:
    """A sentence about the imported subjects besides these, where there are some.

    Whether all their files have vanished, or the tree never held them, cannot be told from it.
    """
    others = _imported().exclude(subject__slug__in=subjects).order_by("subject__slug")
    counts = dict(others.values_list("subject__slug").annotate(Count("pk")))
    if not counts:
        return []
    named = ", ".join(list(counts)[:NAMED]) + (", ..." if len(counts) > NAMED else "")
    which, whose = ("subject", "its") if len(counts) == 1 else ("subjects", "their")
    number = sum(counts.values())
    stay = "question stays" if number == 1 else "questions stay"
    return [
        f"no file here is of the {which} {named}: {whose} {number:,} {stay};"
        " --prune --subject SLUG archives those of one"
    ]


def _imported() -> QuestionQuerySet:
    return Question.objects.exclude(imported_digest="").exclude(status=Status.ARCHIVED)
