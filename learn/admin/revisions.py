"""A question's versions: what each changed in its text or its place, and a way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from learn import audit, history, publishing, roles, undoing
from learn.admin import placing, sides
from learn.admin.keys import key_from
from learn.admin.placing import Placing
from learn.content.differences import difference
from learn.content.document import ContentError
from learn.desk import seen
from learn.models import Origin, PlaceChange, Question, Revision, Verb

SHOWN = 50  # versions on the page, newest first


@dataclass(frozen=True, slots=True)
class Version:
    """A text of a question, and its difference from the one before it.

    `lines` are pairs of a sign (`+`, `-`, ` ` or `@`) and a line. `revision_id` is None for the
    present text, `before_id` where no earlier one is kept.
    """

    revision_id: int | None
    made_at: Any
    made_by: Any
    origin: str
    lines: list[tuple[str, str]]
    before_id: int | None


def revisions(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The versions of a question; a POST restores a `revision` or undoes a change of `place`."""
    question = get_object_or_404(Question.objects.select_related("subject", "updated_by"), pk=pk)
    if not model_admin.has_view_permission(request, question):
        raise PermissionDenied
    if request.method == "POST":
        go = _go_back if "place" in request.POST else _restore
        return go(model_admin, request, question)
    person: Any = request.user
    seen.mark(question.pk, question.updated_at, person)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Versions",
        "opts": Question._meta,
        "question": question,
        "versions": _in_order(request, question),
        "may_restore": _may_restore(model_admin, request, question),
    }
    return render(request, "admin/learn/question/revisions.html", context)


def side(
    model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, revision: int
) -> HttpResponse:
    """A version as students saw it, alone in a frame; 0 stands for the present one."""
    question = get_object_or_404(Question.objects.select_related("subject"), pk=pk)
    if not model_admin.has_view_permission(request, question):
        raise PermissionDenied
    if not revision:
        return sides.framed(request, sides.side_of(question))
    kept = get_object_or_404(question.revisions, pk=revision)
    try:
        return sides.framed(request, sides.side_from(kept.text))
    except ContentError as error:
        raise Http404(f"this version cannot be read any more: {error.message}") from None


def _may_restore(model_admin: admin.ModelAdmin, request: HttpRequest, question: Question) -> bool:
    may_change = model_admin.has_change_permission(request, question)
    return may_change and roles.writes_live(request.user, question)


def _restore(
    model_admin: admin.ModelAdmin, request: HttpRequest, question: Question
) -> HttpResponse:
    if not _may_restore(model_admin, request, question):
        raise PermissionDenied
    revision = get_object_or_404(question.revisions, pk=key_from(request.POST.get("revision", "")))
    revision.question = question
    publishing.save([publishing.restored(revision)], by=request.user, origin=Origin.RESTORE)
    when = f"{revision.made_at:%Y-%m-%d %H:%M}"
    audit.record(Verb.RESTORED, question, request=request, details={"version": when})
    model_admin.log_change(request, question, f"Restored the version of {when}")
    model_admin.message_user(request, f"The version of {when} is back.", messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:learn_question_change", args=(question.pk,)))


def _go_back(
    model_admin: admin.ModelAdmin, request: HttpRequest, question: Question
) -> HttpResponse:
    changes = question.place_changes.select_related("subject")
    change = get_object_or_404(changes, pk=key_from(request.POST["place"]))
    changed = history.what_changed(change, history.after(change, question))
    if not placing.may_go_back(request, question, change, changed):
        raise PermissionDenied
    if problem := undoing.put_back(question, change, changed, by=request.user):
        model_admin.message_user(request, problem, messages.ERROR)
        address = reverse("admin:learn_question_revisions", args=(question.pk,))
        return HttpResponseRedirect(address)
    when = f"{change.at:%Y-%m-%d %H:%M}"
    audit.record(Verb.RESTORED, question, request=request, details={"place before": when})
    model_admin.log_change(request, question, f"Undid the change of place of {when}")
    model_admin.message_user(request, f"The change of {when} is undone.", messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:learn_question_change", args=(question.pk,)))


def _in_order(request: HttpRequest, question: Question) -> list[Version | Placing]:
    """Versions of the text and changes of the place, newest first."""
    changes = list(question.place_changes.select_related("subject", "by", "former_by")[:SHOWN])
    versions: list[Version | Placing] = [
        *_versions(question, changes),
        *placing.placings(request, question, changes),
    ]
    return sorted(versions, key=lambda version: version.made_at, reverse=True)[:SHOWN]


def _versions(question: Question, changes: Sequence[PlaceChange]) -> Iterator[Version]:
    kept: list[Revision] = list(question.revisions.select_related("made_by")[: SHOWN + 1])
    texts = [question.source, *(revision.text for revision in kept)]
    heads = [
        (None, question.updated_at, question.updated_by, question.get_origin_display()),
        *((r.pk, r.made_at, r.made_by, r.get_origin_display()) for r in kept),
    ]
    differences = [difference(old, new) for new, old in pairwise(texts)]
    earlier = [*(revision.pk for revision in kept), None]
    for head, lines, before in list(zip(heads, [*differences, []], earlier, strict=True))[:SHOWN]:
        pk, *written = head
        yield Version(pk, *placing.written(written, changes), lines, before)
