"""Records and documents <-> questions: which field of a file is which column."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from learn.content.addresses import Address
from learn.content.dates import DEFAULT_FORMAT
from learn.content.document import QuestionDocument, RelatedLink, Seo
from learn.content.record import Record
from learn.models import Question

# Document fields that are columns of the same name.
_SAME = (
    "title", "date", "date_format", "post_on_text", "author", "score", "answer", "canonical_url",
)  # fmt: skip
_READ_BACK: dict[str, Callable[[Any], Any]] = {
    "date": datetime.date.fromisoformat,
    "headings": json.loads,
    "problems": json.loads,
}


def address_of(question: Question) -> Address:
    return Address(question.subject.slug, question.slug)


def fill(question: Question, record: Record) -> None:
    """Set the columns that a record holds."""
    for name, value in zip(Record._fields, record, strict=True):
        read_back = _READ_BACK.get(name)
        setattr(question, name, read_back(value) if read_back else value)


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
    return replace(
        base,
        **{name: getattr(question, name) for name in _SAME},
        **following,
        **(placed(question, base) if moved else {}),
        id=question.source_id,
        seo=Seo(
            question.seo_title,
            question.page_description,
            question.page_keywords,
            base.seo.extra,
        ),
        no_index=True if question.no_index else (None if base.no_index else base.no_index),
    )


def placed(question: Question, base: QuestionDocument) -> dict[str, Any]:
    """The fields of a document in which a question's address stands, for where it is now."""
    place: dict[str, Any] = {"url": address_of(question).path, "file_name": f"{question.slug}.md"}
    if question.subject.name.casefold() != base.subject.casefold():
        place["subject"] = question.subject.name
    return place


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


def link_to(question: Question) -> RelatedLink:
    """The link that a file would hold to lead to a question."""
    return RelatedLink(
        question.source_id, question.title, question.subject.name, address_of(question).path
    )
