"""Find and replace in the texts of a document: a pattern, where it looks, and what it makes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import regex

from learn.content.document import ContentError, QuestionDocument

# What may be searched, as editors call it. The parts of `seo` go by the names of their columns.
# Dates, numbers and the source id are no texts; an import knows a file by subject and address.
FIELDS = {
    "title": "Title",
    "answer": "Answer",
    "seo_title": "Title for search engines",
    "page_description": "Description",
    "page_keywords": "Keywords",
    "canonical_url": "Canonical address",
    "author": "Author",
    "post_on_text": "Text before the date",
    "date_format": "Format of the date",
    "related_titles": "Titles of related links",
    "related_urls": "Addresses of related links",
}
LEFT_OUT = (
    "Dates, numbers and the source id are no texts. The subject and a question\u2019s own address"
    " change by moving it, which leaves a redirect."
)
_SEO = {
    "seo_title": "title",
    "page_description": "page_description",
    "page_keywords": "page_keywords",
}
_LINK = {"related_titles": "title", "related_urls": "url"}

LONGEST_PATTERN = 500  # characters
LONGEST_REPLACEMENT = 5_000
SECONDS = 0.5  # for one question: a good expression takes less than a thousandth of that
MOST_CHARACTERS = 900_000  # of one text; a file holds a million bytes
# The engine unrolls what is repeated: three times {1000} within each other would fill any memory.
MOST_REPEATS = 1_000


class PatternError(Exception):
    """Why a pattern cannot be used, as a sentence; `part` is what it is in: find or replacement."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part, self.message = part, message


@dataclass(frozen=True, slots=True)
class Search:
    """What to find and what to put in its place.

    An expression is one of the `regex` package, in which `^` and `$` are the ends of a line. Its
    replacement knows `\\1`, `\\g<name>`, `\\n`, `\\t` and `\\\\`; a plain one is taken as it is.
    """

    find: str
    replacement: str
    is_expression: bool = False
    match_case: bool = True
    whole_words: bool = False


@dataclass(frozen=True, slots=True)
class Replaced:
    """A document after a replacement, and how often something was replaced in each field."""

    document: QuestionDocument
    counts: Mapping[str, int]


class Replacer:
    """A search that is ready to run. Making it raises PatternError."""

    def __init__(self, search: Search, fields: Iterable[str], seconds: float = SECONDS) -> None:
        self._fields = [name for name in FIELDS if name in set(fields)]
        self._seconds = seconds
        self._pattern = _compiled(search)
        self._pieces: list[str | int] = (
            _pieces(search.replacement, self._pattern)
            if search.is_expression
            else [search.replacement]
        )

    def apply(self, document: QuestionDocument) -> Replaced | None:
        """The document with everything replaced; None where nothing changes.

        Raises ContentError where it takes too long or the text becomes too long.
        """
        until = time.monotonic() + self._seconds
        changed, counts = document, {}
        for name in self._fields:
            old = texts_of(document, name)
            made = [self._replaced(text, until) for text in old]
            new = tuple(text for text, _ in made)
            if new != old:
                changed = _with_texts(changed, name, new)
                counts[name] = sum(count for _, count in made)
        return Replaced(changed, counts) if counts else None

    def _replaced(self, text: str, until: float) -> tuple[str, int]:
        length = len(text)

        def made(match: Any) -> str:
            nonlocal length
            new = "".join(p if isinstance(p, str) else match[p] or "" for p in self._pieces)
            length += len(new)
            if length > MOST_CHARACTERS:
                raise ContentError("too-long", "the text would become too long")
            return new

        try:
            left = max(until - time.monotonic(), 0.001)
            new, count = self._pattern.subn(made, text, timeout=left)
        except TimeoutError:
            message = "the expression takes too long in this question"
            raise ContentError("too-slow", message) from None
        return new, count


def texts_of(document: QuestionDocument, name: str) -> tuple[str, ...]:
    """The texts of a field, by its name in FIELDS: one, or one for each related link."""
    if name in _LINK:
        return tuple(getattr(link, _LINK[name]) for link in document.related.values())
    holder = document.seo if name in _SEO else document
    return (getattr(holder, _SEO.get(name, name)),)


