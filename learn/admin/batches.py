"""Batches in the admin: the list, the preview, the progress, the result, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learn import audit, batches, runs
from learn.admin import batch_rows, sides
from learn.admin.batch_actions import address_of, may_batch, require_batcher
from learn.admin.batch_forms import ReplaceForm, in_words
from learn.admin.keys import key_from
from learn.admin.routes import route
from learn.admin.runs import ReadOnlyAdmin
from learn.models import Batch, BatchQuestion, Question, Subject, Verb
from learn.runs import State

Kind, Phase, Outcome = Batch.Kind, Batch.Phase, BatchQuestion.Outcome
# What each kind means for students, and the words of the button.
_MEANS = {
    Kind.PUBLISH: "Students can read them; where \u201cpublish at\u201d lies ahead, from then on.",
    Kind.DRAFT: "Students do not find them any more; their addresses answer 404.",
    Kind.ARCHIVE: "Students do not find them any more; their addresses answer 410 Gone.",
    Kind.MOVE: "Their old addresses lead to the new ones for ever.",
    Kind.HIDE: "Students still read them; search engines are asked to leave them out.",
    Kind.SHOW: "Search engines may list them.",
    Kind.RERENDER: "No text changes, only what is computed from it.",
    Kind.REPLACE: "Each question keeps its present text as a version.",
    Kind.MERGE: "They are archived; their addresses and links to them lead to the one that stays.",
}
_BUTTONS = {
    Kind.PUBLISH: "Publish {}",
    Kind.DRAFT: "Make {} drafts",
    Kind.ARCHIVE: "Archive {}",
    Kind.MOVE: "Move {}",
    Kind.HIDE: "Hide {}",
    Kind.SHOW: "Show {}",
    Kind.RERENDER: "Render {} again",
    Kind.REPLACE: "Replace in {}",
    Kind.MERGE: "Merge {}",
}
_UNDER_WAY = {
    Phase.PREVIEW: "Looking at the questions",
    Phase.RUN: "Changing the questions",
    Phase.UNDO: "Putting the questions back",
}


def state_of(batch: Batch) -> str:
    """Where a batch is, in a word or two."""
    if batch.state in State.under_way():
        return "silent" if batches.has_ended(batch) else f"{batch.get_phase_display()} under way"
    if batch.state != State.DONE:
        return f"{batch.get_phase_display()} {batch.get_state_display().lower()}"
    return {Phase.PREVIEW: "Preview", Phase.RUN: "Done"}.get(Phase(batch.phase), "Undone")


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ("when", "what", "which", "came_out", "how_far", "person")
    list_display_links = None
    list_filter = ("kind", "phase")
    sortable_by = ()

    # -- the list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        return super().get_queryset(request).select_related("by", "undone_by").defer("selection")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_batch(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_batch(request)

    @admin.display(description="made")
    def when(self, batch: Batch) -> str:
        return f"{batch.made_at:%Y-%m-%d %H:%M}"

    @admin.display(description="what")
    def what(self, batch: Batch) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of(batch), batch.get_kind_display())

    @admin.display(description="of which questions")
    def which(self, batch: Batch) -> str:
        return f"{batch.chosen} ({batch.selected:,})"

    @admin.display(description="result")
    def came_out(self, batch: Batch) -> str:
        return counts_of(batch) or "\u2013"

    @admin.display(description="state")
    def how_far(self, batch: Batch) -> SafeString:
        if batch.phase == Phase.RUN and batch.counts.get(Outcome.CHANGED):
            link = f"{address_of(batch)}#undo"
            return format_html('{}, <a href="{}">undo</a>', state_of(batch), link)
        return format_html("{}", state_of(batch))

    @admin.display(description="by")
    def person(self, batch: Batch) -> str:
        by = str(batch.by or "\u2013")
        return f"{by}, undone by {batch.undone_by}" if batch.undone_by else by

    def change_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """A batch has one page, which knows where it is."""
        require_batcher(request)
        if not (key := key_from(object_id)):
            raise Http404
        return HttpResponseRedirect(reverse("admin:learn_batch_follow", args=(key,)))

    # -- one batch

    def get_urls(self) -> list[URLPattern]:
        at = partial(route, self)
        asked = require_http_methods(["GET", "HEAD", "POST"])
        return [
            at("<int:pk>/follow", follow, "follow", require_safe),
            at("<int:pk>/follow/<slug:outcome>", follow, "follow_outcome", require_safe),
            at("<int:pk>/search", search, "search", asked),
            at("<int:pk>/run", run, "run", require_POST),
            at("<int:pk>/undo", undo, "undo", require_POST),
            at("<int:pk>/again", again, "again", require_POST),
            at("<int:pk>/resume", resume, "resume", require_POST),
            at("<int:pk>/stop", stop, "stop", require_POST),
            at("<int:pk>/discard", discard, "discard", require_POST),
            at("question/<int:pk>", question, "question", require_safe),
            at("question/<int:pk>/<slug:which>", side, "side", require_safe),
            *super().get_urls(),
        ]


def counts_of(batch: Batch) -> str:
    """What a batch has counted in its present phase, in words."""
    counts = batch.foretold if batch.phase == Phase.PREVIEW else batch.counts
    told = ((counts.get(outcome, 0), outcome.label.lower()) for outcome in Outcome)
    return ", ".join(f"{count:,} {word}" for count, word in told if count)


def page(
    model_admin: BatchAdmin, request: HttpRequest, name: str, title: str, **context: Any
) -> HttpResponse:
    context |= model_admin.admin_site.each_context(request)
    context |= {"title": title, "opts": Batch._meta}
    return render(request, f"admin/learn/batch/{name}.html", context)


def _batch(pk: int) -> Batch:
    return get_object_or_404(Batch.objects.select_related("by", "undone_by"), pk=pk)


def follow(
    model_admin: BatchAdmin, request: HttpRequest, pk: int, outcome: str = ""
) -> HttpResponse:
    """Where a batch is: its progress, why it ended, its preview, its result."""
    require_batcher(request)
    batch = _batch(pk)
    context: dict[str, Any] = {"batch": batch, "details": _details(batch)}
    if batch.state in State.under_way() and not batches.has_ended(batch):
        phase = _UNDER_WAY[Phase(batch.phase)] if batch.holder else "Waiting for its turn"
        context |= {"phase": phase, "counts": _counts(batch)}
        return page(model_admin, request, "progress", _title(batch), **context)
    foretold = batch.foretold.get(Outcome.FORETOLD, 0)
    is_preview = batch.phase == Phase.PREVIEW and batch.state == State.DONE
    context |= {
        "means": _MEANS[Kind(batch.kind)],
        "trouble": _trouble(batch),
        "may_run": is_preview and foretold > 0,
        "button": _BUTTONS[Kind(batch.kind)].format(_questions(foretold)),
        "is_preview": is_preview,
        "may_undo": batches.may_undo(batch),
        "may_discard": batch.phase == Phase.PREVIEW,
        "may_resume": batch.state != State.DONE,
        "counts": _counts(batch),
        **batch_rows.listed(batch, request, outcome),
    }
    return page(model_admin, request, "follow", _title(batch), **context)


def _title(batch: Batch) -> str:
    ended = {Phase.PREVIEW: "Preview: {}", Phase.RUN: "Done: {}", Phase.UNDO: "Undone: {}"}
    is_done = batch.state == State.DONE
    return (ended[Phase(batch.phase)] if is_done else "{}").format(batch.get_kind_display())


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count:,} questions"


def _counts(batch: Batch) -> list[tuple[str, str]]:
    counts = batch.foretold if batch.phase == Phase.PREVIEW else batch.counts
    return [
        (f"{counts[outcome]:,}", outcome.label.lower()) for outcome in Outcome if outcome in counts
    ]


def _trouble(batch: Batch) -> str:
    """Why a phase ended before its end."""
    if batch.state in State.under_way() and not batch.holder:
        return "No process has taken it up."
    if batch.state in State.under_way():
        return f"Its process has not been heard of since {batch.beat_at:%Y-%m-%d %H:%M:%S} UTC."
    refusal: str = batch.refusal
    return f"{refusal[:1].upper()}{refusal[1:]}." if refusal else ""


def _details(batch: Batch) -> list[tuple[str, str, bool]]:
    """What a batch was told: names and values, and whether a value is text as it was typed."""
    if batch.kind == Kind.REPLACE:
        return in_words(batch.parameters)
    if batch.kind == Kind.MOVE:
        subject = Subject.objects.filter(pk=batch.parameters["subject"]).first()
        return [("To", str(subject or "a subject that is gone"), False)]
    if batch.kind == Kind.MERGE:
        kept = Question.objects.filter(pk=batch.parameters["into"]).first()
        return [("Into", str(kept or "a question that is gone"), False)]
    return []


# ---------------------------------------------------------------------- deciding


def _decided(
    model_admin: BatchAdmin,
    request: HttpRequest,
    pk: int,
    decide: Callable[[Batch], None],
    verb: Verb | None = None,
) -> HttpResponse:
    require_batcher(request)
    batch = _batch(pk)
    try:
        decide(batch)
    except batches.GoneError:
        reason = "Nothing was done: the batch is not any more where you saw it."
        model_admin.message_user(request, reason, messages.ERROR)
    else:
        if verb:
            audit.record(verb, batch, request=request, details={"count": batch.total})
    return HttpResponseRedirect(address_of(batch))


def run(model_admin: BatchAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user  # staff: `admin_site` lets nobody else in
    return _decided(model_admin, request, pk, lambda batch: batches.confirm(batch, by), Verb.BATCH)


def undo(model_admin: BatchAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    return _decided(model_admin, request, pk, lambda batch: batches.undo(batch, by), Verb.UNDONE)


def again(model_admin: BatchAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    return _decided(model_admin, request, pk, batches.again)


def resume(model_admin: BatchAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    return _decided(model_admin, request, pk, batches.resume)


def stop(model_admin: BatchAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    return _decided(model_admin, request, pk, lambda batch: runs.stop(batch, f"stopped by {by}"))


def discard(model_admin: BatchAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    require_batcher(request)
    batch = _batch(pk)
    try:
        batches.discard(batch)
    except batches.GoneError:
        reason = "This batch has been run: it can be undone, and not discarded."
        model_admin.message_user(request, reason, messages.ERROR)
        return HttpResponseRedirect(address_of(batch))
    model_admin.message_user(request, "Discarded. No question was changed.", messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:learn_question_changelist"))


def search(model_admin: BatchAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Find something else in the same questions: a new batch in place of the preview."""
    require_batcher(request)
    batch = _batch(pk)
    if batch.kind != Kind.REPLACE:
        raise Http404
    form = ReplaceForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        by: Any = request.user
        new = batches.prepare(batch.keys, batch.kind, form.parameters, by, batch.chosen)
        if batch.phase == Phase.PREVIEW and batch.state not in State.under_way():
            batches.discard(batch)
        return HttpResponseRedirect(address_of(new))
    form = form or ReplaceForm.asking(batch.parameters)
    chosen = f"{batch.chosen} ({batch.selected:,})"
    return page(model_admin, request, "ask", "Find and replace", form=form, chosen=chosen)


# ---------------------------------------------------------------------- one question


def question(model_admin: BatchAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What changes in one question: its text, and what students see, before and after."""
    require_batcher(request)
    row = batch_rows.row_of(pk)
    title = row.question.title
    return page(model_admin, request, "question", title, **batch_rows.compared(row))


def side(model_admin: BatchAdmin, request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """One of the two, alone in a frame: the same renderer and the same partial as the page."""
    require_batcher(request)
    before, after = batch_rows.sides(batch_rows.row_of(pk))
    shown = {"before": before, "after": after}.get(which)
    if shown is None:
        raise Http404
    return sides.framed(request, shown)
