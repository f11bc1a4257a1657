"""What search engines read first: robots.txt, and sitemaps of all that they may list.

Questions come in chunks of primary keys: a chunk is a range of one index, its address stays while
the library grows, and an answer of 5,000 addresses is the most that is ever held in memory.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from urllib.parse import quote

from django.db.models import F, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from learn import caching, seo
from learn.content.addresses import Address
from learn.models import Question, Subject

CHUNK = 5_000  # primary keys: 0.8 MB of addresses; the protocol allows 50,000 and 50 MB
_SAFE = "/~:@!$&'()*+,;="  # what `reverse` leaves, which takes six times as long for so many
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
Entry = tuple[str, datetime.datetime | None]  # an address, and when what is there last changed


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Pages for people: all. Pages that a search makes: none; where one begins, yes."""
    lines = (
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /learn/search?",
        "",
        f"Sitemap: {seo.absolute(request, reverse('sitemap'))}",
        "",
    )
    return caching.marked(HttpResponse("\n".join(lines), content_type="text/plain"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The sitemaps that there are."""
    changed, tag = _validators(request)
    if answer := caching.unchanged(request, tag, changed):
        return answer
    chunks = [
        (reverse("sitemap_questions", args=(chunk,)), at) for chunk, at in _chunks_with_times()
    ]
    sections: list[Entry] = [(reverse("sitemap_subjects"), None), *chunks]
    return caching.marked(_answer(request, "sitemapindex", "sitemap", sections), tag, changed)


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """The home page and the subjects: no times, as a list changes with every question in it."""
    found = Subject.objects.indexable()
    paths = [reverse("learn:index"), *(subject.get_absolute_url() for subject in found)]
    entries: list[Entry] = [(path, None) for path in paths]
    answer = _answer(request, "urlset", "url", entries)
    tag = caching.weak_tag(answer.content.decode())
    return caching.unchanged(request, tag) or caching.marked(answer, tag)


@require_safe
def questions(request: HttpRequest, chunk: int) -> HttpResponse:
    """The questions whose primary keys are in a chunk."""
    changed, tag = _validators(request)
    if answer := caching.unchanged(request, tag, changed):
        return answer
    found = Question.objects.indexable().filter(pk__gte=chunk * CHUNK, pk__lt=(chunk + 1) * CHUNK)
    columns = ("subject__slug", "slug", "updated_at", "publish_at")
    entries: list[Entry] = [
        (quote(Address(*address).path, safe=_SAFE), max(updated_at, publish_at or updated_at))
        for *address, updated_at, publish_at in found.order_by("pk").values_list(*columns)
    ]
    if not entries:
        raise Http404("no question of this chunk is for search engines")
    return caching.marked(_answer(request, "urlset", "url", entries), tag, changed)


def _validators(request: HttpRequest) -> tuple[datetime.datetime, str]:
    changed = max(Question.objects.last_change(), caching.release().at)
    return changed, caching.weak_tag(changed.isoformat(), caching.release().tag, request.path)


def _chunks_with_times() -> Iterable[tuple[int, datetime.datetime]]:
    """The chunks that hold a question for search engines, and when one of each last changed.

    One look-up a chunk, and one pass over an index: 36,000 questions are 8 chunks.
    """
    changed = dict(
        Question.objects.order_by()
        .annotate(chunk=F("id") / CHUNK)
        .values_list("chunk")
        .annotate(Max("updated_at"))
    )
    keys = Question.objects.indexable().order_by("pk").values_list("pk", flat=True)
    for chunk in sorted(changed):
        if keys.filter(pk__gte=chunk * CHUNK, pk__lt=(chunk + 1) * CHUNK)[:1]:
            yield chunk, changed[chunk]


def _answer(
    request: HttpRequest, root: str, element: str, entries: Iterable[Entry]
) -> HttpResponse:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">']
    site = seo.absolute(request, "/").removesuffix("/")
    for path, at in entries:
        address = escape(f"{site}{path}")
        time = f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""
        lines.append(f"<{element}><loc>{address}</loc>{time}</{element}>")
    lines.append(f"</{root}>\n")
    return HttpResponse("\n".join(lines), content_type="application/xml")
