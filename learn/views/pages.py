"""Home, subjects and questions: a queryset in, a template out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from learn import seo
from learn.hits import hits
from learn.models import Question, Redirect, Status, Subject
from learn.pagination import paginated
from learn.seo import PageSeo
from learn.views.response import page

NEWEST = 10


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    subjects = list(Subject.objects.listed().with_counts())
    return page(
        request,
        "learn/index.html",
        seo.for_home(request, reverse("learn:index")),
        subjects=subjects,
        question_total=sum(subject.question_count for subject in subjects),
        newest=Question.objects.published().newest_first().for_listing()[:NEWEST],
    )


@require_safe
def subject(request: HttpRequest, slug: str) -> HttpResponse:
    subject = get_object_or_404(Subject.objects.with_counts(), slug=slug)
    questions = subject.questions.published().newest_first().for_listing()
    listed = paginated(questions, request, subject.question_count)
    page_seo = seo.for_subject(request, subject, listed["page"].number)
    return page(request, "learn/subject.html", page_seo, subject=subject, **listed)


@require_safe
def question(request: HttpRequest, subject: str, slug: str) -> HttpResponse:
    found = (
        Question.objects.select_related("subject")
        .defer("answer", "source", "problems")
        .filter(subject__slug=subject, slug=slug)
        .first()
    )
    if found is None:
        if moved := _moved(subject, slug):
            return moved
        raise Http404("no question stands here, or ever did")
    if found.status == Status.ARCHIVED:
        return _moved(subject, slug) or _gone(request)
    if not found.is_public:
        raise Http404("not published")
    return question_page(request, found, seo.for_question(request, found))


def question_page(
    request: HttpRequest,
    question: Question,
    page_seo: PageSeo,
    template: str = "learn/question.html",
    **context: Any,
) -> HttpResponse:
    """The page of a question, or a template that extends it."""
    neighbours = question.subject.questions.published().for_listing()
    return page(
        request,
        template,
        page_seo,
        question=question,
        related=_related(question),
        previous_question=neighbours.before(question),
        next_question=neighbours.after(question),
        **context,
    )


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A related question as the page shows it."""

    title: str
    url: str
    subject_name: str
    lead: str


def _related(question: Question) -> list[RelatedItem]:
    """Related questions that a student can read; a link that leads nowhere is left out."""
    targets = (
        Question.objects.published()
        .for_listing()
        .filter(related_from__question=question)
        .exclude(pk=question.pk)
        .order_by("related_from__position")
    )
    once = {target.pk: target for target in targets}
    return [
        RelatedItem(target.title, target.get_absolute_url(), target.subject.name, target.lead)
        for target in once.values()
    ]


def _moved(subject: str, slug: str) -> HttpResponse | None:
    """The redirect from an address that a question once had; None where none had it."""
    found = (
        Redirect.objects.filter(subject_slug=subject, slug=slug)
        .values_list("pk", "question__subject__slug", "question__slug")
        .first()
    )
    if found is None:
        return None
    pk, *address = found
    hits.count(pk)
    return HttpResponsePermanentRedirect(reverse("learn:question", args=address))


@require_safe
def broken_link(request: HttpRequest, subject: str, slug: str) -> HttpResponse:
    """`/learn/x/questions/undefined/learn/subject/questions/slug`, which an earlier site linked.

    Crawlers still ask for it; the good address is its end.
    """
    moved = _moved(subject, slug)
    if moved is None:
        get_object_or_404(Question.objects.only("pk"), subject__slug=subject, slug=slug)
    return moved or HttpResponsePermanentRedirect(reverse("learn:question", args=(subject, slug)))


def _gone(request: HttpRequest) -> HttpResponse:
    page_seo = PageSeo(title=f"This page is gone | {seo.SITE_NAME}", robots="noindex")
    subjects = Subject.objects.listed()
    return page(request, "410.html", page_seo, status=410, subjects=subjects)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: says so, and shows where to go on."""
    page_seo = PageSeo(title=f"Page not found | {seo.SITE_NAME}", robots="noindex")
    subjects = Subject.objects.listed()  # without counts: a wrong address must cost little
    return page(request, "404.html", page_seo, status=404, subjects=subjects)
