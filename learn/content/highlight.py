"""Code with its words marked by what they are: comment, function, keyword, number, string.

Pygments is loaded with the first code of a known language, since most answers have none and a
worker of an import starts in less time than Pygments takes to load (0.03 s and 5 ms a language).
"""

from __future__ import annotations

import html as entities
import importlib
import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

MAX_CHARACTERS = 8_000  # of one answer's code: 0.5 s for the slowest lexer on the worst input tried
# What no person writes and some lexers take the square of the time for: 9 KB of blank lines held
# the one for Java for 21 s. Blank space, characters without any, words with nothing between them.
_ENDLESS = re.compile(r"\s{100}|\S{200}|\b(?:[\w.@\[\]<>$?]++\s++){60}")

# What a fence calls its language, and what a reader sees.
_NAMES = {
    "c#": "C#",
    "c++": "C++",
    "cpp": "C++",
    "csharp": "C#",
    "css": "CSS",
    "html": "HTML",
    "javascript": "JavaScript",
    "js": "JavaScript",
    "json": "JSON",
    "latex": "LaTeX",
    "matlab": "MATLAB",
    "none": "Text",
    "php": "PHP",
    "plaintext": "Text",
    "py": "Python",
    "sh": "Shell",
    "sql": "SQL",
    "tex": "TeX",
    "ts": "TypeScript",
    "txt": "Text",
    "typescript": "TypeScript",
    "xml": "XML",
    "yaml": "YAML",
}
# The languages that are marked, with the lexer's module and class.
_LEXERS = {
    "Bash": "shell.BashLexer",
    "C": "c_cpp.CLexer",
    "C#": "dotnet.CSharpLexer",
    "C++": "c_cpp.CppLexer",
    "CSS": "css.CssLexer",
    "Go": "go.GoLexer",
    "Haskell": "haskell.HaskellLexer",
    "HTML": "html.HtmlLexer",
    "Java": "jvm.JavaLexer",
    "JavaScript": "javascript.JavascriptLexer",
    "JSON": "data.JsonLexer",
    "Kotlin": "jvm.KotlinLexer",
    "LaTeX": "markup.TexLexer",
    "MATLAB": "matlab.MatlabLexer",
    "PHP": "php.PhpLexer",
    "Prolog": "prolog.PrologLexer",
    "Python": "python.PythonLexer",
    "R": "r.SLexer",
    "Ruby": "ruby.RubyLexer",
    "Rust": "rust.RustLexer",
    "Scheme": "lisp.SchemeLexer",
    "Shell": "shell.BashLexer",
    "SQL": "sql.SqlLexer",
    "Swift": "objective.SwiftLexer",
    "TeX": "markup.TexLexer",
    "TypeScript": "javascript.TypeScriptLexer",
    "XML": "html.XmlLexer",
    "YAML": "data.YamlLexer",
}
# From a kind of token to a class of the stylesheet; the longest beginning counts.
_CLASSES = {
    "Comment": "c",
    "Comment.Preproc": "k",
    "Comment.PreprocFile": "s",
    "Keyword": "k",
    "Literal.Number": "n",
    "Literal.String": "s",
    "Literal.String.Escape": "n",
    "Literal.String.Interpol": "n",
    "Name.Attribute": "f",
    "Name.Builtin": "f",
    "Name.Class": "f",
    "Name.Decorator": "f",
    "Name.Exception": "f",
    "Name.Function": "f",
    "Name.Tag": "k",
    "Operator.Word": "k",
}


def shown_name(language: str) -> str:
    """The name a reader sees for a fence's word in lower case; "Code" where it has none."""
    return _NAMES.get(language) or language.capitalize() or "Code"


def highlighted(code: str, language: str) -> str:
    """The HTML text of a code element with spans around its words; `language` is its shown name.

    The characters stay what they are. Code of a language that is not known, that is endless or
    that holds markup comes back as it was.
    """
    if language not in _LEXERS or len(code) > MAX_CHARACTERS or "<" in code:
        return code
    text = entities.unescape(code)
    if _ENDLESS.search(text):
        return code
    try:
        pieces = list(_pieces(text, language))
    except Exception:  # a lexer that trips over strange code must not keep the answer back
        return code
    if "".join(piece for _, piece in pieces) != text:
        return code
    return "".join(_span(kind, piece) for kind, piece in pieces)


def _pieces(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with its class; blank ones go with what stands before them."""
    classed: list[tuple[str, str]] = []
    for _, token, piece in _lexer(language).get_tokens_unprocessed(text):
        blank = classed and not piece.strip()
        classed.append((classed[-1][0] if blank else _class_of(str(token)), piece))
    for kind, group in groupby(classed, key=itemgetter(0)):
        yield kind, "".join(piece for _, piece in group)


@cache
def _lexer(language: str) -> Any:
    module, _, name = _LEXERS[language].partition(".")
    return getattr(importlib.import_module(f"pygments.lexers.{module}"), name)()


@cache
def _class_of(token: str) -> str:
    """The class for a token's name, such as `Token.Literal.String.Double`; '' for none."""
    name = token.removeprefix("Token.")
    while name not in _CLASSES and "." in name:
        name = name.rpartition(".")[0]
    return _CLASSES.get(name, "")


def _span(kind: str, text: str) -> str:
    """Written as the sanitiser writes text, with the blank at the end outside the span."""
    words = text.rstrip() if kind else text
    tail = text[len(words) :]
    html = entities.escape(words, quote=False).replace("\u00a0", "&nbsp;")
    tail = tail.replace("\u00a0", "&nbsp;")
    return f'<span class="{kind}">{html}</span>{tail}' if kind and words else html + tail
