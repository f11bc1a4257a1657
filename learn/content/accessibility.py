"""What keeps some readers out of an answer: checks of what its page says to who cannot see it.

After WCAG 2.2: names of links (2.4.4), alternative text (1.1.1), headers and headings that are
marked as such (1.3.1). A heading that skips a level, or has no text, is no finding: the renderer
mends both (see `markdown.Page`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from learn.content import mathspans
from learn.content.document import Finding
from learn.content.markdown import Rendered

LONGEST_HEADING = 80  # characters; a longer line in bold is an emphasised sentence
FEWEST_HEADINGS = 2  # one line in bold may stress what matters
_LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.S)
_IMAGE = re.compile(r"<img [^>]*?\balt=\"([^\"]*)\"")
_HEAD = re.compile(r"<thead>(.*?)</thead>", re.S)
_CELL = re.compile(r"<t([dh])\b")
_TAG = re.compile(r"<[^>]*>")
_NO_WORD = re.compile(r"[\W_]+")
# What a link or an image is called where it is not said what it leads to, or shows.
_VAGUE = frozenset(
    "here|click here|click|link|this link|this|this page|page|more|read more|learn more|see more"
    "|see here|details|website|this website|source".split("|")
)
_SAYS_NOTHING = frozenset(
    "image|an image|picture|photo|photograph|img|figure|fig|diagram|graph|chart|plot|illustration"
    "|graphic|screenshot|drawing|alt|alt text|untitled".split("|")
)
_FILE_NAME = re.compile(r"\S+\.(?:avif|bmp|gif|jpe?g|png|svg|tiff?|webp)", re.I)
# A line in bold that stands before something else, in no list: text goes on in a paragraph's line.
_BOLD_LINE = re.compile(
    rf"^\*\*(?P<text>[^*\n]{{1,{LONGEST_HEADING}}})\*\*:?[ \t]*\n"
    r"(?=[ \t]*\n|(?:[-*+]|\d+[.)])[ \t])",
    re.M,
)
_LETTER = re.compile(r"[^\W\d_]")


def findings(answer: str, rendered: Rendered) -> Iterator[Finding]:
    """What to mend in an answer, given its Markdown and what was made of it."""
    html = rendered.html
    has_tags = "<" in answer
    if has_tags or "]" in answer:  # single characters first: a seventh of the cost
        if html.count("<a ") > len(rendered.headings):  # each of which has a link of its own
            yield from _vague_links(html)
        if "<img " in html:
            yield from _poor_alternatives(html)
    if (has_tags or "|" in answer) and "<thead>" in html:
        yield from _missing_headers(html)
    if answer.startswith("**") or "\n**" in answer:  # in most answers only lists' items are bold
        yield from _bold_headings(answer)


def _vague_links(html: str) -> Iterator[Finding]:
    for match in _LINK.finditer(html):
        words = _TAG.sub("", match[1])
        if _plain(words) in _VAGUE:
            message = f"the link '{words.strip()}' does not say where it leads"
            yield Finding("vague-link", message, "answer", words.strip())


def _poor_alternatives(html: str) -> Iterator[Finding]:
    for match in _IMAGE.finditer(html):
        text = match[1].strip()
        if _plain(text) in _SAYS_NOTHING or _FILE_NAME.fullmatch(text):
            message = "an image's alternative text does not say what it shows"
            yield Finding("poor-alt", message, "answer", text[:200])


def _missing_headers(html: str) -> Iterator[Finding]:
    """The renderer makes plain cells of headers without text; the first may be a corner."""
    for number, match in enumerate(_HEAD.finditer(html), start=1):
        if "d" in _CELL.findall(match[1])[1:]:
            message = f"table {number} has columns without a header"
            named = " ".join(_TAG.sub(" ", match[1]).split())
            yield Finding("missing-header", message, "answer", named[:200])


def _bold_headings(answer: str) -> Iterator[Finding]:
    lines = [line for line in _BOLD_LINE.finditer(answer) if _is_heading(answer, line)]
    if len(lines) >= FEWEST_HEADINGS:
        code = [span for span in mathspans.spans(answer) if span.kind == "fence"]
        ends = [span.end for span in code]
        lines = [line for line in lines if not _is_within(line.start(), code, ends)]
    if len(lines) >= FEWEST_HEADINGS:
        message = f"{len(lines)} lines in bold stand where headings are meant: begin them with ##"
        yield Finding("bold-heading", message, "answer", lines[0]["text"])


def _is_heading(answer: str, line: re.Match[str]) -> bool:
    """Behind an empty line or a heading, and no sentence."""
    end = max(0, line.start() - 1)
    before = answer[answer.rfind("\n", 0, end) + 1 : end].strip()
    text = line["text"].strip()
    begins = not before or before.startswith("#")
    return begins and not text.endswith((".", "!")) and bool(_LETTER.search(text))


def _is_within(position: int, spans: Sequence[mathspans.Span], ends: Sequence[int]) -> bool:
    """`ends` are those of the spans, in their order."""
    at = bisect_right(ends, position)
    return at < len(spans) and spans[at].start <= position


def _plain(words: str) -> str:
    return _NO_WORD.sub(" ", words).strip().casefold()
