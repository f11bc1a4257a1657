"""The list of questions: columns, filters and order. How one is edited stands in `questions`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from learn.admin import uploads
from learn.admin.feedback import StudentsFilter
from learn.admin.findings import FindingsFilter
from learn.models import Question

TEXTS = ("answer", "answer_html", "answer_text", "source", "headings", "problems")


class ListingAdmin(admin.ModelAdmin):
    list_display = ("title", "subject", "status", "problems_found", "changed")
    list_display_links = ("title",)
    list_filter = (
        "status",
        FindingsFilter,
        StudentsFilter,
        "no_index",
        "has_math",
        "is_edited",
        "subject",
    )
    list_select_related = ("subject",)
    list_per_page = 50
    show_full_result_count = False  # a second count of the whole library for a line of text
    sortable_by = ("problems_found", "changed")  # what an index can sort
    ordering = ("-updated_at", "-id")
    search_fields = ("title", "slug", "=source_id")
    search_help_text = "Words of the title or the address, or a source id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        questions = super().get_queryset(request).select_related("subject")
        match = request.resolver_match
        if match is None or "object_id" not in match.kwargs:
            return questions.defer(*TEXTS)
        return questions

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_upload": uploads.may_upload(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description="findings", ordering="problem_count")
    def problems_found(self, question: Question) -> str:
        return str(question.problem_count) if question.problem_count else "\u2013"

    @admin.display(description="changed", ordering="updated_at")
    def changed(self, question: Question) -> str:
        return f"{question.updated_at:%Y-%m-%d %H:%M}"
