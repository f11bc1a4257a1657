"""TeX as plain signs, for a passage of a few words in which no formula can be set."""

from __future__ import annotations

import re

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
    "pm": "±", "mp": "∓", "approx": "≈", "sim": "∼", "equiv": "≡", "propto": "∝", "neq": "≠",
    "ne": "≠", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "ll": "≪", "gg": "≫", "to": "→",
    "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "leftrightarrow": "↔",
    "infty": "∞", "partial": "∂", "nabla": "∇", "int": "∫", "oint": "∮", "sum": "∑",
    "prod": "∏", "sqrt": "√", "circ": "°", "degree": "°", "in": "∈", "notin": "∉", "cup": "∪",
    "cap": "∩", "subset": "⊂", "forall": "∀", "exists": "∃", "hbar": "ħ", "ell": "ℓ",
    "ldots": "…", "dots": "…", "cdots": "…", "prime": "′", "mid": "|", "quad": " ", "qquad": " ",
}  # fmt: skip
_UNSEEN = frozenset(
    "text textbf textit mathrm mathbf mathit mathcal mathbb mathsf operatorname vec hat bar dot"
    " ddot tilde overline underline left right big Big bigg Bigg displaystyle boxed mathop limits"
    " frac dfrac tfrac begin end".split()
)
_NAMED = frozenset(
    "sin cos tan cot sec csc ln log exp lim max min det arcsin arccos arctan".split()
)
_FRACTION = re.compile(r"\\[dt]?frac\s?\{([^{}]*)\}\s?\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)( ?)")
_SPACE = re.compile(r"\\[,;:! ]")
_BRACES = str.maketrans("", "", "{}")


def readable(text: str) -> str:
    """The text with the commands that are common in answers as signs, and without their braces.

    What is no such command stays: a passage may be of code.
    """
    if "\\" not in text:
        return text
    spoken = _COMMAND.sub(_sign, _FRACTION.sub(r"\1/\2", text))
    if spoken == text:
        return text
    return " ".join(_SPACE.sub(" ", spoken).translate(_BRACES).split())


def _sign(found: re.Match[str]) -> str:
    name, space = found.groups()
    if name in _UNSEEN:
        return ""
    if name in _NAMED:
        return name + space
    return _SIGNS.get(name, found[0].rstrip()) + space
