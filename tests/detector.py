"""What a student would see as broken in a rendered answer, found without the renderer's own code.

    defects(answer, html) -> ["lost words: torque", "raw delimiter: the force \\(F"]

`answer` is the one-line YAML value of a file (a newline is the two characters backslash and n) or
Markdown with real newlines; `html` is what the page shows of it. Every defect begins with its
kind. The source is read here by one regular expression and the page by `html.parser`, so that a
mistake of `learn.content` is not made a second time; see `KINDS` for what is looked for.

For people: `python tests/detector.py FOLDER` lists the defects of every question file below it.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

KINDS = (
    "dollar left",
    "raw delimiter",
    "visible command",
    "literal newline",
    "emphasis left",
    "fence left",
    "table left",
    "heading left",
    "list left",
    "link left",
    "visible entity",
    "visible tag",
    "error in a formula",
    "command in a formula",
    "row gap in a formula",
    "formula count",
    "lost symbol",
    "lost digits",
    "lost words",
    "strange words",
    "formula not set",
    "cut literal",
    "placeholder",
    "unsafe",
    "unbalanced",
    "duplicate id",
)


def defects(answer: str, html: str) -> list[str]:
    """Everything that is wrong with a page's answer; an empty list where nothing is."""
    source, page = _Source(answer), _Page(html)
    found = [
        *_in_prose(page, source),
        *_in_formulas(page, source),
        *_in_code(page, source),
        *_lost(page, source),
        *_in_markup(html, answer),
        *page.faults,
    ]
    return list(dict.fromkeys(found))


# ------------------------------------------------------------------------- the source

_SEGMENT = re.compile(
    r"(?P<fence>(?m:^)[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?P<f>`{3,}|~{3,})(?P<info>[^\n`]*)\n"
    r"(?P<lines>.*?)(?:\n[ \t>]*(?P=f)[`~]*[ \t]*(?=\n|\Z)|\Z))"
    r"|(?P<code>(?<!`)(?P<c>`+)(?!`)(?P<inside>(?:(?!\n[ \t]*\n).)+?)(?<!`)(?P=c)(?!`))"
    r"|(?P<row>\\\\)|(?P<escape>\\[$`])"
    r"|\$\$(?P<block>(?:(?!\n[ \t>]*\n)[^$]|\\\$)+?)\$\$"
    r"|\\\[(?P<bracket>(?:(?!\n[ \t>]*\n).)+?)(?<!\\)\\\]"
    r"|\\\((?P<paren>(?:(?!\n[ \t>]*\n|\\\().)+?)(?<!\\)\\\)"
    r"|\$(?P<dollar>(?:\\.|[^\\$\n])+)\$(?P<after>(?=\d))?",
    re.S,
)
_SYMBOLS = {
    "nabla": "∇",
    "natural": "♮",
    "ncong": "≇",
    "ne": "≠",
    "nearrow": "↗",
    "neg": "¬",
    "neq": "≠",
    "nexists": "∄",
    "ngeq": "≱",
    "ngtr": "≯",
    "ni": "∋",
    "nleq": "≰",
    "nless": "≮",
    "nmid": "∤",
    "notin": "∉",
    "nparallel": "∦",
    "nrightarrow": "↛",
    "nRightarrow": "⇏",
    "nsim": "≁",
    "nsubseteq": "⊈",
    "nu": "ν",
    "nwarrow": "↖",
}
_SILENT = ("newline", "nonumber", "notag", "nolimits", "not")
_N_COMMAND = re.compile(r"\\n([A-Za-z]+)")
_SAME_SYMBOL = {"lnot": "¬", "gradient": "∇", "owns": "∋"}  # other commands for these symbols
_NEGATED = {"=": "≠", "in": "∉", "ni": "∌", "mid": "∤", "exists": "∄", "parallel": "∦"}
_KEPT = "\ue0ff"  # stands for the `\n` of a command while newlines are decoded


