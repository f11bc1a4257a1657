"""What search engines and shared links will show of a question, beside the fields that decide."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from learn import findings, seo
from learn.content.summaries import MOST, summary
from learn.models import Question


def panel(question: Question) -> SafeString:
    """The panel of a stored question; a new one has it from its first save on."""
    if not question.pk:
        return SafeString("Save the question once to see it as a result.")
    titled_alike, described_alike = findings.alike(question)
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
                ("title", titled_alike),
                ("description", described_alike),
            ],
        },
    )
