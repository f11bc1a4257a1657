"""Questions that stand several times, at the desk: which one stays, and the others into it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from learn import audit, batches, duplicates
from learn.admin.batch_actions import address_of, may_batch, require_batcher
from learn.admin.keys import key_from
from learn.models import Batch, Question, Status, Verb

PER_PAGE = 20  # groups


def page(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The groups, or with `of` the one of a question; what is sent merges one of them."""
    if request.method == "POST":
        return _merged(model_admin, request)
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    of, after = key_from(request.GET.get("of", "")), _after(request.GET.get("after", ""))
    if of:
        question = Question.objects.only("title_key").filter(pk=of).first()
        found = [group] if question and (group := duplicates.group_of(question)) else []
    else:
        found = duplicates.groups(after, PER_PAGE + 1)
    shown = found[:PER_PAGE]
    here = reverse("admin:learn_question_duplicates")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Duplicates",
        "opts": Question._meta,
        "groups": shown,
        "may_merge": may_batch(request),
        "all_url": here if of or after is not None else "",
        "more_url": f"{here}?{urlencode({'after': shown[-1].key})}"
        if len(found) > PER_PAGE
        else "",
    }
    return render(request, "admin/learn/question/duplicates.html", context)


def _after(sent: str) -> int | None:
    """A group's key as a link has it, of either sign; None for what is none."""
    number = key_from(sent.removeprefix("-"))
    return (-number if sent.startswith("-") else number) or None


def _merged(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Do it at once, or with `preview` show first what would become of each."""
    require_batcher(request)
    by: Any = request.user
    back = HttpResponseRedirect(request.get_full_path())
    wanted = [key for each in request.POST.getlist("question") if (key := key_from(each))]
    there = Question.objects.exclude(status=Status.ARCHIVED).filter(
        pk__in=wanted[: duplicates.MOST]
    )
    found = there.only("title").in_bulk()
    kept = found.pop(key_from(request.POST.get("keep", "")) or 0, None)
    if kept is None or not found:
        model_admin.message_user(request, "Choose which one stays, and others.", messages.ERROR)
        return back
    words = f"the same as \u201c{kept.title[:200]}\u201d"
    batch = batches.prepare(found, Batch.Kind.MERGE, {"into": kept.pk}, by, words)
    if "preview" in request.POST:
        return HttpResponseRedirect(address_of(batch))
    try:
        batches.confirm(batch, by)
    except batches.GoneError:
        return HttpResponseRedirect(address_of(batch))  # it says why
    audit.record(Verb.BATCH, batch, request=request, details={"count": batch.total})
    said = format_html(
        '{} merged into \u201c{}\u201d. <a href="{}#undo">Undo</a>',
        "1 question" if len(found) == 1 else f"{len(found)} questions",
        kept.title,
        address_of(batch),
    )
    model_admin.message_user(request, said, messages.SUCCESS)
    return back
