"""Hostile question files from numbers: input n of a seed is the same on every machine.

An input is a fixture that was damaged, or grown from a grammar of what YAML, Markdown and TeX give
a meaning to. `fault_of` says what must hold for every input, whatever it is:

- the parser reads it or refuses it with a ContentError whose line the file has;
- what it reads, it writes and reads again as the same, and an edit of nothing changes no byte;
- the renderer takes any text, and lets nothing out that a browser would run.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache

from learn.content import codec, frontmatter
from learn.content.document import ContentError
from learn.content.markdown import render
from learn.content.record import links_of, record_of
from tests.files import FIXTURES

_NEEDED = ("title", "date", "answer")
_KEYS = [
    *(key for key in codec.FIELDS if key not in _NEEDED),
    "related_article1",
    "related_article12",
    "a",
    "b-c",
    "content",
    "no",
    "self",
]
_VALUES = r"""
~ null true no 0 -1 -1.0 010 1e3 12:30:45 2025-01-31 2026-13-45 [a] {a: b} [{a:1}] &a *a !a !!str
'a' "a" " ' | |- >- > >+2 %a @a `a` - ? : # .inf .nan 0x1F 99999999999999999999 --- ...
/learn/physics/questions/what-is-gravity
""".split()
_MARKS = r"""
$ $$ \( \) \[ \] ` ``` ~~~ * ** _ __ # ## - 1. > | |---| :-: < > ]( [ ! ~~ { } ^ & = \ \\ \n \\n \|
\nabla \neq \nu \\\\ \frac{a}{b} \sqrt \begin{aligned} \end{aligned} \begin{cases} \left( \right)
\text{ \ce{H2O} \ce{ \tag{1} \color \hline \not x^2_3 US$5 $6 %s &amp; &#36; &#xE000; <b> </b>
<div> </div> <script> </script> <style> <img <svg> <math> <!-- --> <![CDATA[ <a href="javascript:x">
onclick= https://a.example/x mailto:a@b.example ![a](/b.png) [a](b) [a]: <br> <table> <td> <pre>
<code> ```python $x$ $$x$$ \(x\)
""".split()
_ODD = (
    *"\0\x07\x1b\x7f\x85\xa0\xad\u200b\u200d\u202e\u2028\u2029\u3000\ufeff\ufffe\ufffd\ue000\ue001",
    *"\ue002\U000f0085\U000f2028😀é\u0301İßǅ𝒳", "%EE%80%80", "\r", "\r\n", "\t", " ", "\n", "\n\n",
)  # fmt: skip
_BLANKS = (" ", " ", " ", "\n", "\n\n", "", "  ")
_IN_TAG = r"<[a-z][^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*?\s"  # up to an attribute's name
_HTML_TO_FEAR = re.compile(
    r"<(?:script|style|iframe|object|embed|form|input|svg|link|meta|base)\b"
    rf"|{_IN_TAG}(?:on[a-z]+|style)\s*=|{_IN_TAG}(?:href|src)=\"\s*javascript:|[\ue000-\ue002]",
    re.I,
)


def data_of(seed: int, number: int) -> bytes:
    """Input `number` of a seed, as a file's bytes."""
    chance = random.Random(seed * 1_000_000_007 + number)
    data = chance.choice(_MAKERS)(chance).encode("utf-8", "surrogatepass")
    return _damaged_bytes(chance, data) if chance.random() < 0.05 else data


def fault_of(data: bytes) -> str:
    """What does not hold for an input, in words; empty where all holds. Never raises."""
    try:
        return _fault(data)
    except BaseException as error:  # a panic of a Rust library is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return f"{type(error).__name__}: {error}"[:300]


def can_be_read(data: bytes) -> bool:
    try:
        codec.parse(frontmatter.text_from(data))
    except ContentError:
        return False
    return True


def _fault(data: bytes) -> str:
    try:
        text = frontmatter.text_from(data)
        document = codec.parse(text)
    except ContentError as error:
        shown = data.decode("utf-8", "replace")
        lines = frontmatter.normalised(shown).count("\n") + 1
        if not 1 <= error.line <= lines + 1 or not error.message:
            return f"'{error.message}' on line {error.line} of {lines}"
        return _fault_of_html(render(shown[-300:]).html)
    record = record_of(document, text)
    links_of(document)
    written = codec.serialise(document)
    if codec.parse(written) != document:
        return "written and read again, the document is another"
    if codec.edited(text, document) != text:
        return "an edit of nothing changes the file"
    return _fault_of_html(record.answer_html)


def _fault_of_html(html: str) -> str:
    found = _HTML_TO_FEAR.search(html)
    return f"the HTML holds {found[0][:60]!r}" if found else ""


# ------------------------------------------------------------------- damaged fixtures


@cache
def _fixtures() -> tuple[str, ...]:
    return tuple(path.read_bytes().decode() for path in sorted(FIXTURES.rglob("*.md")))


def _damaged(chance: random.Random) -> str:
    """A fixture with its answer cut to 200 characters, damaged in one to six places."""
    text = chance.choice(_fixtures())
    start = text.find("answer:") + 16
    length = max(0, text.find("\nsubject:") - start)
    if length > 300:
        kept = start + chance.randrange(length - 200)
        text = text[:start] + text[kept : kept + 200] + text[start + length :]
    if chance.random() < 0.5 and (links := text.find("\nrelated_article1:")) > 0:
        text = text[:links] + text[text.rfind("\n---\n") :]
    for _ in range(chance.choice((1, 1, 1, 2, 6))):
        text = chance.choice(_DAMAGES)(chance, text)
    return text


def _inserted(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + _token(chance) + text[at:]


def _replaced(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + _token(chance) + text[at + chance.choice((1, 1, 2, 5, 20)) :]


def _shortened(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.choice((1, 1, 3, 10, 60, 10_000)) :]


def _with_lines_moved(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    line = lines.pop(chance.randrange(len(lines)))
    for _ in range(chance.randrange(3)):
        lines.insert(chance.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def _spliced(chance: random.Random, text: str) -> str:
    other, at = chance.choice(_fixtures()), chance.randrange(len(text) + 1)
    start = chance.randrange(len(other))
    return text[:at] + other[start : start + chance.randrange(200)] + text[at:]


def _with_other_line_ends(chance: random.Random, text: str) -> str:
    newline = chance.choice(("\r\n", "\r", "\n\r", "\u2028"))
    return chance.choice(("", "\ufeff")) + text.replace("\n", newline, chance.choice((1, 5, -1)))


def _indented(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines[at] = chance.choice((" ", "  ", "    ", "\t", "- ")) + lines[at].lstrip(" ")
    return "\n".join(lines)


_DAMAGES: tuple[Callable[[random.Random, str], str], ...] = (
    _inserted, _inserted, _replaced, _replaced, _shortened, _with_lines_moved, _spliced,
    _with_other_line_ends, _indented,
)  # fmt: skip


def _damaged_bytes(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data or b"-")
    for _ in range(chance.randrange(1, 4)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


# ------------------------------------------------------------------- grown from a grammar


def _token(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.45:
        return chance.choice(_MARKS)
    if kind < 0.7:
        return chance.choice(_VALUES)
    return chance.choice(_ODD) if kind < 0.9 else chr(chance.randrange(32, 0xD800))


def _prose(chance: random.Random, most: int) -> str:
    pieces = []
    for _ in range(chance.randrange(1, most)):
        pieces += (chance.choice(_MARKS), chance.choice(_BLANKS))
        if chance.random() < 0.4:
            pieces.append(chance.choice(("Text", "a", "5", "words of an answer", "x", "é")))
        if chance.random() < 0.05:
            pieces.append(chance.choice(_ODD))
    return "".join(pieces)


def _value(chance: random.Random) -> str:
    made = "".join(chance.choice((_token(chance), "word ", " ")) for _ in range(3))
    return chance.choice(("{}", "{}", "'{}'", '"{}"', ">-\n    {}", "|-\n    {}")).format(
        chance.choice((chance.choice(_VALUES), made))
    )


def _grown_file(chance: random.Random) -> str:
    """A file whose three needed keys are there, most of the time, among others that are not."""
    answer = _prose(chance, 12)
    if chance.random() < 0.5:
        answer = ">-\n    " + answer.replace("\n", "\\n")
    else:
        answer = "|\n    " + answer.replace("\n", "\n    ")
    lines = ["title: Why?", "date: 2025-01-31", f"answer: {answer}"]
    for key in chance.sample(_KEYS, chance.randrange(6)):
        lines.append(f"{key}: {_value(chance)}")
    if chance.random() < 0.4:
        inner = (f"  {chance.choice(_KEYS)}: {_value(chance)}" for _ in range(2))
        lines.append("\n".join([chance.choice(("seo:", "related_article3:", "x:")), *inner]))
    if chance.random() < 0.2:
        lines[chance.randrange(len(lines))] = _token(chance)
    chance.shuffle(lines)
    return "\n".join(["---", *lines, "---", chance.choice(("", "\n&nbsp;", "\n\n&nbsp;\n"))])


def filed(answer: str) -> str:
    """A good file with this answer, as Markdown stands in a literal block."""
    block = answer.replace("\n", "\n    ")
    return f"---\ntitle: Why?\ndate: 2025-01-31\nanswer: |-\n    {block}\n---\n\n&nbsp;"


def _grown_answer(chance: random.Random) -> str:
    return filed("x " + _prose(chance, 40))


def _repetitive(chance: random.Random) -> str:
    """A few tokens, hundreds or thousands of times: what a quadratic algorithm shows itself on."""
    unit = "".join(_token(chance) for _ in range(chance.randrange(1, 4)))
    count = chance.choice((50, 200, 500, 500, 3_000))
    repeated = unit * count if chance.random() < 0.02 else unit * (count // 10)
    return chance.choice((filed, lambda text: f"---\na: {text}\n---\n"))("x " + repeated)


_MAKERS: tuple[Callable[[random.Random], str], ...] = (
    _damaged, _damaged, _grown_file, _grown_file, _grown_answer, _repetitive,
)  # fmt: skip
