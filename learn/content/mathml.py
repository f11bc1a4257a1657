"""TeX -> MathML: math-core, its inline styles made classes.

math-core overflows the C stack at about 5,000 nested groups, so that length and depth are capped;
what it writes is checked against the elements and attributes of MathML Core before it is trusted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from math_core import LatexError, LatexToMathML

from learn.content.chemistry import ChemistryError, expand_chemistry
from learn.content.tex import TexError, prepared

MAX_LENGTH = 2_000  # characters; the longest formula of the library has 340

_engine = LatexToMathML(fancy_error=False)


class FormulaError(ValueError):
    """Why a formula cannot be shown, in a sentence for an editor."""


class Formula(NamedTuple):
    """A `<math>` element, whether scripts at one place (`x_a_b`) had to be parted for it, and the
    TeX that it was made of."""

    mathml: str
    repaired: bool
    tex: str


@lru_cache(maxsize=8192)
def formula_from(tex: str, *, display: bool) -> Formula:
    """Convert a formula without its delimiters. Raises FormulaError.

    Cached, because formulas repeat: the library's 33,000 are 10,895 different ones.
    """
    tex = tex.strip()
    if len(tex) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(tex):,} characters; {MAX_LENGTH:,} are allowed")
    try:
        tex = prepared(expand_chemistry(tex))
        mathml, repaired = _converted(tex, display)
    except (ChemistryError, TexError) as error:
        raise FormulaError(str(error)) from None
    mathml = _classed(mathml)
    if not _CORE.fullmatch(mathml):
        raise FormulaError("the formula uses something that MathML Core does not have")
    return Formula(mathml if display else _reachable(mathml), repaired != tex, repaired)


_DOUBLE_SCRIPT = re.compile(r"(\d+): Duplicate")
_REPAIRS = 8  # double scripts mended in one formula


def _converted(tex: str, display: bool) -> tuple[str, str]:
    """MathML, and the TeX with its double scripts parted."""
    for _ in range(_REPAIRS):
        try:
            return _engine.convert_with_local_state(tex, displaystyle=display), tex
        except LatexError as error:
            message = str(error)
            double = _DOUBLE_SCRIPT.match(message)
            if double is None:
                raise FormulaError(message.partition(": ")[2] or message) from None
            position = int(double[1])
            tex = tex[:position] + "{}" + tex[position:]
    raise FormulaError("too many double subscripts or superscripts")


# --------------------------------------------------------------------------- after

_STYLE = re.compile(r' style="([^"]*)"')
_CLASS_OF = {
    "text-align:left": "math-start",
    "text-align:right": "math-end",
    "padding-left:0": "math-flush-start",
    "padding-right:0": "math-flush-end",
    "padding-left:1em": "math-gap",
    "border-left:0.05em solid currentcolor": "math-line-left",
    "border-right:0.05em solid currentcolor": "math-line-right",
    "border-top:0.05em solid currentcolor": "math-line-top",
    "border-bottom:0.05em solid currentcolor": "math-line-bottom",
    "width:100%": "math-numbered",
    "width:50%": "math-side",
    "margin-left:-0.16666667em": "math-tighten",
    "color:#FF0000": "math-color-red",
    "color:#0000FF": "math-color-blue",
    "color:#03FF00": "math-color-green",
    "color:#00FF00": "math-color-green",
    "color:#FF8001": "math-color-orange",
    "color:#BF0140": "math-color-purple",
    "color:#808080": "math-color-gray",
}
# Browsers draw no <menclose> (it is not in MathML Core): a row with a class that CSS draws.
_MENCLOSE = re.compile(
    r'<menclose notation="([a-z ]*)">|</menclose>|<mrow class="menclose-[a-z]*"></mrow>'
)
_NOTATION_CLASS = {
    "box": "math-box",
    "updiagonalstrike": "math-strike-up",
    "downdiagonalstrike": "math-strike-down",
    "horizontalstrike": "math-strike-across",
}
# An inline formula with more text than this may be wider than a phone: it scrolls, and a keyboard
# must be able to reach what scrolls.
_LONG_INLINE = 20
_MARKUP = re.compile(r"<[^>]*>")


# Attributes that MathML Core allows on every element and HTML's checker only on some.
_GLOBAL = re.compile(
    r' scriptlevel="0"(?=>)|(?<=<mfrac) displaystyle="(true|false)"(?= |>)(?![^>]* class=)'
)
_GLOBAL_CLASS = {None: "math-level", "true": "math-large", "false": "math-small"}


def _classed(mathml: str) -> str:
    if "style=" in mathml:
        mathml = _STYLE.sub(_class_from, mathml)
        mathml = _GLOBAL.sub(lambda match: f' class="{_GLOBAL_CLASS[match[1]]}"', mathml)
    return _MENCLOSE.sub(_enclosed, mathml) if "menclose" in mathml else mathml


def _class_from(match: re.Match[str]) -> str:
    declarations = (part.strip().replace(": ", ":") for part in match[1].split(";"))
    classes = [_CLASS_OF[part] for part in declarations if part in _CLASS_OF]
    return f' class="{" ".join(classes)}"' if classes else ""


def _enclosed(match: re.Match[str]) -> str:
    if match[1] is None:
        return "</mrow>" if match[0].startswith("</") else ""
    classes = (_NOTATION_CLASS.get(notation, "math-box") for notation in match[1].split())
    return f'<mrow class="{" ".join(classes)}">'


def _reachable(mathml: str) -> str:
    if len(_MARKUP.sub("", mathml)) <= _LONG_INLINE:
        return mathml
    return f'<span class="math-inline" tabindex="0">{mathml}</span>'


_ELEMENTS = (
    "annotation|math|merror|mfrac|mi|mmultiscripts|mn|mo|mover|mpadded|mphantom"
    "|mprescripts|mroot|mrow|ms|mspace|msqrt|mstyle|msub|msubsup|msup|mtable|mtd|mtext|mtr"
    "|munder|munderover|semantics|b|i|code|span"
)
_ATTRIBUTES = (
    "accent|accentunder|class|columnspan|depth|dir|display|displaystyle|fence|form|height"
    "|largeop|linethickness|lspace|mathvariant|maxsize|minsize|movablelimits|notation|rowspan"
    "|rspace|scriptlevel|separator|stretchy|symmetric|voffset|width"
)
_CORE = re.compile(
    rf'(?:<(?:{_ELEMENTS})(?: (?:{_ATTRIBUTES})="[^"<>&]*+")*+/?>|</(?:{_ELEMENTS})>|[^<>]++)*+'
)
