"""What changed since somebody last looked: noted when a form opens, told there, shown in full."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from learn.admin import sides
from learn.admin.known import KnowingAdmin, tell
from learn.content.differences import difference
from learn.content.document import ContentError
from learn.desk import seen, versions
from learn.models import LastSeen, MistakeReport, Proposal, Question


class SeeingAdmin(KnowingAdmin, admin.ModelAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """For a form, the question with all that its page tells beside it: one query."""
        questions: QuerySet[Any] = super().get_queryset(request)
        match = request.resolver_match
        if match is None or match.url_name != "learn_question_change":
            return questions
        return _with_surroundings(questions, request.user)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        question = super().get_object(request, object_id, from_field)
        if question is not None:
            question.stands_since = question.updated_at  # a proposal may stand for it afterwards
        return question

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **options: Any
    ) -> HttpResponse:
        question = context.get("original")
        tell(context["adminform"].form, "subject")
        if question and request.method == "GET":
            context["looked"] = _looked(request, question)
        return super().render_change_form(request, context, *args, **options)

    def has_seen(self, request: HttpRequest, question: Question) -> None:
        """What somebody saves, somebody has seen."""
        person: Any = request.user
        seen.mark(question.pk, question.updated_at, person)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/since", view(require_safe(self.since)), name="learn_question_since"),
            path(
                "<int:pk>/since/side",
                view(require_safe(self.since_side)),
                name="learn_question_since_side",
            ),
            *super().get_urls(),
        ]

    def since(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What changed in a question since a version, in its text and as students see it."""
        question, text = self._then(request, pk)
        context = {
            **self.admin_site.each_context(request),
            "title": "What changed since you looked",
            "opts": Question._meta,
            "question": question,
            "lines": difference(text, question.source) if text != question.source else [],
            "version": request.GET.get("version", ""),
        }
        return render(request, "admin/learn/question/since.html", context)

    def since_side(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page as it was then, alone in a frame."""
        _, text = self._then(request, pk)
        try:
            return sides.framed(request, sides.side_from(text))
        except ContentError as error:
            raise Http404(f"this version cannot be read any more: {error.message}") from None

    def _then(self, request: HttpRequest, pk: int) -> tuple[Question, str]:
        """A question, and the text that it had at the version which the address names."""
        questions = Question.objects.select_related("subject", "updated_by")
        question = get_object_or_404(questions, pk=pk)
        if not self.has_view_permission(request, question):
            raise PermissionDenied
        version = request.GET.get("version", "")
        if not _is_moment(version):
            raise Http404("no such version")
        return question, versions.text_of_version(question, version)


def _is_moment(text: str) -> bool:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return False
    return moment is not None and moment.tzinfo is not None


def _with_surroundings(questions: QuerySet[Any], person: Any) -> QuerySet[Any]:
    mine = LastSeen.objects.filter(person=person.pk, question=OuterRef("pk"))
    reports = MistakeReport.objects.filter(question=OuterRef("pk"), state=MistakeReport.State.OPEN)
    counted = reports.order_by().values("question").annotate(number=Count("pk")).values("number")
    with_people = questions.select_related("subject", "updated_by", "feedback")
    surrounded: QuerySet[Any] = with_people.annotate(
        seen_at=Subquery(mine.values("seen_at")),
        seen_version=Subquery(mine.values("version")),
        open_reports=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        has_proposal=Exists(Proposal.objects.open().filter(question=OuterRef("pk"))),
    )
    return surrounded


def _looked(request: HttpRequest, question: Any) -> dict[str, Any] | None:
    """Note the look; when and at what the one before was, if others changed the question since."""
    person: Any = request.user
    version: datetime.datetime = question.stands_since
    seen.mark(question.pk, version, person, is_new=question.seen_at is None)
    if question.seen_version is None or question.seen_version >= version:
        return None
    if question.updated_by_id == person.pk:
        return None
    return {
        "at": question.seen_at,
        "version": question.seen_version.isoformat(),
        "by": question.updated_by or question.get_origin_display().lower(),
    }
