"""Texts with the words marked that were sought, as HTML that is safe. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from learn.search.query import Query
from learn.search.ranking import cached_root
from learn.search.words import words

LENGTH = 220  # characters of a snippet
BEFORE = 50  # of them before the first word that is marked
SEARCHED = 20_000  # characters of an answer, in which a passage is looked for

_ACCENTED = {
    "a": "aàáâãäå", "c": "cç", "e": "eèéêë", "i": "iìíîï", "n": "nñ", "o": "oòóôõöø",
    "u": "uùúûü", "y": "yýÿ",
}  # fmt: skip
_SPACES = re.compile(r"\s+")
_SIGNS = (("plusplus", r"\+\+"), ("sharp", "#"))
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_NEVER = re.compile("(?!)")


class Mark(NamedTuple):
    """A place in a text, and which term it holds."""

    start: int
    end: int
    term: int


class Marker:
    """Marks the words of a query."""

    def __init__(self, query: Query) -> None:
        phrases = [
            (place, phrase) for place, term in enumerate(query.terms) for phrase in term.phrases
        ]
        self._terms = [place for place, _ in phrases]
        self._lasts = {cached_root(phrase[-1]) for _, phrase in phrases}
        alternatives = "|".join(f"({_pattern(phrase)})" for _, phrase in phrases)
        self._pattern = re.compile(alternatives, re.IGNORECASE) if phrases else _NEVER

    def marked(self, text: str) -> SafeString:
        return _html(text, self._marks(text))

    def snippet(self, text: str) -> SafeString:
        """The passage of a text with most of the words; its beginning where it has none."""
        text = _SPACES.sub(" ", text[:SEARCHED]).strip()
        marks = list(self._marks(text))
        start = _start(text, _densest(marks))
        end = _end(text, start + LENGTH)
        inside = (
            Mark(mark.start - start, mark.end - start, mark.term)
            for mark in marks
            if mark.start >= start and mark.end <= end
        )
        return format_html(
            "{}{}{}",
            "… " if start else "",
            _html(text[start:end], inside),
            " …" if end < len(text) else "",
        )

    def _marks(self, text: str) -> Iterator[Mark]:
        for found in self._pattern.finditer(text):
            last = (words(found[0]) or [""])[-1]
            if cached_root(last) in self._lasts:
                term = self._terms[(found.lastindex or 1) - 1]
                yield Mark(found.start(), found.end(), term)


def _pattern(phrase: Iterable[str]) -> str:
    """A phrase in any form of its last word, whatever signs stand between its words."""
    *firsts, last = phrase
    between = r"[\W_]*" if _IDEOGRAPH.match(last) else r"[\W_]+"
    for name, signs in _SIGNS:
        if len(last) == len(name) + 1 and last.endswith(name):
            return rf"(?<![^\W_]){last[0]}{signs}"
    ends = last if _IDEOGRAPH.match(last) else f"{_letters(cached_root(last))}[^\\W_]*"
    begins = "" if _IDEOGRAPH.match((firsts or [last])[0]) else r"(?<![^\W_])"
    return begins + between.join([*map(_letters, firsts), ends])


def _letters(word: str) -> str:
    return "".join(f"[{_ACCENTED[c]}]" if c in _ACCENTED else re.escape(c) for c in word)


def _densest(marks: list[Mark]) -> int:
    """Where a passage begins that holds as many terms as any."""
    best, most = 0, 0
    for place, first in enumerate(marks):
        terms = {first.term}
        for mark in marks[place + 1 : place + 40]:
            if mark.end > first.start + LENGTH - BEFORE:
                break
            terms.add(mark.term)
        if len(terms) > most:
            best, most = first.start, len(terms)
    return best


def _start(text: str, first: int) -> int:
    if first <= BEFORE:
        return 0
    return text.find(" ", first - BEFORE, first) + 1 or first


def _end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - 30, end)
    return space if space > 0 else end


def _html(text: str, marks: Iterable[Mark]) -> SafeString:
    parts, last = [], 0
    for mark in marks:
        parts.append((conditional_escape(text[last : mark.start]), text[mark.start : mark.end]))
        last = mark.end
    return mark_safe(  # noqa: S308 (both parts are escaped)
        format_html_join("", "{}<mark>{}</mark>", parts) + conditional_escape(text[last:])
    )
