"""An answer's Markdown made ready for the engine: formulas taken out, what is no tag made text.

A formula leaves a placeholder behind, which neither the Markdown engine nor the sanitiser touches:
two private-use characters around a number, between dollars, so that CommonMark's rules for emphasis
see the punctuation that stands there.
"""

from __future__ import annotations

import re

from learn.content import mathspans
from learn.content.document import Finding

# A placeholder stands between dollars, so that the engine sees punctuation where a formula stands.
OPEN, CLOSE, LESS = "\ue000", "\ue001", "\ue002"
PLACEHOLDERS = re.compile(rf"\${OPEN}([0-9]+){CLOSE}\$")
ENCODED_PLACEHOLDERS = re.compile(r"\$%EE%80%80([0-9]+)%EE%80%81\$")
TAGS = frozenset(
    "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em"
    " figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span"
    " strong sub summary sup table tbody td tfoot th thead tr u ul var wbr".split()
)
_ANGLE = re.compile(r"<(?:(/?)([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])|!(?!--)|\?)")
# What may follow an allowed tag's name; `a<b and c>d` is a comparison.
_TAG_REST = re.compile(r"\s*/?>|\s+[A-Za-z-]+\s*=|\s+open\s*>")
# CommonMark lets only a list that begins with 1 follow a paragraph; after a colon any is meant.
_LIST_AFTER_COLON = re.compile(
    r"^(?![ \t>]*(?:[-*+]|\d+[.)])[ \t])(.*:)[ \t]*\n(?=[ \t]{0,3}\d{1,3}[.)][ \t])", re.M
)
_NUMBER_AFTER_COLON = re.compile(r":[ \t]*\n[ \t]{0,3}\d")  # the cheap test before it
_QUOTE_MARKS = re.compile(r"^(?:[ \t]*>){30,}", re.M)
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.M)


class Source:
    """An answer's Markdown with placeholders for its formulas, which it keeps."""

    def __init__(self, markdown: str) -> None:
        if OPEN in markdown or CLOSE in markdown or LESS in markdown:
            markdown = _SENTINELS.sub("\ufffd", markdown)
        if "&#" in markdown:
            markdown = _SENTINEL_REFERENCES.sub("\ufffd", markdown)
        self.formulas: list[tuple[str, str, bool]] = []  # with delimiters, without, display
        self.problems: list[Finding] = []
        self.has_tags = "<" in markdown
        if self.has_tags:
            markdown = _shallow(markdown)
        pieces, position = [], 0
        for span in mathspans.spans(markdown):
            pieces.append(_prose(markdown[position : span.start]))
            pieces.append(self._kept(markdown, span))
            position = span.end
        pieces.append(_prose(markdown[position:]))
        self.text = "".join(pieces)

    def _kept(self, markdown: str, span: mathspans.Span) -> str:
        written = markdown[span.start : span.end]
        if span.kind == "math":  # what `_shallow` took for a tag is a sign of the formula
            written = written.replace(LESS, "<")
            tex = markdown[span.inner : span.outer].replace(LESS, "<")
            if "\n>" in tex.replace(" ", ""):
                line = markdown[markdown.rfind("\n", 0, span.start) + 1 : span.start]
                tex = _QUOTED_LINE.sub("", tex) if line.lstrip().startswith(">") else tex
            self.formulas.append((written, tex, span.display))
            return f"${OPEN}{len(self.formulas) - 1}{CLOSE}$"
        if span.kind == "unclosed":  # Markdown shows it without its backslash
            line = markdown[span.start : span.start + _EXCERPT].partition("\n")[0]
            message = f"'{written}' opens math that never closes"
            self.problems.append(Finding("unclosed-math", message, "answer", line))
        return written


_EXCERPT = 200  # characters; cut first, as a copy of the rest for each made time quadratic
_SENTINELS = re.compile(f"[{OPEN}{CLOSE}{LESS}]")
# The same characters by number, which the engine would make of them: a forged placeholder.
_SENTINEL_REFERENCES = re.compile(r"&#(?:[xX]0*[eE]00[0-2]|0*5734[4-6]);?")


def _prose(markdown: str) -> str:
    """Markdown outside math and code, where CommonMark would not see what is meant put right."""
    if "<" in markdown:
        markdown = _ANGLE.sub(_visible_tag, markdown)
    if _NUMBER_AFTER_COLON.search(markdown):
        markdown = _LIST_AFTER_COLON.sub(r"\1\n\n", markdown)
    if ">>" in markdown or "> >" in markdown:  # the sanitiser takes seconds for thousands of levels
        markdown = _QUOTE_MARKS.sub("> ", markdown)
    return markdown


MAX_TAG_DEPTH = 60  # the sanitiser's time grows with the square of the depth of what is open


def _shallow(markdown: str) -> str:
    """Raw tags as text from where more of them are open than any answer needs."""
    depth = 0
    for tag in _OPEN_OR_CLOSE.finditer(markdown):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > MAX_TAG_DEPTH:
            return markdown[: tag.start()] + markdown[tag.start() :].replace("<", LESS)
    return markdown


_OPEN_OR_CLOSE = re.compile(r"<(/?)(?!br\b|hr\b|img\b|wbr\b|col\b)[A-Za-z]")


def _visible_tag(match: re.Match[str]) -> str:
    """A tag that an answer may use as it is; anything else (`<iostream>`) as text."""
    is_allowed = match[2] is not None and match[2].lower() in TAGS
    if is_allowed and (match[1] or _TAG_REST.match(match.string, match.end())):
        return match[0]
    return LESS + match[0][1:]