def _with_texts(document: QuestionDocument, name: str, texts: Sequence[str]) -> QuestionDocument:
    """What repeats the title follows it, as it does when an editor changes it."""
    part: dict[str, Any]
    if name in _LINK:
        related = {}
        for (position, link), text in zip(document.related.items(), texts, strict=True):
            part = {_LINK[name]: text}
            related[position] = replace(link, **part)
        return replace(document, related=related)
    [text] = texts
    if name in _SEO:
        part = {_SEO[name]: text}
        return replace(document, seo=replace(document.seo, **part))
    part = {name: text}
    if name == "title":
        repeating = ("article_title", "question")
        part |= {n: text for n in repeating if getattr(document, n) == document.title}
    return replace(document, **part)


# ---------------------------------------------------------------------- the pattern


def _compiled(search: Search) -> Any:
    """The pattern as the engine has it."""
    if not search.find:
        raise PatternError("find", "there is nothing to find")
    if len(search.find) > LONGEST_PATTERN:
        raise PatternError("find", f"this has more than {LONGEST_PATTERN:,} characters")
    if len(search.replacement) > LONGEST_REPLACEMENT:
        message = f"this has more than {LONGEST_REPLACEMENT:,} characters"
        raise PatternError("replacement", message)
    source = search.find if search.is_expression else regex.escape(search.find)
    if search.is_expression:
        _check_repeats(source)
    flags = regex.MULTILINE | (0 if search.match_case else regex.IGNORECASE)
    pattern = _from_engine(source, flags)
    if search.whole_words:
        pattern = _from_engine(rf"(?<!\w)(?:{source})(?!\w)", flags)
    return pattern


def _from_engine(source: str, flags: int) -> Any:
    try:
        return regex.compile(source, flags)
    except regex.error as error:
        at = f" at character {error.pos + 1}" if error.pos is not None else ""
        raise PatternError("find", f"{error.msg}{at}") from None
    except MemoryError:
        raise PatternError("find", "this expression needs too much memory") from None
    except (RecursionError, OverflowError, IndexError, ValueError):
        raise PatternError("find", "this expression cannot be read") from None


def _check_repeats(source: str) -> None:
    """Before the engine sees it: what it would unroll is refused, and what hides its numbers."""
    if match := _VERBOSE.search(source):
        message = "the flag x, which lets spaces stand in an expression, cannot be used"
        raise PatternError("find", f"{message}, at character {match.start(1) + 1}")
    product = 1
    for match in _REPEATS.finditer(source):
        product *= max(int(match[1]), 1)
        if product > MOST_REPEATS:
            message = f"what it repeats is more than {MOST_REPEATS:,} times altogether"
            raise PatternError("find", f"{message}, at character {match.start() + 1}")


# With the flag x, `{10 #c\n0}` repeats a hundred times.
_VERBOSE = regex.compile(r"(?<!\\)(?:\\\\)*(\(\?[A-Za-z0-9]*x)")
_REPEATS = regex.compile(r"(?<!\\)(?:\\\\)*\{([0-9]+)(?:,[0-9]*)?\}")

# ---------------------------------------------------------------------- the replacement

_ESCAPE = regex.compile(
    r"\\(?:(?<group>[0-9]{1,2})|g<(?<name>[^<>]*)>|(?<sign>[nt\\]))|(?<bad>\\.?)"
)
_SIGNS = {"n": "\n", "t": "\t", "\\": "\\"}


def _pieces(template: str, pattern: Any) -> list[str | int]:
    """Texts, and the numbers of the groups that stand between them."""
    pieces: list[str | int] = []
    end = 0
    for match in _ESCAPE.finditer(template):
        pieces.append(template[end : match.start()])
        pieces.append(_piece(match, pattern))
        end = match.end()
    return [piece for piece in [*pieces, template[end:]] if piece != ""]


def _piece(match: Any, pattern: Any) -> str | int:
    if match["sign"]:
        return _SIGNS[match["sign"]]
    where = f"at character {match.start() + 1}"
    if match["bad"]:
        meant = "\\\\" + match["bad"][1:]
        message = f"'{match['bad']}' {where} means nothing; write {meant} for a backslash"
        raise PatternError("replacement", message)
    if match["group"]:
        number = int(match["group"])
    else:
        number = pattern.groupindex.get(match["name"], -1)
        number = int(match["name"]) if match["name"].isdecimal() else number
    if not 0 <= number <= pattern.groups:
        message = f"the expression has no group '{match['group'] or match['name']}', {where}"
        raise PatternError("replacement", message)
    return number
