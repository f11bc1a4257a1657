"""Beside a status and a time: what they mean for students. A script keeps it up to date."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from learn.desk import schedules
from learn.models import Question, Status

SCRIPT = "learn/admin/scheduling.js"


def outlook(question: Question) -> SafeString:
    """For the form of a question."""
    return _said(question.status, question.publish_at, schedules.SAVED)


def outlook_of_approval(publish_at: datetime.datetime | None) -> SafeString:
    """For the form that approves a draft, which knows no other status."""
    return _said(Status.PUBLISHED, publish_at, schedules.APPROVED)


def _said(
    status: str, publish_at: datetime.datetime | None, words: Mapping[str, str]
) -> SafeString:
    context = {
        "sentence": schedules.sentence(status, publish_at, words),
        "status": status,
        "words": dict(words),
    }
    return render_to_string("admin/learn/components/outlook.html", context)
