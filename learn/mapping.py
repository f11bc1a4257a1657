"""Documents <-> questions: which field of a file is which column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from learn.content.addresses import MAX_SLUG, Address, address_in
from learn.content.dates import DEFAULT_FORMAT
from learn.content.document import Finding, QuestionDocument, RelatedLink, Seo
from learn.content.markdown import Rendered
from learn.models import Question

# Document fields that are columns of the same name.
_SAME = (
    "title", "date", "date_format", "post_on_text", "author", "score", "answer", "canonical_url",
)  # fmt: skip


def address_of(question: Question) -> Address:
    return Address(question.subject.slug, question.slug)


def fill(question: Question, document: QuestionDocument, source: str) -> None:
    """Set the columns that a document decides."""
    for name in _SAME:
        setattr(question, name, getattr(document, name))
    question.source_id = document.id
    question.seo_title = document.seo.title
    question.page_description = document.seo.page_description
    question.page_keywords = document.seo.page_keywords
    question.no_index = bool(document.no_index)
    question.source = source


def fill_rendered(question: Question, rendered: Rendered, findings: Sequence[Finding]) -> None:
    """Set the columns that are computed from an answer."""
    question.answer_html = rendered.html
    question.answer_text = rendered.text
    question.headings = [
        {"level": item.level, "id": item.id, "text": item.text, "html": item.html}
        for item in rendered.headings
    ]
    question.problems = [
        {"code": item.code, "message": item.message, "field": item.field, "excerpt": item.excerpt}
        for item in findings
    ]
    question.problem_count = min(len(findings), 32_767)
    question.has_math = rendered.formulas > 0
    question.reading_minutes = min(rendered.reading_minutes, 32_767)
    question.renderer_version = rendered.version


def document_from(question: Question, base: QuestionDocument, *, moved: bool) -> QuestionDocument:
    """What the question says now; `base` gives all that has no column.

    The file's own address is written anew only where the question has `moved`: a file may have
    named another one all along.

    `article_title` and `question` follow the title as long as they repeat it, which they do in
    every file of the library.
    """
    following: dict[str, Any] = {
        name: question.title
        for name in ("article_title", "question")
        if getattr(base, name) == base.title
    }
    address = address_of(question)
    placed: dict[str, Any] = (
        {"url": address.path, "file_name": f"{question.slug}.md"} if moved else {}
    )
    if question.subject.name.casefold() != base.subject.casefold() and moved:
        placed["subject"] = question.subject.name
    return replace(
        base,
        **{name: getattr(question, name) for name in _SAME},
        **following,
        **placed,
        id=question.source_id,
        seo=Seo(
            question.seo_title,
            question.page_description,
            question.page_keywords,
            base.seo.extra,
        ),
        no_index=True if question.no_index else (None if base.no_index else base.no_index),
    )


def new_document(question: Question) -> QuestionDocument:
    """The base document of a question that no file has brought."""
    return QuestionDocument(
        schema="default",
        title=question.title,
        article_title=question.title,
        question=question.title,
        answer=question.answer,
        date=question.date,
        post_on_text="Posted on",
        date_format=DEFAULT_FORMAT,
        subject=question.subject.name,
    )


RELATED_COLUMNS = (
    "question_id",
    "position",
    "source_id",
    "title",
    "subject_name",
    "url",
    "target_subject",
    "target_slug",
)


def related_rows(question: Question, document: QuestionDocument) -> list[tuple[Any, ...]]:
    """The RELATED_COLUMNS of a document's links; their targets are not looked up yet."""
    rows: list[tuple[Any, ...]] = []
    for position, link in document.related.items():
        address = address_in(link.url)
        if address is None or max(map(len, address)) > MAX_SLUG:
            address = Address("", "")
        words = (link.id, link.title, link.subject, link.url)
        rows.append((question.pk, position, *words, *address))
    return rows


def link_to(question: Question) -> RelatedLink:
    """The link that a file would hold to lead to a question."""
    return RelatedLink(
        question.source_id, question.title, question.subject.name, address_of(question).path
    )
