"""Home and questions: a queryset in, a template out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from learn import caching, destinations, missed, related, seo, topics
from learn.content.addresses import Address
from learn.content.citations import citations
from learn.destinations import Moved, Outcome
from learn.hits import hits
from learn.kept import kept
from learn.models import Feedback, Question, Subject, Topic
from learn.related import RelatedItem
from learn.seo import PageSeo
from learn.views import errors, takeaway
from learn.views.response import page
from learn.views.subjects import by_letter

NEWEST = 10
HELPFUL = 5
TOPICS = 8  # of a question: a line or two
MANY = 24  # subjects in one list that can be looked through without letters


@require_safe
@kept
def index(request: HttpRequest) -> HttpResponse:
    subjects = list(Subject.objects.listed().with_counts())
    return page(
        request,
        "learn/index.html",
        seo.for_home(request, reverse("learn:index")),
        subjects=subjects,
        letters=by_letter(subjects) if len(subjects) > MANY else [],
        question_total=sum(subject.question_count for subject in subjects),
        most_helpful=Feedback.objects.most_helpful(HELPFUL),
        newest=Question.objects.listed().newest_first().for_listing()[:NEWEST],
    )


@require_safe
@kept
def question(request: HttpRequest, subject: str, slug: str) -> HttpResponse:
    outcome, found, moved = destinations.at(subject, slug)
    if moved:
        return _redirect(moved.address, moved.redirect)
    if found is None:
        address = Address(subject, slug)
        return _led_on(destinations.meant_by(address)) or _missed(request, address)
    if outcome == Outcome.UNPUBLISHED:
        raise Http404("what stands here is not to be read yet")
    if outcome == Outcome.GONE:
        return errors.gone(request, found, related.of_question(found, topics.of_question(found)))
    page_seo, own_topics = seo.for_question(request, found), topics.of_question(found)
    ways = related.ways_on(found, own_topics)
    return question_page(
        request,
        found,
        page_seo,
        own_topics,
        ways.related,
        previous_question=ways.before,
        next_question=ways.after,
        citations=citations(takeaway.work(request, found)),
        email=takeaway.email(found.title, page_seo.canonical),
    )


def question_page(
    request: HttpRequest,
    question: Question,
    page_seo: PageSeo,
    own_topics: Sequence[Topic],
    read_next: Sequence[RelatedItem],
    template: str = "learn/question.html",
    **context: Any,
) -> HttpResponse:
    """The page of a question, or a template that extends it."""
    return page(
        request,
        template,
        page_seo,
        last_modified=max(question.updated_at, question.publish_at or question.updated_at),
        question=question,
        topics=own_topics[:TOPICS],
        related=read_next,
        **context,
    )


def _redirect(address: Address, redirect: int | None = None) -> HttpResponse:
    """The way to a question's address, counted for the redirect that knew it."""
    answer = HttpResponsePermanentRedirect(reverse("learn:question", args=address))
    if redirect is None:
        return answer
    hits.count(redirect)
    return caching.marked(answer)  # a question may take its old address again


def _led_on(found: Address | Moved | None) -> HttpResponse | None:
    if isinstance(found, Moved):
        return _redirect(found.address, found.redirect)
    return _redirect(found) if found else None


def _missed(request: HttpRequest, address: Address) -> NoReturn:
    """Tell the editors that a link leads nowhere."""
    if request.method == "GET":
        seen_at = request.headers.get("Referer", "")
        missed.note_address(address, linked_from=seen_at, host=request.get_host())
    raise Http404("no question stands here, or ever did")


@require_safe
def broken_link(request: HttpRequest, subject: str, slug: str) -> HttpResponse:
    """`/learn/x/questions/undefined/learn/subject/questions/slug`, which an earlier site linked.

    Crawlers still ask for it; the good address is its end.
    """
    address = Address(subject, slug)
    return _led_on(destinations.found_at(address)) or _missed(request, address)
