"""Django's own hooks for its log, told to the audit log too: who, from where, from what to what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from learn import audit
from learn.models import Verb

# Told by their names alone: secrets, and what is personal.
_UNTOLD = ("password", "email", "first_name", "last_name")
# A time with fractions of a second, which no form keeps; a switch of a form.
_NO_CHANGE = ("date_joined", "last_login", "usable_password")


class Audited(admin.ModelAdmin):
    """An admin whose forms and deletions are noted.

    What a view of ours does it notes itself: it knows better what that is. `audit_verbs` names
    fields whose change is more than a change.
    """

    audit_verbs: dict[str, Verb] = {}

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        message = super().construct_change_message(request, form, formsets, add)
        _remember(request, changes_in(form))
        return message

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        audit.record(Verb.ADDED, obj, request=request, details=_remembered(request, added=True))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """A form's change comes as a list, which is empty where nothing changed."""
        if isinstance(message, list):
            changes = _remembered(request)
            verb = self.audit_verb(request, obj, changes)
            if message or verb != Verb.CHANGED:
                audit.record(verb, obj, request=request, details=changes)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        audit.record_each(Verb.DELETED, queryset, request=request)
        return super().log_deletions(request, queryset)

    def audit_verb(self, request: HttpRequest, obj: Any, changes: dict[str, Any]) -> Verb:
        verbs = (verb for field, verb in self.audit_verbs.items() if field in changes)
        return next(verbs, Verb.CHANGED)


def _remember(request: HttpRequest, changes: dict[str, Any]) -> None:
    request.audit_changes = changes  # type: ignore[attr-defined]


def _remembered(request: HttpRequest, *, added: bool = False) -> dict[str, Any]:
    """What was filled in or changed; of a new object its words are enough, and who may do what."""
    changes: dict[str, Any] = getattr(request, "audit_changes", {})
    if not added:
        return changes
    return {name: change for name, change in changes.items() if isinstance(change, dict)}


def changes_in(form: Any) -> dict[str, Any]:
    """Each changed field of a form: `[before, after]`, what was added and removed, or 'changed'."""
    return {name: _change(form, name) for name in form.changed_data if name not in _NO_CHANGE}


def _change(form: Any, name: str) -> Any:
    if name.startswith(_UNTOLD) or name not in form.cleaned_data:
        return "changed"
    field, before, after = form.fields[name], form.initial.get(name), form.cleaned_data[name]
    if isinstance(field, forms.ModelMultipleChoiceField):
        old, new = set(map(str, before or ())), set(map(str, after))
        return {"added": sorted(new - old), "removed": sorted(old - new)}
    if isinstance(field, forms.ModelChoiceField):
        assert field.queryset is not None
        before = field.queryset.filter(pk=before).first() if before else None
    told = ["" if value is None else str(value) for value in (before, after)]
    return "changed" if any(len(text) > 100 or "\n" in text for text in told) else told
