"""The editors' forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from markdownx.widgets import AdminMarkdownxWidget

from learn import destinations, publishing, review
from learn.content.addresses import RESERVED_SUBJECTS, slug_problem
from learn.content.document import ContentError
from learn.desk import unsaved, versions
from learn.models import Question, Status, Subject


def markdown_of(submitted: str) -> str:
    """A text field's content as Markdown."""
    return _newlines(submitted).rstrip()


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def place_of(question: Question) -> str:
    """The columns of a question that no file holds, in the form's words for them."""
    at = question.publish_at
    day, hour = (f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}") if at else ("", "")
    return "|".join([str(question.subject_id), question.slug, question.status, day, hour])


def _submitted(fields: Mapping[str, str]) -> QueryDict:
    """Fields as a browser would have sent them."""
    submitted = QueryDict(mutable=True)
    submitted.update(fields)
    return submitted


class FileText(forms.CharField):
    """A text that stands in the question's file: an editor changes it, cleaning does not.

    Browsers send CRLF for a newline, so that a text as it was sent is never compared.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> str:
        return _newlines(super().to_python(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _newlines(initial or "") != _newlines(data or "")


class Marker(forms.CharField):
    """Something that a form carries along about itself; it is never a change."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class AnswerWidget(AdminMarkdownxWidget):  # type: ignore[misc]
    """django-markdownx's widget with scripts of ours: its own can show an older preview last."""

    template_name = "admin/learn/question/answer_widget.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-markdownx-urls-path": reverse("admin:learn_question_preview"),
            "data-markdownx-upload-urls-path": reverse("admin:learn_question_image"),
            "data-markdownx-editor-resizable": "",
        }
        return context

    @property
    def media(self) -> forms.Media:
        names = ("asking", "preview", "toolbar", "dialogs", "autosave", "presence", "labels")
        return forms.Media(
            css={"all": ["learn/admin/editor.css"]},
            js=[f"learn/admin/{name}.js" for name in names],
        )


class HandedIn(NamedTuple):
    """That a form is handed in for review: by whom, with what note."""

    by: User
    note: str


class QuestionForm(forms.ModelForm):
    """The form of a question. `resumed` is unsaved work to go on with, in place of what is stored;
    what is `handed_in` has to say something new.

    `version` is the one that the form was opened from, `place` the columns that no file holds as
    they stood then, `work` the name under which what is not saved yet is kept.
    """

    version, place, work = Marker(), Marker(), Marker()
    MARKERS = ("version", "place", "work")
    resumed: Mapping[str, str] | None = None
    handed_in: HandedIn | None = None
    is_overtaken = False

    def __init__(self, *args: Any, **options: Any) -> None:
        if self.resumed is not None:
            options["data"] = _submitted(self.resumed)
        super().__init__(*args, **options)
        self.initial["work"] = unsaved.new_key()
        if self.instance.pk:
            self.initial["version"] = versions.version_of(self.instance)
            self.initial["place"] = place_of(self.instance)
            self._show_findings()

    def _show_findings(self) -> None:
        """Beside each field what the checks say of it; the answer has a list that follows it."""
        by_field: dict[str, list[dict[str, str]]] = {}
        for problem in self.instance.problems:
            by_field.setdefault(problem["field"], []).append(problem)
        for name, problems in by_field.items():
            if name in self.fields and name != "answer":
                self.fields[name].help_text = findings_list(problems)

    class Meta:
        model = Question
        fields = (
            "title",
            "subject",
            "slug",
            "status",
            "publish_at",
            "answer",
            "seo_title",
            "page_description",
            "page_keywords",
            "canonical_url",
            "no_index",
            "date",
            "date_format",
            "post_on_text",
            "author",
            "source_id",
        )
        help_texts = {"publish_at": "Empty: at once. Times are UTC."}
        field_classes = dict.fromkeys(
            ("title", "answer", "seo_title", "page_description", "page_keywords", "author"),
            FileText,
        )
        widgets = {
            "answer": AnswerWidget,
            "title": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "page_description": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "page_keywords": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }

    def clean(self) -> dict[str, Any] | None:
        """One line where a file has one line; and what is stored can be read back."""
        for name in ("title", "seo_title", "page_description", "page_keywords", "author"):
            if name in self.changed_data and name in self.cleaned_data:
                self.cleaned_data[name] = " ".join(self.cleaned_data[name].split())
        stands = self.initial.get("version", "")
        if self.cleaned_data.get("version", stands) != stands:
            self.is_overtaken = True
            self.add_error(None, "Somebody has saved this question since you opened it.")
        if "answer" in self.changed_data and "answer" in self.cleaned_data:
            self.cleaned_data["answer"] = markdown_of(self.cleaned_data["answer"])
        for name in ("title", "answer"):
            if name in self.cleaned_data and not self.cleaned_data[name].strip():
                self.add_error(name, "This field is required.")
        return self.cleaned_data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            edition = publishing.edition_of(self.instance)
            if self.handed_in:
                self._require_news(edition, self.handed_in)
        except ContentError as error:
            self.add_error(None, f"The file could not be read back: {error.message}.")
        except review.UnchangedError as error:
            self.add_error(None, str(error))

    def _require_news(self, edition: publishing.Edition, handed_in: HandedIn) -> None:
        """Of a draft more is saved than this form knows: its related links too."""
        stored = Question.objects.filter(pk=self.instance.pk).exclude(status=Status.DRAFT)
        question = stored.only("source", "status").first()
        if question:
            standing = question.proposals.open().select_related("by").first()
            review.require_news(edition, question, standing, by=handed_in.by, note=handed_in.note)

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        subject = self.cleaned_data.get("subject")
        if subject and {"slug", "subject"} & set(self.changed_data):
            if problem := destinations.problem_with(subject, slug, self.instance.pk):
                raise ValidationError(problem)
        elif problem := slug_problem(slug):
            raise ValidationError(f"The slug {problem}.")
        return slug

    def clean_canonical_url(self) -> str:
        return _address(self.cleaned_data["canonical_url"])


class RelatedFormSet(forms.BaseInlineFormSet):
    """The rows of related questions, each field named for those who hear the table."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        number = "new" if index is None else index + 1
        for name, label in (("position", "Position"), ("target", "Target"), ("DELETE", "Delete")):
            if field := form.fields.get(name):
                field.widget.attrs["aria-label"] = f"{label} of related question {number}"


class SubjectForm(forms.ModelForm):
    class Meta:
        model = Subject
        fields = (
            "name",
            "slug",
            "introduction",
            "is_listed",
            "seo_title",
            "page_description",
            "page_keywords",
            "canonical_url",
            "no_index",
        )

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if problem := slug_problem(slug, RESERVED_SUBJECTS):
            raise ValidationError(f"The slug {problem}.")
        return slug

    def clean_canonical_url(self) -> str:
        return _address(self.cleaned_data["canonical_url"])


def _address(value: str) -> str:
    is_path = value.startswith("/") and not value.startswith(("//", "/\\"))
    if value and not is_path and not value.startswith(("https://", "http://")):
        raise ValidationError("An address begins with https://, or with / for a page of this site.")
    return value


def findings_list(problems: Sequence[dict[str, str]]) -> SafeString:
    """The findings of one field as a list, for its help text."""
    items = format_html_join(
        "",
        "<li>{}{}</li>",
        ((_sentence(item["message"]), _excerpt(item["excerpt"])) for item in problems),
    )
    return format_html('<ul class="findings">{}</ul>', items)


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}."


def _excerpt(text: str) -> SafeString:
    return format_html(" <code>{}</code>", text) if text else SafeString("")
