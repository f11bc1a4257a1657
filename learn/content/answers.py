"""The one-line answer of a file <-> Markdown.

A file holds its answer on one line, in which a newline is the two characters `\\n` and nothing else
is escaped. So a LaTeX command that begins with n and a string literal in code look like newlines:

- `\\nabla` stays a command inside math, and only when the whole run of letters after the backslash
  is a LaTeX command (`\\nor`, `\\neven`, `\\nwhere` are newlines and words).
- Directly after an opening `$$` or `\\[` whose closer stands on a line of its own, a command of two
  letters (`\\nu`, `\\ne`, `\\ni`) is a newline and a variable: who closes on a line of its own also
  opened so, and `u(t) = ...` is a formula where `abla f = ...` is none.
- In a code fence, lines are joined while a string literal is open; comments are left alone.
- A short code span that a newline would cut keeps its `\\n` as written.

An answer whose YAML value holds a real newline is Markdown as it stands.
"""

from __future__ import annotations

import re

from learn.content import mathspans

COMMANDS = frozenset(
    "nabla natural ncong ne nearrow neg neq newline nexists ngeq ngeqq ngeqslant ngtr ni"
    " nleftarrow nleftrightarrow nleq nleqq nleqslant nless nmid nobreakspace nolimits nonumber"
    " not notag notin notni nparallel nprec npreceq nrightarrow nshortmid nshortparallel nsim"
    " nsubseteq nsubseteqq nsucc nsucceq nsupseteq nsupseteqq ntriangleleft ntrianglelefteq"
    " ntriangleright ntrianglerighteq nu nvDash nvdash nVDash nVdash nwarrow"
    " nLeftarrow nLeftrightarrow nRightarrow".split()
)
_CANDIDATE = re.compile(
    r"\\n(" + "|".join(sorted((name[1:] for name in COMMANDS), key=len, reverse=True)) + r")"
    r"(?![A-Za-z])"
)


def markdown_from(value: str) -> str:
    """The Markdown that an answer's YAML value means."""
    if "\n" in value:
        return value.removesuffix("\n")
    if "\\n" not in value:
        return value
    text = value
    if mathspans.CANDIDATE not in text and _CANDIDATE.search(text):
        text = _CANDIDATE.sub(mathspans.CANDIDATE + r"\1", text)
    text = text.replace("\\n", "\n")
    if mathspans.CANDIDATE in text and mathspans.CANDIDATE not in value:
        text = _resolve_candidates(text)
    if "`" in text or "~~~" in text:
        text = _rejoin_code(text)
    return text


def encoded_from(markdown: str) -> str | None:
    """The one-line form of Markdown, or None where that would not decode to the same text."""
    value = markdown.replace("\n", "\\n")
    return value if markdown_from(value) == markdown else None


def _resolve_candidates(text: str) -> str:
    pieces, position = [], 0
    for span in mathspans.spans(text):
        pieces.append(text[position : span.inner].replace(mathspans.CANDIDATE, "\n"))
        inside = text[span.inner : span.outer]
        if span.kind == "math":
            if inside[0] == mathspans.CANDIDATE and _opens_line(inside):
                inside = "\n" + inside[1:]
            inside = inside.replace(mathspans.CANDIDATE, "\\n")
        pieces.append(inside.replace(mathspans.CANDIDATE, "\n"))
        position = span.outer
    pieces.append(text[position:].replace(mathspans.CANDIDATE, "\n"))
    return "".join(pieces)


def _opens_line(inside: str) -> bool:
    """Whether the mark that begins a formula is a newline: see the module's second rule."""
    closer_alone = inside.rstrip(" \t").endswith("\n")
    return closer_alone and not inside[2:3].isalpha()


# ------------------------------------------------------------------------------ code

_SINGLE_QUOTES = re.compile(
    r"(?:sh|bash|shell|zsh|console|c|h|cpp|c\+\+|cc|java|py|python\d?|js|javascript|jsx|ts"
    r"|typescript)\b",
    re.I,
)
_SHELL = re.compile(r"(?:sh|bash|shell|zsh|console)\b", re.I)
_SLASH_COMMENTS = re.compile(
    r"(?:c|h|cpp|c\+\+|cc|cs|csharp|java|js|javascript|jsx|ts|typescript|go|rust|kotlin|swift"
    r"|scala|php)\b",
    re.I,
)
_INFO = re.compile(r"[`~]+[ \t]*([^\n]*)")


