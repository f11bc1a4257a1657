"""Import runs in the admin: to look at, not to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from learn.models import ImportRun

_SHOWN = 500  # errors on the page


@admin.register(ImportRun)
class ImportRunAdmin(admin.ModelAdmin):
    list_display = (
        "started_at", "state", "source", "created", "updated", "unchanged", "conflicted",
        "rejected", "pruned",
    )  # fmt: skip
    list_filter = ("state", "started_at")
    list_select_related = ("by",)
    show_full_result_count = False
    fields = (
        "state", "source", "by", "holder", ("started_at", "finished_at"),
        ("created", "updated", "unchanged"), ("conflicted", "rejected", "pruned"), "errors",
    )  # fmt: skip
    readonly_fields = ("errors",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        runs = super().get_queryset(request)
        match = request.resolver_match
        is_one = match is not None and "object_id" in match.kwargs
        return runs if is_one else runs.defer("report")

    @admin.display(description="Errors and conflicts")
    def errors(self, run: ImportRun) -> SafeString:
        errors = run.report.get("errors", [])[:_SHOWN]
        rows = [(f"{e['file']}:{e['line']}", e["message"], e["code"]) for e in errors]
        rows += [(name, "edited here since its last import", "conflict")
                 for name in run.report.get("conflicts", [])[:_SHOWN]]  # fmt: skip
        if not rows:
            return format_html("{}", "None.")
        items = format_html_join("", "<li><strong>{}</strong> {} [{}]</li>", rows)
        return format_html("<ul>{}</ul>", items)
