"""What a batch has to be told before its preview: where to, or what to find and replace."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from learn.content.replacing import (
    FIELDS,
    LEFT_OUT,
    LONGEST_PATTERN,
    LONGEST_REPLACEMENT,
    PatternError,
    Replacer,
    Search,
)
from learn.models import Question, Subject


class MoveForm(forms.Form):
    subject = forms.ModelChoiceField(
        Subject.objects.order_by("name"),
        label="Move to",
        empty_label="Choose a subject",
        help_text="The old addresses lead to the new ones for ever.",
    )

    @property
    def parameters(self) -> dict[str, Any]:
        return {"subject": self.cleaned_data["subject"].pk}


class MergeForm(forms.Form):
    """Which of the chosen `questions` stays."""

    MOST = 50  # questions that can be chosen from

    into = forms.ModelChoiceField(
        Question.objects.none(),
        label="Which one stays",
        widget=forms.RadioSelect,
        empty_label=None,
        help_text="The others are archived; their addresses, and links to them, lead to it.",
    )

    def __init__(self, questions: QuerySet[Question], *args: Any) -> None:
        super().__init__(*args)
        field: Any = self.fields["into"]
        field.queryset = questions.select_related("subject")
        field.label_from_instance = lambda each: f"{each.subject.name}: {each.title}"

    @property
    def parameters(self) -> dict[str, Any]:
        return {"into": self.cleaned_data["into"].pk}


class _Text(forms.CharField):
    """Text as it was typed; browsers send CR and LF, files hold LF."""

    widget = forms.Textarea

    def __init__(self, most: int, **options: Any) -> None:
        attributes = {"rows": 2, "cols": 60, "spellcheck": "false", "autocapitalize": "none"}
        widget = forms.Textarea(attributes)
        super().__init__(strip=False, max_length=most, widget=widget, **options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class ReplaceForm(forms.Form):
    find = _Text(LONGEST_PATTERN, label="Find")
    replacement = _Text(
        LONGEST_REPLACEMENT,
        label="Replace by",
        required=False,
        help_text="Empty: what is found is deleted. In an expression: \\1 is its first group,"
        " \\g<name> a named one, \\n a new line, \\\\ a backslash.",
    )
    is_expression = forms.BooleanField(
        label="Regular expression",
        required=False,
        help_text="^ and $ are the ends of a line, \\\\ is a backslash. Each question gets half a"
        " second.",
    )
    match_case = forms.BooleanField(
        label="Upper and lower case differ", required=False, initial=True
    )
    whole_words = forms.BooleanField(label="Whole words only", required=False)
    fields_ = forms.MultipleChoiceField(
        label="In",
        choices=list(FIELDS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=["answer"],
        help_text=LEFT_OUT,
        error_messages={"required": "Choose where to look."},
    )
    CHOICES = ("is_expression", "match_case", "whole_words")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            parameters = self.parameters
            fields = parameters.pop("fields")
            try:
                Replacer(Search(**parameters), fields)
            except PatternError as error:
                self.add_error(error.part, f"{error.message[:1].upper()}{error.message[1:]}.")
        return cleaned

    @property
    def parameters(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return {"fields": said.pop("fields_"), **said}

    @classmethod
    def asking(cls, parameters: dict[str, Any]) -> ReplaceForm:
        """The form as it was filled in for a batch."""
        return cls(initial={**parameters, "fields_": parameters["fields"]})


def in_words(parameters: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """What a search looks for: pairs of a name and a text, and whether it is a text as typed."""
    how = ["Regular expression" if parameters.get("is_expression") else "Plain text"]
    how += [] if parameters.get("match_case", True) else ["upper and lower case are the same"]
    how += ["whole words only"] if parameters.get("whole_words") else []
    return [
        ("Find", parameters["find"], True),
        ("Replace by", parameters["replacement"], True),
        ("In", ", ".join(FIELDS[name] for name in FIELDS if name in parameters["fields"]), False),
        ("As", ", ".join(how), False),
    ]
