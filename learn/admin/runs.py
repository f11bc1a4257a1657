"""Import runs and their outcomes in the admin: to look at, and to upload files from."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from learn import reports, runs
from learn.admin import following, outcomes, uploads
from learn.admin.keys import key_from
from learn.admin.paging import CappedPaginator
from learn.admin.routes import route
from learn.models import ImportOutcome, ImportRun

_SHORT = 120  # characters of a source or a refusal in the list
_REPORTS = {"json": "application/json", "xml": "application/xml", "txt": "text/plain"}
_COUNTED = (
    ("created", "created"), ("updated", "updated"), ("pruned", "archived"),
    ("conflicted", "conflicted"), ("rejected", "rejected"), ("unchanged", "unchanged"),
)  # fmt: skip


class ReadOnlyAdmin(admin.ModelAdmin):
    """What was done can be looked at; nobody adds to it, changes or deletes it."""

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PersonFilter(admin.RelatedOnlyFieldListFilter):
    """Those who have imported something, not all who have an account."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.title = "person"


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ("when", "what", "result", "came_from", "by")
    list_display_links = ("when",)
    list_filter = (
        "state", "is_rehearsal", ("by", PersonFilter), "started_at",
    )  # fmt: skip
    list_select_related = ("by",)
    search_fields = ("source",)
    fields = (
        ("state", "is_rehearsal"), "refusal", "source", "by", "holder",
        ("started_at", "finished_at"), ("created", "updated", "unchanged"),
        ("conflicted", "rejected", "pruned"), "files", "otherwise", "left_as_it_was", "report",
    )  # fmt: skip
    readonly_fields = ("files", "otherwise", "left_as_it_was", "report")

    # -- the list

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        return super().get_queryset(request).select_related("by", "upload")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_upload": uploads.may_upload(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description="started", ordering="started_at")
    def when(self, run: ImportRun) -> str:
        return f"{run.started_at:%Y-%m-%d %H:%M}"

    @admin.display(description="what", ordering="is_rehearsal")
    def what(self, run: ImportRun) -> SafeString:
        """A rehearsal or an import, and how it ended; an upload's leads to where it is."""
        state = "silent" if runs.is_silent(run) else run.get_state_display().lower()
        text = f"{'Preview' if run.is_rehearsal else 'Import'}, {state}"
        if run.upload is None:
            return format_html("{}", text)
        return format_html('<a href="{}">{}</a>', uploads.address_of(run), text)

    @admin.display(description="from", ordering="source")
    def came_from(self, run: ImportRun) -> str:
        return run.source if len(run.source) <= _SHORT else f"{run.source[:_SHORT]}\u2026"

    @admin.display(description="result")
    def result(self, run: ImportRun) -> str:
        counts = ((getattr(run, name), word) for name, word in _COUNTED)
        told = ", ".join(f"{count:,} {word}" for count, word in counts if count)
        return ". ".join(filter(None, (run.refusal[:_SHORT].capitalize(), told))) or "\u2013"

    # -- one run

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"may_upload": uploads.may_upload(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description="Files")
    def files(self, run: ImportRun) -> SafeString:
        """A link to the outcomes of each kind that this run has."""
        counts = outcomes.counted(run)
        address = reverse("admin:learn_importoutcome_changelist")
        links = [
            (f"{address}?{urlencode({'run__id__exact': run.pk, 'kind__exact': kind})}", kind)
            for kind in ImportOutcome.Kind
            if kind in counts
        ]
        if not links:
            return format_html("{}", "No file changed anything.")
        items = ((link, f"{counts[kind]:,} {kind.label.lower()}") for link, kind in links)
        return format_html_join(", ", '<a href="{}">{}</a>', items)

    @admin.display(description="Otherwise than in the preview")
    def otherwise(self, run: ImportRun) -> SafeString:
        """Files of an upload of which the library made something else than was foretold."""
        found = outcomes.otherwise(run)
        if not found:
            return format_html("{}", "\u2013")
        shown = found[: outcomes.SHOWN]
        more = "And more." if len(found) > len(shown) else ""
        items = format_html_join("", "<li>{}: foretold {}, now {}</li>", shown)
        return format_html("<ul>{}</ul>{}", items, more)

    @admin.display(description="Left as it was")
    def left_as_it_was(self, run: ImportRun) -> SafeString:
        if not run.notes:
            return format_html("{}", "\u2013")
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((note,) for note in run.notes))
        )

    @admin.display(description="Report")
    def report(self, run: ImportRun) -> SafeString:
        links = (
            (reverse("admin:learn_importrun_report", args=(run.pk, ending)), name)
            for ending, name in (("json", "JSON"), ("xml", "JUnit"), ("txt", "Text"))
        )
        return format_html_join(", ", '<a href="{}">{}</a>', links)

    # -- uploads

    def get_urls(self) -> list[URLPattern]:
        at = partial(route, self)
        return [
            at("upload", uploads.upload, "upload", csrf_exempt),  # it makes the check itself
            at("<int:pk>/follow", following.follow, "follow", require_safe),
            at("<int:pk>/follow/<slug:kind>", following.follow, "follow_kind", require_safe),
            at("<int:pk>/apply", following.apply, "apply", require_POST),
            at("<int:pk>/again", following.again, "again", require_POST),
            at("<int:pk>/stop", following.stop, "stop", require_POST),
            at("<int:pk>/discard", following.discard, "discard", require_POST),
            at("<int:pk>/report.<slug:ending>", _download, "report", require_safe),
            at("outcome/<int:pk>", following.outcome, "outcome", require_safe),
            at("outcome/<int:pk>/<slug:which>", following.side, "side", require_safe),
            *super().get_urls(),
        ]


