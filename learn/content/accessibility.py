"""What keeps some readers out of an answer: checks of what its page says to who cannot see it.

After WCAG 2.2: names of links (2.4.4), alternative text (1.1.1), headers and headings that are
marked as such (1.3.1). A heading that skips a level, or has no text, is no finding: the renderer
mends both (see `markdown.Page`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from learn.content import mathspans, naming, places
from learn.content.document import Finding
from learn.content.markdown import Rendered

LONGEST_HEADING = 80  # characters; a longer line in bold is an emphasised sentence
FEWEST_HEADINGS = 2  # one line in bold may stress what matters
_LINK = re.compile(r'<a (?P<attributes>[^>"]*+(?:"[^"]*+"[^>"]*+)*+)>(?P<inside>.*?)</a>', re.S)
_OF_HEADING = 'class="heading-link"'
_HREF = re.compile(r'\bhref="([^"]*)"')
_TABLE_OR_HEAD = re.compile(r"<table>|<thead>(?P<heads>.*?)</thead>", re.S)
_CELL = re.compile(r"<t([dh])\b")
# A line in bold that stands before something else, in no list: text goes on in a paragraph's line.
_BOLD_LINE = re.compile(
    rf"^(?P<line>\*\*(?P<text>[^*\n]{{1,{LONGEST_HEADING}}})\*\*:?)[ \t]*\n"
    r"(?=[ \t]*\n|(?:[-*+]|\d+[.)])[ \t])",
    re.M,
)
_LETTER = re.compile(r"[^\W\d_]")
_MARKS = re.compile(r"^#{1,6}(?=[ \t])", re.M)  # of a heading


def findings(answer: str, rendered: Rendered) -> Iterator[Finding]:
    """What to mend in an answer, given its Markdown and what was made of it.

    Excerpts of links and tables are words of the page: `places` finds them in the Markdown.
    """
    html = rendered.html
    has_tags = "<" in answer
    may_link = has_tags or "]" in answer or "://" in answer or "www." in answer
    if may_link and html.count("<a ") > len(rendered.headings):  # each has a link of its own
        yield from _vague_links(rendered)
    if (has_tags or "|" in answer) and "<thead>" in html:
        yield from _missing_headers(html)
    if answer.startswith("**") or "\n**" in answer:  # in most answers only lists' items are bold
        yield from _bold_headings(answer)


def _vague_links(rendered: Rendered) -> Iterator[Finding]:
    """Images of other sites are links to them, and have findings of their own."""
    images = {found.excerpt for found in rendered.problems if found.code == "external-image"}
    for match in _LINK.finditer(rendered.html):
        address = _HREF.search(match["attributes"])
        if not address or address[1] in images or match["attributes"].startswith(_OF_HEADING):
            continue
        name = naming.name_in(match["inside"])
        if message := _what_is_vague(name):
            yield Finding("vague-link", message, "answer", name)


def _what_is_vague(name: str) -> str:
    words = naming.plain(name)
    if not words:
        return "a link has no words that say where it leads"
    if naming.is_vague(name):
        return f"the link '{words}' does not say where it leads"
    if naming.is_long_address(name):
        return "a link shows its address in place of words that say where it leads"
    return ""


def _missing_headers(html: str) -> Iterator[Finding]:
    """The renderer makes plain cells of headers without text; the first may be a corner."""
    number = 0  # the page calls it `Table 1`
    for match in _TABLE_OR_HEAD.finditer(html):
        if match["heads"] is None:
            number += 1
        elif "d" in _CELL.findall(match["heads"])[1:]:
            message = f"table {number} has columns without a header"
            names = " | ".join(places.cells_in(match["heads"]))
            yield Finding("missing-header", message, "answer", names)


def _bold_headings(answer: str) -> Iterator[Finding]:
    lines = [line for line in _BOLD_LINE.finditer(answer) if _is_heading(answer, line)]
    if len(lines) < FEWEST_HEADINGS:
        return
    code = [span for span in mathspans.spans(answer) if span.kind == "fence"]
    lines = _outside(code, lines)
    if len(lines) >= FEWEST_HEADINGS:
        above = _outside(code, _MARKS.finditer(answer, 0, lines[0].start()))
        marks = above[-1][0] + "#" if above else "##"
        message = f"{len(lines)} lines in bold stand where headings are meant: begin them with "
        excerpt = places.leading(answer, *lines[0].span("line"))
        yield Finding("bold-heading", message + marks[:6], "answer", excerpt)


def _is_heading(answer: str, line: re.Match[str]) -> bool:
    """Behind an empty line or a heading, and no sentence."""
    end = max(0, line.start() - 1)
    before = answer[answer.rfind("\n", 0, end) + 1 : end].strip()
    text = line["text"].strip()
    begins = not before or before.startswith("#")
    return begins and not text.endswith((".", "!")) and bool(_LETTER.search(text))


def _outside(code: Sequence[mathspans.Span], lines: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    ends = [span.end for span in code]

    def is_outside(line: re.Match[str]) -> bool:
        at = bisect_right(ends, line.start())
        return at == len(code) or line.start() < code[at].start

    return list(filter(is_outside, lines))
