"""Documents <-> questions: which field of a file is which column."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from learn.content import checks
from learn.content.addresses import MAX_SLUG, Address, address_in
from learn.content.dates import DEFAULT_FORMAT
from learn.content.document import QuestionDocument, RelatedLink, Seo
from learn.content.markdown import Rendered
from learn.models import Question, RelatedQuestion

# Document fields that are columns of the same name.
_SAME = (
    "title", "date", "date_format", "post_on_text", "author", "score", "answer", "canonical_url",
)  # fmt: skip


def address_of(question: Question) -> Address:
    return Address(question.subject.slug, question.slug)


def fill(question: Question, document: QuestionDocument, rendered: Rendered, source: str) -> None:
    """Set the columns that a document and its rendered answer decide."""
    for name in _SAME:
        setattr(question, name, getattr(document, name))
    question.source_id = document.id
    question.seo_title = document.seo.title
    question.page_description = document.seo.page_description
    question.page_keywords = document.seo.page_keywords
    question.no_index = bool(document.no_index)
    question.source = source
    fill_rendered(question, document, rendered)


def fill_rendered(question: Question, document: QuestionDocument, rendered: Rendered) -> None:
    """Set the columns that are computed from an answer."""
    findings = checks.findings(document, rendered)
    question.answer_html = rendered.html
    question.answer_text = rendered.text
    question.headings = [asdict(heading) for heading in rendered.headings]
    question.problems = [asdict(finding) for finding in findings]
    question.problem_count = min(len(findings), 32_767)
    question.has_math = rendered.formulas > 0
    question.reading_minutes = min(rendered.reading_minutes, 32_767)
    question.renderer_version = rendered.version


def document_from(question: Question, base: QuestionDocument) -> QuestionDocument:
    """What the question says now; `base` gives all that has no column.

    `article_title` and `question` follow the title as long as they repeat it, which they do in
    every file of the library.
    """
    following: dict[str, Any] = {
        name: question.title
        for name in ("article_title", "question")
        if getattr(base, name) == base.title
    }
    address = address_of(question)
    moved = address != address_in(base.url)
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


def related_from(question: Question, document: QuestionDocument) -> list[RelatedQuestion]:
    """Unsaved rows for the related links of a document; their targets are not looked up yet."""
    rows = []
    for position, link in document.related.items():
        address = address_in(link.url)
        if address and max(map(len, address)) > MAX_SLUG:
            address = None
        rows.append(
            RelatedQuestion(
                question=question,
                position=position,
                source_id=link.id,
                title=link.title,
                subject_name=link.subject,
                url=link.url,
                target_subject=address.subject if address else "",
                target_slug=address.slug if address else "",
            )
        )
    return rows


def link_to(question: Question) -> RelatedLink:
    """The link that a file would hold to lead to a question."""
    return RelatedLink(
        question.source_id, question.title, question.subject.name, address_of(question).path
    )