def _rejoin_code(text: str) -> str:
    pieces, position = [], 0
    for span in mathspans.fences(text):
        pieces.append(_rejoin_spans(text[position : span.inner]))
        info = _INFO.match(text, span.start)
        pieces.append(_rejoin_literals(text[span.inner : span.outer], info[1] if info else ""))
        position = span.outer
    pieces.append(_rejoin_spans(text[position:]))
    return "".join(pieces)


def _rejoin_literals(code: str, language: str) -> str:
    """Join the lines of a fence that a newline inside a string literal has cut."""
    if '"' not in code and "'" not in code:
        return code
    reader = _LiteralReader(language)
    lines = code.split("\n")
    joined: list[str] = []
    index = 0
    while index < len(lines):
        line, state = lines[index], reader.after(lines[index])
        taken = index + 1
        while state in ("'", '"') and taken < len(lines) - 1 and reader.continues(lines[taken]):
            line += "\\n" + lines[taken]
            state = reader.after(line)
            taken += 1
        if state in ("'", '"'):  # it never closes: an apostrophe, not a literal
            line, taken = lines[index], index + 1
            state = ""
        reader.state = state
        joined.append(line)
        index = taken
    return "\n".join(joined)


class _LiteralReader:
    """Follows the string literals of code, line by line; `state` is what is open between lines."""

    def __init__(self, language: str) -> None:
        quotes = "\"'" if _SINGLE_QUOTES.match(language) else '"'
        self._shell = bool(_SHELL.match(language))
        comment = "//|/\\*" if _SLASH_COMMENTS.match(language) else "#|--"
        if language and re.match(r"(?:py|sh|bash|shell|zsh|ruby|r\b)", language, re.I):
            comment = "#"
        self._token = re.compile(rf"\\.|\"\"\"|'''|[{quotes}]|{comment}", re.S)
        self.state = ""

    def continues(self, line: str) -> bool:
        """Whether a line can be the rest of a literal: in a shell a literal may span real lines."""
        return not (self._shell and (line[:2].isspace() or line[:1] in "{}[]"))

    def after(self, line: str) -> str:
        """What is open at the end of a line: '', a quote, a triple quote or a block comment."""
        state, position = self.state, 0
        while position < len(line):
            if state == "/*":
                end = line.find("*/", position)
                if end < 0:
                    return state
                state, position = "", end + 2
                continue
            token = self._token.search(line, position)
            if token is None:
                return state
            mark, position = token[0], token.end()
            if not state:
                if mark in ("//", "#", "--"):
                    return ""
                state = "" if mark[0] == "\\" else mark
            elif mark == state:
                state = ""
            elif mark in ('"""', "'''") and state == mark[0]:
                position = token.start() + 1
                state = ""
        return state


_LIST_OR_INDENT = re.compile(r"[ \t]|[-*+#>]|\d+[.)]")
_SPAN_PIECE = 20  # characters; what a code span with a `\n` in it has on either side of it
_SPAN_LINES = 6  # lines that newlines in code spans cut one line into, at the most


def _rejoin_spans(prose: str) -> str:
    """Join lines where a short code span is open at the end of one and closes in the next."""
    if "`" not in prose or "\n" not in prose:
        return prose
    lines = prose.split("\n")
    joined: list[str] = []
    index = 0
    while index < len(lines):
        taken = _cut_lines(lines, index)
        joined.append("\\n".join(lines[index : index + taken]))
        index += taken
    return "\n".join(joined)


def _cut_lines(lines: list[str], index: int) -> int:
    """How many lines from `index` on are one that was cut inside its code spans; 1 if it was not.

    All its code spans must be closed in the end: a lone backtick cuts nothing.
    """
    line = lines[index]
    for taken in range(1, _SPAN_LINES):
        if line.count("`") % 2 == 0:
            return taken
        if index + taken == len(lines) or not _closes_span(line, lines[index + taken]):
            return 1
        line += "\\n" + lines[index + taken]
    return 1


def _closes_span(before: str, after: str) -> bool:
    head = len(before) - before.rfind("`") - 1
    tail = after.find("`")
    short = head <= _SPAN_PIECE and 0 <= tail <= _SPAN_PIECE
    return short and not _LIST_OR_INDENT.match(after)
