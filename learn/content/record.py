"""A document -> what is stored of it: plain values, each as a database's column takes it.

Worker processes of an import make records, so that the process which writes has nothing left to
compute or to convert.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple

from learn.content import checks
from learn.content.addresses import MAX_SLUG, Address, address_in
from learn.content.document import Finding, QuestionDocument
from learn.content.markdown import Heading, render

_MOST = 32_767  # what a column of small numbers holds


class Link(NamedTuple):
    """A related link: its words as the file gives them, and the address that its url names."""

    position: int
    source_id: int | None
    title: str
    subject_name: str
    url: str
    target_subject: str
    target_slug: str


class Record(NamedTuple):
    """The columns of a question that its file decides or that are computed from it.

    `source` is the file's text, `date` in ISO's form; `headings` and `problems` are JSON. The keys
    are equal for titles and descriptions that a search engine would take for one.
    """

    source: str
    title: str
    date: str
    date_format: str
    post_on_text: str
    author: str
    score: float | None
    answer: str
    canonical_url: str
    source_id: int | None
    seo_title: str
    page_description: str
    page_keywords: str
    no_index: bool
    answer_html: str
    answer_text: str
    headings: str
    problems: str
    problem_count: int
    has_math: bool
    reading_minutes: int
    renderer_version: int
    title_key: int
    description_key: int


def record_of(document: QuestionDocument, source: str) -> Record:
    """Render and check a document; `source` is the file's text that says it."""
    rendered = render(document.answer)
    findings = checks.findings(document, rendered)
    seo = document.seo
    return Record(
        source,
        document.title,
        document.date.isoformat(),
        document.date_format,
        document.post_on_text,
        document.author,
        document.score,
        document.answer,
        document.canonical_url,
        document.id,
        seo.title,
        seo.page_description,
        seo.page_keywords,
        bool(document.no_index),
        rendered.html,
        rendered.text,
        _headings(rendered.headings) if rendered.headings else "[]",
        _problems(findings) if findings else "[]",
        min(len(findings), _MOST),
        rendered.formulas > 0,
        min(rendered.reading_minutes, _MOST),
        rendered.version,
        likeness_key(document.title),
        likeness_key(seo.page_description),
    )


def likeness_key(text: str) -> int:
    """A number that texts share which differ in case and spaces only; 0 for an empty one."""
    folded = " ".join(text.casefold().split())
    digest = hashlib.blake2b(folded.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True) if folded else 0


def _headings(headings: Sequence[Heading]) -> str:
    return _json([{"level": h.level, "id": h.id, "text": h.text, "html": h.html} for h in headings])


def _problems(findings: Sequence[Finding]) -> str:
    return _json(
        [
            {"code": f.code, "message": f.message, "field": f.field, "excerpt": f.excerpt}
            for f in findings
        ]
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def links_of(document: QuestionDocument) -> tuple[Link, ...]:
    """The related links of a document; an address too long for any question counts as none."""
    links = []
    for position, link in document.related.items():
        address = address_in(link.url)
        if address is None or max(map(len, address)) > MAX_SLUG:
            address = Address("", "")
        links.append(Link(position, link.id, link.title, link.subject, link.url, *address))
    return tuple(links)
