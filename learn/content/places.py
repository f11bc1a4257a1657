"""Where in an answer's Markdown that stands which a finding speaks of.

Checks of a page know its HTML: words without marks, addresses as the engine escapes them. Here
their findings get excerpts that stand in the Markdown as it is written. Findings of a kind come in
the page's order, so each is looked for behind the one before it. Every search moves forward only.
"""

from __future__ import annotations

import html as entities
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from learn.content import mathspans, naming
from learn.content.document import Finding

LONGEST = 200  # characters of an excerpt
_BEFORE = 150  # characters before a piece that may tell it from the same piece elsewhere

_FORMULA = "\ue000"  # in place of each character of a formula, whose brackets are no link's
_FORMULAS = re.compile(f"{_FORMULA}+")
_LABEL = r"(?P<label>(?:[^\[\]\\]|\\.|\[[^\[\]]*+\])*+)"  # an image's brackets may be in it
_BRACKETS = r"\([^()\n]*+\)"
_ADDRESS = rf"(?P<address>(?:[^()\\\s<>]|\\.|{_BRACKETS})*+)"
_INLINE = rf"\([ \t]*+<?{_ADDRESS}(?:[^()\n]|{_BRACKETS})*+\)"
_TARGET = rf"(?:{_INLINE}|\[[^\[\]\n]*+\])"
_REST = r"[^<>\"]*+(?:\"[^\"<]*+\"[^<>\"]*+)*+"  # of a tag
_INSIDE = r"[^<]*+(?:<(?!/?{tag}\b)[^<]*+)*+"  # all up to the next tag of this kind
_IMAGE = re.compile(
    rf"!\[{_LABEL}\]{_TARGET}?|<img\b[^<>]*?\bsrc=[\"']?(?P<source>[^\"'\s<>]*+)[^<>]*+>",
    re.S | re.I,
)
_ALT = re.compile(r"\balt=(?:\"([^\"]*)\"|'([^']*)')", re.I)
_LINK = re.compile(
    rf"(?<![!\\])\[{_LABEL}\](?!:)(?P<target>{_TARGET})?"
    rf"|<a\b{_REST}>(?P<inside>{_INSIDE.format(tag='a')})</a>"
    r"|<?(?P<bare>(?:https?://|www\.)[^\s<>\[\]]++)>?",
    re.S | re.I,
)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]++)\]:", re.M)
_TABLE = re.compile(
    r"^[ \t>]*+(?:(?:[-*+]|\d++[.)])[ \t]++)?+(?P<heads>[^\n|]*+\|[^\n]*+)\n"
    r"(?=[^\n|]*+\|)[ \t>]*+[|:-][ \t|:-]*+$"
    rf"|<thead\b[^<>]*+>(?P<inside>{_INSIDE.format(tag='thead')})</thead>",
    re.M | re.I,
)
_PIPE = re.compile(r"(?<!\\)\|")
_CELL = re.compile(rf"<t[dh]\b[^<>]*+>({_INSIDE.format(tag='t[dh]')})", re.I)


class _Place(NamedTuple):
    """`answer[start:end]`, and what findings call it."""

    key: str
    start: int
    end: int


