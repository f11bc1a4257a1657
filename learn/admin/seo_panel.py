"""What search engines and shared links will show of a question, beside the fields that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from learn import findings, seo
from learn.admin.keys import key_from
from learn.admin.previews import require_editor
from learn.content.markdown import render
from learn.content.summaries import MOST, summary
from learn.forms import markdown_of
from learn.models import Question

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin


def panel(question: Question) -> SafeString:
    """The panel of a question as it stands; a script keeps it in step with the form."""
    subject = question.subject if question.subject_id else None
    site = settings.SITE_URL.partition("://")[2] or "this site"
    title, description = question.title, question.page_description
    return render_to_string(
        "admin/learn/question/seo_panel.html",
        {
            "question": question,
            "title": seo.question_title(question) if subject else f"{title} | {seo.SITE_NAME}",
            "subject": subject.name if subject else "",
            "site_name": seo.SITE_NAME,
            "crumbs": _crumbs(site, subject.slug if subject else "\u2026"),
            "site": site,
            "description": description,
            "suggestion": summary(question.answer_text),
            "most": MOST,
            "alike": findings.alike(title, description, question.pk),
            "address": reverse("admin:learn_question_results"),
        },
    )


def _crumbs(site: str, subject: str) -> str:
    return f"{site} \u203a learn \u203a {subject} \u203a questions"


def results(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """What a script asks of texts as they are typed: which questions have the same, as HTML, and a
    description from the `answer`, where that is sent."""
    require_editor(model_admin, request)
    but = key_from(request.POST.get("question", ""))
    title, description = (request.POST.get(name, "") for name in ("title", "page_description"))
    alike = findings.alike(title, description, but)
    shown: str = render_to_string("admin/learn/components/alike.html", {"alike": alike, "of": but})
    said = {"alike": shown}
    if "answer" in request.POST:
        said["suggestion"] = summary(render(markdown_of(request.POST["answer"])).text)
    return JsonResponse(said)
