"""What is shown in the place of a page: that it is not there, or not for whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

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


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403: on the desk in the desk's own clothes."""
    if _is_of_desk(request):
        return _of_desk(request, "admin/403.html", "You may not do this")
    page_seo = PageSeo(title=f"This is not for everybody | {seo.SITE_NAME}", robots="noindex")
    return page(request, "403.html", page_seo, status=403)


def not_taken(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that does not prove where it comes from: most often one signed in anew meanwhile."""
    if _is_of_desk(request):
        return _of_desk(request, "admin/403_csrf.html", "This form was not taken")
    page_seo = PageSeo(title=f"This form was not taken | {seo.SITE_NAME}", robots="noindex")
    return page(request, "403_csrf.html", page_seo, status=403)


def _is_of_desk(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))


def _of_desk(request: HttpRequest, template: str, title: str) -> HttpResponse:
    """Without the desk's list of models, which costs queries."""
    desk = admin.site
    context = {
        "title": title,
        "site_title": desk.site_title,
        "site_header": desk.site_header,
        "has_permission": desk.has_permission(request),
        "is_signing_in": request.path == reverse("admin:login"),
        "form_address": _sent_from(request),
    }
    return render(request, template, context, status=403)


def _sent_from(request: HttpRequest) -> str:
    """The page that a form was on, which need not be the address that it was sent to."""
    page_before = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(page_before, request.get_host()):
        return page_before
    return request.get_full_path()


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
