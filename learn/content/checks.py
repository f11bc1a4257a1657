"""What is wrong with a document, as named findings: advice to editors, never an error."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learn.content.document import Finding, QuestionDocument
from learn.content.markdown import Rendered

_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
MIN_WORDS = 15
MAX_TITLE = 200  # characters


def findings(document: QuestionDocument, rendered: Rendered) -> list[Finding]:
    """The renderer's problems, then what the other fields show."""
    return [*rendered.problems, *_of_fields(document, rendered)]


def _of_fields(document: QuestionDocument, rendered: Rendered) -> Iterator[Finding]:
    if invisible := _INVISIBLE.search(document.title):
        name = f"U+{ord(invisible[0]):04X}"
        yield Finding(
            "invisible-character", f"the title holds the invisible character {name}", "title"
        )
    if len(document.title) > MAX_TITLE:
        message = f"the title has {len(document.title)} characters; lists show about 60"
        yield Finding("long-title", message, "title")
    if rendered.words < MIN_WORDS:
        yield Finding("short-answer", f"the answer has fewer than {MIN_WORDS} words")
    if not document.seo.page_description:
        yield Finding(
            "no-description", "there is no description for result lists", "page_description"
        )
