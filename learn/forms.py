"""The editors' forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from markdownx.widgets import AdminMarkdownxWidget

from learn.content.addresses import RESERVED_SUBJECTS, slug_problem
from learn.models import Question, Subject


def markdown_of(submitted: str) -> str:
    """A text field's content as Markdown: browsers send CRLF for a newline."""
    return submitted.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").rstrip()


class AnswerWidget(AdminMarkdownxWidget):  # type: ignore[misc]
    """django-markdownx's editor, its preview asked of our own view and shown in a frame."""

    template_name = "admin/learn/question/answer_widget.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-markdownx-urls-path": str(reverse_lazy("admin:learn_question_preview")),
            "data-markdownx-upload-urls-path": "",
            "data-markdownx-editor-resizable": "",
        }
        return context

    class Media:
        css = {"all": ["learn/admin/editor.css"]}
        js = ["learn/admin/editor.js"]


class QuestionForm(forms.ModelForm):
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
        widgets = {
            "answer": AnswerWidget,
            "title": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "page_description": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "page_keywords": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_answer(self) -> str:
        answer = markdown_of(self.cleaned_data["answer"])
        if not answer.strip():
            raise ValidationError("An answer is needed.")
        return answer

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if problem := slug_problem(slug):
            raise ValidationError(f"The slug {problem}.")
        return slug

    def clean_page_description(self) -> str:
        return " ".join(self.cleaned_data["page_description"].split())

    def clean_page_keywords(self) -> str:
        return " ".join(self.cleaned_data["page_keywords"].split())

    def clean_canonical_url(self) -> str:
        return _address(self.cleaned_data["canonical_url"])


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