def placed(answer: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same findings, each with an excerpt of the Markdown where its place there is found."""
    source: _Source | None = None
    passed: dict[str, int] = {}  # how many places the last finding of a kind was behind
    for finding in findings:
        if finding.code not in _KINDS:
            yield finding
            continue
        source = source or _Source(answer)
        places_in, key_of = _KINDS[finding.code]
        places, key = places_in(source), key_of(finding.excerpt)
        excerpt = finding.excerpt[:LONGEST]
        for number in range(passed.get(finding.code, 0), len(places)):
            if places[number].key == key:
                passed[finding.code] = number + 1
                excerpt = leading(answer, places[number].start, places[number].end)
                break
        yield replace(finding, excerpt=excerpt)


def leading(text: str, start: int, end: int) -> str:
    """An excerpt that leads to `text[start:end]` when it is looked for from the beginning.

    It is that piece or, where the same stands before it, the piece behind the words before it.
    """
    begin, first = start, max(0, start - _BEFORE)
    while True:
        excerpt = text[begin:end][:LONGEST]
        if text.find(excerpt) == begin:
            return excerpt
        if begin == first:  # the same words twice: what is to be mended first is the first
            return text[start:end][:LONGEST]
        blank = max(text.rfind(mark, first, begin - 1) for mark in " \n")
        begin = max(first, blank + 1)


def cells_in(html: str) -> list[str]:
    """The names of the cells in a table's head, without pipes."""
    return [naming.name_in(cell).replace("|", " ") for cell in _CELL.findall(html)]


class _Source:
    """An answer's Markdown and what stands in it, each kind found when it is first asked for."""

    def __init__(self, answer: str) -> None:
        spans = mathspans.spans(answer)
        self._code = [span for span in spans if span.kind in ("code", "fence")]
        self._ends = [span.end for span in self._code]
        self._formulas = [span for span in spans if span.kind in ("math", "unclosed")]
        self._answer = answer

    @cached_property
    def formulas(self) -> list[_Place]:
        return [self._formula(span) for span in self._formulas]

    def _formula(self, span: mathspans.Span) -> _Place:
        """One that never closes is told with the rest of its line."""
        if span.kind == "math":
            return _Place(self._answer[span.start : span.end][:LONGEST], span.start, span.end)
        line = self._answer[span.start : span.start + LONGEST].partition("\n")[0]
        return _Place(line, span.start, span.start + len(line))

    @cached_property
    def images(self) -> list[_Place]:
        return [_image(found) for found in self._images]

    @cached_property
    def silent_images(self) -> list[_Place]:
        return [_image(found) for found in self._images if not _alternative(found).strip()]

    @cached_property
    def poor_images(self) -> list[_Place]:
        spoken = [found for found in self._images if _alternative(found).strip()]
        return [_image(found) for found in spoken if naming.says_nothing(_alternative(found))]

    @cached_property
    def _images(self) -> list[re.Match[str]]:
        return list(self._outside_code(_IMAGE))

    @cached_property
    def links(self) -> list[_Place]:
        defined = {label.casefold() for label in _DEFINITION.findall(self._answer)}
        return [
            _Place(naming.plain(_name_of(_words_of(found))), *found.span())
            for found in self._outside_code(_LINK)
            if found["label"] is None or found["target"] or found["label"].casefold() in defined
        ]

    @cached_property
    def tables(self) -> list[_Place]:
        return [_table(found) for found in self._outside_code(_TABLE)]

    def _outside_code(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        for found in pattern.finditer(self._without_formulas):
            at = bisect_right(self._ends, found.start())
            if at == len(self._code) or found.start() < self._code[at].start:
                yield found

    @cached_property
    def _without_formulas(self) -> str:
        """As long as the answer."""
        pieces, position = [], 0
        for span in self._formulas:
            pieces += [self._answer[position : span.start], _FORMULA * (span.end - span.start)]
            position = span.end
        return "".join([*pieces, self._answer[position:]])


def _words_of(link: re.Match[str]) -> str:
    return next((words for words in link.group("label", "inside", "bare") if words is not None), "")


def _name_of(markdown: str) -> str:
    """What is read out of Markdown, as `naming.name_in` has it of the HTML."""
    text = _IMAGE.sub(_spoken, markdown)
    text = _LINK.sub(_words_of, text)
    return naming.name_in(_FORMULAS.sub(" formula ", text))


def _spoken(image: re.Match[str]) -> str:
    alternative = _alternative(image)
    return "" if naming.says_nothing(alternative) else alternative


def _alternative(image: re.Match[str]) -> str:
    if image["label"] is not None:
        return image["label"]
    written = _ALT.search(image[0])
    return written[1] or written[2] or "" if written else ""


def _image(found: re.Match[str]) -> _Place:
    return _Place(_address(found["address"] or found["source"] or ""), *found.span())


def _table(found: re.Match[str]) -> _Place:
    if found["heads"] is None:
        return _Place(_heads(cells_in(found["inside"])), *found.span("inside"))
    cells = _PIPE.split(found["heads"].strip())
    outer = slice(not cells[0], len(cells) - (not cells[-1]))  # lines may begin and end with a pipe
    return _Place(_heads(map(_name_of, cells[outer])), *found.span("heads"))


def _heads(cells: Iterable[str]) -> str:
    return "|".join(map(naming.plain, cells))


def _address(written: str) -> str:
    """An address without the escapes of HTML, of addresses and of Markdown."""
    return unquote(entities.unescape(written)).replace("\\", "")


# For each code: where what it speaks of stands, and the key there of what it gives as excerpt.
_KINDS: dict[str, tuple[Callable[[_Source], list[_Place]], Callable[[str], str]]] = {
    **dict.fromkeys(("math-error", "double-script", "unclosed-math"), (lambda s: s.formulas, str)),
    "external-image": (lambda s: s.images, _address),
    "missing-alt": (lambda s: s.silent_images, _address),
    "poor-alt": (lambda s: s.poor_images, _address),
    "missing-header": (lambda s: s.tables, lambda heads: _heads(heads.split("|"))),
    "vague-link": (lambda s: s.links, naming.plain),
}
