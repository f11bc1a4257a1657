"""What readers asked for in vain, at the editors' desk: searches, and addresses.

The searches tell what is to be written next, the addresses what is to be led on.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from learn import audit, missed, search
from learn.admin import dead_ends
from learn.admin.audited import Audited
from learn.admin.paging import CappedPaginator
from learn.admin.routes import route
from learn.dead_ends import LEADS, with_ways_on
from learn.models import MissedAddress, MissedSearch, Verb
from learn.models.missed import Missed

LOOKED_AT = 50  # searches that are looked for again at once: half a second


class MissedAdmin(Audited):
    """The ones that were asked for most often first; an editor marks them as done."""

    list_display_links = None
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    sortable_by = ("number", "last_at")  # what indexes can sort
    actions = ("mark_done", "reopen", "look_again")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(
        description="Mark the selected %(verbose_name_plural)s as done", permissions=("change",)
    )
    def mark_done(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        count = self._close(request, chosen)
        self.message_user(request, f"{count} now: done.", messages.SUCCESS)

    @admin.action(
        description="Open the selected %(verbose_name_plural)s again", permissions=("change",)
    )
    def reopen(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        done = chosen.filter(state=Missed.State.DONE)
        audit.record_each(Verb.STATUS, done, request=request, details={"state": ["done", "open"]})
        self.message_user(request, f"{missed.reopen(done)} now: open.", messages.SUCCESS)

    def _close(self, request: HttpRequest, chosen: QuerySet[Any]) -> int:
        opened = chosen.filter(state=Missed.State.OPEN)
        audit.record_each(Verb.STATUS, opened, request=request, details={"state": ["open", "done"]})
        return missed.close(opened, by=request.user)


@admin.register(MissedSearch)
class MissedSearchAdmin(MissedAdmin):
    """Each leads to its results and to a new question."""

    list_display = ("asked", "number", "found", "write", "last_at", "state")
    list_filter = ("state", "has_near")
    search_fields = ("text",)
    search_help_text = "A word of the searches"
    fields = ("text", "number", "has_near", "first_at", "last_at", "state", "done_by")
    readonly_fields = fields

    @admin.display(description="searched for")
    def asked(self, missed_search: MissedSearch) -> SafeString:
        address = f"{reverse('learn:search')}?{urlencode({'q': missed_search.text})}"
        return format_html('<a href="{}">{}</a>', address, missed_search.text)

    @admin.display(description="found")
    def found(self, missed_search: MissedSearch) -> str:
        return "Something near" if missed_search.has_near else "Nothing"

    @admin.display(description="next")
    def write(self, missed_search: MissedSearch) -> SafeString | str:
        if missed_search.state == Missed.State.DONE:
            return ""
        address = (
            f"{reverse('admin:learn_question_add')}?{urlencode({'title': missed_search.text})}"
        )
        return format_html('<a href="{}">Write it</a>', address)

    @admin.action(
        description="Search again, and mark what is found now as done", permissions=("change",)
    )
    def look_again(self, request: HttpRequest, searches: QuerySet[MissedSearch]) -> None:
        opened = list(searches.filter(state=Missed.State.OPEN)[: LOOKED_AT + 1])
        found = [each.pk for each in opened[:LOOKED_AT] if search.search(each.text).is_full]
        count = self._close(request, MissedSearch.objects.filter(pk__in=found))
        rest = f" Only {LOOKED_AT} are searched for at once." if len(opened) > LOOKED_AT else ""
        self.message_user(request, f"{count} found, now: done.{rest}", messages.SUCCESS)


@admin.register(MissedAddress)
class MissedAddressAdmin(MissedAdmin):
    """Each is led on by a redirect, or a question is written that stands there."""

    list_filter = ("state",)
    search_fields = ("slug", "subject_slug")
    search_help_text = "A part of the addresses"
    fields = ("path", "number", "linked_from", "first_at", "last_at", "state", "done_by")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[MissedAddress]:
        found: QuerySet[MissedAddress] = super().get_queryset(request)
        return with_ways_on(found)

    def get_urls(self) -> list[URLPattern]:
        links = route(self, "links", dead_ends.page, "links", require_safe)
        return [links, *super().get_urls()]

    @admin.display(description="address")
    def path(self, missed_address: MissedAddress) -> str:
        return str(missed_address)

    @admin.display(description="last", ordering="last_at")
    def last(self, missed_address: MissedAddress) -> str:
        return f"{missed_address.last_at:%Y-%m-%d}"

    @admin.display(description="links to it")
    def links(self, missed_address: Any) -> int:
        number: int = missed_address.links
        return number

    def get_list_display(self, request: HttpRequest) -> Any:
        @admin.display(description="next")
        def what_next(missed_address: Any) -> SafeString | str:
            if found := missed_address.stands or missed_address.moved:
                there = reverse("admin:learn_question_change", args=(found,))
                return format_html('<a href="{}">Leads somewhere by now</a>', there)
            if missed_address.state == Missed.State.DONE:
                return ""
            ways = dead_ends.ways_on(request, missed_address.address, missed_address.subject)
            return format_html_join(" ", '<a href="{}">{}</a>', ways)

        return ("path", "number", what_next, "links", "linked_from", "last", "state")

    @admin.action(description="Mark what leads somewhere by now as done", permissions=("change",))
    def look_again(self, request: HttpRequest, chosen: QuerySet[MissedAddress]) -> None:
        count = self._close(request, chosen.filter(LEADS))
        self.message_user(request, f"{count} lead somewhere, now: done.", messages.SUCCESS)
