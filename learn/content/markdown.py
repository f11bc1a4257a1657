"""Markdown -> HTML with MathML: the one renderer, for the page and for the editors' preview.

    markdown -> spans -> placeholders for math -> comrak -> nh3 -> headings, tables, code, MathML

Math is taken out before the Markdown engine sees it (an underscore in a formula is no emphasis, a
pipe no table cell; see `source`) and put back after the sanitiser, which therefore needs to know no
MathML.

comrak is GitHub's engine in Rust: the same HTML as cmark-gfm for each of 5,947 answers, and linear
on 20 hostile patterns up to 400 KB. (cmarkgfm, the C engine's wrapper, keeps 17 KB of every call.)
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass
from urllib.parse import quote

import comrak
import nh3

from learn.content import highlight, naming
from learn.content.document import Finding
from learn.content.mathml import FormulaError, formula_from
from learn.content.source import ENCODED_PLACEHOLDERS, LESS, OPEN, PLACEHOLDERS, TAGS, Source

RENDERER_VERSION = 5  # raise it with every change of what is stored of an answer: page, findings
WORDS_PER_MINUTE = 220  # silent reading of non-fiction: Brysbaert 2019, 238 less some for study
MAX_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an answer: `level` 2 to 6, its anchor, its text, and its inner HTML."""

    level: int
    id: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer ready to be shown. `html` is safe to print; `text` is its words, math as TeX."""

    html: str
    text: str
    headings: tuple[Heading, ...]
    problems: tuple[Finding, ...]
    formulas: int
    words: int
    version: int = RENDERER_VERSION

    @property
    def reading_minutes(self) -> int:
        return max(1, round(self.words / WORDS_PER_MINUTE))


def render(markdown: str) -> Rendered:
    """Render an answer. Never raises for any text of up to 1 MB; what is wrong is in `problems`."""
    return rendered_as(Page, markdown)


def rendered_as(page: type[Page], markdown: str) -> Rendered:
    """Render an answer for another place than the site's pages, which `page` knows."""
    if len(markdown) > MAX_CHARACTERS:
        return _refused(f"the answer has more than {MAX_CHARACTERS:,} characters")
    source = Source(markdown)
    raw = comrak.markdown_to_html(
        source.text, extension_options=_EXTENSIONS, render_options=_RENDERING
    )
    return page(sanitised(raw, source.text), source).rendered()


def _refused(message: str) -> Rendered:
    return Rendered("", "", (), (Finding("too-long", message),), 0, 0)


# ------------------------------------------------------------------- the two engines

_EXTENSIONS = comrak.ExtensionOptions(table=True, strikethrough=True, autolink=True)
_RENDERING = comrak.RenderOptions(unsafe_=True)  # raw HTML passes: the sanitiser decides about it
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style"},
    attributes={
        "a": {"href", "title"},
        "abbr": {"title"},
        "code": {"class"},
        "details": {"open"},
        "img": {"src", "alt", "title", "width", "height"},
        "ol": {"start"},
        "td": {"align", "colspan", "rowspan"},
        "th": {"align", "colspan", "rowspan"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)

_ATTRIBUTES_TO_CLEAN = ("<a ", "<img", "class=")


def sanitised(raw: str, markdown: str) -> str:
    """The engine's HTML with nothing in it that an answer may not have.

    Where the Markdown holds no `<`, all tags are the engine's own, and it escapes all text: what
    is left to clean are the addresses of links and images, and what follows a fence. In 98 of 100
    answers there are none; they are only written as the sanitiser would, in a tenth of its time.
    """
    if "<" in markdown or any(mark in raw for mark in _ATTRIBUTES_TO_CLEAN):
        return _CLEANER.clean(raw)
    return raw.replace("&quot;", '"').replace(" />", ">").replace("\u00a0", "&nbsp;")


# ------------------------------------------------------------------- after the engines

# One alternative for each first letter after "<": most tags are then refused by that letter alone.
_ELEMENT = re.compile(
    r"<(?:h(?P<level>[1-6])>(?P<heading>.*?)</h(?P=level)>\n?"
    r"|pre>(?P<pre>.*?)</pre>"
    r"|code (?P<attributes>[^>]*)>"
    r"|t(?:(?P<table>able>)"
    r"|(?P<cell>[hd])(?P<cell_attributes>(?: [^>]*)?)>(?P<empty>(?:\s|&nbsp;|<br>)*+</th>)?)"
    r"|/(?P<table_end>table>)"
    r"|img(?P<image>[^>\"]*(?:\"[^\"]*\"[^>\"]*)*)>)",
    re.S,
)
_CODE = re.compile(r"<code[^>]*>.*?</code>", re.S)
_LOCAL = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f]*")  # browsers read `/\host` as `//host`
_SIZED = re.compile(r"^/media/[0-9a-f]{32}-([0-9]+)x([0-9]+)\.[a-z]+$")  # see learn.desk.images
_MARKED_ATTRIBUTE = re.compile(f'="[^"]*(?:{OPEN}|%EE%80%80)')
_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|tr|td|th|div|pre|blockquote|dt|dd|summary)>|<(?:br|hr)>")
_CODE_TAG = re.compile(r'<code(?: class="(?:language-)?([A-Za-z0-9+#._-]*)[^"]*")?>')
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_NOT_SLUG = re.compile(r"[\W_]+")
_LINK_TAG = re.compile(r"</?a\b[^>]*>")
_PAGE_IDS = (  # ids that the page itself uses
    "answer",
    "cite-1",
    "cite-2",
    "cite-3",
    "contents-heading",
    "helpful-question",
    "main",
    "question-title",
    "related-heading",
    "reported",
    "thanks",
    "theme-button",
    "top",
)