def _download(
    model_admin: ImportRunAdmin, request: HttpRequest, pk: int, ending: str
) -> HttpResponse:
    """A run's report, in the forms that `import_questions --report` writes."""
    run = model_admin.get_object(request, str(pk))
    if not model_admin.has_view_permission(request, run):
        raise PermissionDenied
    if run is None or ending not in _REPORTS:
        raise Http404
    text = reports.form_of(f".{ending}")(reports.stored(run))
    disposition = f'attachment; filename="import-{run.pk}.{ending}"'
    kind = f"{_REPORTS[ending]}; charset=utf-8"
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": disposition})


class CodeFilter(admin.AllValuesFieldListFilter):
    """Why files of one run were rejected; over all runs that would read every outcome."""

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, *args: Any, **options: Any
    ) -> None:
        self.run = key_from(request.GET.get("run__id__exact", ""))
        super().__init__(field, request, params, model, *args, **options)
        rejected = ImportOutcome.objects.filter(run=self.run, kind=ImportOutcome.Kind.REJECTED)
        self.lookup_choices = rejected.order_by("code").values_list("code", flat=True).distinct()


@admin.register(ImportOutcome)
class ImportOutcomeAdmin(ReadOnlyAdmin):
    list_display = ("file", "kind", "about", "place", "run")
    list_display_links = None
    list_filter = ("kind", ("code", CodeFilter))
    list_select_related = ("run", "question")
    search_fields = ("file",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Outcomes are reached from their run."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "run__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer(*(f"question__{t}" for t in outcomes.TEXTS))

    @admin.display(description="question, or why not")
    def about(self, outcome: ImportOutcome) -> str | SafeString:
        if outcome.question is None:
            return f"{outcome.message} [{outcome.code}]" if outcome.code else "\u2013"
        address = reverse("admin:learn_question_change", args=(outcome.question.pk,))
        return format_html('<a href="{}">{}</a>', address, outcome.question)

    @admin.display(description="line")
    def place(self, outcome: ImportOutcome) -> str:
        return str(outcome.line or "\u2013")
