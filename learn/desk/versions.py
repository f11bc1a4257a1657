"""The text that a form was opened from, by the version that the form remembers."""

from __future__ import annotations

import datetime

from learn.models import Question


def version_of(question: Question) -> str:
    """What a form keeps to know by whether somebody saved meanwhile."""
    return question.updated_at.isoformat()


def text_of_version(question: Question, version: str) -> str:
    """The file's text that stood at a version: the question's, or of a proposal for it.

    A revision holds the text that a save replaced, and when that had been changed last; so the
    first one that is not older than `version` is it (a status alone changes without a revision).
    """
    stored = Question.objects.only("source").get(pk=question.pk)
    try:
        moment = datetime.datetime.fromisoformat(version)
    except ValueError:
        return stored.source
    proposal = question.proposals.filter(made_at=moment).first()
    if proposal:
        return proposal.text
    revision = question.revisions.filter(made_at__gte=moment).order_by("pk").first()
    return revision.text if revision else stored.source
