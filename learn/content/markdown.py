"""Markdown -> HTML with MathML: the one renderer, for the page and for the editors' preview.

    markdown -> spans -> placeholders for math -> cmark-gfm -> nh3 -> headings, tables, code, MathML

Math is taken out before the Markdown engine sees it (an underscore in a formula is no emphasis, a
pipe no table cell) and put back after the sanitiser, which therefore needs to know no MathML. A
placeholder is two private-use characters around a number: neither engine touches those.

cmark-gfm is GitHub's own engine: linear on 20 hostile patterns up to 400 KB, 0.03 ms a page.
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass
from urllib.parse import quote

import cmarkgfm
import nh3

from learn.content import mathspans
from learn.content.document import Finding
from learn.content.mathml import FormulaError, formula_from

RENDERER_VERSION = 1  # raise it with every change that a stored page would show
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
    reading_minutes: int
    version: int = RENDERER_VERSION


def render(markdown: str) -> Rendered:
    """Render an answer. Never raises for any text of up to 1 MB; what is wrong is in `problems`."""
    if len(markdown) > MAX_CHARACTERS:
        return _refused(f"the answer has more than {MAX_CHARACTERS:,} characters")
    source = _Source(markdown)
    raw = cmarkgfm.markdown_to_html_with_extensions(
        source.text, options=_CMARK_OPTIONS, extensions=_CMARK_EXTENSIONS
    )
    return _Page(_CLEANER.clean(raw), source).rendered()


def _refused(message: str) -> Rendered:
    return Rendered("", "", (), (Finding("too-long", message),), 0, 0)


# ------------------------------------------------------------------- before the engine

_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACEHOLDERS = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_ENCODED_PLACEHOLDERS = re.compile("%EE%80%80([0-9]+)%EE%80%81")
_TAGS = frozenset(
    "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em"
    " figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span"
    " strong sub summary sup table tbody td tfoot th thead tr u ul var wbr".split()
)
_ANGLE = re.compile(r"(?<!\\)((?:\\\\)*)<(?:/?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])|!(?!--)|\?)")


class _Source:
    """An answer's Markdown with placeholders for its formulas, which it keeps."""

    def __init__(self, markdown: str) -> None:
        if _OPEN in markdown or _CLOSE in markdown:
            markdown = markdown.replace(_OPEN, "\ufffd").replace(_CLOSE, "\ufffd")
        self.formulas: list[tuple[str, str, bool]] = []  # with delimiters, without, display
        self.problems: list[Finding] = []
        pieces, position = [], 0
        for span in mathspans.spans(markdown):
            pieces.append(_with_visible_tags(markdown[position : span.start]))
            pieces.append(self._kept(markdown, span))
            position = span.end
        pieces.append(_with_visible_tags(markdown[position:]))
        self.text = "".join(pieces)

    def _kept(self, markdown: str, span: mathspans.Span) -> str:
        written = markdown[span.start : span.end]
        if span.kind == "math":
            self.formulas.append((written, markdown[span.inner : span.outer], span.display))
            return f"{_OPEN}{len(self.formulas) - 1}{_CLOSE}"
        if span.kind == "unclosed":
            line = markdown[span.start :].partition("\n")[0]
            self.problems.append(
                Finding(
                    "unclosed-math",
                    f"'{written}' opens math that never closes",
                    "answer",
                    line[:200],
                )
            )
            return "\\" + written if written[0] == "\\" else written
        return written


def _with_visible_tags(prose: str) -> str:
    """Escape what looks like a tag but is none that an answer may use (`<iostream>`)."""
    if "<" not in prose:
        return prose
    return _ANGLE.sub(_visible_tag, prose)


def _visible_tag(match: re.Match[str]) -> str:
    if match[2] and match[2].lower() in _TAGS:
        return match[0]
    return f"{match[1]}\\{match[0][len(match[1]) :]}"


# ------------------------------------------------------------------- the two engines