# A formula in its sentence: no line shall begin with its comma, or end with its bracket.
_IN_TEXT = re.compile(rf"[(\[“]?{PLACEHOLDERS.pattern}[-,.;:!?)\]”’]*")


class Page:
    """The sanitised HTML of one answer on its way to the page."""

    def __init__(self, clean: str, source: Source) -> None:
        self._clean = clean
        self._source = source
        self._headings: list[Heading] = []
        self._problems = list(source.problems)
        self._ids = dict.fromkeys(_PAGE_IDS, 1)  # and the last number given to each
        self._tables = 0
        self._has_links_for_images = False
        self._code_length = 0
        levels = [int(level) for level in re.findall(r"<h([1-6])>", clean)]
        self._shift = 2 - min(levels, default=2)

    def rendered(self) -> Rendered:
        text = self._text_of(self._clean)
        html = _ELEMENT.sub(self._element, self._clean)
        if self._has_links_for_images:
            html = _with_outer_links(html)
        if LESS in html or "%EE%80%82" in html:
            html = html.replace(LESS, "&lt;").replace("%EE%80%82", "%3C")
        if self._source.formulas:
            if "<code" in html:
                html = _CODE.sub(self._as_written, html)
            if _MARKED_ATTRIBUTE.search(html):
                html = naming.TAG.sub(self._source_in_tag, html)
            html = _IN_TEXT.sub(self._set, html)
        return Rendered(
            html=html.strip(),
            text=text,
            headings=tuple(self._headings),
            problems=tuple(self._problems),
            formulas=len(self._source.formulas),
            words=text.count(" ") + text.count("\n") + 1 if text else 0,
        )

    def _element(self, match: re.Match[str]) -> str:
        if match["level"]:
            return self._heading(int(match["level"]), match["heading"])
        if match["pre"] is not None:
            return self._code_block(match["pre"])
        if match["attributes"] is not None:
            return "<code>"
        if match["table"]:
            self._tables += 1
            label = f"Table {self._tables}"
            return (
                f'<div class="table-scroll" tabindex="0" role="region" aria-label="{label}"><table>'
            )
        if match["table_end"]:
            return "</table></div>"
        if match["cell"]:
            return self._cell(match)
        return self._image(_attributes(match["image"]))

    def _heading(self, level: int, inner: str) -> str:
        inner = naming.IMAGE.sub(lambda match: self._image(_attributes(match["image"])), inner)
        text = self._text_of(inner).replace("\n", " ")
        if not text:
            return inner
        above = self._headings[-1].level if self._headings else 1
        level = min(level + self._shift, above + 1, 6)
        anchor = self._unique_id(text)
        shown = _LINK_TAG.sub("", inner).replace(LESS, "&lt;")
        html = PLACEHOLDERS.sub(self._inline_formula, shown)
        self._headings.append(Heading(level, anchor, text, html))
        link = f'<a class="heading-link" href="#{anchor}" aria-label="Link to this section">#</a>'
        return f'<h{level} id="{anchor}">{inner} {link}</h{level}>\n'

    def _unique_id(self, text: str) -> str:
        base = _NOT_SLUG.sub("-", text.lower()).strip("-")[:80] or "section"
        anchor = base
        while anchor in self._ids:
            self._ids[base] = self._ids.get(base, 1) + 1
            anchor = f"{base}-{self._ids[base]}"
        self._ids[anchor] = 1
        return anchor

    def _code_block(self, inner: str) -> str:
        tag = _CODE_TAG.match(inner)
        if tag is None:
            return f'<pre tabindex="0">{inner}</pre>'
        language = (tag[1] or "").lower()
        name = highlight.shown_name(language)
        code = self._highlighted(inner[tag.end() :], name)
        class_ = f' class="language-{language}"' if language else ""
        return (
            f'<figure class="code"><figcaption>{name}</figcaption>'
            f'<pre tabindex="0"><code{class_}>{code}</pre></figure>'
        )

    def _highlighted(self, inner: str, language: str) -> str:
        """Code with its words marked, as long as the answer has not had its share of that."""
        code, end, rest = inner.partition("</code>")
        self._code_length += len(code)
        if self._code_length > highlight.MAX_CHARACTERS:
            return inner
        if OPEN in code or LESS in code:  # a lexer would tear a placeholder to pieces
            code = PLACEHOLDERS.sub(self._written_formula, code).replace(LESS, "&lt;")
        return highlight.highlighted(code, language) + end + rest

    def _cell(self, match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match["cell_attributes"]))
        align = attributes.pop("align", "")
        if align in ("left", "center", "right"):
            attributes["class"] = f"align-{align}"
        if match["empty"]:  # a header cell without text is announced as one that lacks its text
            return f"<td{_written(attributes)}></td>"
        if match["cell"] == "h":
            attributes["scope"] = "col"
        return f"<t{match['cell']}{_written(attributes)}>"

    def _image(self, attributes: dict[str, str]) -> str:
        source, alternative = attributes.get("src", ""), attributes.get("alt", "")
        if not alternative.strip():
            self._problems.append(
                Finding("missing-alt", "an image has no alternative text", "answer", source)
            )
        elif naming.says_nothing(alternative):
            message = "an image's alternative text does not say what it shows"
            self._problems.append(Finding("poor-alt", message, "answer", source))
        if not _LOCAL.fullmatch(source):
            self._problems.append(
                Finding("external-image", "an image lies on another site", "answer", source)
            )
            if not source:
                return alternative
            self._has_links_for_images = True
            return f'<a href="{source}">{alternative or "Image"}</a>'
        if size := _SIZED.search(source):  # so that the page does not move when it arrives
            attributes = {**attributes, "width": size[1], "height": size[2]}
        return f'<img{_written(attributes)} loading="lazy" decoding="async">'

    # -- math

    def _set(self, match: re.Match[str]) -> str:
        """A formula with the brackets and points that touch it."""
        before, _, rest = match[0].partition("$")
        return self._joined(before, self._formula(match), rest.rpartition("$")[2])

    def _joined(self, before: str, formula: str, after: str) -> str:
        """Browsers break a line between a formula and its comma; a long one scrolls by itself."""
        if not (before or after) or not formula.startswith("<math"):
            return before + formula + after
        return f'<span class="math-joined">{before}{formula}{after}</span>'

    def _formula(self, match: re.Match[str]) -> str:
        written, tex, display = self._source.formulas[int(match[1])]
        try:
            formula = formula_from(tex, display=display)
        except FormulaError as error:
            message = str(error)
            self._problems.append(Finding("math-error", message, "answer", written[:200]))
            return _source_html(written, message)
        if formula.repaired:
            message = "two scripts at one place: write x_{a_b} or {x_a}_b"
            self._problems.append(Finding("double-script", message, "answer", written[:200]))
        if display:
            return f'<span class="math-display" tabindex="0">{formula.mathml}</span>'
        return formula.mathml

    def _inline_formula(self, match: re.Match[str]) -> str:
        written, tex, _ = self._source.formulas[int(match[1])]
        try:
            return formula_from(tex, display=False).mathml
        except FormulaError:
            return entities.escape(written)

    def _written_formula(self, match: re.Match[str]) -> str:
        return entities.escape(self._source.formulas[int(match[1])][0])

    def _as_written(self, match: re.Match[str]) -> str:
        """Code keeps the source of what the segmenter took for a formula."""
        code = match[0]
        return PLACEHOLDERS.sub(self._written_formula, code) if OPEN in code else code

    def _source_in_tag(self, match: re.Match[str]) -> str:
        tag = match[0]
        if OPEN in tag:
            tag = PLACEHOLDERS.sub(self._written_formula, tag)
        if "%EE%80%80" in tag:
            tag = ENCODED_PLACEHOLDERS.sub(
                lambda found: quote(self._source.formulas[int(found[1])][0], safe="$&()=+,"), tag
            )
        return tag

    def _tex(self, match: re.Match[str]) -> str:
        return self._source.formulas[int(match[1])][1].strip()

    def _text_of(self, html: str) -> str:
        if self._source.has_tags:  # the engine ends every block with a newline, raw HTML need not
            html = _BLOCK_END.sub("\n", html)
        text = naming.TAG.sub("", html)
        text = entities.unescape(text) if "&" in text else text
        text = text.replace(LESS, "<")
        text = PLACEHOLDERS.sub(self._tex, text) if OPEN in text else text
        lines = [stripped for line in text.split("\n") if (stripped := line.strip())]
        if any(space in text for space in ("  ", "\t", "\u00a0")):
            lines = [" ".join(line.split()) for line in lines]
        return "\n".join(lines)


def _with_outer_links(html: str) -> str:
    """A link in a link is its words: browsers end the outer one where the inner begins."""
    depth = 0

    def outer(tag: re.Match[str]) -> str:
        nonlocal depth
        opens = not tag[0].startswith("</")
        depth += opens
        is_outer = depth == 1
        depth -= not opens
        return tag[0] if is_outer else ""

    return _LINK_TAG.sub(outer, html)


def _attributes(written: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(written))


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items())


def _source_html(written: str, message: str) -> str:
    title, source = entities.escape(message), entities.escape(written)
    return f'<code class="math-source" title="{title}">{source}</code>'
