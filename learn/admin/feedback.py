"""What students say, at the editors' desk: votes to look at, reports of mistakes to work off."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from learn import audit, feedback
from learn.admin.audited import Audited
from learn.admin.paging import CappedPaginator
from learn.admin.runs import ReadOnlyAdmin
from learn.models import Feedback, MistakeReport, Question, Verb

_NEEDED = ("question__title", "question__slug", "question__subject__slug")


def said_of(question: Any) -> SafeString:
    """A question's votes and open reports, for its form, which was loaded with both."""
    votes, count = getattr(question, "feedback", None), getattr(question, "open_reports", 0)
    address = reverse("admin:learn_mistakereport_changelist")
    reports = format_html(
        '<a href="{}?question__id__exact={}&state__exact=open">{} open report{}</a>',
        address,
        question.pk,
        count,
        "" if count == 1 else "s",
    )
    return format_html("{}; {}", votes or "No votes yet", reports if count else "no open reports")


def _links_to(question: Question) -> SafeString:
    """A question's title as the link to its form, and a link to its page."""
    return format_html(
        '<a href="{}">{}</a> (<a href="{}">page</a>)',
        reverse("admin:learn_question_change", args=(question.pk,)),
        question.title,
        question.get_absolute_url(),
    )


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    """Votes, the questions that students find least helpful first."""

    list_display = ("of", "helpful", "unhelpful", "at_least")
    list_display_links = None
    list_select_related = ("question__subject",)
    ordering = ("score", "question_id")
    sortable_by = ("at_least",)  # what the index can sort

    def get_queryset(self, request: HttpRequest) -> Any:
        shown = ("helpful", "unhelpful", "score", *_NEEDED)
        return super().get_queryset(request).select_related("question__subject").only(*shown)

    @admin.display(description="question")
    def of(self, votes: Feedback) -> SafeString:
        return _links_to(votes.question)

    @admin.display(description="helpful to at least", ordering="score")
    def at_least(self, votes: Feedback) -> str:
        return f"{votes.score:.0%}"


@admin.register(MistakeReport)
class MistakeReportAdmin(Audited):
    """Reports, the newest first: the title leads to the form in which the mistake is mended."""

    list_display = ("text", "of", "state", "made_at", "done_by")
    list_display_links = None
    list_filter = ("state",)
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    sortable_by = ()
    fields = ("text", "of", "state", "made_at", "done_at", "done_by")
    readonly_fields = fields
    actions = ("mark_done",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "question__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MistakeReport]:
        own = ("text", "state", "made_at", "done_at", "done_by")
        reports = super().get_queryset(request)
        return reports.select_related("question__subject", "done_by").only(
            *own, *_NEEDED, "done_by__username"
        )

    @admin.display(description="question")
    def of(self, report: MistakeReport) -> SafeString:
        return _links_to(report.question)

    @admin.action(description="Mark the selected reports as done", permissions=("change",))
    def mark_done(self, request: HttpRequest, reports: QuerySet[MistakeReport]) -> None:
        opened = reports.filter(state=MistakeReport.State.OPEN)
        details = {"state": ["open", "done"]}
        audit.record_each(Verb.STATUS, opened, request=request, details=details)
        count = feedback.close(reports, by=request.user)
        self.message_user(request, f"{count} now: done.", messages.SUCCESS)
