"""Subjects in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from learn.admin.audited import Audited
from learn.forms import SubjectForm
from learn.models import Subject


@admin.register(Subject)
class SubjectAdmin(Audited):
    form = SubjectForm
    list_display = ("name", "slug", "questions", "is_listed", "no_index")
    list_filter = ("is_listed", "no_index")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    view_on_site = True
    fieldsets = (
        (None, {"fields": ("name", "slug", "introduction", "is_listed")}),
        (
            "Search engines",
            {
                "classes": ("collapse",),
                "fields": (
                    "seo_title",
                    "page_description",
                    "page_keywords",
                    "canonical_url",
                    "no_index",
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subject]:
        return Subject.objects.with_counts()

    @admin.display(description="published questions", ordering="question_count")
    def questions(self, subject: Any) -> int:
        return int(subject.question_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Subject | None = None) -> Any:
        """A subject's slug is in the address of all its questions: it does not change."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Subject | None = None) -> Any:
        return {} if obj else self.prepopulated_fields
