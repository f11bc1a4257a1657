"""Markdown -> the HTML of a field in Anki: the site's renderer with formulas as TeX.

Anki's MathJax typesets `\\(..\\)` and `\\[..\\]`, mhchem's `\\ce` among it. Of the library's 2,809
different formulas its own copy (Anki 26.9) reads 2,808 as authors write them and all as written
here.
"""

from __future__ import annotations

import html as entities
import re

from learn.content.markdown import Page, rendered_as
from learn.content.mathml import FormulaError, formula_from
from learn.content.tex import mended

_LINKING_TAG = re.compile(r'<(?:a|img) (?:[^<>"]|"[^"]*")*>')
_OWN_ADDRESS = re.compile(r'((?:href|src)=")(?=/(?!/))')
_CODE_CLASS = re.compile(r"<code[^>]*>")
# Anki reads these in a field itself: sounds to play, LaTeX to run.
_MARKUP = re.compile(r"\[(?=sound:|/?latex\]|/?\$\$?\])", re.I)


def anki_html(markdown: str, site: str = "") -> str:
    """An answer for a card. `site` (https://host) comes before links that begin with a slash."""
    html = rendered_as(_Card, markdown).html
    if site:
        html = _LINKING_TAG.sub(lambda tag: _OWN_ADDRESS.sub(rf"\g<1>{site}", tag[0]), html)
    return _MARKUP.sub("&#91;", html)


class _Card(Page):
    """An answer on a card, where no anchor leads and no stylesheet of the site reaches."""

    def _element(self, match: re.Match[str]) -> str:
        if match["table"]:
            return '<div class="scroll"><table>'
        return super()._element(match)

    def _heading(self, level: int, inner: str) -> str:
        before = len(self._headings)
        shown = super()._heading(level, inner)
        if len(self._headings) == before:
            return shown
        level = self._headings[-1].level
        return f"<h{level}>{inner}</h{level}>\n"

    def _code_block(self, inner: str) -> str:
        return f"<pre>{_CODE_CLASS.sub('<code>', inner, count=1)}</pre>"

    def _joined(self, before: str, formula: str, after: str) -> str:
        return before + formula + after

    def _formula(self, match: re.Match[str]) -> str:
        _, tex, display = self._source.formulas[int(match[1])]
        opening, closing = (r"\[", r"\]") if display else (r"\(", r"\)")
        return f"{opening}{entities.escape(_for_mathjax(tex, display), quote=False)}{closing}"


def _for_mathjax(tex: str, display: bool) -> str:
    """A formula in TeX that MathJax takes; one that this site cannot read, MathJax may."""
    try:
        formula = formula_from(tex, display=display)
    except FormulaError:
        return mended(tex)
    return formula.tex if formula.repaired else mended(tex)
