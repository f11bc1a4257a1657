"""What search engines and shared links will show of a question, beside the fields that decide."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from learn import findings, seo
from learn.content.summaries import MOST, summary
from learn.models import Question

ALIKE = 5  # questions that are named where more share a title or a description


def panel(question: Question) -> SafeString:
    """The panel of a stored question; a new one has it from its first save on."""
    if not question.pk:
        return SafeString("Save the question once to see it as a result.")
    site = settings.SITE_URL.partition("://")[2] or "this site"
    return render_to_string(
        "admin/learn/question/seo_panel.html",
        {
            "title": seo.question_title(question),
            "section": question.seo_title,
            "subject": question.subject.name,
            "site_name": seo.SITE_NAME,
            "crumbs": f"{site} \u203a learn \u203a {question.subject.slug} \u203a questions",
            "site": site,
            "description": question.page_description,
            "suggestion": summary(question.answer_text),
            "most": MOST,
            "alike": [
                ("title", findings.alike(question, "title_key")[:ALIKE]),
                ("description", _with_same_description(question)),
            ],
        },
    )


def _with_same_description(question: Question) -> Any:
    if not question.description_key:
        return ()
    return findings.alike(question, "description_key")[:ALIKE]
