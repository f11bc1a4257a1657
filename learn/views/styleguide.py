"""Every component on one page, for whoever builds on them; there is none without DEBUG."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from learn.content.citations import Work, citations
from learn.content.markdown import render
from learn.models import Question, Subject, Topic
from learn.pagination import PageLink
from learn.related import RelatedItem
from learn.seo import SITE_NAME, PageSeo
from learn.views.response import page
from learn.views.search import Filter
from learn.views.subjects import by_letter

ANSWER = Path(settings.BASE_DIR) / "templates/learn/styleguide/answer.md"
COLOURS = "ink paper wash line edge muted brand accent visited attention string mark shade".split()
SPACES = (1, 2, 3, 4, 6, 8, 12, 16)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404("the style guide is for development")
    page_seo = PageSeo(title=f"Style guide | {SITE_NAME}", robots="noindex")
    return page(request, "learn/styleguide/page.html", page_seo, **_samples(), **_answer())


def _answer() -> dict[str, Any]:
    rendered = render(ANSWER.read_text(encoding="utf-8"))
    return {"answer_html": rendered.html, "headings": rendered.headings}


def _samples() -> dict[str, Any]:
    """One of each kind that components take; nothing of it is stored."""
    subjects = [_subject(name) for name in ("Astronomy", "Biology", "Computer science", "Physics")]
    here = subjects[-1]
    questions = [
        _question(
            here, "Why does a satellite not fall down?", "It falls all the time, and misses."
        ),
        _question(
            here,
            "How did the printing press, the Reformation and the growth of cheap paper together"
            " change who could read, what they read, and who decided what was true?",
            "A title that is longer than any that a student would type, and a lead of more than two"
            " lines, which ends where the second one does: what stands behind that is not shown,"
            " however much of it an editor may have written into the description of the page.",
        ),
        _question(here, "Is 0.999… really equal to 1?", ""),
    ]
    return {
        "colours": COLOURS,
        "spaces": SPACES,
        "subject": here,
        "subjects": subjects,
        "letters": by_letter(subjects),
        "topics": [_topic(here, *told) for told in (("waves", 12), ("energy", 7), ("light", 3))],
        "question": questions[0],
        "questions": questions,
        "related": [RelatedItem(each.title, "#after", here.name, each.lead) for each in questions],
        "filters": [
            Filter("All subjects", "#search", "128", is_current=True, is_one=False),
            Filter("Physics", "#search", "96", is_current=False, is_one=False),
        ],
        "page_links": [
            PageLink(1, "#lists"),
            PageLink(None),
            PageLink(4, "#lists"),
            PageLink(5, "#lists", is_current=True),
            PageLink(6, "#lists"),
        ],
        "citations": citations(_work(questions[0])),
        "email": "mailto:?subject=Style%20guide",
    }


def _work(question: Question) -> Work:
    return Work(question.title, "QuickTakes", SITE_NAME, question.date, "https://example.org/q")


def _subject(name: str) -> Subject:
    subject = Subject(name=name, slug=name.lower().replace(" ", "-"))
    subject.question_count = 10 * len(name)
    return subject


def _topic(subject: Subject, name: str, count: int) -> Topic:
    return Topic(subject=subject, name=name, slug=name, question_count=count)


def _question(subject: Subject, title: str, lead: str) -> Question:
    date = datetime.date(2025, 1, 31)
    return Question(
        subject=subject, slug="sample", title=title, page_description=lead, date=date, pk=0
    )
