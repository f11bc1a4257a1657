"""What an address is about: the question that it stands below, the cards that it asks for."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from learn import cards
from learn.cards import Source
from learn.models import Question, QuestionQuerySet, Redirect, Subject


def question_at(subject: str, slug: str, questions: QuestionQuerySet | None = None) -> Question:
    """The published question that stands at an address, or did before it moved. Raises Http404."""
    published = (questions or Question.objects.all()).published().select_related("subject")
    found = published.filter(subject__slug=subject, slug=slug).first()
    if found is None:
        moved = Redirect.objects.filter(subject_slug=subject, slug=slug).values("question")
        found = published.filter(pk__in=moved).first()
    if found is None:
        raise Http404("no question stands here that could be read")
    return found


def cards_within(subject: Subject, request: HttpRequest) -> Source:
    """The cards of a subject or of its topic that an address names. Raises Http404."""
    source = cards.within(subject, request.GET)
    if source is None:
        raise Http404("the subject has no such topic")
    return source
