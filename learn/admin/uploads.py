"""Uploading in the admin: who may, and the form that takes the files in."""

from __future__ import annotations

import shutil
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, TooManyFilesSent
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_protect

from learn import audit, uploads
from learn.admin.receiving import Receiver, UploadForm, megabytes
from learn.models import ImportRun, Upload, Verb

_MARGIN = 1_000_000  # bytes of a request beside its files
TEMPLATES = "admin/learn/importrun"


def may_upload(request: HttpRequest) -> bool:
    return request.user.has_perms(("learn.add_importrun", "learn.change_question"))


def require_uploader(request: HttpRequest) -> None:
    if not may_upload(request):
        raise PermissionDenied


def address_of(run: ImportRun) -> str:
    """The page that follows a run: its progress, then its preview or result."""
    return reverse("admin:learn_importrun_follow", args=(run.pk,))


def page(
    model_admin: admin.ModelAdmin, request: HttpRequest, name: str, title: str, **context: Any
) -> HttpResponse:
    status = context.pop("status", 200)
    context |= model_admin.admin_site.each_context(request)
    context |= {"title": title, "opts": ImportRun._meta}
    return render(request, f"{TEMPLATES}/{name}.html", context, status=status)


def upload(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The form. Nothing of a POST is read before it is clear that this person may send it.

    So this view is exempt from the check that reads the request, and makes it itself.
    """
    require_uploader(request)
    if request.method != "POST":
        return _form(model_admin, request, UploadForm())
    if _length(request) > settings.UPLOAD_MAX_BYTES + _MARGIN:
        most = megabytes(settings.UPLOAD_MAX_BYTES)
        return _refused(model_admin, request, f"This is more than {most}.")
    try:
        folder = uploads.receiving_folder()
    except OSError as error:
        reason = f"Uploads cannot be stored: {error.strerror}. Tell who runs this site."
        return _refused(model_admin, request, reason)
    receiver = Receiver(folder, settings.UPLOAD_MAX_BYTES)
    request.upload_handlers = [receiver]
    kept = False

    def receive(request: HttpRequest) -> HttpResponse:
        nonlocal kept
        form = UploadForm(request.POST, request.FILES, problem=receiver.problem)
        if not form.is_valid():
            return _form(model_admin, request, form)
        sent = [file.sent for file in form.cleaned_data.pop("sent")]
        made = uploads.keep(folder, sent, is_archive=form.is_archive, **form.cleaned_data)
        kept = True
        assert request.user.is_authenticated
        audit.record(Verb.UPLOADED, made, request=request, details={"bytes": made.size})
        run = uploads.begin(made, request.user, is_rehearsal=True)
        return HttpResponseRedirect(address_of(run))

    try:
        return csrf_protect(receive)(request)
    except TooManyFilesSent:
        most = f"{settings.DATA_UPLOAD_MAX_NUMBER_FILES:,}"
        reason = f"These are more than {most} files. Pack them into an archive."
        return _refused(model_admin, request, reason)
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _length(request: HttpRequest) -> int:
    """What the request says of its own length; 0 where that is no number."""
    told = str(request.META.get("CONTENT_LENGTH") or "")
    return int(told) if told.isdecimal() else 0


def _refused(model_admin: admin.ModelAdmin, request: HttpRequest, problem: str) -> HttpResponse:
    """The form with what is wrong; the request's own fields have not been read."""
    form = UploadForm(model_to_dict(Upload()), problem=problem)
    return _form(model_admin, request, form, status=413)


def _form(
    model_admin: admin.ModelAdmin, request: HttpRequest, form: UploadForm, status: int = 200
) -> HttpResponse:
    limits = {
        "most": megabytes(settings.UPLOAD_MAX_BYTES),
        "most_bytes": settings.UPLOAD_MAX_BYTES,
        "most_in_archive": settings.UPLOAD_MAX_FILES,
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        "kept_days": settings.UPLOAD_KEPT_DAYS,
    }
    return page(
        model_admin, request, "upload", "Upload files", form=form, limits=limits, status=status
    )
