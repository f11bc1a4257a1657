"""Texts with the words marked that were sought, as HTML that is safe. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from learn.content.plaintex import readable
from learn.search.folding import Folding
from learn.search.forms import Phrase
from learn.search.query import Query
from learn.search.ranking import cached_root
from learn.search.words import words

LENGTH = 220  # characters of a snippet
BEFORE = 50  # of them before the first word that is marked
SEARCHED = 20_000  # characters of an answer, in which a passage is looked for
_MOST_MARKS = 200

_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_SIGNS = (("plusplus", "++"), ("sharp", "#"))


class Mark(NamedTuple):
    """A place in a text, and which term it holds."""

    start: int
    end: int
    term: int


class Marker:
    """Marks the words of a query."""

    def __init__(self, query: Query) -> None:
        self._sought = [
            _Sought(phrase, number)
            for number, term in enumerate(query.terms)
            for phrase in term.phrases
        ]

    def marked(self, text: str) -> SafeString:
        return mark_safe(_html(text, self._marks(text)))  # noqa: S308 (its parts are escaped)

    def snippet(self, text: str) -> SafeString:
        """The passage of a text with most of the words; its beginning where it has none."""
        text = text[:SEARCHED].replace("\n", " ").strip()
        marks = self._marks(text)
        start = _start(text, _densest(marks))
        end = _end(text, start + LENGTH)
        passage = self.marked(readable(text[start:end]))
        before, after = "… " if start else "", " …" if end < len(text) else ""
        return mark_safe(f"{before}{passage}{after}")  # noqa: S308 (its parts are escaped)

    def _marks(self, text: str) -> list[Mark]:
        """In order, none within another."""
        folding = Folding(text)
        found = (mark for sought in self._sought for mark in sought.marks(folding.folded))
        last, kept = 0, []
        for start, end, term in sorted(found, key=_longest_first)[:_MOST_MARKS]:
            mark = Mark(*folding.place(start, end), term)
            if mark.start >= last:
                kept.append(mark)
                last = mark.end
        return kept


def _longest_first(mark: Mark) -> tuple[int, int]:
    return mark.start, -mark.end


class _Sought:
    """A phrase as it may stand in a text: any form of its last word, any signs between the words.

    `str.find` looks for its first letters, which is ten times as quick as a pattern of all words.
    """

    def __init__(self, phrase: Phrase, term: int) -> None:
        self._term = term
        *firsts, last = phrase
        self._root = cached_root(last)
        signed = [last[0] + sign for name, sign in _SIGNS if last == last[:1] + name]
        self._is_whole = bool(signed or _IDEOGRAPH.match(last))
        end = re.escape(signed[0]) if signed else re.escape(last if self._is_whole else self._root)
        between = r"[\W_]*" if _IDEOGRAPH.match(last) else r"[\W_]+"
        rest = "" if self._is_whole else r"[^\W_]*"
        self._pattern = re.compile(between.join([*map(re.escape, firsts), end]) + rest)
        self._begins = firsts[0] if firsts else signed[0] if signed else self._root
        self._is_inside = bool(_IDEOGRAPH.match(phrase[0]))
        self._alike: dict[str, bool] = {}  # forms that were met, a text has each several times

    def marks(self, lower: str) -> Iterator[Mark]:
        place = lower.find(self._begins)
        while place >= 0:
            if self._is_inside or not (place and lower[place - 1].isalnum()):
                found = self._pattern.match(lower, place)
                if found and (self._is_whole or self._ends_alike(found[0])):
                    yield Mark(place, found.end(), self._term)
            place = lower.find(self._begins, place + 1)

    def _ends_alike(self, text: str) -> bool:
        if text not in self._alike:
            self._alike[text] = cached_root((words(text) or [""])[-1]) == self._root
        return self._alike[text]


def _densest(marks: list[Mark]) -> int:
    """Where the first passage begins that holds as many terms as any."""
    best, most, there = 0, 0, len({mark.term for mark in marks})
    for place, first in enumerate(marks):
        if most == there:
            break
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


def _html(text: str, marks: Iterable[Mark]) -> str:
    parts: list[str] = []
    last = 0
    for mark in marks:
        parts += escape(text[last : mark.start]), "<mark>", escape(text[mark.start : mark.end])
        parts.append("</mark>")
        last = mark.end
    return "".join([*parts, escape(text[last:])])
