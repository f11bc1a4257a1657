"""What readers looked for in vain, at the editors' desk: what is to be written next."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from learn import audit, missed, search
from learn.admin.audited import Audited
from learn.admin.paging import CappedPaginator
from learn.models import MissedSearch, Verb

LOOKED_AT = 50  # searches that are looked for again at once: half a second


@admin.register(MissedSearch)
class MissedSearchAdmin(Audited):
    """The searches that most people made first; each leads to its results and to a new question."""

    list_display = ("asked", "number", "found", "write", "last_at", "state")
    list_display_links = None
    list_filter = ("state", "has_near")
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    search_fields = ("text",)
    search_help_text = "A word of the searches"
    sortable_by = ("number", "last_at")  # what indexes can sort
    fields = ("text", "number", "has_near", "first_at", "last_at", "state", "done_by")
    readonly_fields = fields
    actions = ("mark_done", "reopen", "look_again")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="searched for")
    def asked(self, missed_search: MissedSearch) -> SafeString:
        address = f"{reverse('learn:search')}?{urlencode({'q': missed_search.text})}"
        return format_html('<a href="{}">{}</a>', address, missed_search.text)

    @admin.display(description="found")
    def found(self, missed_search: MissedSearch) -> str:
        return "Something near" if missed_search.has_near else "Nothing"

    @admin.display(description="next")
    def write(self, missed_search: MissedSearch) -> SafeString | str:
        if missed_search.state == MissedSearch.State.DONE:
            return ""
        address = (
            f"{reverse('admin:learn_question_add')}?{urlencode({'title': missed_search.text})}"
        )
        return format_html('<a href="{}">Write it</a>', address)

    @admin.action(description="Mark the selected searches as done", permissions=("change",))
    def mark_done(self, request: HttpRequest, searches: QuerySet[MissedSearch]) -> None:
        count = self._close(request, searches)
        self.message_user(request, f"{count} now: done.", messages.SUCCESS)

    @admin.action(description="Open the selected searches again", permissions=("change",))
    def reopen(self, request: HttpRequest, searches: QuerySet[MissedSearch]) -> None:
        done = searches.filter(state=MissedSearch.State.DONE)
        audit.record_each(Verb.STATUS, done, request=request, details={"state": ["done", "open"]})
        self.message_user(request, f"{missed.reopen(searches)} now: open.", messages.SUCCESS)

    @admin.action(
        description="Search again, and mark what is found now as done", permissions=("change",)
    )
    def look_again(self, request: HttpRequest, searches: QuerySet[MissedSearch]) -> None:
        opened = list(searches.filter(state=MissedSearch.State.OPEN)[: LOOKED_AT + 1])
        found = [each.pk for each in opened[:LOOKED_AT] if search.search(each.text).is_full]
        count = self._close(request, MissedSearch.objects.filter(pk__in=found))
        rest = f" Only {LOOKED_AT} are searched for at once." if len(opened) > LOOKED_AT else ""
        self.message_user(request, f"{count} found, now: done.{rest}", messages.SUCCESS)

    def _close(self, request: HttpRequest, searches: QuerySet[MissedSearch]) -> int:
        opened = searches.filter(state=MissedSearch.State.OPEN)
        audit.record_each(Verb.STATUS, opened, request=request, details={"state": ["open", "done"]})
        return missed.close(opened, by=request.user)
