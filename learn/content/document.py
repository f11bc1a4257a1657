"""What a question file says, as values: the types that every layer above speaks in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(unsafe_hash=True)
class ContentError(Exception):
    """Why a file cannot be read: a stable `code`, a sentence and the place (lines from 1)."""

    code: str
    message: str
    line: int = 1
    file: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Exceptions pickle their `args`, which a dataclass leaves empty."""
        return type(self), (self.code, self.message, self.line, self.file)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Seo:
    """The `seo` block of a file. `extra` holds its unknown keys."""

    title: str = ""
    page_description: str = ""
    page_keywords: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RelatedLink:
    """One `related_articleN` block, as the file gave it: id and url need not agree."""

    id: int | None
    title: str
    subject: str
    url: str
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuestionDocument:
    """One question file.

    `answer` is Markdown with real newlines (the file holds it on one line, see `answers`).
    `no_index` and `score` are None where the file does not have the key. `related` maps the
    position (1, 2, ...) of each `related_articleN` to its link. `extra` holds unknown keys with
    their values; `body` is all that follows the closing fence's line end.
    """

    title: str
    answer: str
    date: datetime.date
    schema: str = ""
    id: int | None = None
    article_title: str = ""
    date_format: str = ""
    post_on_text: str = ""
    seo: Seo = Seo()
    author: str = ""
    question: str = ""
    no_index: bool | None = None
    subject: str = ""
    file_name: str = ""
    url: str = ""
    canonical_url: str = ""
    score: float | None = None
    related: Mapping[int, RelatedLink] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    body: str = "\n&nbsp;"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a question that an editor may want to mend.

    `code` is stable and names the check, `field` the document field it speaks of, `message` is a
    sentence, `excerpt` the piece of text it is about: at most 200 characters of the field as it is
    written, once `places` was asked.
    """

    code: str
    message: str
    field: str = "answer"
    excerpt: str = ""
