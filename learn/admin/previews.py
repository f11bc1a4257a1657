"""The preview of an answer while it is written: the page's own renderer and partials."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render as render_template
from django.template.loader import render_to_string

from learn.content import checks
from learn.content.document import QuestionDocument, Seo
from learn.content.markdown import Rendered, render
from learn.forms import markdown_of

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin


def require_editor(model_admin: ModelAdmin, request: HttpRequest) -> None:
    may_edit = model_admin.has_change_permission(request) or model_admin.has_add_permission(request)
    if not may_edit:
        raise PermissionDenied


def preview(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """What the page will show of `content` and `title`, and what the checks find in them.

    Without a title it is a piece of an answer (a formula), of which only the renderer's problems
    are told.
    """
    require_editor(model_admin, request)
    if "content" not in request.POST:
        return HttpResponse("The field 'content' is missing.", status=400)
    answer = markdown_of(request.POST["content"])
    rendered, title = render(answer), request.POST.get("title")
    findings = list(rendered.problems)
    if title is not None:
        description = request.POST.get("page_description", "")
        document = QuestionDocument(
            title, answer, datetime.date.min, seo=Seo(page_description=description.strip())
        )
        findings = checks.findings(document, rendered)
    return JsonResponse(
        {
            "page": page_of(title, rendered),
            "findings": findings_of(findings),
            "count": len(findings),
            "message": findings[0].message if findings else "",
        }
    )


def page_of(title: str | None, rendered: Rendered) -> str:
    """The HTML of an answer below its title, as the question's page has it."""
    context = {"title": title and " ".join(title.split()), "answer_html": rendered.html}
    return render_to_string("admin/learn/question/preview.html", context)


def findings_of(findings: object) -> str:
    """A list of findings, each with a way to the place that it is about."""
    return render_to_string("admin/learn/components/findings.html", {"findings": findings})


def frame(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The empty page that the editor's script shows previews in."""
    require_editor(model_admin, request)
    return render_template(request, "admin/learn/question/frame.html")
