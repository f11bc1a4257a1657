"""Import runs and their outcomes in the admin: to look at, not to change."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from learn.models import ImportOutcome, ImportRun


class ReadOnlyAdmin(admin.ModelAdmin):
    """What was done can be looked at; nobody adds to it, changes or deletes it."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = (
        "started_at", "state", "is_rehearsal", "source", "created", "updated", "unchanged",
        "conflicted", "rejected", "pruned",
    )  # fmt: skip
    list_filter = ("state", "is_rehearsal", "started_at")
    list_select_related = ("by",)
    fields = (
        ("state", "is_rehearsal"), "refusal", "source", "by", "holder",
        ("started_at", "finished_at"), ("created", "updated", "unchanged"),
        ("conflicted", "rejected", "pruned"), "files", "left_as_it_was",
    )  # fmt: skip
    readonly_fields = ("files", "left_as_it_was")

    @admin.display(description="Files")
    def files(self, run: ImportRun) -> SafeString:
        """A link to the outcomes of each kind that this run has."""
        counts = {kind: run.outcomes.filter(kind=kind).count() for kind in ImportOutcome.Kind}
        address = reverse("admin:learn_importoutcome_changelist")
        links = [
            (f"{address}?{urlencode({'run__id__exact': run.pk, 'kind__exact': kind})}", kind, count)
            for kind, count in counts.items()
            if count
        ]
        if not links:
            return format_html("{}", "No file changed anything.")
        items = ((link, f"{count} {kind.label.lower()}") for link, kind, count in links)
        return format_html_join(", ", '<a href="{}">{}</a>', items)

    @admin.display(description="Left as it was")
    def left_as_it_was(self, run: ImportRun) -> SafeString:
        if not run.notes:
            return format_html("{}", "\u2013")
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((note,) for note in run.notes))
        )


@admin.register(ImportOutcome)
class ImportOutcomeAdmin(ReadOnlyAdmin):
    list_display = ("file", "kind", "about", "place", "run")
    list_display_links = None
    list_filter = ("kind", "code")
    list_select_related = ("run", "question")
    search_fields = ("file",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Outcomes are reached from their run."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "run__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> Any:
        texts = ("answer", "answer_html", "answer_text", "source", "headings", "problems")
        return super().get_queryset(request).defer(*(f"question__{name}" for name in texts))

    @admin.display(description="question, or why not")
    def about(self, outcome: ImportOutcome) -> str | SafeString:
        if outcome.question is None:
            return f"{outcome.message} [{outcome.code}]" if outcome.code else "\u2013"
        address = reverse("admin:learn_question_change", args=(outcome.question.pk,))
        return format_html('<a href="{}">{}</a>', address, outcome.question)

    @admin.display(description="line")
    def place(self, outcome: ImportOutcome) -> str:
        return str(outcome.line or "\u2013")
