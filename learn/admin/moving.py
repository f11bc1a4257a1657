"""Addresses that move: where one goes, a list of moves taken in, and what a new slug does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import StringIO
from itertools import islice
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.urls import reverse

from learn import audit, moves, tracing, undoing
from learn.content.document import ContentError
from learn.models import Question, Redirect, Status, Verb, WayBack
from learn.moves import Kind, Move, Verdict

MAX_BYTES = 1_000_000  # of a list: about 5,000 lines
SHOWN = 200  # lines of a preview; those that are refused come first


def _page(
    model_admin: admin.ModelAdmin, request: HttpRequest, name: str, title: str, **context: Any
) -> HttpResponse:
    context |= model_admin.admin_site.each_context(request)
    context |= {"title": title, "opts": Redirect._meta}
    return render(request, f"admin/learn/redirect/{name}.html", context)


def hidden(question: Question) -> str:
    """Why students cannot read a question, in a word."""
    scheduled = question.status == Status.PUBLISHED
    return "scheduled" if scheduled else str(question.get_status_display()).lower()


# ------------------------------------------------------------------------ testing


def test(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Where does this address go? Nothing is stored, so the answer has an address of its own."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    written, traced, problem = request.GET.get("address", ""), None, ""
    if written.strip():
        try:
            traced = tracing.trace(written, request.get_host())
        except tracing.NoAddressError as error:
            problem = str(error)
    title = "Where does an address go?"
    context = {"written": written, "traced": traced, "problem": problem}
    return _page(model_admin, request, "test", title, **context)


# ------------------------------------------------------------------------ importing


def may_import(request: HttpRequest) -> bool:
    return request.user.has_perms(("learn.add_redirect", "learn.change_redirect"))


class MovesForm(forms.Form):
    """A list of moves, as a file or as text; `cleaned_data["text"]` is either's."""

    file = forms.FileField(
        label="CSV file", required=False, widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )
    text = forms.CharField(
        label="or its lines",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data.get("file")
        text = _text_of(sent) if sent else self.cleaned_data.get("text", "")
        if not text.strip():
            raise ValidationError("Choose a file, or paste its lines.")
        if len(text.encode()) > MAX_BYTES:
            raise ValidationError(f"A list has at most {MAX_BYTES // 1_000_000} MB.")
        self.cleaned_data["text"] = text
        return self.cleaned_data


def _text_of(sent: Any) -> str:
    try:
        text: str = sent.read(MAX_BYTES + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError("This file is not UTF-8: save it as 'CSV UTF-8'.") from None
    return text


class Row(NamedTuple):
    """A line of the preview."""

    line: int
    kind: str
    what: str
    words: str


def import_list(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Take a list of moves: first what each line would do, and with `apply` the doing."""
    if not may_import(request):
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = MovesForm(request.POST, request.FILES) if is_sent else MovesForm()
    context: dict[str, Any] = {"form": form, "shown": SHOWN}
    if form.is_valid():
        text = form.cleaned_data["text"]
        verdicts, errors = _read(text)
        if "apply" in request.POST:
            return _apply(model_admin, request, verdicts, len(errors))
        context |= _preview(verdicts, errors) | {"text": text}
    return _page(model_admin, request, "import", "Import redirects", **context)


def _read(text: str) -> tuple[list[Verdict], list[ContentError]]:
    rows = list(moves.rows_in(StringIO(text, newline=""), "this list"))
    errors = [row for row in rows if isinstance(row, ContentError)]
    return moves.judged([row for row in rows if isinstance(row, Move)]), errors


def _preview(verdicts: Sequence[Verdict], errors: Sequence[ContentError]) -> dict[str, Any]:
    rows = [
        *(Row(error.line, Kind.REFUSED, "", error.message) for error in errors),
        *(
            Row(move.line, kind, f"{move.old.path} \u2192 {move.new.path}", words)
            for move, kind, _, words in verdicts
        ),
    ]
    counts = Counter(row.kind for row in rows)
    rows.sort(key=lambda row: (row.kind != Kind.REFUSED, row.line))
    return {
        "rows": list(islice(rows, SHOWN)),
        "row_count": len(rows),
        "counts": [(kind, counts[kind]) for kind in Kind if counts[kind]],
        "may_apply": bool(counts[Kind.NEW] or counts[Kind.CHANGED]),
    }


def _apply(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    verdicts: Sequence[Verdict],
    unreadable: int,
) -> HttpResponse:
    counts = Counter(verdict.kind for verdict in verdicts)
    by: Any = request.user
    with transaction.atomic():
        before = undoing.import_rows(verdicts)
        moves.apply(verdicts)
        added, changed = counts[Kind.NEW], counts[Kind.CHANGED]
        details = {"added": added, "changed": changed}
        audit.record(Verb.IMPORTED, request=request, kind="redirect", details=details)
        said = f"{added:,} redirect{pluralize(added)} added, {changed:,} changed"
        undoing.keep(WayBack.Kind.REDIRECTS_IMPORTED, f"Imported: {said}", before, by)
    left = counts[Kind.REFUSED] + unreadable
    said += f", {left:,} line{pluralize(left)} left out." if left else "."
    model_admin.message_user(request, said, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:learn_redirect_changelist"))
