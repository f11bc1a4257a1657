"""Redirects in the admin: which addresses lead to which question, and new ones by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learn import mapping, missed, moves, publishing, undoing
from learn.admin import moving, ways_back
from learn.admin.audited import Audited
from learn.admin.routes import route
from learn.content.addresses import Address
from learn.models import Question, Redirect, WayBack
from learn.moves import Kind, Move
from learn.nearest import nearest

_NEEDED = (
    "subject_slug", "slug", "hits", "last_hit_at", "question__title", "question__slug",
    "question__status", "question__publish_at", "question__subject__slug",
)  # fmt: skip


class RedirectForm(forms.ModelForm):
    """The address that once was, and the question to which it leads."""

    address = forms.CharField(
        label="Address that once was",
        max_length=2_000,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="As it stands in a browser, or from /learn/ on.",
    )

    class Meta:
        model = Redirect
        fields = ("question",)

    def clean_address(self) -> Address:
        address = moves.address_of(self.cleaned_data["address"])
        if address is None:
            pattern = Address("<subject>", "<slug>").path
            raise ValidationError(f"A question's address looks like {pattern}.")
        return address

    def clean(self) -> dict[str, Any]:
        old, question = self.cleaned_data.get("address"), self.cleaned_data.get("question")
        if not old or not question:
            return self.cleaned_data
        [verdict] = moves.judged([Move(0, old, mapping.address_of(question))])
        if verdict.kind == Kind.REFUSED:
            self.add_error("address", f"{verdict.words[:1].upper()}{verdict.words[1:]}.")
        elif verdict.kind != Kind.NEW:
            self.add_error("address", _duplicate(old))
        self.instance.subject_slug, self.instance.slug = old
        return self.cleaned_data


def _duplicate(old: Address) -> SafeString:
    standing = Redirect.objects.get(subject_slug=old.subject, slug=old.slug)
    address = reverse("admin:learn_redirect_change", args=(standing.pk,))
    words = 'This address leads to another place already: <a href="{}">change that redirect</a>.'
    return format_html(words, address)


class HitsFilter(admin.SimpleListFilter):
    title = "hits"
    parameter_name = "hits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("some", "Asked for"), ("none", "Never asked for")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Redirect]) -> QuerySet[Redirect]:
        if self.value() == "some":
            return queryset.filter(hits__gt=0)
        return queryset.filter(hits=0) if self.value() == "none" else queryset


@admin.register(Redirect)
class RedirectAdmin(Audited):
    list_display = ("address", "leads_to", "hits", "last_hit")
    list_display_links = ("address",)
    list_filter = (HitsFilter,)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ("hits",)  # what an index can sort
    ordering = ("-id",)
    search_fields = ("slug", "subject_slug")
    search_help_text = "A whole address, or a part of one"
    autocomplete_fields = ("question",)

    class Media:
        js = ["learn/admin/labels.js"]

    # -- the list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Redirect]:
        redirects = super().get_queryset(request).select_related("question__subject")
        return redirects.only(*_NEEDED, "created_at")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Redirect], search_term: str
    ) -> tuple[QuerySet[Redirect], bool]:
        """A whole address by its index, as it was pasted; otherwise parts of addresses."""
        if whole := moves.address_of(search_term):
            return queryset.filter(subject_slug=whole.subject, slug=whole.slug), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description="address")
    def address(self, redirect: Redirect) -> str:
        return str(redirect)

    @admin.display(description="leads to")
    def leads_to(self, redirect: Redirect) -> SafeString:
        question: Question = redirect.question
        return format_html(
            '<a href="{}">{}</a>{}<br><span class="quiet">{}</span>',
            reverse("admin:learn_question_change", args=(question.pk,)),
            question.title,
            "" if question.is_public else f" ({moving.hidden(question)})",
            question.get_absolute_url(),
        )

    @admin.display(description="last hit (UTC)")
    def last_hit(self, redirect: Redirect) -> str:
        return f"{redirect.last_hit_at:%Y-%m-%d %H:%M}" if redirect.last_hit_at else "\u2013"

    # -- one redirect

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> Any:
        options.setdefault("form", forms.ModelForm if obj else RedirectForm)
        return super().get_form(request, obj, change, **options)

    def get_fields(self, request: HttpRequest, obj: Redirect | None = None) -> Any:
        known = ("address", "question", "hits", "last_hit", "created_at")
        return known if obj else ("address", "question")

    def get_readonly_fields(self, request: HttpRequest, obj: Redirect | None = None) -> Any:
        return ("address", "hits", "last_hit", "created_at") if obj else ()

    def save_model(self, request: HttpRequest, obj: Redirect, form: Any, change: bool) -> None:
        """Write through `publishing`; links that wait for the address find their question."""
        publishing.redirect({Address(obj.subject_slug, obj.slug): obj.question_id})
        stored = Redirect.objects.get(subject_slug=obj.subject_slug, slug=obj.slug)
        obj.pk, obj._state.adding = stored.pk, False
        missed.close(missed.at([Address(obj.subject_slug, obj.slug)]), by=request.user)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """For an address that is given, the questions whose addresses are like it are offered."""
        address = moves.address_of(request.GET.get("address", ""))
        context = {"like": nearest(*address) if address else [], "wanted": address}
        return super().add_view(request, form_url, {**context, **(extra_context or {})})

    def delete_model(self, request: HttpRequest, obj: Redirect) -> None:
        self._keep_way_back(request, [obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Redirect]) -> None:
        self._keep_way_back(request, list(queryset))
        super().delete_queryset(request, queryset)

    def _keep_way_back(self, request: HttpRequest, redirects: list[Redirect]) -> None:
        by: Any = request.user
        words = f"Deleted: {ways_back.counted(redirects)}"
        rows = undoing.redirect_rows(redirects)
        undoing.keep(WayBack.Kind.REDIRECTS_DELETED, words, rows, by)

    def get_urls(self) -> list[URLPattern]:
        at = partial(route, self)
        sent = require_http_methods(["GET", "HEAD", "POST"])
        return [
            at("test", moving.test, "test", require_safe),
            at("bring-back", ways_back.bring_back, "bring_back", require_POST),
            at("import", moving.import_list, "import", sent),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "may_import": moving.may_import(request),
            "way_back": ways_back.of_redirects(request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)
