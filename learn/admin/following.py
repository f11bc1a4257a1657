"""A run of an upload in the admin: its progress, its preview, and what becomes of it."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from learn import audit, runs, uploads
from learn.admin import outcomes, sides
from learn.admin.uploads import address_of, page, require_uploader
from learn.importer import archives_too_much
from learn.models import ImportRun, Question, Verb
from learn.runs import State


def run_of_upload(pk: int) -> ImportRun:
    runs_of_uploads = ImportRun.objects.select_related("upload", "by").exclude(upload=None)
    return get_object_or_404(runs_of_uploads, pk=pk)


def follow(
    model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, kind: str = ""
) -> HttpResponse:
    """Where a run is: its progress, why it ended, its preview; or on to what an import did.

    `kind` chooses among the outcomes of a preview.
    """
    require_uploader(request)
    run = run_of_upload(pk)
    what = "preview" if run.is_rehearsal else "import"
    if run.state in State.under_way() and not runs.is_silent(run):
        context = {"run": run, "total": _total(run), "phase": _phase(run)}
        return page(model_admin, request, "progress", f"The {what} is being made", **context)
    if run.state == State.DONE and not run.is_rehearsal:
        return HttpResponseRedirect(reverse("admin:learn_importrun_change", args=(run.pk,)))
    if run.state == State.DONE:
        return _preview(model_admin, request, run, kind)
    title = f"The {what} was stopped" if run.state == State.STOPPED else f"The {what} failed"
    return page(model_admin, request, "ended", title, run=run, newest=_newest(run))


def _total(run: ImportRun) -> int:
    """How many files there are to look at; 0 while that is not known."""
    assert run.upload
    return run.upload.files if run.upload.is_archive else len(run.upload.names)


def _phase(run: ImportRun) -> str:
    if run.state == State.RUNNING:
        return "Reading the files" if run.is_rehearsal else "Importing the files"
    return "Unpacking" if run.holder else "Waiting for its turn"


def _newest(run: ImportRun) -> ImportRun | None:
    """The run that another one of the same upload took the place of."""
    assert run.upload
    newest = run.upload.runs.first()
    return newest if newest and newest.pk != run.pk else None


def _preview(
    model_admin: admin.ModelAdmin, request: HttpRequest, run: ImportRun, kind: str
) -> HttpResponse:
    changed = Question.objects.filter(updated_at__gt=run.started_at).exists()
    return page(
        model_admin,
        request,
        "preview",
        "Preview of an import",
        run=run,
        newest=_newest(run),
        has_changed=changed,
        archives_too_much=archives_too_much(run),
        **outcomes.listed(run, request, kind),
    )


# ---------------------------------------------------------------------- deciding


def apply(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Import what a preview has shown."""
    require_uploader(request)
    run = run_of_upload(pk)
    assert run.upload
    if not (run.is_rehearsal and run.state == State.DONE):
        model_admin.message_user(request, "Look at the preview first.", messages.ERROR)
        return HttpResponseRedirect(address_of(run))
    if archives_too_much(run):
        if not request.POST.get("prune_anyway"):
            reason = f"Tick that archiving {run.pruned:,} questions is meant, or discard."
            model_admin.message_user(request, reason, messages.ERROR)
            return HttpResponseRedirect(address_of(run))
        run.upload.prune_anyway = True
        run.upload.save(update_fields=("prune_anyway",))
    return _begun(model_admin, request, run, is_rehearsal=False)


def again(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Preview anew, or try again what failed."""
    require_uploader(request)
    run = run_of_upload(pk)
    return _begun(model_admin, request, run, is_rehearsal=run.is_rehearsal)


def _begun(
    model_admin: admin.ModelAdmin, request: HttpRequest, run: ImportRun, *, is_rehearsal: bool
) -> HttpResponse:
    assert run.upload
    assert request.user.is_authenticated
    try:
        run = uploads.begin(run.upload, request.user, is_rehearsal=is_rehearsal)
    except uploads.GoneError:
        reason = "These files were applied or removed. Upload them again."
        model_admin.message_user(request, reason, messages.ERROR)
        return HttpResponseRedirect(address_of(run))
    details = {"what": "preview" if is_rehearsal else "import"}
    audit.record(Verb.STARTED, run, request=request, words=run.source, details=details)
    return HttpResponseRedirect(address_of(run))


def stop(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    require_uploader(request)
    run = run_of_upload(pk)
    runs.stop(run, f"stopped by {request.user}")
    audit.record(Verb.STOPPED, run, request=request, words=run.source)
    return HttpResponseRedirect(address_of(run))


def discard(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    require_uploader(request)
    run = run_of_upload(pk)
    assert run.upload
    assert request.user.is_authenticated
    uploads.discard(run.upload, request.user)
    audit.record(Verb.DISCARDED, run.upload, request=request)
    model_admin.message_user(request, f"{run.upload}: discarded.", messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:learn_importrun_changelist"))


# ---------------------------------------------------------------------- one outcome


def outcome(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would change: its text, and what students see, before and after."""
    require_uploader(request)
    found = outcomes.outcome_of(pk)
    title = outcomes.title_of(found)
    return page(model_admin, request, "outcome", title, **outcomes.compared(found))


def side(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """One of the two, alone in a frame: the same renderer and the same partial as the page."""
    require_uploader(request)
    found = outcomes.outcome_of(pk)
    shown = outcomes.before(found) if which == "before" else outcomes.after(found)
    if shown is None:
        raise Http404
    return sides.framed(request, shown)
