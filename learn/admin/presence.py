"""Who else has a question open, told to its form every twenty seconds."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from learn import roles
from learn.desk import presence
from learn.models import Presence, Question

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

_LOOKED_AT = Question.objects.only(
    "status", "updated_at", "updated_by__username", "updated_by__first_name",
    "updated_by__last_name",
)  # fmt: skip
_TEXTS = ("packed", "packed_base")


def beat(model_admin: ModelAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    """Note that the sender is here, or has left; who else is, and whether the form is overtaken."""
    person: Any = request.user
    question = get_object_or_404(_LOOKED_AT.select_related("updated_by"), pk=object_id)
    if not model_admin.has_change_permission(request, question):
        raise PermissionDenied
    if "leave" in request.POST:
        presence.leave(question, person)
        return HttpResponse(status=204)
    presence.arrive(question, person)
    others = list(Presence.objects.others(question, person))
    newest = _newest(request, question)
    is_overtaken = request.POST.get("version", "") != newest.isoformat()
    context = {"others": others, "overtaken_by": question if is_overtaken else None}
    words = render_to_string("admin/learn/components/presence.html", context)
    return JsonResponse({"words": words.strip()})


def _newest(request: HttpRequest, question: Question) -> datetime.datetime:
    """When what the sender's form shows was changed last: the question, or a proposal for it."""
    if not roles.writes_live(request.user, question):
        proposal = question.proposals.open().select_related("by").defer(*_TEXTS).first()
        if proposal:
            question.updated_by = proposal.by
            return proposal.made_at
    return question.updated_at
