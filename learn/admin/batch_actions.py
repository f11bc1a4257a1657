"""What the list of questions can do to many of them: batches with a preview, and an export."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from learn import batches, exporter, roles
from learn.admin.batch_forms import MergeForm, MoveForm, ReplaceForm
from learn.models import Batch, Question, Subject

Kind = Batch.Kind
_NOT_FILTERS = ("o", "p", "all", "e", "view")  # what the list's address says beside its filters


def may_batch(request: HttpRequest) -> bool:
    return roles.may_publish(request.user) and roles.may_write(request.user)


def require_batcher(request: HttpRequest) -> None:
    if not may_batch(request):
        raise PermissionDenied


def address_of(batch: Batch) -> str:
    """The page that follows a batch: its preview, its progress, its result."""
    return reverse("admin:learn_batch_follow", args=(batch.pk,))


class BatchActions(admin.ModelAdmin):
    """The actions of the list of questions, each of which leads to a preview."""

    BATCH_ACTIONS = (
        "publish", "make_drafts", "archive", "move", "hide", "show", "rerender", "replace_text",
        "merge", "export",
    )  # fmt: skip

    def has_batch_permission(self, request: HttpRequest) -> bool:
        return may_batch(request)

    def get_urls(self) -> list[URLPattern]:
        replace = require_http_methods(["GET", "HEAD", "POST"])(self.replace)
        view = self.admin_site.admin_view(replace)
        return [path("replace", view, name="learn_question_replace"), *super().get_urls()]

    # -- what needs no more than the questions

    @admin.action(description="Publish", permissions=("batch",))
    def publish(self, request: HttpRequest, questions: QuerySet[Question]) -> HttpResponse:
        return _previewed(request, Kind.PUBLISH, questions)

    @admin.action(description="Make drafts", permissions=("batch",))
    def make_drafts(self, request: HttpRequest, questions: QuerySet[Question]) -> HttpResponse:
        return _previewed(request, Kind.DRAFT, questions)

    @admin.action(description="Archive", permissions=("batch",))
    def archive(self, request: HttpRequest, questions: QuerySet[Question]) -> HttpResponse:
        return _previewed(request, Kind.ARCHIVE, questions)

    @admin.action(description="Hide from search engines", permissions=("batch",))
    def hide(self, request: HttpRequest, questions: QuerySet[Question]) -> HttpResponse:
        return _previewed(request, Kind.HIDE, questions)

    @admin.action(description="Show to search engines", permissions=("batch",))
    def show(self, request: HttpRequest, questions: QuerySet[Question]) -> HttpResponse:
        return _previewed(request, Kind.SHOW, questions)

    @admin.action(description="Render again", permissions=("batch",))
    def rerender(self, request: HttpRequest, questions: QuerySet[Question]) -> HttpResponse:
        return _previewed(request, Kind.RERENDER, questions)

    @admin.action(description="Export as a zip archive", permissions=("view",))
    def export(
        self, request: HttpRequest, questions: QuerySet[Question]
    ) -> StreamingHttpResponse | None:
        try:
            pieces = exporter.zipped(questions)
        except exporter.ExportError as error:
            self.message_user(request, f"{error}.", messages.ERROR)
            return None
        name = f"questions-{timezone.now():%Y-%m-%d}.zip"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(pieces, content_type="application/zip", headers=disposition)

    # -- what has to be told more

    @admin.action(description="Move to a subject\u2026", permissions=("batch",))
    def move(self, request: HttpRequest, questions: QuerySet[Question]) -> HttpResponse:
        return self._asked(request, questions, Kind.MOVE, MoveForm, "Move to a subject")

    @admin.action(description="Find and replace\u2026", permissions=("batch",))
    def replace_text(self, request: HttpRequest, questions: QuerySet[Question]) -> HttpResponse:
        return self._asked(request, questions, Kind.REPLACE, ReplaceForm, "Find and replace")

    @admin.action(description="Merge into one\u2026", permissions=("batch",))
    def merge(self, request: HttpRequest, questions: QuerySet[Question]) -> HttpResponse | None:
        if not 2 <= len(questions[: MergeForm.MOST + 1]) <= MergeForm.MOST:
            reason = f"Tick 2 to {MergeForm.MOST} questions, the one that stays among them."
            self.message_user(request, reason, messages.ERROR)
            return None
        asking = partial(MergeForm, questions)
        return self._asked(request, questions, Kind.MERGE, asking, "Merge into one")

    def _asked(
        self,
        request: HttpRequest,
        questions: QuerySet[Question],
        kind: Batch.Kind,
        form_class: Callable[..., MergeForm | MoveForm | ReplaceForm],
        title: str,
    ) -> HttpResponse:
        """A page that asks, and then sends the same action to the list again."""
        form = form_class(request.POST) if "_told" in request.POST else form_class()
        if form.is_bound and form.is_valid():
            return _previewed(request, kind, questions, form.parameters)
        sent = [
            (name, request.POST[name])
            for name in ("action", "select_across", "index")
            if name in request.POST
        ]
        ticked = [(ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)]
        context = {"form": form, "chosen": _words(request), "sent": [*sent, *ticked]}
        return self._form(request, title, context)

    def _form(self, request: HttpRequest, title: str, context: dict[str, Any]) -> HttpResponse:
        context |= self.admin_site.each_context(request)
        context |= {"title": title, "opts": Question._meta}
        return render(request, "admin/learn/batch/ask.html", context)

    def replace(self, request: HttpRequest) -> HttpResponse:
        """Find and replace in what the list would show under the filters of this address."""
        require_batcher(request)
        try:
            questions = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(request.path)
        form = ReplaceForm(request.POST) if request.method == "POST" else ReplaceForm()
        if form.is_bound and form.is_valid():
            return _previewed(request, Kind.REPLACE, questions, form.parameters)
        return self._form(request, "Find and replace", {"form": form, "chosen": _words(request)})


def _previewed(
    request: HttpRequest,
    kind: Batch.Kind,
    questions: QuerySet[Question],
    parameters: dict[str, Any] | None = None,
) -> HttpResponse:
    assert request.user.is_authenticated
    keys = batches.chosen(questions)
    batch = batches.prepare(keys, kind, parameters or {}, request.user, _words(request))
    return HttpResponseRedirect(address_of(batch))


def _words(request: HttpRequest) -> str:
    """Which questions a request chooses."""
    ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
    if ticked and request.POST.get("select_across", "0") != "1":
        return "one ticked question" if len(ticked) == 1 else f"{len(ticked)} ticked questions"
    filters = [(k, str(v)) for k, v in request.GET.items() if v and k not in _NOT_FILTERS]
    told = ", ".join(_filter_in_words(name, value) for name, value in filters)
    return f"all with {told}" if told else "the whole library"


def _filter_in_words(name: str, value: str) -> str:
    if name == "q":
        return f"\u201c{value}\u201d"
    if name == "subject":
        found = Subject.objects.filter(slug=value).values_list("name", flat=True).first()
        return f"subject {found or value}"
    plain = name.removesuffix("__exact").replace("_", " ")
    return f"{plain} {_SPOKEN.get(value, value)}"


_SPOKEN = {"1": "yes", "0": "no"}
