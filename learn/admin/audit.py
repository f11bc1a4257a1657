"""The audit log in the admin: to search, and to take along."""

from __future__ import annotations

import json
import re
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from learn import audit, moves
from learn.admin.keys import key_from
from learn.admin.runs import ReadOnlyAdmin
from learn.models import AuditEntry, Question, Verb

_OBJECT = re.compile(r"([a-z]{1,40}) ([0-9]{1,18})")


class WhoFilter(admin.SimpleListFilter):
    """Those who may sign in to the desk: asked of accounts, as the log is long."""

    title = "person"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        staff = User.objects.filter(is_staff=True).order_by("username")
        names = [(str(pk), name) for pk, name in staff.values_list("pk", "username")[:200]]
        return [*names, ("none", "No account, or a deleted one")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        value = self.value() or ""
        if value == "none":
            return queryset.filter(who=None)
        key = key_from(value)
        return queryset.filter(who=key) if key else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("when", "person", "verb", "what", "came_from")
    show_facets = admin.ShowFacets.NEVER  # each would count the whole log
    list_display_links = ("when",)
    list_filter = ("at", "verb", WhoFilter)
    sortable_by = ()
    search_fields = ("words",)
    search_help_text = "Words, an address, an object such as 'question 12', or a person's name"
    fields = ("when", "person", "verb", "what", "came_from", "said")
    readonly_fields = fields

    @admin.display(description="when (UTC)")
    def when(self, entry: AuditEntry) -> str:
        return f"{entry.at:%Y-%m-%d %H:%M:%S}"

    @admin.display(description="who")
    def person(self, entry: AuditEntry) -> str:
        return entry.who_name or "\u2013"

    @admin.display(description="what")
    def what(self, entry: AuditEntry) -> SafeString:
        """The object's kind and words, which lead to it as long as it is there."""
        words = entry.words or (f"number {entry.key}" if entry.key else "")
        address = _address_of(entry)
        kind, told = _kind_of(entry), _told(entry)
        more = format_html('<br><span class="quiet">{}</span>', told) if told else ""
        if not address:
            return format_html("{} {}{}", kind, words, more)
        return format_html('{} <a href="{}">{}</a>{}', kind, address, words, more)

    @admin.display(description="from")
    def came_from(self, entry: AuditEntry) -> str:
        return ", ".join(filter(None, (entry.get_origin_display(), entry.network)))

    @admin.display(description="details")
    def said(self, entry: AuditEntry) -> SafeString:
        text = json.dumps(entry.details, ensure_ascii=False, indent=2)
        return format_html('<pre class="audit-details">{}</pre>', text)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """What is named exactly is found by an index; words are looked for in all entries."""
        term = search_term.strip()
        if address := moves.address_of(term):
            there = Question.objects.filter(subject__slug=address.subject, slug=address.slug)
            keys = [str(pk) for pk in there.values_list("pk", flat=True)]
            of_redirects = Q(kind="redirect", words=address.path)
            return queryset.filter(Q(kind="question", key__in=keys) | of_redirects), False
        if named := _OBJECT.fullmatch(term.lower()):
            return queryset.filter(kind=named[1], key=named[2]), False
        if not term:
            return queryset, False
        return queryset.filter(Q(words__icontains=term) | Q(who_name=term)), False

    # -- taking along

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        query = request.GET.urlencode()
        context = {"asked": f"?{query}" if query else "", **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.export))
        name = "learn_auditentry_export"
        return [path("export.<slug:ending>", view, name=name), *super().get_urls()]

    def export(self, request: HttpRequest, ending: str) -> StreamingHttpResponse:
        """All entries that the list would show, however many: they are read as they are sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if ending not in audit.FORMS:
            raise Http404("no such form")
        try:
            entries = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            raise Http404("no such entries") from None
        if request.method == "GET":
            asked = dict(request.GET.items())
            audit.record(
                Verb.EXPORTED, request=request, kind="auditentry", words=ending, details=asked
            )
        name = f"audit-{timezone.now():%Y%m%d-%H%M}.{ending}"
        return StreamingHttpResponse(
            audit.rows(entries, ending),
            content_type=f"{audit.TYPES[ending]}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _address_of(entry: AuditEntry) -> str:
    if not entry.key or entry.verb == Verb.DELETED:
        return ""
    app = "auth" if entry.kind in ("user", "group") else "learn"
    try:
        return reverse(f"admin:{app}_{entry.kind}_change", args=(entry.key,))
    except NoReverseMatch:
        return ""


def _kind_of(entry: AuditEntry) -> str:
    """The kind in words, as its model says it."""
    app = "auth" if entry.kind in ("user", "group") else "learn"
    try:
        return str(apps.get_model(app, entry.kind)._meta.verbose_name)
    except LookupError:
        return entry.kind


def _told(entry: AuditEntry) -> str:
    text = "; ".join(f"{name}: {_in_words(said)}" for name, said in entry.details.items())
    return text if len(text) <= 160 else f"{text[:159]}\u2026"


def _in_words(said: Any) -> str:
    if isinstance(said, list) and len(said) == 2:
        return " \u2192 ".join(str(value) or "\u2013" for value in said)
    if isinstance(said, dict):
        parts = (("+", said.get("added", ())), ("\u2212", said.get("removed", ())))
        told = [f"{sign}{name}" for sign, names in parts for name in names]
        return ", ".join(told) or json.dumps(said, ensure_ascii=False)
    return str(said)
