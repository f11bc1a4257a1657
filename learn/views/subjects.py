"""A subject, its topics, and the questions of one of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import get_text_list
from django.views.decorators.http import require_safe

from learn import caching, seo
from learn.decks import MOST_OF_TOPIC
from learn.kept import kept
from learn.models import Question, Subject, Topic
from learn.pagination import Questions, paginated
from learn.topics import MOST
from learn.views.response import page

_Named = TypeVar("_Named", Subject, Topic)

NAMED = 3  # topics in the line under a subject's title
TOPICS = 12  # that a subject's page names: two lines, seven on a phone


@require_safe
@kept
def subject(request: HttpRequest, slug: str) -> HttpResponse:
    subject = Subject.objects.with_counts().filter(slug=slug).first()
    if subject is None:
        return _in_other_letters(request, slug, "learn:subject")
    by_title = request.GET.get("sort") == "title"
    published = subject.questions.published()
    ordered = published.by_title() if by_title else published.newest_first()
    count = subject.question_count
    kept = {"sort": "title"} if by_title else {}
    listed = paginated(Questions(ordered, count), request, count, kept=kept)
    number = listed["page"].number
    topics = list(subject.topics.most_used()[: TOPICS + 1]) if number == 1 else []
    return page(
        request,
        "learn/subject.html",
        seo.for_subject(request, subject, number, is_sorted=by_title),
        subject=subject,
        by_title=by_title,
        introduction=subject.introduction or _introduction(subject, topics),
        topics=topics[:TOPICS],
        has_more_topics=len(topics) > TOPICS,
        **listed,
    )


def _introduction(subject: Subject, most_used: list[Topic]) -> str:
    """What stands where no editor wrote a line: what most of its questions are about."""
    if not most_used:
        return ""
    names = [topic.name for topic in most_used[:NAMED]]
    more = subject.topics.count() - len(names)
    if more:
        names.append(f"{more} more topic{pluralize(more)}")
    return f"Questions on {get_text_list(names, 'and')}."


def _in_other_letters(request: HttpRequest, slug: str, page_name: str) -> HttpResponse:
    """`/learn/Physics` leads to `/learn/physics`, with its parameters. Raises Http404."""
    meant = Subject.objects.filter(slug__iexact=slug).first()
    if meant is None:
        raise Http404("no subject stands here")
    query = request.META.get("QUERY_STRING", "")
    address = reverse(page_name, args=(meant.slug,)) + (f"?{query}" if query else "")
    return caching.marked(HttpResponsePermanentRedirect(address))  # a subject may be made there


@require_safe
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """`/learn/<subject>/questions`, to which a question's address is cut: the subject's page."""
    address = reverse("learn:subject", args=(slug,))
    return caching.marked(HttpResponsePermanentRedirect(address))


@require_safe
@kept
def topics(request: HttpRequest, slug: str) -> HttpResponse:
    subject = Subject.objects.filter(slug=slug).first()
    if subject is None:
        return _in_other_letters(request, slug, "learn:topics")
    found = list(subject.topics.all())
    return page(
        request,
        "learn/topics.html",
        seo.for_topics(request, subject),
        subject=subject,
        topic_count=len(found),
        is_cut=len(found) >= MOST,
        letters=by_letter(found),
    )


@require_safe
@kept
def topic(request: HttpRequest, subject: str, slug: str) -> HttpResponse:
    found = get_object_or_404(
        Topic.objects.select_related("subject"), subject__slug=subject, slug=slug
    )
    keys = list(Question.objects.of_topic(found).newest_first().values_list("pk", flat=True))
    listed = paginated(Questions(keys, len(keys)), request, len(keys))
    asked = urlencode({"topic": slug})
    return page(
        request,
        "learn/topic.html",
        seo.for_topic(request, found, listed["page"].number),
        topic=found,
        subject=found.subject,
        question_count=len(keys),
        study_url=f"{reverse('learn:study_subject', args=(subject,))}?{asked}",
        deck_url=f"{reverse('learn:subject_deck', args=(subject,))}?{asked}",
        deck_count=min(len(keys), MOST_OF_TOPIC),
        **listed,
    )


def by_letter(rows: Iterable[_Named]) -> list[tuple[str, list[_Named]]]:
    """Rows in the order of their names, in groups by the first letter; `#` where it is none."""
    ordered = sorted(rows, key=lambda row: (_letter(row.name) != "#", row.name.casefold()))
    return [
        (letter, list(group)) for letter, group in groupby(ordered, lambda row: _letter(row.name))
    ]


def _letter(name: str) -> str:
    first = name[:1].upper()
    return first if first.isalpha() else "#"
