"""Files in the form that QuickTakes' own tool writes, read in one go.

All 35,915 files of the library have the same keys in the same order and the same styles, so that
one expression tells them apart from everything else and finds their values: 0.05 ms a file, where
`strictyaml` and `codec` take 0.2. A file that differs in anything is left to those.
"""

from __future__ import annotations

import datetime
import re

from learn.content import answers
from learn.content.document import QuestionDocument, RelatedLink, Seo

_MOST = 60_000  # characters apart from the answer; a larger file is measured by `strictyaml`
_WHOLE = r"-?(?:0|[1-9][0-9]{0,17})"


def _plain(name: str, most: int = 500) -> str:
    """A plain scalar of at most so many characters; `_AMBIGUOUS` tells what it may not hold."""
    return rf"(?P<{name}>[^\s\-?:,\[\]{{}}#&*!|>'\"%@`][^\n]{{0,{most - 1}}})\n"


def _folded(name: str, indent: int = 4) -> str:
    """One line of text, at most as long as any field of its kind may be."""
    most = "{0,499}" if "title" in name else "*"
    return rf">-\n {{{indent}}}(?P<{name}>[^ \t\n][^\n]{most})\n"


def _either(name: str, indent: int = 4) -> str:
    return rf"(?:{_folded(name, indent)}|{_plain('plain_' + name)})"


_HEAD = re.compile(
    r"---\n"
    rf"_schema: {_plain('schema', 60)}"
    rf"id: (?P<id>{_WHOLE})\n"
    r"date: (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})\n"
    rf"title: {_either('title')}"
    rf"article_title: {_either('article_title')}"
    rf"date_format: {_plain('date_format', 60)}"
    rf"post_on_text: {_plain('post_on_text', 60)}"
    r"seo:\n"
    rf"  title: {_plain('seo_title')}"
    rf"  page_description: {_folded('page_description')}"
    rf"  page_keywords: {_folded('page_keywords')}"
    rf"author: {_plain('author', 200)}"
    rf"question: {_folded('question')}"
    r"(?:no_index: (?P<no_index>[Tt]rue|[Ff]alse)\n)?"
    rf"answer: {_folded('answer')}"
    rf"subject: {_plain('subject', 200)}"
    rf"file_name: {_plain('file_name')}"
    rf"url: {_plain('url', 1000)}"
    r"(?:score: (?P<score>-?[0-9]{1,15}\.[0-9]{1,15})\n)?"
)
_LINK = re.compile(
    r"related_article(?P<position>[1-9][0-9]?):\n"
    rf"    id: (?P<id>{_WHOLE})\n"
    rf"    title: {_either('title', 8)}"
    rf"    subject: {_plain('subject', 200)}"
    rf"    url: {_plain('url', 1000)}"
)
_CLOSING = re.compile(r"\n*---\n")
# What would make a plain scalar something else, or end it: left to the readers of all YAML.
_AMBIGUOUS = (": ", ":\n", " #", " \n", "\t", "\n~\n", "\nnull\n")


def document_in(text: str) -> QuestionDocument | None:
    """The document of a file in the house's form; None for any other text."""
    head = _HEAD.match(text)
    if head is None or "\r" in text:
        return None
    found = head.groupdict()
    plain = [found[name] for name in _PLAIN if found[name]]
    related: dict[int, RelatedLink] = {}
    position = head.end()
    while link := _LINK.match(text, position):
        number, key, folded, title, subject, url = link.groups()
        related[int(number)] = RelatedLink(int(key), folded or title, subject, url)
        plain += (title or "", subject, url)
        position = link.end()
    answer, closing = found["answer"], _CLOSING.match(text, position)
    if (
        closing is None
        or position - len(answer) > _MOST
        or _is_ambiguous(plain)
        or len(related) != text.count("\nrelated_article", head.end() - 1, position)
    ):
        return None
    return _document(found, answer, dict(sorted(related.items())), text[closing.end() :])


def _is_ambiguous(plain: list[str]) -> bool:
    lines = "\n".join(("", *plain, ""))
    return any(mark in lines for mark in _AMBIGUOUS)


_PLAIN = (
    "schema", "plain_title", "plain_article_title", "date_format", "post_on_text", "seo_title",
    "author", "subject", "file_name", "url",
)  # fmt: skip


def _document(
    found: dict[str, str], answer: str, related: dict[int, RelatedLink], body: str
) -> QuestionDocument | None:
    title, markdown = found["title"] or found["plain_title"], answers.markdown_from(answer)
    try:
        date = datetime.date.fromisoformat(found["date"])
    except ValueError:
        return None
    if not (title.strip() and markdown.strip()):
        return None
    return QuestionDocument(
        schema=found["schema"],
        id=int(found["id"]),
        date=date,
        title=title,
        article_title=found["article_title"] or found["plain_article_title"],
        date_format=found["date_format"],
        post_on_text=found["post_on_text"],
        seo=Seo(found["seo_title"], found["page_description"], found["page_keywords"]),
        author=found["author"],
        question=found["question"],
        no_index=found["no_index"].lower() == "true" if found["no_index"] else None,
        answer=markdown,
        subject=found["subject"],
        file_name=found["file_name"],
        url=found["url"],
        score=float(found["score"]) if found["score"] else None,
        related=related,
        body=body,
    )
