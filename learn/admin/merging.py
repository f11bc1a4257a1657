"""Two versions of a question that were written at once: shown side by side, and made one.

All is compared as the form's fields, since that is what both wrote: a text of the answer by its
lines, every other field as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string

from learn import mapping
from learn.admin import previews, related, unsaved
from learn.content import codec
from learn.content.document import ContentError
from learn.content.markdown import render as render_answer
from learn.content.merging import Part, decided, marked, merge_text, merge_whole
from learn.content.record import record_of
from learn.desk import unsaved as unsaved_work
from learn.desk import versions
from learn.forms import QuestionForm, markdown_of, place_of
from learn.models import Question, UnsavedWork

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

Values = Mapping[str, str]  # a form's fields by the names under which a browser sends them


@dataclass(frozen=True, slots=True)
class Place:
    """A place that both changed differently, and what was decided for it: `which` is 'mine',
    'theirs', 'own' (the text `own`) or ''."""

    name: str
    label: str
    number: int
    base: str
    mine: str
    theirs: str
    which: str
    own: str
    is_text: bool

    @property
    def mine_marked(self) -> list[tuple[bool, str]]:
        return marked(self.base, self.mine)

    @property
    def theirs_marked(self) -> list[tuple[bool, str]]:
        return marked(self.base, self.theirs)

    def decision(self, mine: str, theirs: str) -> str:
        """The value to take; as long as nothing is decided, a line that says so."""
        is_open = f"[{self.label}, place {self.number}: not decided yet]"
        return {"mine": mine, "theirs": theirs, "own": self.own}.get(self.which, is_open)


@dataclass(frozen=True, slots=True)
class FieldMerge:
    """A field's three values. `pieces` are what stands and the places in turn, as they are shown;
    `outcome` says whose it is: 'same', 'mine', 'theirs', 'both' (without a conflict), 'conflict'.
    """

    name: str
    label: str
    outcome: str
    merged: str
    pieces: list[str | Place]

    @property
    def places(self) -> list[Place]:
        return [piece for piece in self.pieces if isinstance(piece, Place)]


class Merge:
    """The fields of a form as three sides have them; `sent` holds what was decided so far."""

    def __init__(
        self, form: forms.ModelForm, base: Values, mine: Values, theirs: Values, sent: Values
    ) -> None:
        self._form, self._sent, self._theirs = form, sent, theirs
        self.fields = [
            self._field(name, *(_value(form, name, side) for side in (base, mine, theirs)))
            for name in form.fields
            if name not in QuestionForm.MARKERS and _is_in(form, name, mine)
        ]

    def of(self, *outcomes: str) -> list[FieldMerge]:
        return [field for field in self.fields if field.outcome in outcomes]

    @property
    def undecided(self) -> list[Place]:
        return [place for field in self.fields for place in field.places if not place.which]

    def values(self) -> dict[str, str]:
        """What a browser would send for the merged form."""
        values = dict(self._theirs)
        for field in self.fields:
            names = _names(self._form, field.name)
            parts = field.merged.split(" ", len(names) - 1) if len(names) > 1 else [field.merged]
            values |= dict(zip(names, [*parts, "", ""], strict=False))
        return values

    def _field(self, name: str, base: str, mine: str, theirs: str) -> FieldMerge:
        field = self._form.fields[name]
        parts = (merge_text if name == "answer" else merge_whole)(base, mine, theirs)
        shown: list[str | Place] = []
        decisions: list[str] = []
        for part in parts:
            if not part.is_conflict:
                shown.append(_shown(field, "\n".join(part.mine)))
                continue
            place = self._place(name, len(decisions), part)
            shown.append(place)
            decisions.append(place.decision("\n".join(part.mine), "\n".join(part.theirs)))
        outcome = _outcome(base, mine, theirs, is_conflict=bool(decisions))
        return FieldMerge(name, _label(field, name), outcome, decided(parts, decisions), shown)

    def _place(self, field_name: str, number: int, part: Part) -> Place:
        field, name = self._form.fields[field_name], f"{field_name}-{number}"
        base, mine, theirs = (
            _shown(field, "\n".join(lines)) for lines in (part.base, part.mine, part.theirs)
        )
        is_text = isinstance(field, forms.CharField)
        which = self._sent.get(f"which-{name}", "")
        own = self._sent.get(f"own-{name}", mine).replace("\r\n", "\n")
        if which not in ("mine", "theirs") and not (which == "own" and is_text):
            which = ""
        label = _label(field, field_name)
        return Place(name, label, number + 1, base, mine, theirs, which, own, is_text)


def _label(field: forms.Field, name: str) -> str:
    return str(field.label or name.replace("_", " ").capitalize())


def _outcome(base: str, mine: str, theirs: str, *, is_conflict: bool) -> str:
    if is_conflict:
        return "conflict"
    if mine == theirs:
        return "same"
    return "theirs" if mine == base else "mine" if theirs == base else "both"


def _shown(field: forms.Field, value: str) -> str:
    """A value in the words of the form."""
    if isinstance(field, forms.BooleanField):
        return "Yes" if value else "No"
    if isinstance(field, forms.ModelChoiceField):
        chosen = field.queryset and field.queryset.filter(pk=value or 0).first()
        return str(chosen) if chosen else value
    choices = getattr(field, "choices", ())
    return str(dict(choices).get(value, value))


# ------------------------------------------------------------------- a form's fields


def values_of(form: forms.ModelForm) -> dict[str, str]:
    """What a browser would send for a form as it stands, its buttons and inlines apart."""
    values = {}
    for bound in form:
        value, widget = bound.value(), bound.field.widget
        if bound.field.show_hidden_initial:
            values[bound.html_initial_name] = _written(value)
        if isinstance(widget, forms.MultiWidget):
            for number, part in enumerate(widget.decompress(value) or ()):
                values[f"{bound.html_name}_{number}"] = _written(part)
        else:
            values[bound.html_name] = _written(value)
    return values


def _written(value: Any) -> str:
    return "" if value in (None, False) else "on" if value is True else str(value)


def _names(form: forms.ModelForm, name: str) -> list[str]:
    widget = form.fields[name].widget
    if isinstance(widget, forms.MultiWidget):
        return [f"{name}_{number}" for number in range(len(widget.widgets))]
    return [name]


def _is_in(form: forms.ModelForm, name: str, values: Values) -> bool:
    """Whether a browser sent a field; of a checkbox that is not ticked it sends nothing."""
    is_box = isinstance(form.fields[name], forms.BooleanField)
    return is_box or any(part in values for part in _names(form, name))


def _value(form: forms.ModelForm, name: str, values: Values) -> str:
    parts = [values.get(part, "") for part in _names(form, name)]
    return " ".join(parts).strip() if len(parts) > 1 else parts[0].replace("\r\n", "\n")


def values_of_text(form: type[forms.ModelForm], question: Question, text: str) -> dict[str, str]:
    """The fields of a question's form if its file said `text`; {} where that cannot be read."""
    then = Question.objects.select_related("subject").get(pk=question.pk)
    try:
        mapping.fill(then, record_of(codec.parse(text), text))
    except ContentError:
        return {}
    return values_of(form(instance=then))


