"""Related links that lead nowhere, at the desk, and the ways to mend them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from learn.admin.paging import CappedPaginator
from learn.content.addresses import Address
from learn.dead_ends import MOST, DeadEnd, dead_ends, times_asked
from learn.models import Question, Subject
from learn.nearest import words_of

PER_PAGE = 50  # addresses
NAMED = 3  # questions that link to one


def page(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Each address with the questions that link to it, and how often readers asked for it."""
    if not request.user.has_perm("learn.view_relatedquestion"):
        raise PermissionDenied
    ends, are_all = dead_ends()
    shown = CappedPaginator(ends, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Related links that lead nowhere",
        "opts": model_admin.opts,
        "page": shown,
        "rows": _rows(request, list(shown)),
        "link_count": sum(len(end.questions) for end in ends),
        "looked_at": None if are_all else MOST,
    }
    return render(request, "admin/learn/missedaddress/links.html", context)


def _rows(request: HttpRequest, ends: Sequence[DeadEnd]) -> list[dict[str, Any]]:
    addresses = [end.address for end in ends]
    asked = times_asked(addresses)
    slugs = {address.subject for address in addresses}
    subjects = dict(Subject.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    first = [key for end in ends for key in end.questions[:NAMED]]
    questions = Question.objects.only("title").in_bulk(first)
    return [
        {
            "address": end.address,
            "title": end.title,
            "questions": [questions[key] for key in end.questions[:NAMED] if key in questions],
            "more": len(end.questions[NAMED:]),
            "asked": asked.get(end.address, 0),
            "ways": ways_on(request, end.address, subjects.get(end.address.subject), end.title),
        }
        for end in ends
    ]


def ways_on(
    request: HttpRequest, address: Address, subject: int | None, title: str = ""
) -> list[tuple[str, str]]:
    """What may be done about an address, as links with their words: those that a person may use.

    `subject` is the primary key of its subject; None where the library has none.
    """
    ways = []
    if request.user.has_perm("learn.add_redirect"):
        asked = urlencode({"address": address.path})
        ways.append((f"{reverse('admin:learn_redirect_add')}?{asked}", "Lead it on"))
    if request.user.has_perm("learn.add_question"):
        title = title or " ".join(words_of(address.slug)).capitalize()
        asked = urlencode({"title": title, "slug": address.slug, "subject": subject or ""})
        ways.append((f"{reverse('admin:learn_question_add')}?{asked}", "Write it"))
    return ways
