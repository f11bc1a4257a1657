"""The list of questions: columns, filters and order. How one is edited stands in `questions`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from learn.admin import filters, saved_views, searching, uploads
from learn.admin.changelist import QuestionList
from learn.admin.paging import CappedPaginator
from learn.models import Question, Status

TEXTS = ("answer", "answer_html", "answer_text", "source", "headings", "problems")
_OFFERED = 20  # questions that a field which asks for one offers


class ListingAdmin(admin.ModelAdmin):
    list_display = ("title", "place", "state", "problems_found", "changed")
    list_display_links = ("title",)
    list_filter = (
        filters.StatusFilter,
        filters.SeenFilter,
        filters.FindingsFilter,
        filters.AlikeFilter,
        filters.SubjectFilter,
        filters.UpdatedFilter,
        filters.PersonFilter,
        filters.EditedFilter,
        filters.OriginFilter,
        filters.StudentsFilter,
        filters.NoIndexFilter,
        filters.MathFilter,
    )
    list_per_page = 50
    paginator = CappedPaginator
    show_facets = admin.ShowFacets.NEVER  # the filters count by themselves
    show_full_result_count = False  # a second count of the whole library for a line of text
    sortable_by = ("problems_found", "changed")  # what an index can sort
    ordering = ("-updated_at", "-id")
    search_fields = ("title",)  # there is a search; what it finds is `searching`'s
    search_help_text = (
        "Words, \u201ca phrase\u201d, a slug, a source id, or the address of a page, pasted"
    )

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[QuestionList]:
        return QuestionList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        questions = super().get_queryset(request).select_related("subject")
        match = request.resolver_match
        if match is None or "object_id" not in match.kwargs:
            return questions.defer(*TEXTS)
        return questions

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What a field that asks for a question offers; the list searches by itself."""
        if not search_term.strip():
            return queryset, False
        keys = searching.titled(search_term, queryset, _OFFERED)
        places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(keys)]
        found = queryset.filter(pk__in=keys)
        if places:
            found = found.order_by(Case(*places, output_field=IntegerField()))
        return found, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        views = saved_views.seen_by(request)
        if request.method == "GET" and not request.GET:
            for view in views:
                if view.is_default and view.query:
                    return HttpResponseRedirect(f"{request.path}?{view.query}")
        context = {
            "may_upload": uploads.may_upload(request),
            "views": saved_views.Views(views, request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        manage = require_http_methods(["GET", "HEAD", "POST"])(saved_views.manage_of(self))
        view = self.admin_site.admin_view(manage)
        return [path("views", view, name="learn_question_views"), *super().get_urls()]

    # -- columns

    @admin.display(description="place")
    def place(self, question: Question) -> SafeString:
        form = '{}<br><span class="quiet small">{}</span>'
        return format_html(form, question.subject.name, question.slug)

    @admin.display(description="status")
    def state(self, question: Question) -> SafeString:
        is_scheduled = question.status == Status.PUBLISHED and not question.is_public
        state = "scheduled" if is_scheduled else question.status
        chip = '<span class="chip chip--{}">{}</span>{}'
        return format_html(chip, state, state.capitalize(), _mark(question))

    @admin.display(description="findings", ordering="problem_count")
    def problems_found(self, question: Question) -> SafeString | str:
        number = question.problem_count
        return format_html('<span class="findings-count">{}</span>', number) if number else "\u2013"

    @admin.display(description="changed", ordering="updated_at")
    def changed(self, question: Question) -> SafeString:
        at = f"{question.updated_at:%Y-%m-%d %H:%M}"
        by = question.updated_by or question.get_origin_display()
        return format_html('{}<br><span class="quiet small">{}</span>', at, by)


def _mark(question: Any) -> SafeString:
    if not question.is_news:
        return SafeString("")
    return format_html(' <span class="chip chip--news">{}</span>', "new to you")