# ------------------------------------------------------------------- the page


def merge_work(
    model_admin: ModelAdmin, request: HttpRequest, object_id: int, key: str
) -> HttpResponse:
    """Bring the sender's unsaved work together with what others saved since it was begun."""
    question = model_admin.get_object(request, str(object_id))
    if question is None:
        raise Http404("no such question")
    if not model_admin.has_change_permission(request, question):
        raise PermissionDenied
    mine = UnsavedWork.objects.filter(person=request.user.pk, question=question, is_done=False)
    work = get_object_or_404(mine, key=key)
    fields = flatten_fieldsets(model_admin.get_fieldsets(request, question))
    form = model_admin.get_form(request, question, change=True, fields=fields)
    base_text = versions.text_of_version(question, work.version)
    base = values_of_text(form, question, base_text) | _place_then(work)
    theirs = form(instance=question)
    merge = Merge(theirs, base, work.fields, values_of(theirs), request.POST)
    rows = related.merged(question, base_text, work.fields)
    version = versions.version_of(question)
    if answer := answered(request, merge):
        return answer
    if is_accepted(request, merge, version):
        markers = {"version": version, "place": place_of(question)}
        person: Any = request.user
        unsaved_work.keep(person, key, question, merge.values() | rows.fields | markers)
        return HttpResponseRedirect(unsaved.address_of(work))
    context = {**page(request, merge, question, version), "rows": rows, "button": "Go on with this"}
    context |= {"opts": Question._meta, **model_admin.admin_site.each_context(request)}
    return render(request, "admin/learn/question/merge.html", context)


def _place_then(work: UnsavedWork) -> dict[str, str]:
    """The columns that no file holds, as they stood when the form was opened."""
    parts = work.fields.get("place", "").split("|")
    names = ("subject", "slug", "status", "publish_at_0", "publish_at_1")
    return dict(zip(names, parts, strict=True)) if len(parts) == len(names) else {}


def answered(request: HttpRequest, merge: Merge) -> HttpResponse | None:
    """The answer to the page's script: the preview of what was decided so far."""
    if request.method != "POST" or "_preview" not in request.POST:
        return None
    return JsonResponse({"page": _preview(merge)})


def is_accepted(request: HttpRequest, merge: Merge, version: str) -> bool:
    """Whether all is decided, against what stands now."""
    is_sent = request.method == "POST" and "_show" not in request.POST
    return is_sent and request.POST.get("against") == version and not merge.undecided


def _preview(merge: Merge) -> str:
    values = merge.values()
    return previews.page_of(values["title"], render_answer(markdown_of(values["answer"])))


def page(request: HttpRequest, merge: Merge, question: Question, version: str) -> dict[str, Any]:
    """What the page of a merge shows."""
    return {
        "title": "Two versions, one question",
        "question": question,
        "conflicts": merge.of("conflict"),
        "clean": merge.of("mine", "theirs", "both"),
        "against": version,
        "frame": render_to_string(
            "admin/learn/question/frame.html", {"page": _preview(merge)}, request
        ),
        "problems": list(_problems(request, merge, version)),
        "scripts": ("learn/admin/asking.js", "learn/admin/merge.js"),
    }


def _problems(request: HttpRequest, merge: Merge, version: str) -> Iterator[str]:
    if request.method != "POST" or "_show" in request.POST:
        return
    if request.POST.get("against") != version:
        yield "The question was saved once more meanwhile. What you decided is kept where it fits."
    if count := len(merge.undecided):
        yield f"Decide about {count} more place{'' if count == 1 else 's'}."
