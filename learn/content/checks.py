"""What is wrong with a document, as named findings: advice to editors, never an error."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from learn.content import accessibility, places
from learn.content.document import Finding, QuestionDocument
from learn.content.markdown import Rendered

_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
MIN_WORDS = 15
MAX_TITLE = 200  # characters
MOST = 50  # findings of a kind that are listed


def findings(document: QuestionDocument, rendered: Rendered) -> list[Finding]:
    """The renderer's problems, then what the other fields show."""
    about_answer = [*rendered.problems, *accessibility.findings(document.answer, rendered)]
    return [*_listed(document.answer, about_answer), *_of_fields(document, rendered)]


def _listed(answer: str, problems: Sequence[Finding]) -> Iterator[Finding]:
    """At most MOST of a kind, then how many more: 400 KB of `\\(` had 80 MB of findings."""
    seen: Counter[str] = Counter()
    told = []
    for problem in problems:
        seen[problem.code] += 1
        if seen[problem.code] <= MOST:
            told.append(problem)
    yield from places.placed(answer, told)
    for code, number in seen.items():
        if number > MOST:
            yield Finding(code, f"{number - MOST:,} more of this kind")


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