@dataclass
class _Source:
    """An answer cut into prose, code and formulas."""

    answer: str
    prose: str = ""
    code: list[str] = field(default_factory=list)
    cut_spans: list[str] = field(default_factory=list)  # short code spans that hold `\\n`
    formulas: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        pieces, position = [], 0
        text = _decoded(self.answer)
        while match := _SEGMENT.search(text, position):
            pieces.append(text[position : match.start()])
            position = match.end()
            if match["fence"] is not None:
                self.code.append(_restored(match["lines"]))
                pieces.append("\n")
            elif match["code"] is not None:
                inside = _restored(match["inside"])
                self.code.append(inside)
                if "\n" in inside and len(inside) <= 40 and "\n" not in self.answer:
                    self.cut_spans.append(inside.replace("\n", "\\n"))
                pieces.append(" ")
            elif match["row"] or match["escape"]:
                pieces.append(match[0])
            elif match["dollar"] is not None and _is_money(match, text):
                pieces.append("$")
                position = match.start() + 1
            else:
                body = match["block"] or match["bracket"] or match["paren"] or match["dollar"]
                if body.strip():
                    self.formulas.append(body.replace(_KEPT, "\\n").strip())
                pieces.append(" ")
        self.prose = _restored("".join(pieces) + text[position:])


def _decoded(answer: str) -> str:
    """The answer with newlines, and with a mark where a newline may be a command's beginning."""
    if "\n" in answer:
        return answer
    known = _SYMBOLS.keys() | set(_SILENT)

    def kept(match: re.Match[str]) -> str:
        if "n" + match[1] not in known:
            return match[0]
        if len(match[1]) == 1 and _opens_block(answer, match):
            return match[0]
        return _KEPT + match[1]

    return _N_COMMAND.sub(kept, answer).replace("\\n", "\n")


def _opens_block(answer: str, match: re.Match[str]) -> bool:
    """Whether `$$\\nu(t) = 2\\n$$` reads as a newline and `u(t)`: its closer stands alone."""
    opener = answer[max(0, match.start() - 2) : match.start()]
    closer = {"$$": "$$", "\\[": "\\]"}.get(opener)
    if closer is None or (answer[: match.start()].count("$$") % 2 == 0 and closer == "$$"):
        return False
    end = answer.find(closer, match.end())
    return end > 0 and answer[:end].rstrip(" ").endswith("\\n")


def _restored(text: str) -> str:
    return text.replace(_KEPT, "\n")


def _is_money(match: re.Match[str], text: str) -> bool:
    body = match["dollar"]
    if not body.strip():
        return True
    if not body[0].isdigit() and re.search(r"\\[A-Za-z]", body) and "\\(" not in body:
        return False
    if match["after"] is not None or (body.endswith(" ") and not body.startswith(" ")):
        return True
    if not body[0].isdigit():
        return False
    if match.start() and text[match.start() - 1].isalpha():
        return True
    bare = re.sub(r"\\[A-Za-z]+(?:\{[^{}]*\})?", "\\\\", body)
    return len(re.findall(r"[A-Za-z]{2,}", bare)) > 1 and not re.search(r"[=+*/^_<>\\]", bare)


# --------------------------------------------------------------------------- the page

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_BLOCKS = frozenset(
    "p div ul ol li table thead tbody tr td th h1 h2 h3 h4 h5 h6 pre blockquote figure figcaption"
    " hr dl dt dd details summary".split()
)
_CELLS = frozenset(("td", "th"))


