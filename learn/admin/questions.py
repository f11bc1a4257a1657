"""Questions in the admin: the form, and what is done to many. The list stands in `listing`."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learn import mapping, publishing, roles
from learn.admin import (
    duplicates,
    findings,
    previews,
    proposals,
    revisions,
    scheduling,
    seo_panel,
    slugs,
    submitting,
)
from learn.admin.audited import Audited
from learn.admin.batch_actions import BatchActions
from learn.admin.feedback import said_of
from learn.admin.known import KnowingAdmin, KnowingFormSet
from learn.admin.listing import ListingAdmin
from learn.admin.routes import route
from learn.admin.seeing import SeeingAdmin
from learn.admin.submitting import SubmittingAdmin
from learn.admin.writing import WritingAdmin
from learn.content import codec
from learn.content.document import RelatedLink
from learn.forms import QuestionForm
from learn.models import Question, QuestionQuerySet, RelatedQuestion, Verb


class RelatedInline(KnowingAdmin, admin.TabularInline):
    """The related questions of a file, by position; a link's words follow its target."""

    model = RelatedQuestion
    formset = KnowingFormSet
    template = "admin/learn/question/related.html"
    fk_name = "question"
    extra = 0
    max_num = 99
    fields = ("position", "target", "title", "url")
    readonly_fields = ("title", "url")
    autocomplete_fields = ("target",)
    verbose_name_plural = "related questions"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RelatedQuestion]:
        return super().get_queryset(request).select_related("target__subject")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A proposal holds a question's text; its related links are changed by who publishes."""
        return super().has_change_permission(request, obj) and submitting.writes_live(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and submitting.writes_live(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and submitting.writes_live(request, obj)


@admin.register(Question)
class QuestionAdmin(
    SubmittingAdmin, Audited, BatchActions, ListingAdmin, SeeingAdmin, WritingAdmin
):
    form = QuestionForm
    audit_verbs = dict.fromkeys(("slug", "subject"), Verb.MOVED) | dict.fromkeys(
        ("status", "publish_at"), Verb.STATUS
    )
    inlines = (RelatedInline,)
    autocomplete_fields = ("subject",)
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("students", "found", "outlook", "history", "results")
    actions = BatchActions.BATCH_ACTIONS
    fieldsets = (
        (None, {"fields": ("title", "students", "answer", "found", *QuestionForm.MARKERS)}),
        ("Place", {"fields": ("subject", "slug", ("status", "publish_at"), "outlook")}),
        (
            "Search engines",
            {
                "fields": (
                    "seo_title",
                    "page_description",
                    "page_keywords",
                    "canonical_url",
                    "no_index",
                    "results",
                )
            },
        ),
        (
            "From the file",
            {
                "classes": ("collapse",),
                "fields": (
                    "date",
                    "date_format",
                    "post_on_text",
                    "author",
                    "source_id",
                    "history",
                ),
            },
        ),
    )

    class Media:
        css = {"all": ["learn/admin/seo-panel.css"]}
        js = [
            "learn/admin/seo-panel.js",
            "learn/admin/slug.js",
            "learn/admin/submitting.js",
            scheduling.SCRIPT,
        ]

    # -- the list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        questions = cast(QuestionQuerySet, super().get_queryset(request))
        match = request.resolver_match
        if match is None or "object_id" not in match.kwargs:
            return questions
        questions = slugs.counted(questions)
        if request.method == "POST" and match.url_name == "learn_question_change":
            return questions.locked()  # two saves at once: one is the later
        return questions

    def has_delete_permission(self, request: HttpRequest, obj: Question | None = None) -> bool:
        """Questions are archived: an address that once was keeps an answer."""
        return False

    # -- one question

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Question | None:
        """The question; for one who proposes, as the proposal that is open says it."""
        question: Question | None = super().get_object(request, object_id, from_field)
        if question and not submitting.writes_live(request, question):
            proposals.fill_from_open(question, request.user)
        return question

    def get_readonly_fields(
        self, request: HttpRequest, obj: Question | None = None
    ) -> tuple[str, ...]:
        """Who does not publish leaves the status, and an address that students know, alone."""
        fields: tuple[str, ...] = self.readonly_fields
        if not roles.may_publish(request.user):
            fields += ("status", "publish_at")
        if not submitting.writes_live(request, obj):
            fields += ("subject", "slug")
        return fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Question | None = None) -> Any:
        return self.prepopulated_fields if submitting.writes_live(request, obj) else {}

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **options: Any
    ) -> HttpResponse:
        slugs.explain(context["adminform"].form)
        return super().render_change_form(request, context, *args, **options)

    @admin.display(description="How it looks")
    def results(self, question: Question) -> SafeString:
        return seo_panel.panel(question)

    @admin.display(description="Students")
    def students(self, question: Question) -> SafeString:
        return said_of(question)

    @admin.display(description="For students")
    def outlook(self, question: Question) -> SafeString:
        return scheduling.outlook(question)

    @admin.display(description="Findings")
    def found(self, question: Question) -> str:
        """What the checks found, each with the piece of text that it is about."""
        return previews.findings_of(question.problems)

    @admin.display(description="History")
    def history(self, question: Question) -> str:
        if not question.pk:
            return "New"
        origin = "edited here" if question.is_edited else "as imported"
        by = f" by {question.updated_by}" if question.updated_by else ""
        return f"{origin}, last changed {question.updated_at:%Y-%m-%d %H:%M} UTC{by}"

    def save_model(
        self, request: HttpRequest, obj: Question, form: forms.ModelForm, change: bool
    ) -> None:
        """Nothing yet: a question is written once, together with its related links."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write through `publishing`; a save that changes nothing writes nothing."""
        self.work_is_saved(request)
        [related] = formsets
        related.new_objects, related.changed_objects, related.deleted_objects = [], [], []
        links = _links_in(related) if related.has_changed() else None
        is_changed = not change or links is not None or form.changed_data
        proposes = submitting.proposes(request, form.instance)
        if not is_changed and not proposes:
            return
        edition = publishing.edition_of(form.instance, links)
        if is_changed and submitting.writes_live(request, form.instance):
            publishing.save([edition], by=request.user)
            self.has_seen(request, form.instance)
        if proposes:
            self.hand_in(request, edition)
        elif is_changed:
            self.tell_outlook(request, form)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("findings", view(require_safe(self.findings)), name="learn_question_findings"),
            route(self, "results", seo_panel.results, "results", require_POST),
            route(
                self,
                "duplicates",
                duplicates.page,
                "duplicates",
                require_http_methods(["GET", "HEAD", "POST"]),
            ),
            path("address", view(require_safe(self.address)), name="learn_question_address"),
            path(
                "<int:pk>/revisions/<int:revision>",
                view(require_safe(self.revision_side)),
                name="learn_question_revision_side",
            ),
            path("<int:pk>/revisions", view(self.revisions), name="learn_question_revisions"),
            *super().get_urls(),
        ]

    def address(self, request: HttpRequest) -> HttpResponse:
        return slugs.foretell(self, request)

    def revisions(self, request: HttpRequest, pk: int) -> HttpResponse:
        return revisions.revisions(self, request, pk)

    def revision_side(self, request: HttpRequest, pk: int, revision: int) -> HttpResponse:
        return revisions.side(self, request, pk, revision)

    def findings(self, request: HttpRequest) -> HttpResponse:
        return findings.dashboard(self, request)


def _links_in(formset: Any) -> dict[int, RelatedLink]:
    """The links that the rows of the form describe, by position."""
    source = formset.instance.source
    before = codec.parse(source).related if source else {}
    links: dict[int, RelatedLink] = {}
    for row in formset.forms:
        stays = row.cleaned_data and not row.cleaned_data.get("DELETE")
        if stays and (link := _link_of(row, before.get(row.initial.get("position")))):
            links[row.instance.position] = link
    return dict(sorted(links.items()))


def _link_of(row: Any, before: RelatedLink | None) -> RelatedLink | None:
    """The link as its file gave it, unless another target was chosen for it."""
    if "target" not in row.changed_data:
        return before
    target = row.instance.target
    return mapping.link_to(target) if target else None
