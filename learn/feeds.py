"""Atom feeds: the newest questions of the library and of a subject, with their whole answers."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from learn import caching, seo
from learn.models import Question, QuestionQuerySet, Subject

ENTRIES = 20  # 100 KB of answers, 25 packed
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    newest = Question.objects.listed().newest_first()
    return _feed(request, seo.SITE_NAME, "/learn", newest)


@require_safe
def subject(request: HttpRequest, slug: str) -> HttpResponse:
    subject = get_object_or_404(Subject, slug=slug)
    newest = subject.questions.published().newest_first()
    title = f"{subject.name} | {seo.SITE_NAME}"
    return _feed(request, title, subject.get_absolute_url(), newest)


class _Feed(Atom1Feed):
    """Atom with the answer beside its summary."""

    def latest_post_date(self) -> datetime.datetime:
        changed: datetime.datetime = self.feed["changed"]
        return changed

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement(
            "content", item["answer"], {"type": "html", "xml:base": item["link"]}
        )


def _feed(request: HttpRequest, title: str, path: str, newest: QuestionQuerySet) -> HttpResponse:
    changed = max(Question.objects.last_change(), caching.release().at)
    tag = caching.weak_tag(changed.isoformat(), caching.release().tag, title)
    if answer := caching.unchanged(request, tag, changed):
        return answer
    feed = _Feed(
        _plain(title),
        seo.absolute(request, path),
        "Study questions with full answers, newest first.",
        language="en",
        author_name=seo.SITE_NAME,
        feed_url=seo.absolute(request, request.path),
        changed=changed,
    )
    for question in newest.for_listing("author", "updated_at", "answer_html")[:ENTRIES]:
        _add(feed, request, question)
    answer = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    return caching.marked(answer, tag, changed)


def _add(feed: _Feed, request: HttpRequest, question: Question) -> None:
    address = seo.absolute(request, question.get_absolute_url())
    midnight = datetime.datetime.combine(question.date, datetime.time(), datetime.UTC)
    feed.add_item(
        _plain(question.title),
        address,
        escape(_plain(question.lead)),
        unique_id=address,
        author_name=_plain(question.author) or seo.SITE_NAME,
        pubdate=midnight,
        updateddate=question.updated_at,
        categories=[_plain(question.subject.name)],
        answer=_plain(question.answer_html),
    )


def _plain(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)
