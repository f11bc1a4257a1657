"""Fields that ask for a question or a subject, filled with what is already loaded."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.http import HttpRequest

from learn.forms import RelatedFormSet


class KnownSelect(AutocompleteSelect):
    """Django's, which looks up again what it shows, even where its form has it: a query each.

    `known` is what the form's instance leads to.
    """

    known: models.Model | None = None

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        if self.known is None or list(map(str, value)) != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        shown = self.create_option(name, self.known.pk, str(self.known), True, 1)
        return [(None, [*empty, shown], 0)]


def tell(form: Any, name: str) -> None:
    """Tell a form's field what its instance leads to, where that is loaded."""
    field, instance = form.fields.get(name), form.instance
    if field is None or not instance.pk:
        return
    widget = getattr(field.widget, "widget", field.widget)  # within the links beside it
    if isinstance(widget, KnownSelect):
        widget.known = instance._state.fields_cache.get(name)


class KnowingAdmin(BaseModelAdmin):
    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            using = options.get("using")
            options.setdefault("widget", KnownSelect(db_field, self.admin_site, using=using))
        return super().formfield_for_foreignkey(db_field, request, **options)


class KnowingFormSet(RelatedFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        tell(form, "target")
