"""Pages that are not there: one sentence, a search, and the nearest good places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from learn import seo
from learn.models import Question, Subject
from learn.nearest import nearest, nearest_subjects, words_of
from learn.seo import PageSeo
from learn.views.response import page


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: the questions or subjects whose addresses are like the one asked for."""
    asked = request.resolver_match.kwargs if request.resolver_match else {}
    subject, slug = asked.get("subject", ""), asked.get("slug", "")
    places = _places(subject, slug) if subject and slug else {"words": " ".join(words_of(slug))}
    page_seo = PageSeo(title=f"Page not found | {seo.SITE_NAME}", robots="noindex")
    return page(request, "404.html", page_seo, status=404, **_subjects(places, subject or slug))


def gone(request: HttpRequest, question: Question, related: Sequence[Any]) -> HttpResponse:
    """The answer 410 in a withdrawn question's place, with what one may read instead."""
    places = _places(question.subject.slug, question.slug) | {"related": related}
    if related:
        places.pop("newest", None)
    page_seo = PageSeo(title=f"This question is gone | {seo.SITE_NAME}", robots="noindex")
    return page(request, "410.html", page_seo, status=410, **places)


NEWEST = 5  # questions of the subject, where none is near


def _places(address: str, slug: str) -> dict[str, Any]:
    subject, near = Subject.objects.filter(slug=address).first(), nearest(address, slug)
    places = {"words": " ".join(words_of(slug)), "subject": subject, "nearest": near}
    if subject and not near:
        newest = subject.questions.published().newest_first().for_listing()
        places["newest"] = list(newest[:NEWEST])
    return places


def _subjects(places: dict[str, Any], asked: str) -> dict[str, Any]:
    """The places, and where they hold no subject those that are near, or else all: without counts,
    as errors cost little."""
    if places.get("subject"):
        return places
    listed = list(Subject.objects.listed())
    near = nearest_subjects(asked, listed)
    others = [] if near or places.get("nearest") else listed
    return places | {"near_subjects": near, "subjects": others}