class _Page(HTMLParser):
    """The visible text of an answer by context, and the faults of its markup.

    `prose` has a line for each block and each line break, `code` the text of each code element,
    `blocks` each line of code blocks, `tokens` the text of each MathML token.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.code: list[str] = []
        self.blocks: list[tuple[str, str]] = []
        self.tokens: list[tuple[str, str]] = []
        self.annotations = 0
        self.formulas = 0
        self.unset: list[str] = []
        self._prose: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._ids: set[str] = set()
        self._language = ""
        self.feed(html)
        self.close()
        self.faults += [f"unbalanced: <{tag}> is never closed" for tag, _ in self._open]

    @property
    def prose(self) -> str:
        return "".join(self._prose)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._check_attributes(tag, attributes)
        names = [name for name, _ in self._open]
        if tag in _BLOCKS and "p" in names:
            self.faults.append(f"unbalanced: <{tag}> inside <p>")
        if tag == "a" and "a" in names:
            self.faults.append("unbalanced: <a> inside <a>")
        if tag == "br" or (tag in _BLOCKS and tag not in _CELLS):
            self._prose.append("\n")
        if tag == "math":
            self.formulas += 1
            self._prose.append(" \u2061 " if "math-display" not in self._classes() else " ")
        if tag == "img":
            self.code.append(attributes.get("alt", ""))
        if tag == "merror":
            self.faults.append("error in a formula: <merror>")
        if tag == "code":
            self._start_code(attributes, "pre" in names)
        if tag not in _VOID:
            self._open.append((tag, attributes))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        else:
            self.faults.append(f"unbalanced: </{tag}> closes nothing")
        if tag in _BLOCKS:
            self._prose.append(" | " if tag in _CELLS else "\n")

    def handle_data(self, data: str) -> None:
        names = [name for name, _ in self._open]
        if "annotation" in names:
            self.annotations += 1
        elif "math" in names:
            if data.strip() or names[-1] != "math":
                self.tokens.append((names[-1], data))
        elif "code" in names or "pre" in names:
            self._code(data, "pre" in names)
        elif not data.strip() and names and names[-1] in ("table", "thead", "tbody", "tr"):
            pass
        elif "figcaption" not in names and "heading-link" not in self._classes():
            self._prose.append(data)

    def _start_code(self, attributes: dict[str, str], block: bool) -> None:
        if attributes.get("class") == "math-source":
            self.unset.append("")
            self.formulas += 1
            self._prose.append(" ")
            return
        self.code.append("")
        self._language = attributes.get("class", "").removeprefix("language-")
        if block:
            self.blocks.append((self._language, ""))
        else:
            self._prose.append("\u2060")

    def _code(self, data: str, block: bool) -> None:
        if "math-source" in self._classes():
            self.unset[-1] += data
        elif not self.code:
            self._prose.append(data)
        else:
            self.code[-1] += data
            if block and self.blocks:
                language, text = self.blocks[-1]
                self.blocks[-1] = (language, text + data)

    def _classes(self) -> set[str]:
        return {
            name for _, attributes in self._open for name in attributes.get("class", "").split()
        }

    def _check_attributes(self, tag: str, attributes: dict[str, str]) -> None:
        if (anchor := attributes.get("id")) is not None:
            if anchor in self._ids or not anchor:
                self.faults.append(f"duplicate id: {anchor}")
            self._ids.add(anchor)
        if tag in ("script", "style", "iframe", "object", "embed", "form", "input", "svg"):
            self.faults.append(f"unsafe: <{tag}>")
        for name, value in attributes.items():
            if name == "style" or name.startswith("on"):
                self.faults.append(f"unsafe: {name}={value[:40]}")
            if name in ("href", "src") and re.match(
                r"\s*(?:javascript|data|vbscript):", value, re.I
            ):
                self.faults.append(f"unsafe: {name}={value[:40]}")
        if "math-color-red" in attributes.get("class", "").split():
            self.faults.append(f"error in a formula: red <{tag}>")


# ---------------------------------------------------------------------- what is wrong

_IN_PROSE = {
    "raw delimiter": re.compile(r"\\[()\[\]]"),
    "literal newline": re.compile(r"\\n(?![a-z])"),
    "visible command": re.compile(r"\\[A-Za-z]{2,}"),
    "emphasis left": re.compile(
        r"(?<![\w*])\*\*(?!\*)|(?<=[\w.,:;!?)])\*\*(?![\w*])|(?<!\w)__(?=[^\W_])"
    ),
    "fence left": re.compile(r"```|~~~"),
    "table left": re.compile(r"^[ \t]*\|.*\|[ \t]*$|^[ \t|]*:?-{3,}:?[ \t]*\|", re.M),
    "heading left": re.compile(r"^[ \t]*#{1,6}[ \t]+\S", re.M),
    "list left": re.compile(r"(?<=\S)[ \t]*\n[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+\S"),
    "link left": re.compile(r"\]\((?:https?:|/|#)[^\s()]*\)"),
    "visible entity": re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,5});"),
}
_DOLLAR = re.compile(r"\$(?![ \t]?[-−+~]?[ \t]?[.,]?\d)")
_SPOKEN_DOLLAR = re.compile(r"[(\"“'‘]\$[)\"”'’]|\$(?:[ \t]*[.,;:)/]|[ \t]*\Z|[A-Z]\b)|[A-Z]\$")
_TEX_BETWEEN_DOLLARS = re.compile(r"\$[^$\n]*[\\^_=][^$\n]*\$")
_HTML_TAGS = frozenset(
    "a b big blockquote br center code del div em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark"
    " ol p pre s small span strike strong sub sup table tbody td th thead tr tt u ul".split()
)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")


def _in_prose(page: _Page, source: _Source) -> Iterator[str]:
    prose = page.prose
    for kind, pattern in _IN_PROSE.items():
        if kind == "emphasis left" and re.search(r"\\[*_]", source.prose):
            continue  # the author wrote them to be seen
        for match in pattern.finditer(prose):
            yield f"{kind}: {_around(prose, match)}"
    for match in _DOLLAR.finditer(prose):
        spoken = _SPOKEN_DOLLAR.match(prose, max(0, match.start() - 1))
        spoken = spoken or _SPOKEN_DOLLAR.match(prose, match.start())
        if not spoken and "\\$" not in source.prose:
            yield f"dollar left: {_around(prose, match)}"
    for match in _TEX_BETWEEN_DOLLARS.finditer(prose):
        yield f"dollar left: {_around(prose, match)}"
    for match in _TAG.finditer(prose):
        name = match[1].lower()
        escaped = f"\\{match[0]}" in source.prose or f"&lt;{name}" in source.prose.lower()
        if name in _HTML_TAGS and not escaped:
            yield f"visible tag: {_around(prose, match)}"


def _in_formulas(page: _Page, source: _Source) -> Iterator[str]:
    shown_as_code = sum(any(tex in code for code in page.code) for tex in source.formulas)
    expected = len(source.formulas)
    if not expected - shown_as_code <= page.formulas <= expected:
        yield f"formula count: {page.formulas} on the page, {expected} in the source"
    for written in page.unset:
        yield f"formula not set: {written}"
    for element, text in page.tokens:
        if element not in ("mi", "mo", "mn", "mtext", "ms", "code", "b", "i", "span"):
            yield f"error in a formula: '{text}' stands directly in <{element}>"
        if re.search(r"\\(?:[A-Za-z]|$)\w", text) or (element == "mtext" and "\\" in text):
            yield f"command in a formula: {text}"
    shown = "".join(text for _, text in page.tokens)
    if re.search(r"\[-?[\d.]+(?:pt|em|ex|mm|cm|in|mu)\]", shown):
        yield f"row gap in a formula: {shown[:60]}"


def _in_code(page: _Page, source: _Source) -> Iterator[str]:
    for written in source.cut_spans:
        if written not in page.code:
            yield f"cut literal: `{written}`"
    for language, text in page.blocks:
        for line in _lines_with_open_quote(language, text):
            yield f"cut literal: {line.strip()}"


_COMMENT = {
    "#": re.compile(r"(?<!\S)#.*"),
    "//": re.compile(r"(?<!:)//.*"),
    "--": re.compile(r"--.*"),
}
_LITERAL = re.compile(r"\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|/\*.*?(?:\*/|\Z)", re.S)


def _lines_with_open_quote(language: str, text: str) -> Iterator[str]:
    text = _LITERAL.sub(" ", text.replace("\\\\", "").replace('\\"', "").replace("'\"'", ""))
    for line in text.split("\n"):
        bare = re.sub(r"\"[^\"]*\"", "", line)
        for comment in _COMMENT.values():
            bare = comment.sub("", bare)
        if bare.count('"') % 2:
            yield line


_WORD = re.compile(r"[^\W\d_]{2,}")
_LINK_TARGET = re.compile(r"(?<=\])\((?:[^()\n]|\([^()\n]*\))*\)|(?m:^)[ \t]*\[[^\]^\n]+\]:[^\n]*")
_COMMENT_OR_TAG = re.compile(
    r"<!--.*?-->|</?(?:[A-Za-z][A-Za-z0-9-]*)(?:\s+[A-Za-z-]+\s*=[^<>]*)?\s*/?>", re.S
)
_TEXT_ARGUMENT = re.compile(r"\\(?:text(?:rm|bf|it|sf|tt)?|mbox|operatorname)\s*\{([^{}]*)\}")
_LENGTH = re.compile(
    r"\[-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|mu)\]|\\[hv]space\*?\{[^{}]*\}|\\(?:label|color)\{[^{}]*\}"
    r"|\\begin\{(?:array|alignat\*?|alignedat)\}(?:\[\w\])?\{[^{}]*\}|\\textcolor\{[^{}]*\}"
    r"|#[0-9A-Fa-f]{6}|-?[\d.]+\s*mu(?![a-z])"
)


def _lost(page: _Page, source: _Source) -> Iterator[str]:
    tex = "\n".join(source.formulas)
    shown = unicodedata.normalize("NFKC", "".join(text for _, text in page.tokens))
    yield from _lost_symbols(tex, "".join(text for _, text in page.tokens))
    if not page.unset:
        tex_digits, page_digits = _digits(_LENGTH.sub("", tex)), _digits(shown)
        if missing := tex_digits - page_digits:
            yield f"lost digits: {''.join(sorted(missing.elements()))}"
        in_text = " ".join(_TEXT_ARGUMENT.findall(tex))
        shown_words = " ".join(text for _, text in page.tokens)
        missing_text = _words(re.sub(r"\\[A-Za-z]+|\$", " ", in_text)) - _words(shown_words)
        if missing_text:
            yield f"lost words: in a formula: {' '.join(missing_text)}"
    written = _words(" ".join([_read(source.prose), *source.code]))
    visible = _words(" ".join([page.prose.replace("\u2060", ""), *page.code]))
    if lost := written - visible:
        yield f"lost words: {' '.join(sorted(lost.elements())[:12])}"
    if strange := visible - written:
        yield f"strange words: {' '.join(sorted(strange.elements())[:12])}"


def _lost_symbols(tex: str, shown: str) -> Iterator[str]:
    expected: Counter[str] = Counter()
    for name in re.findall(r"\\([A-Za-z]+)", re.sub(r"\\\\", " ", tex)):
        if symbol := _SYMBOLS.get(name) or _SAME_SYMBOL.get(name):
            expected[symbol] += 1
    for name in re.findall(r"\\not\s*(?:\\([a-z]+)|=)", tex):
        expected[_NEGATED.get(name or "=", "")] += 1
        if name == "ni":
            expected["∋"] -= 1
    for symbol in set(expected) - {""}:
        count = expected[symbol] + tex.count(symbol)
        if shown.count(symbol) != count:
            yield f"lost symbol: {count} {symbol} in the source, {shown.count(symbol)} on the page"


def _digits(text: str) -> Counter[str]:
    return Counter(character for character in text if character in "0123456789")


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.replace("\\n", " ")))


def _read(prose: str) -> str:
    """The words of Markdown: without link targets, tags, and the marks inside words."""
    prose = prose.replace("![](", "![Image](")
    prose = _COMMENT_OR_TAG.sub(_unless_unknown, _LINK_TARGET.sub(" ", prose))
    prose = re.sub(r"(?<!\\)(?:\*+|~~)|\\(?=[!-/:-@\[-`{-~])", "", prose)
    return entities.unescape(prose)


def _unless_unknown(match: re.Match[str]) -> str:
    tag = _TAG.match(match[0])
    return match[0] if tag and tag[1].lower() not in _HTML_TAGS | _RARE_TAGS else ""


_RARE_TAGS = frozenset(
    "abbr caption cite col colgroup dd details dfn dl dt figcaption figure q samp script style"
    " summary tfoot var wbr".split()
)
_PLACEHOLDER = re.compile(r"[\ue000-\uf8ff]|%EE%8[0-9A-F]%[0-9A-F]{2}", re.I)


def _in_markup(html: str, answer: str) -> Iterator[str]:
    for match in _PLACEHOLDER.finditer(html):
        if match[0] not in answer:
            yield f"placeholder: {_around(html, match)}"


def _around(text: str, match: re.Match[str]) -> str:
    piece = text[max(0, match.start() - 30) : match.end() + 40]
    return " ".join(piece.split())


# ------------------------------------------------------------------------- for people


def _main(folders: Iterable[str]) -> None:
    from pathlib import Path

    from learn.content import codec, frontmatter, strictyaml
    from learn.content.markdown import render

    for folder in folders:
        for path in sorted(Path(folder).rglob("*.md")):
            text = frontmatter.normalised(path.read_text("utf-8"))
            answer = strictyaml.load(frontmatter.split(text).metadata)["answer"]
            for defect in defects(answer, render(codec.parse(text).answer).html):
                print(f"{path.parent.name}/{path.name}: {defect}")


if __name__ == "__main__":
    import sys

    _main(sys.argv[1:])
