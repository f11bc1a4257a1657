"""Questions for tests, stored as everything stores them: through `publishing`."""

from __future__ import annotations

import datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from learn import publishing, topics
from learn.models import Question, Status, Subject

_numbers = count(1)


def subject(slug: str = "physics", name: str = "") -> Subject:
    return publishing.subject_for(slug, name or slug.capitalize())


def question(
    title: str = "",
    answer: str = "Because **light** bends.",
    *,
    place: str = "physics",
    slug: str = "",
    status: Status = Status.PUBLISHED,
    **columns: Any,
) -> Question:
    """A stored question; each call makes another title and slug unless they are given."""
    number = next(_numbers)
    columns.setdefault("date", datetime.date(2025, 1, 31))
    columns.setdefault("post_on_text", "Posted on")
    columns.setdefault("page_description", f"What question {number} is about.")
    made = Question(
        title=title or f"Why is question {number} here?",
        slug=slug or f"question-{number}",
        subject=subject(place),
        answer=answer,
        status=status,
        **columns,
    )
    publishing.save([publishing.edition_of(made)])
    return made


def set_status(questions: QuerySet[Question], status: Status, *, by: User | None = None) -> None:
    """Give questions a status, as a batch does."""
    statuses = dict.fromkeys(questions.values_list("pk", flat=True), (status, ""))
    with topics.refreshing(questions):
        publishing.set_statuses(statuses, by=by)
