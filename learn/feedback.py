"""The only writer of what students say of a question: votes, and reports of mistakes."""

from __future__ import annotations

from math import sqrt

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from learn.models import Feedback, MistakeReport, Question, Vote

_Z = 1.96  # standard deviations that hold 95 % of a normal distribution


def score(helpful: int, unhelpful: int) -> float:
    """The share of helpful votes that 95 % certainty allows at least, 0 to 1; 0 without votes.

    The lower end of Wilson's interval: 5 of 5 give 0.57, 90 of 100 give 0.83.
    """
    votes = helpful + unhelpful
    if not votes:
        return 0.0
    share, z2 = helpful / votes, _Z * _Z
    spread = _Z * sqrt((share * (1 - share) + z2 / (4 * votes)) / votes)
    return max(0.0, (share + z2 / (2 * votes) - spread) / (1 + z2 / votes))


def voter_of(token: str, question: Question) -> str:
    """What a browser's random token is on one question: two of its votes cannot be put together."""
    return salted_hmac("learn.vote", f"{question.pk} {token}", algorithm="sha256").hexdigest()[:32]


def vote(question: Question, voter: str, *, is_helpful: bool) -> None:
    """Count a browser's vote, in place of its earlier one. Votes on one question wait in turn."""
    with transaction.atomic():
        Feedback.objects.get_or_create(question=question)
        counts = Feedback.objects.select_for_update().get(question=question)
        cast, is_new = Vote.objects.get_or_create(
            question=question, voter=voter, defaults={"is_helpful": is_helpful}
        )
        if not is_new and cast.is_helpful == is_helpful:
            return
        if not is_new:
            Vote.objects.filter(pk=cast.pk).update(is_helpful=is_helpful)
            _add(counts, is_helpful=not is_helpful, number=-1)
        _add(counts, is_helpful=is_helpful, number=1)
        counts.score = score(counts.helpful, counts.unhelpful)
        counts.save()


def _add(counts: Feedback, *, is_helpful: bool, number: int) -> None:
    name = "helpful" if is_helpful else "unhelpful"
    setattr(counts, name, getattr(counts, name) + number)


def report(question: Question, text: str) -> None:
    """Put a student's words on the editors' desk; the same words twice are one report."""
    MistakeReport.objects.get_or_create(
        question=question, text=text, state=MistakeReport.State.OPEN
    )


def close(reports: QuerySet[MistakeReport], *, by: User | AnonymousUser) -> int:
    """Mark open reports as done; how many were."""
    return reports.filter(state=MistakeReport.State.OPEN).update(
        state=MistakeReport.State.DONE,
        done_at=timezone.now(),
        done_by=by if isinstance(by, User) else None,
    )
