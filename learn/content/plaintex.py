"""TeX as plain signs, for a passage of a few words in which no formula can be set."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_GREEK = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau"
        " upsilon phi chi psi omega".split(),
        "αβγδεζηθικλμνξπρστυφχψω",
        strict=True,
    )
)
_SIGNS = {
    **_GREEK,
    **{name.capitalize(): letter.upper() for name, letter in _GREEK.items()},
    "varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "times": "×", "cdot": "·", "div": "÷",
    "pm": "±", "mp": "∓", "approx": "≈", "sim": "∼", "cong": "≅", "equiv": "≡", "propto": "∝",
    "neq": "≠", "ne": "≠", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "ll": "≪", "gg": "≫",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "leftrightarrow": "↔",
    "implies": "⇒", "iff": "⇔", "Leftrightarrow": "⇔", "mapsto": "↦", "rightleftharpoons": "⇌",
    "uparrow": "↑", "downarrow": "↓", "therefore": "∴", "neg": "¬", "land": "∧", "lor": "∨",
    "infty": "∞", "partial": "∂", "nabla": "∇", "int": "∫", "oint": "∮", "sum": "∑",
    "prod": "∏", "circ": "°", "degree": "°", "in": "∈", "notin": "∉", "cup": "∪", "cap": "∩",
    "subset": "⊂", "subseteq": "⊆", "forall": "∀", "exists": "∃", "hbar": "ħ", "ell": "ℓ",
    "angle": "∠", "triangle": "△", "perp": "⊥", "parallel": "∥", "lfloor": "⌊", "rfloor": "⌋",
    "langle": "⟨", "rangle": "⟩", "ldots": "…", "dots": "…", "cdots": "…", "vdots": "…",
    "ddots": "…", "prime": "′", "mid": "|", "quad": " ", "qquad": " ",
}  # fmt: skip
_UNSEEN = frozenset(
    "text textbf textit textrm mathrm mathbf mathit mathcal mathbb mathsf operatorname vec hat bar"
    " dot ddot tilde overline underline left right big Big bigg Bigg displaystyle boxed mathop"
    " limits".split()
)
_NAMED = frozenset(
    "sin cos tan cot sec csc ln log exp lim max min det arcsin arccos arctan".split()
)
_ROOTS = str.maketrans("0123456789n", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ")
_ARROWS = (("<=>", "⇌"), ("<->", "↔"), ("->", "→"), ("<-", "←"))
_MATRICES = {"pmatrix": "()", "bmatrix": "[]", "Bmatrix": "{}", "vmatrix": "||", "Vmatrix": "‖‖"}
_TABLES = {*_MATRICES, "matrix", "smallmatrix", "array"}  # in others `&` is where lines are aligned

MAX_DEPTH = 20  # groups within groups; deeper ones only lose their braces, so that time is linear

_COMMAND = re.compile(r"\\([A-Za-z]+)")
_EDGE = re.compile(
    r"\\(?P<edge>begin|end)\s?\{(?P<kind>[a-zA-Z]{1,20})\*?\}(?:\{[lcr|]{1,20}\})?\s*"
)
_TOKEN = re.compile(
    rf"{_EDGE.pattern}"
    r"|(?P<row>\\\\)(?:\[[^\[\]]{0,12}\])?\s*"
    r"|(?P<nothing>\\(?:left|right)\s?\.)"
    r"|\\(?P<name>[A-Za-z]+)(?P<index>(?<=\\sqrt)\[[^\[\]{}\\]{1,9}\])?(?P<space> ?)"
    r"|\\(?P<symbol>[^A-Za-z])"
    r"|(?P<script>[\^_])\{"
    r"|(?P<over>\^)(?=\\(?:circ|prime))"
    r"|(?P<brace>[{}])"
    r"|(?P<column>&)"
    r"|[^\\{}^_&]+|.",
    re.DOTALL,
)
_SPACES = dict.fromkeys(",;:! ", " ") | {"|": "‖"}
_FACTOR = re.compile(
    r"√?(?:\d+(?:[.,]\d+)?|[A-Za-z]+|[d∂δΔ]? ?[^\W\d_])(?:[_^][+-]?\w+)?"  # 2, kT, ∂ x, √2, x^2
)
_TERM = re.compile(r"[+−-]?[^+−±∓=<>/-]*|\([^()]*\)")
_SINGLE = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]")
_SCRIPT = re.compile(r"[+−-]?\w*[+−-]?|\*")


def readable(text: str) -> str:
    """The text with the commands that are common in answers as signs, and without their braces.

    What is no such command stays: a passage may be of code, and may begin or end in a formula.
    """
    is_tex = not _KNOWN.isdisjoint(_COMMAND.findall(text))
    if not is_tex and "^{" not in text and "_{" not in text:
        return text
    reader = _Reader(text, is_tex=is_tex)
    return " ".join(reader.read().split())


# -- what a command makes of its operands


def _fraction(over: str, under: str) -> str:
    return f"{_held(over, _TERM)}/{_held(under, _FACTOR)}"


def _binomial(over: str, under: str) -> str:
    return f"C({over.strip()}, {under.strip()})"


def _root(radicand: str) -> str:
    return f"√{_held(radicand, _SINGLE)}"


def _superscript(raised: str) -> str:
    return raised.strip() if raised.strip() in ("°", "′") else f"^{_held(raised, _SCRIPT)}"


def _subscript(lowered: str) -> str:
    return f"_{_held(lowered, _SCRIPT)}"


def _chemistry(reaction: str) -> str:
    for arrow, sign in _ARROWS:
        reaction = reaction.replace(arrow, sign)
    return reaction


def _arrow(over: str) -> str:
    return f"→({over.strip()})"


def _braced(text: str) -> str:
    return f"{{{text}}}"


def _begun(text: str) -> str:
    return f"{{{text}"


def _held(text: str, whole: re.Pattern[str]) -> str:
    """An operand, in parentheses where it would fall apart."""
    text = text.strip()
    return text if whole.fullmatch(text) else f"({text})"


class _Operator(NamedTuple):
    wanted: int
    make: Callable[..., str]


_OPERATORS = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), _Operator(2, _fraction)),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _Operator(2, _binomial)),
    "sqrt": _Operator(1, _root),
    "ce": _Operator(1, _chemistry),
    "xrightarrow": _Operator(1, _arrow),
}
_KNOWN = frozenset([*_SIGNS, *_UNSEEN, *_NAMED, *_OPERATORS, "begin", "end"])


# -- reading


class _Group:
    """What stands between two braces: its parts, and the commands that wait for operands."""

    def __init__(self, make: Callable[[str], str]) -> None:
        self._make = make
        self._parts: list[str] = []
        self._waiting: list[tuple[_Operator, list[str]]] = []

    def wait(self, operator: _Operator) -> None:
        if len(self._waiting) < MAX_DEPTH:
            self._waiting.append((operator, []))

    def operand(self, text: str) -> None:
        """Take in what is one operand, if one is waited for."""
        while self._waiting:
            operator, given = self._waiting[-1]
            given.append(text)
            if len(given) < operator.wanted:
                return
            self._waiting.pop()
            text = operator.make(*given)
        self._parts.append(text)

    def text(self, text: str) -> None:
        """Take in letters, of which each is an operand."""
        while self._waiting and (text := text.lstrip()):
            letter, text = text[0], text[1:]
            self.operand(letter)
        self._parts.append(text)

    def trim(self) -> None:
        """Take back the spaces before what follows, and the end of a row."""
        if self._parts:
            self._parts[-1] = self._parts[-1].rstrip("; \n")

    def made(self, *, is_cut: bool = False) -> str:
        """All of it; of a command that was cut off the operands. `is_cut`: no brace closed it."""
        cut = (text for _, given in self._waiting for text in given)
        make = _begun if is_cut and self._make is _braced else self._make
        return make("".join([*self._parts, *cut]))


class _Reader:
    """Reads a text once, from its beginning to its end; nothing in it is an error."""

    def __init__(self, text: str, *, is_tex: bool) -> None:
        self._text, self._is_tex = text, is_tex
        self._groups = [_Group(str)]
        self._deeper = 0
        edge = _EDGE.search(text)  # the text may begin within an environment
        self._within = [edge["kind"]] if edge and edge["edge"] == "end" else []

    def read(self) -> str:
        for token in _TOKEN.finditer(self._text):
            self._take(token)
        while len(self._groups) > 1:
            made = self._groups.pop().made(is_cut=True)
            self._groups[-1].operand(made)
        return self._groups[0].made()

    def _take(self, token: re.Match[str]) -> None:
        group, kind = self._groups[-1], token.lastgroup
        if token["brace"] == "}":
            self._close()
        elif token["script"]:
            self._open(_superscript if token["script"] == "^" else _subscript)
        elif token["brace"]:
            self._open(str if self._is_tex else _braced)
        elif not self._is_tex:
            group.text(token[0])
        elif token["name"]:
            self._command(token)
        elif token["edge"]:
            self._edge(token["edge"], token["kind"])
        elif kind == "row":
            group.trim()
            group.text("; " if self._within else " ")
        elif kind == "column":
            self._column(group)
        elif token["symbol"]:
            group.text(_SPACES.get(token["symbol"], token["symbol"]))
        elif kind not in ("nothing", "over"):
            group.text(token[0])

    def _command(self, token: re.Match[str]) -> None:
        group, name = self._groups[-1], token["name"]
        if name in _OPERATORS:
            if token["index"]:
                group.text(token["index"][1:-1].translate(_ROOTS))
            group.wait(_OPERATORS[name])
        elif name in _SIGNS or name in _NAMED:
            group.operand(_SIGNS.get(name, name))
            group.text(token["space"])
        elif name not in _UNSEEN:
            group.text(token[0])

    def _column(self, group: _Group) -> None:
        if not self._within:
            group.text("&")
        elif self._within[-1] in _TABLES:
            group.trim()
            group.text(", ")
        else:
            group.text(" ")

    def _edge(self, edge: str, kind: str) -> None:
        group, signs = self._groups[-1], _MATRICES.get(kind, "")
        if edge == "begin":
            self._within.append(kind)
            group.text(signs[:1])
        else:
            del self._within[-1:]
            group.trim()
            group.text(f"{signs[1:]} ")

    def _open(self, make: Callable[[str], str]) -> None:
        if len(self._groups) > MAX_DEPTH:
            self._deeper += 1
        else:
            self._groups.append(_Group(make))

    def _close(self) -> None:
        if self._deeper:
            self._deeper -= 1
        elif len(self._groups) > 1:
            made = self._groups.pop().made()
            self._groups[-1].operand(made)
        elif not self._is_tex:
            self._groups[-1].text("}")
