"""TeX as authors write it -> TeX as the math engine reads it.

Each rule says the same formula in other words: commands that KaTeX knows and math-core does not,
environments by other names, signs typed directly, and what TeX itself would refuse and a reader
would not (`50% of x`, rows outside an environment). A formula without any of it passes unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

MAX_DEPTH = 50  # open braces; the library's deepest has 6
_MAX_REWRITES = 200  # commands with arguments rewritten in one formula


class TexError(ValueError):
    """Why a formula cannot be prepared, in a sentence for an editor."""


def prepared(tex: str) -> str:
    """The same formula for the engine. Raises TexError for groups nested over 50 deep."""
    _check_depth(tex)
    if not tex.isascii():
        tex = _SIGN.sub(lambda match: _SIGNS[match[0]], tex)
    tex = _meant(tex)
    if "\\" in tex:
        tex = _commands(tex)
    return _with_rows(tex)


def mended(tex: str) -> str:
    """The same formula for an engine that knows all commands and refuses what TeX does."""
    return _with_rows(_meant(tex))


def _meant(tex: str) -> str:
    """Signs that mean themselves, as TeX wants them written."""
    if "&" in tex:
        tex = tex.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if "%" in tex:  # a comment for TeX, which would swallow the rest
        tex = _BARE_PERCENT.sub(r"\1\\%", tex)
    if "#" in tex:
        tex = _BARE_HASH.sub(r"\1\\#", tex)
    return tex


# --------------------------------------------------------------------------- signs

_SIGNS = {
    "∅": r"\emptyset ",
    "√": r"\sqrt ",
    "∛": r"\sqrt[3] ",
    "∜": r"\sqrt[4] ",
    "∠": r"\angle ",
    "∡": r"\measuredangle ",
    "∴": r"\therefore ",
    "∵": r"\because ",
    "⊤": r"\top ",
    "⊥": r"\perp ",
    "\u00a0": " ",
    "\u200b": "",
    "\u2060": "",
    "\ufeff": "",
}
_SIGN = re.compile(f"[{''.join(_SIGNS)}]")
_BARE_PERCENT = re.compile(r"(?<!\\)((?:\\\\)*)%")
_BARE_HASH = re.compile(r"(?<!\\)((?:\\\\)*)#")

# --------------------------------------------------------------------------- commands

_DROPPED = (
    "tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge nobreak allowbreak"
    " strut par noindent hfill smash llap rlap clap mathllap mathrlap mathclap mathnormal"
)
_RENAMED = {
    "widetilde": r"\tilde",
    "utilde": r"\tilde",
    "widecheck": r"\check",
    "textnormal": r"\text",
    "textup": r"\text",
    "textmd": r"\text",
    "hbox": r"\text",
    "mbox": r"\text",
    "emph": r"\textit",
    "pmb": r"\boldsymbol",
    "mathds": r"\mathbb",
    "mathbbm": r"\mathbb",
    "underbar": r"\underline",
    "enskip": r"\enspace",
    "dotsb": r"\cdots",
    "dotsm": r"\cdots",
    "dotsi": r"\cdots",
    "dotsc": r"\ldots",
    "dotso": r"\ldots",
    "thickapprox": r"\approx",
    "thicksim": r"\sim",
    "smallsetminus": r"\setminus",
    "varpropto": r"\propto",
    "degreeCelsius": r"^\circ\text{C}",
    "celsius": r"^\circ\text{C}",
    "textdegree": r"^\circ",
    "ohm": r"\Omega",
    "AA": r"\text{Å}",
    "nicefrac": r"\tfrac",
}
_OPERATORS = "sech csch arccot arcsec arccsc lcm sgn Tr tr rank diag adj Var Cov"
_WORDS = {
    **dict.fromkeys(_DROPPED.split(), " "),
    **{name: f"{text} " if text[-1].isalpha() else text for name, text in _RENAMED.items()},
    **{name: rf"\operatorname{{{name}}}" for name in _OPERATORS.split()},
}
# Commands with arguments in braces: how many, and what they become.
_APPLIED: dict[str, tuple[int, Callable[..., str]]] = {
    "substack": (1, lambda rows: rf"\begin{{subarray}}{{c}}{rows}\end{{subarray}}"),
    "href": (2, lambda address, shown: f"{{{shown}}}"),
    "colorbox": (2, lambda colour, shown: f"{{{shown}}}"),
    "fcolorbox": (3, lambda edge, colour, shown: f"{{{shown}}}"),
    "label": (1, lambda name: ""),
    "ref": (1, lambda name: rf"\text{{{name}}}"),
    "eqref": (1, lambda name: rf"\text{{({name})}}"),
    "cancelto": (2, lambda value, shown: rf"{{\cancel{{{shown}}}}}^{{{value}}}"),
    "abs": (1, lambda shown: rf"\left|{shown}\right|"),
    "norm": (1, lambda shown: rf"\left\|{shown}\right\|"),
    "si": (1, lambda unit: rf"\mathrm{{{unit}}}"),
    "unit": (1, lambda unit: rf"\mathrm{{{unit}}}"),
    "num": (1, lambda number: number),
    "SI": (2, lambda number, unit: rf"{number}\,\mathrm{{{unit}}}"),
    "matrix": (1, lambda rows: _environment("matrix", rows)),
    "pmatrix": (1, lambda rows: _environment("pmatrix", rows)),
    "cases": (1, lambda rows: _environment("cases", rows)),
}
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_ROW_SPACE = re.compile(r"(\\\\)\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|mu)\s*\]")
_ANGLE = re.compile(r"\\(left|right|middle|[bB]igg?[lrm]?)\s*([<>])")
_TEXT = r"\\(?:text(?:rm|bf|it|sf|tt)?|mbox|fbox)\{"
_TEXT_WITH_MATH = re.compile(rf"({_TEXT})([^{{}}$]*)\$([^{{}}$]*)\$([^{{}}$]*)\}}")
_TEXT_WITH_SIGN = re.compile(rf"({_TEXT})([^{{}}]*[_&^][^{{}}]*)\}}")
_TEXT_SIGN = re.compile(r"(?<!\\)([_&^])")
_OPERATOR_NAME = re.compile(r"\\operatorname\*?\{(\\[A-Za-z]+\{[^{}]*\})\}")
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")


def _environment(name: str, body: str) -> str:
    return rf"\begin{{{name}}}{body}\end{{{name}}}"


def _commands(tex: str) -> str:
    names = set(_COMMAND.findall(tex))
    if "$" in tex:
        tex = _TEXT_WITH_MATH.sub(r"\1\2}\3\1\4}", tex)
    if names & {"text", "textrm", "textbf", "textit", "mbox", "fbox"}:
        tex = _TEXT_WITH_SIGN.sub(_escaped_text, tex)
    if names & _APPLIED.keys():
        tex = _applied(tex)
    if names & _WORDS.keys():
        tex = _COMMAND.sub(lambda match: _WORDS.get(match[1], match[0]), tex)
    if "operatorname" in names:
        tex = _OPERATOR_NAME.sub(r"\1", tex)
    if "begin" in names:
        tex = _environments(tex)
    elif "tag" in names:
        tex = _TAG.sub(r"\\qquad\\text{(\1)}", tex)
    if "<" in tex or ">" in tex:
        tex = _ANGLE.sub(_delimiter, tex)
    return _ROW_SPACE.sub(r"\1", tex) if "[" in tex else tex


def _escaped_text(match: re.Match[str]) -> str:
    return f"{match[1]}{_TEXT_SIGN.sub(_text_sign, match[2])}}}"


def _text_sign(match: re.Match[str]) -> str:
    return r"\textasciicircum{}" if match[1] == "^" else f"\\{match[1]}"


def _delimiter(match: re.Match[str]) -> str:
    return rf"\{match[1]}\{'langle' if match[2] == '<' else 'rangle'} "


def _applied(tex: str) -> str:
    """Rewrite commands with arguments, outermost first; what they become is looked at again."""
    position = 0
    for _ in range(_MAX_REWRITES):
        match = _COMMAND.search(tex, position)
        while match and match[1] not in _APPLIED:
            match = _COMMAND.search(tex, match.end())
        if match is None:
            return tex
        count, rewrite = _APPLIED[match[1]]
        arguments, end = _arguments(tex, match.end(), count)
        if len(arguments) < count:  # `\cases` as a word, or braces that do not pair
            position = match.end()
            continue
        tex = tex[: match.start()] + rewrite(*arguments) + tex[end:]
        position = match.start()
    return tex


def _arguments(tex: str, position: int, count: int) -> tuple[list[str], int]:
    arguments: list[str] = []
    while len(arguments) < count:
        while tex[position : position + 1].isspace():
            position += 1
        end = _group_end(tex, position)
        if end < 0:
            break
        arguments.append(tex[position + 1 : end - 1])
        position = end
    return arguments, position


def _group_end(tex: str, position: int) -> int:
    """Behind the brace that closes the group at `position`; -1 where there is no group."""
    if tex[position : position + 1] != "{":
        return -1
    depth = 0
    for token in _BRACE.finditer(tex, position):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    return -1


_BRACE = re.compile(r"\\.|[{}]", re.S)

# --------------------------------------------------------------------------- environments

_BEGIN_END = re.compile(r"\\(begin|end)\s*\{([A-Za-z]+)(\*?)\}")
_OPTION = re.compile(r"(\\begin\{(?:[bpvBV]?matrix|aligned|gathered|array)\*?\})\s*\[[a-z]\]")
_COUNTED = re.compile(
    r"\\(begin)\s*\{alignat(?:ed)?\*?\}\s*\{\d+\}|\\(end)\s*\{alignat(?:ed)?\*?\}"
)
_ENVIRONMENTS = {
    "split": "aligned",
    "eqnarray": "aligned",
    "flalign": "aligned",
    "multlined": "gathered",
    "smallmatrix": "matrix",
    "tabular": "array",
}
_STRIPPED = frozenset(("displaymath", "math", "center"))
_NUMBERED = frozenset(("align", "gather", "equation", "multline"))


def _environments(tex: str) -> str:
    tex = _COUNTED.sub(lambda match: rf"\{match[1] or match[2]}{{aligned}}", tex)
    has_tag = "\\tag" in tex

    def renamed(match: re.Match[str]) -> str:
        side, name, star = match[1], match[2], match[3]
        if name in _STRIPPED:
            return ""
        if name in _NUMBERED and not has_tag:
            star = "*"  # each formula would begin again with (1)
        if name.endswith("matrix"):
            star = ""
        if name in _ENVIRONMENTS:
            name, star = _ENVIRONMENTS[name], ""
        return rf"\{side}{{{name}{star}}}"

    return _OPTION.sub(r"\1", _BEGIN_END.sub(renamed, tex))


# --------------------------------------------------------------------------- rows

_RELATION = re.compile(r"\s*(?:[=<>]|\\[a-z])")
_STRUCTURE = re.compile(r"\\(?:begin|end)\b|\\\\|\\.|[{}&]", re.S)


def _check_depth(tex: str) -> None:
    depth = deepest = 0
    for token in _STRUCTURE.finditer(tex):
        depth += {"{": 1, "\\begin": 1, "}": -1, "\\end": -1}.get(token[0], 0)
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise TexError(f"groups are nested more than {MAX_DEPTH} deep")


def _with_rows(tex: str) -> str:
    """Set rows and columns that stand outside any environment as `aligned`."""
    if "\\\\" not in tex and "&" not in tex:
        return tex
    depth = 0
    breaks: list[int] = []
    columns: list[int] = []
    for token in _STRUCTURE.finditer(tex):
        depth += {"{": 1, "\\begin": 1, "}": -1, "\\end": -1}.get(token[0], 0)
        if depth == 0 and token[0] == "\\\\":
            breaks.append(token.start())
        elif depth == 0 and token[0] == "&":
            columns.append(token.start())
    aligned = any(_RELATION.match(tex, position + 1) for position in columns)
    if columns and (breaks or aligned):
        return _environment("aligned", tex)
    for position in reversed(columns):  # one row has no columns: a plain "and"
        tex = f"{tex[:position]}\\{tex[position:]}"
    if not breaks:
        return tex
    ends = [-2, *breaks, len(tex)]
    rows = (tex[start + 2 : end] for start, end in pairwise(ends))
    return _environment("aligned", r"\\".join(f"&{row}" for row in rows))