_UNSAFE, _DOUBLE_TILDE = 1 << 17, 1 << 14
_CMARK_OPTIONS = _UNSAFE | _DOUBLE_TILDE  # raw HTML passes: the sanitiser decides about it
_CMARK_EXTENSIONS = ["table", "strikethrough", "autolink"]
_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
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

# ------------------------------------------------------------------- after the engines

_ELEMENT = re.compile(
    r"<h(?P<level>[1-6])>(?P<heading>.*?)</h(?P=level)>\n?"
    r"|<pre>(?P<pre>.*?)</pre>"
    r"|<code[^>]*>(?P<code>.*?)</code>"
    r"|(?P<table><table>)|(?P<table_end></table>)"
    r"|<(?P<cell>t[hd])(?P<cell_attributes>[^>]*)>(?P<empty></th>)?"
    r"|<img(?P<image>(?:[^>\"]|\"[^\"]*\")*)>",
    re.S,
)
_TAG = re.compile(r'<(?:[^<>"]|"[^"]*")*>')
_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|tr|td|th|div|pre|blockquote|dt|dd|summary)>|<(?:br|hr)>")
_CODE_TAG = re.compile(r'<code(?: class="(?:language-)?([A-Za-z0-9+#._-]*)[^"]*")?>')
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_NOT_SLUG = re.compile(r"[\W_]+")
_LINK_TAG = re.compile(r"</?a\b[^>]*>")
_SPACES = re.compile(r"[ \t]+")
_BLANKS = re.compile(r"\s*\n\s*")
_PAGE_IDS = (  # ids that the page itself uses
    "answer",
    "contents-heading",
    "main",
    "question-title",
    "related-heading",
    "theme-button",
)

LANGUAGES = {
    "bash": "Bash",
    "c": "C",
    "c#": "C#",
    "c++": "C++",
    "cpp": "C++",
    "csharp": "C#",
    "css": "CSS",
    "go": "Go",
    "haskell": "Haskell",
    "html": "HTML",
    "java": "Java",
    "javascript": "JavaScript",
    "js": "JavaScript",
    "json": "JSON",
    "kotlin": "Kotlin",
    "latex": "LaTeX",
    "matlab": "MATLAB",
    "php": "PHP",
    "py": "Python",
    "python": "Python",
    "r": "R",
    "ruby": "Ruby",
    "rust": "Rust",
    "sh": "Shell",
    "shell": "Shell",
    "sql": "SQL",
    "swift": "Swift",
    "tex": "TeX",
    "ts": "TypeScript",
    "typescript": "TypeScript",
    "xml": "XML",
    "yaml": "YAML",
}
_PLAIN_LANGUAGES = frozenset(("", "plaintext", "text", "txt", "none"))


