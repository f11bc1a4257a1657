"""Unsaved work: kept while somebody writes, offered when the form is opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from learn.admin.keys import key_from
from learn.desk import unsaved
from learn.models import Question, UnsavedWork

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

SHOWN = 5  # pieces of unsaved work that a form offers, newest first
_NO_FIELD = ("csrfmiddlewaretoken", "work")


def fields_in(request: HttpRequest) -> dict[str, str]:
    """The fields of a form that was sent; names that begin with `_` are its buttons."""
    sent = request.POST.items()
    return {
        name: str(value)
        for name, value in sent
        if name not in _NO_FIELD and not name.startswith("_")
    }


def keep(model_admin: ModelAdmin, request: HttpRequest, key: str) -> HttpResponse:
    """Keep the fields of a form under its key; of one that was saved already, say so."""
    person: Any = request.user
    question = _question(model_admin, request)
    stamp = request.GET.get("stamp", "")
    if len(key) > 40 or not stamp.isdecimal() or len(stamp) > 15:
        raise Http404("no such form")
    try:
        work = unsaved.keep(person, key, question, fields_in(request), int(stamp))
    except unsaved.FinishedError:
        return JsonResponse({"is_done": True})
    except unsaved.TooLargeError:
        return JsonResponse({"message": "This is too large to be kept here."}, status=413)
    return JsonResponse({"kept": f"{work.saved_at:%H:%M}", "address": address_of(work)})


def _question(model_admin: ModelAdmin, request: HttpRequest) -> Question | None:
    """The question that the form is about, None for a new one; who may not write it is refused."""
    pk = request.GET.get("question", "")
    if not pk:
        if not model_admin.has_add_permission(request):
            raise PermissionDenied
        return None
    question = get_object_or_404(Question.objects.only("pk", "status"), pk=key_from(pk))
    if not model_admin.has_change_permission(request, question):
        raise PermissionDenied
    return question


def discard(model_admin: ModelAdmin, request: HttpRequest, key: str) -> HttpResponse:
    """Put one's own work aside, with a way back in the message about it."""
    work = get_object_or_404(UnsavedWork, person=request.user.pk, key=key)
    unsaved.give_up(work)
    message = format_html('Discarded. <a href="{}">Bring it back</a>', address_of(work))
    model_admin.message_user(request, message, messages.SUCCESS)
    return HttpResponseRedirect(_form_of(work.question_id))


def resumed(request: HttpRequest, question: Question | None) -> UnsavedWork | None:
    """The work of the person that the address of a form asks to go on with."""
    key = request.GET.get("work") if request.method == "GET" else None
    if not key:
        return None
    mine = UnsavedWork.objects.filter(person=request.user.pk, question=question, key=key)
    work = mine.exclude(fields={}).first()
    if work:
        unsaved.take_up(work)
    return work


def keep_sent(request: HttpRequest, question: Question | None) -> UnsavedWork | None:
    """Keep a form that was sent and not saved; None where it is too large for that."""
    person: Any = request.user
    key, fields = request.POST.get("work", "")[:40] or unsaved.new_key(), fields_in(request)
    try:
        try:
            return unsaved.keep(person, key, question, fields)
        except unsaved.FinishedError:  # sent once more, from the browser's history
            return unsaved.keep(person, unsaved.new_key(), question, fields)
    except unsaved.TooLargeError:
        return None


def beginning_of(work: Any) -> str:
    """What tells a new question's work from another's: its title, or the answer's first words.

    The work was asked for as `named`.
    """
    return " ".join((work.title or work.words or "").split()) or "No words yet"


def address_of(work: UnsavedWork) -> str:
    return f"{_form_of(work.question_id)}?work={work.key}"


def _form_of(pk: int | None) -> str:
    if pk is None:
        return reverse("admin:learn_question_add")
    return reverse("admin:learn_question_change", args=(pk,))
