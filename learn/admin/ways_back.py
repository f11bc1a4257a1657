"""The note at the desk that offers to undo what one did a moment ago, and its button."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from learn import audit, undoing
from learn.admin.keys import key_from
from learn.models import Redirect, Verb, WayBack
from learn.undoing import NoWayBackError

_OF_REDIRECTS = (WayBack.Kind.REDIRECTS_DELETED, WayBack.Kind.REDIRECTS_IMPORTED)
_OF_VIEWS = (WayBack.Kind.VIEW_DELETED,)


def of_redirects(request: HttpRequest) -> WayBack | None:
    """The way back from what somebody did to redirects last, if it is still open."""
    return _newest(request, *_OF_REDIRECTS)


def of_views(request: HttpRequest) -> WayBack | None:
    return _newest(request, *_OF_VIEWS)


def _newest(request: HttpRequest, *kinds: str) -> WayBack | None:
    person: Any = request.user
    return WayBack.objects.of(person, *kinds).defer("rows").first()


def bring_back(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Bring redirects back that one deleted, or take back those that one imported."""
    if not request.user.has_perms(("learn.add_redirect", "learn.delete_redirect")):
        raise PermissionDenied
    if done := go(model_admin, request, *_OF_REDIRECTS):
        details = {"count": done.done, "left": done.left}
        audit.record(Verb.UNDONE, request=request, kind="redirect", details=details)
    return HttpResponseRedirect(reverse("admin:learn_redirect_changelist"))


def bring_view_back(model_admin: admin.ModelAdmin, request: HttpRequest) -> None:
    go(model_admin, request, *_OF_VIEWS)


def go(
    model_admin: admin.ModelAdmin, request: HttpRequest, *kinds: str
) -> undoing.BroughtBack | None:
    """Go the way back that `way` names; None, and why, where there is none any more."""
    person: Any = request.user
    key = key_from(request.POST.get("way", ""))
    way = WayBack.objects.of(person, *kinds).filter(pk=key).first()
    try:
        if way is None:
            raise NoWayBackError("That cannot be brought back any more.")
        done = undoing.bring_back(way)
    except NoWayBackError as error:
        model_admin.message_user(request, str(error), messages.ERROR)
        return None
    level = messages.WARNING if done.left else messages.SUCCESS
    model_admin.message_user(request, _said(done), level)
    return done


def _said(done: undoing.BroughtBack) -> str:
    if not done.left:
        return "All is as it was."
    changed = "1 was changed since" if done.left == 1 else f"{done.left:,} were changed since"
    return f"{done.done:,} as before; {changed} and left alone."


def counted(redirects: list[Redirect]) -> str:
    """What was deleted, in words."""
    return str(redirects[0]) if len(redirects) == 1 else f"{len(redirects):,} redirects"
