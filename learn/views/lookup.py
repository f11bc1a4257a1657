"""The question that an address below its page is about."""

from __future__ import annotations

from django.http import Http404

from learn.models import Question, QuestionQuerySet, Redirect


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
