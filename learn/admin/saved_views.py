"""Saved views of the list of questions: filters, search and order under a name, one click away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from learn import roles, undoing
from learn.admin import ways_back
from learn.admin.keys import key_from
from learn.models import DefaultView, Question, SavedView, WayBack

MOST = 50  # views of one person
_NO_PART = ("p", "e", "view", "_popup", "_to_field", "_facets", "all")


def normal(query: str) -> str:
    """The part of a list's address that a view keeps, in one order of its parameters."""
    parts = parse_qsl(query, keep_blank_values=False)
    return urlencode(sorted(pair for pair in parts if pair[0] not in _NO_PART))


def seen_by(request: HttpRequest) -> list[SavedView]:
    person: Any = request.user
    return list(SavedView.objects.seen_by(person))


class Link(NamedTuple):
    view: SavedView
    address: str
    is_current: bool


class Views:
    """The views above the list, and what saving another one would keep."""

    def __init__(self, views: list[SavedView], request: HttpRequest) -> None:
        self.query = normal(request.GET.urlencode())
        self._views = views
        self.may_share = roles.may_publish(request.user)

    def __iter__(self) -> Iterator[Link]:
        for view in self._views:
            yield Link(view, address_of(view), view.query == self.query)

    @property
    def is_everything(self) -> bool:
        return not self.query

    @property
    def is_new(self) -> bool:
        """Whether the list as it stands is under no name yet."""
        return bool(self.query) and all(view.query != self.query for view in self._views)

    @property
    def has_own_or_shared(self) -> bool:
        return bool(self._views)


def address_of(view: SavedView) -> str:
    return f"{reverse('admin:learn_question_changelist')}?{view.query or 'view='}"


class ViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ("name",)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        same = SavedView.objects.filter(owner=self.instance.owner_id, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("You have a view with this name.")
        return name


def manage_of(model_admin: admin.ModelAdmin) -> Callable[..., HttpResponse]:
    return partial(manage, model_admin)


def manage(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The page of one's views; a POST says in `do` what is done, and with which `view`."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        return _done(model_admin, request)
    person: Any = request.user
    views = [
        {
            "view": view,
            "address": address_of(view),
            "may_change": _may_change(request, view),
            "is_own": view.owner_id == person.pk,
        }
        for view in SavedView.objects.seen_by(person).select_related("owner")
    ]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Views of the list",
        "opts": Question._meta,
        "views": views,
        "may_share": roles.may_publish(person),
        "way_back": ways_back.of_views(request),
    }
    return render(request, "admin/learn/question/views.html", context)


def _done(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    do = request.POST.get("do", "")
    if do == "save":
        return _save(model_admin, request)
    if do == "bring-back":
        ways_back.bring_view_back(model_admin, request)
        return HttpResponseRedirect(reverse("admin:learn_question_views"))
    problem = _DOINGS[do](request, _view(request)) if do in _DOINGS else "Nothing was done."
    if problem:
        model_admin.message_user(request, problem, messages.ERROR)
    return HttpResponseRedirect(reverse("admin:learn_question_views"))


def _view(request: HttpRequest) -> SavedView:
    person: Any = request.user
    visible = SavedView.objects.filter(Q(owner=person.pk) | Q(is_shared=True))
    return get_object_or_404(visible, pk=key_from(request.POST.get("view", "")))


def _may_change(request: HttpRequest, view: SavedView) -> bool:
    """One's own; and what is for everybody is in publishers' hands."""
    is_own = view.owner_id == request.user.pk
    return roles.may_publish(request.user) if view.is_shared else is_own


def _save(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Keep the list's address under a name; of one's own the name stands for it from now on."""
    person: Any = request.user
    view = SavedView(owner=person, query=normal(request.POST.get("query", "")))
    back = f"{reverse('admin:learn_question_changelist')}?{view.query or 'view='}"
    form = ViewForm(request.POST, instance=view)
    if not form.is_valid():
        problem = _problem_of(form)
    elif len(view.query) > 1000:
        problem = "This list's address is too long to be kept."
    elif SavedView.objects.filter(owner=person).count() >= MOST:
        problem = f"You have {MOST} views; delete one first."
    else:
        view.is_shared = "is_shared" in request.POST and roles.may_publish(person)
        with transaction.atomic():
            form.save()
            if "is_default" in request.POST:
                _make_default(request, view)
        model_admin.message_user(request, f"Saved as \u201c{view}\u201d.", messages.SUCCESS)
        return HttpResponseRedirect(back)
    model_admin.message_user(request, problem, messages.ERROR)
    return HttpResponseRedirect(back)


def _rename(request: HttpRequest, view: SavedView) -> str:
    _require(_may_change(request, view))
    form = ViewForm(request.POST, instance=view)
    if form.is_valid():
        form.save()
        return ""
    return _problem_of(form)


def _problem_of(form: ViewForm) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def _delete(request: HttpRequest, view: SavedView) -> str:
    _require(_may_change(request, view))
    by: Any = request.user
    words = f"Deleted: the view \u201c{view}\u201d"
    undoing.keep(WayBack.Kind.VIEW_DELETED, words, [undoing.view_row(view)], by)
    view.delete()
    return ""


def _share(request: HttpRequest, view: SavedView) -> str:
    _require(roles.may_publish(request.user))
    SavedView.objects.filter(pk=view.pk).update(is_shared=True)
    return ""


def _unshare(request: HttpRequest, view: SavedView) -> str:
    """Its owner has it for himself again."""
    _require(roles.may_publish(request.user))
    SavedView.objects.filter(pk=view.pk).update(is_shared=False)
    DefaultView.objects.filter(view=view).exclude(person=view.owner_id).delete()
    return ""


def _make_default(request: HttpRequest, view: SavedView) -> str:
    person: Any = request.user
    DefaultView.objects.update_or_create(person=person, defaults={"view": view})
    return ""


def _no_default(request: HttpRequest, view: SavedView) -> str:
    DefaultView.objects.filter(person=request.user.pk, view=view).delete()
    return ""


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


_DOINGS: dict[str, Callable[[HttpRequest, SavedView], str]] = {
    "rename": _rename,
    "delete": _delete,
    "share": _share,
    "unshare": _unshare,
    "default": _make_default,
    "no-default": _no_default,
}