class _Page:
    """The sanitised HTML of one answer on its way to the page."""

    def __init__(self, clean: str, source: _Source) -> None:
        self._clean = clean
        self._source = source
        self._headings: list[Heading] = []
        self._problems = list(source.problems)
        self._ids = set(_PAGE_IDS)
        self._tables = 0
        levels = [int(level) for level in re.findall(r"<h([1-6])>", clean)]
        self._shift = 2 - min(levels, default=2)

    def rendered(self) -> Rendered:
        text = self._text_of(self._clean)
        html = _ELEMENT.sub(self._element, self._clean)
        if self._source.formulas:
            html = _TAG.sub(self._source_in_tag, html) if self._has_marked_tags(html) else html
            html = _PLACEHOLDERS.sub(self._formula, html)
        return Rendered(
            html=html.strip(),
            text=text,
            headings=tuple(self._headings),
            problems=tuple(self._problems),
            formulas=len(self._source.formulas),
            reading_minutes=max(1, round(len(text.split()) / WORDS_PER_MINUTE)),
        )

    def _element(self, match: re.Match[str]) -> str:
        if match["level"]:
            return self._heading(int(match["level"]), match["heading"])
        if match["pre"] is not None:
            return self._code_block(self._as_written(match["pre"]))
        if match["code"] is not None:
            return f"<code>{self._as_written(match['code'])}</code>"
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
        return self._image(dict(_ATTRIBUTE.findall(match["image"])))

    def _heading(self, level: int, inner: str) -> str:
        text = self._text_of(inner).replace("\n", " ")
        if not text:
            return ""
        above = self._headings[-1].level if self._headings else 1
        level = min(level + self._shift, above + 1, 6)
        anchor = self._unique_id(text)
        shown = _LINK_TAG.sub("", inner)
        html = _PLACEHOLDERS.sub(self._inline_formula, shown)
        self._headings.append(Heading(level, anchor, text, html))
        link = f'<a class="heading-link" href="#{anchor}" aria-label="Link to this section">#</a>'
        return f'<h{level} id="{anchor}">{inner} {link}</h{level}>\n'

    def _unique_id(self, text: str) -> str:
        base = _NOT_SLUG.sub("-", text.lower()).strip("-")[:80] or "section"
        anchor, number = base, 2
        while anchor in self._ids:
            anchor, number = f"{base}-{number}", number + 1
        self._ids.add(anchor)
        return anchor

    def _code_block(self, inner: str) -> str:
        tag = _CODE_TAG.match(inner)
        if tag is None:
            return f'<pre tabindex="0">{inner}</pre>'
        language = (tag[1] or "").lower()
        code = inner[tag.end() :]
        if language in _PLAIN_LANGUAGES:
            return f'<pre tabindex="0"><code>{code}</pre>'
        name = LANGUAGES.get(language, language.capitalize())
        return (
            f'<figure class="code" data-language="{name}"><figcaption>{name}</figcaption>'
            f'<pre tabindex="0"><code class="language-{language}">{code}</pre></figure>'
        )

    def _cell(self, match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match["cell_attributes"]))
        align = attributes.pop("align", "")
        if align in ("left", "center", "right"):
            attributes["class"] = f"align-{align}"
        if match["empty"]:  # a header cell without text is announced as one that lacks its text
            return f"<td{_written(attributes)}></td>"
        if match["cell"] == "th":
            attributes["scope"] = "col"
        return f"<{match['cell']}{_written(attributes)}>"

    def _image(self, attributes: dict[str, str]) -> str:
        source, alternative = attributes.get("src", ""), attributes.get("alt", "")
        if not alternative:
            self._problems.append(
                Finding("missing-alt", "an image has no alternative text", "answer", source[:200])
            )
        if not source.startswith("/") or source.startswith("//"):
            self._problems.append(
                Finding("external-image", "an image lies on another site", "answer", source[:200])
            )
            return f'<a href="{source}">{alternative or "Image"}</a>' if source else alternative
        return f'<img{_written(attributes)} loading="lazy" decoding="async">'

    # -- math

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

    def _as_written(self, code: str) -> str:
        """Code keeps the source of what the segmenter took for a formula."""
        return _PLACEHOLDERS.sub(self._written_formula, code) if _OPEN in code else code

    def _has_marked_tags(self, html: str) -> bool:
        return '="' in html and any(
            _OPEN in tag or "%EE%80%80" in tag for tag in re.findall(r'="([^"]*)"', html)
        )

    def _source_in_tag(self, match: re.Match[str]) -> str:
        tag = match[0]
        if _OPEN in tag:
            tag = _PLACEHOLDERS.sub(self._written_formula, tag)
        if "%EE%80%80" in tag:
            tag = _ENCODED_PLACEHOLDERS.sub(
                lambda found: quote(self._source.formulas[int(found[1])][0], safe="$&()=+,"), tag
            )
        return tag

    def _tex(self, match: re.Match[str]) -> str:
        return self._source.formulas[int(match[1])][1].strip()

    def _text_of(self, html: str) -> str:
        text = _TAG.sub("", _BLOCK_END.sub("\n", html))
        text = entities.unescape(text) if "&" in text else text
        text = _PLACEHOLDERS.sub(self._tex, text) if _OPEN in text else text
        return _BLANKS.sub("\n", _SPACES.sub(" ", text)).strip()


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items())


def _source_html(written: str, message: str) -> str:
    title, source = entities.escape(message), entities.escape(written)
    return f'<code class="math-source" title="{title}">{source}</code>'
