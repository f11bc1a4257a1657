"""What a student takes along from a question: its Markdown, a citation, a bookmark."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from learn import seo
from learn.content.citations import Work
from learn.models import Question
from learn.seo import SITE_NAME, PageSeo
from learn.views.lookup import question_at
from learn.views.response import page

_COLUMNS = ("title", "slug", "answer", "subject__slug")


@require_safe
def markdown(request: HttpRequest, subject: str, slug: str) -> HttpResponse:
    """Title, answer and source address as Markdown; search engines are told of the page alone."""
    question = question_at(subject, slug, Question.objects.only(*_COLUMNS))
    source = seo.absolute(request, question.get_absolute_url())
    text = f"# {question.title}\n\n{question.answer.strip()}\n\nSource: <{source}>\n"
    headers = {"X-Robots-Tag": "noindex", "Link": f'<{source}>; rel="canonical"'}
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=headers)


@require_safe
def bookmarks(request: HttpRequest) -> HttpResponse:
    """The page that the browser's own script fills: the server knows of no bookmark."""
    canonical = seo.absolute(request, reverse("learn:bookmarks"))
    page_seo = PageSeo(title=f"Bookmarks | {SITE_NAME}", canonical=canonical, robots="noindex")
    return page(request, "learn/bookmarks.html", page_seo)


def work(request: HttpRequest, question: Question) -> Work:
    """The page as what is cited."""
    url = seo.absolute(request, question.get_absolute_url())
    return Work(question.title, question.author, SITE_NAME, question.date, url)


def email(title: str, url: str) -> str:
    """The address of a new letter that passes a page on."""
    return f"mailto:?subject={quote(title)}&body={quote(url)}"
