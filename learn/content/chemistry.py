r"""Chemistry in formulas: mhchem's ``\ce{...}`` and ``\pu{...}`` rewritten as plain TeX.

The math engine does not know these two commands. Their syntax is that of mhchem's manual, version
4 (https://mhchem.github.io/MathJax-mhchem/); the scanner is our own. It reads from left to right,
and a nested part once for each level around it: the cost is linear in the length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from learn.content.chemistry_grammar import (
    ARROW_SIGNS,
    ARROWS,
    ATTACHED,
    BARE_SCRIPT,
    BONDS,
    CHEMICAL,
    COMMAND,
    ENDS_IN_COMMAND,
    FIXED,
    LEVEL,
    LOOSE,
    MARKS,
    MAX_DEPTH,
    MICRO,
    NUCLIDE,
    OPERATOR,
    QUANTITY,
    RAISED,
    SCRIPT_SIGNS,
    SCRIPT_TOKEN,
    SYMBOL,
    TEXT_COMMAND,
    TEXT_ESCAPES,
    TEXT_SIGN,
    UNIT_SIGNS,
    UNIT_TOKEN,
    WORDS,
    Before,
)


class ChemistryError(ValueError):
    r"""A ``\ce`` or ``\pu`` that cannot be read; the message is a sentence for an editor."""


def expand_chemistry(tex: str) -> str:
    r"""``tex`` with each ``\ce{...}`` and ``\pu{...}`` as plain TeX in braces.

    Raises ChemistryError if something opened is not closed or nests over MAX_DEPTH levels.
    """
    return _expand(tex, 0) if _holds_chemistry(tex) else tex


def _holds_chemistry(tex: str) -> bool:
    return "\\ce" in tex or "\\pu" in tex


def _expand(tex: str, depth: int) -> str:
    pieces, kept = [], 0
    for command in COMMAND.finditer(tex):
        name, start, end = command[1] or "", command.start(), command.end()
        if start >= kept and _is_chemical(tex, name, end):
            piece, end = _applied(tex, name, end, depth)
            pieces += [tex[kept:start], piece]
            kept = end
    return "".join([*pieces, tex[kept:]])


def _is_chemical(tex: str, name: str, at: int) -> bool:
    if TEXT_COMMAND.fullmatch(name) and tex.startswith("{", at):
        return _holds_chemistry(_enclosed(tex, at + 1, "}")[0])
    return name in ("ce", "pu")


def _enclosed(tex: str, start: int, closer: str) -> tuple[str, int]:
    """What stands from ``start`` to the matching ``closer``, and where the rest begins."""
    braces = brackets = 0
    for mark in MARKS.finditer(tex, start):
        sign = mark[0]
        if sign == closer and braces == brackets == 0:
            return tex[start : mark.start()], mark.end()
        braces += (sign == "{") - (sign == "}")
        if closer == "]" and braces == 0:
            brackets += (sign == "[") - (sign == "]")
        _refuse_deep_nesting(braces + brackets)
    excerpt = tex[start - 1 : start + 30]
    raise ChemistryError(f"“{excerpt}” is opened but never closed with {closer}.")


def _refuse_deep_nesting(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ChemistryError(f"The chemistry is nested more than {MAX_DEPTH} levels deep.")


def _applied(tex: str, name: str, at: int, depth: int) -> tuple[str, int]:
    """The command ``name`` on its arguments, which start at ``at``, and where they end."""
    written = "\\" + name
    if name in ("ce", "pu"):
        if not tex.startswith("{", at):
            raise ChemistryError(f"{written} needs braces, as in {written}{{...}}.")
        body, at = _enclosed(tex, at + 1, "}")
        return "{" + (_chemistry if name == "ce" else _quantity)(body, depth + 1) + "}", at
    argument = _chemistry if CHEMICAL.fullmatch(name) else _expand
    while tex.startswith("{", at):
        body, at = _enclosed(tex, at + 1, "}")
        if TEXT_COMMAND.fullmatch(name):
            return _text(body, depth + 1, written), at
        written += "{" + argument(body, depth + 1) + "}"
    return written, at


def _special(tex: str, at: int, depth: int, textual: str = r"\text") -> tuple[str, int] | None:
    """A command, ``$math$`` or ``{text}`` at ``at``, and where it ends; None for all else."""
    _refuse_deep_nesting(depth)
    if tex.startswith("{", at):
        body, end = _enclosed(tex, at + 1, "}")
        return _text(body, depth + 1, textual), end
    if tex.startswith("$", at):
        body, end = _enclosed(tex, at + 1, "$")
        return "{" + _expand(body, depth + 1) + "}", end
    word = COMMAND.match(tex, at)
    return _applied(tex, word[1], word.end(), depth) if word and word[1] else None


def _pieces(
    tex: str,
    token: re.Pattern[str],
    written: Callable[[re.Match[str]], str],
    depth: int,
    textual: str = r"\text",
) -> list[str]:
    at, pieces = 0, []
    while match := token.match(tex, at):
        piece, at = _special(tex, at, depth, textual) or (written(match), match.end())
        pieces.append(piece)
    return pieces


def _joined(pieces: Iterable[str]) -> str:
    r"""The pieces in a row, apart where a letter would run into a command (``\alpha x``)."""
    written = [""]
    for piece in filter(None, pieces):
        if piece[0].isalpha() and ENDS_IN_COMMAND.search(written[-1]):
            written.append(" ")
        written.append(piece)
    return "".join(written)


def _text(body: str, depth: int, command: str) -> str:
    def written(words: re.Match[str]) -> str:
        return f"{command}{{{TEXT_SIGN.sub(_escaped, words[0])}}}"

    pieces = _pieces(body, WORDS, written, depth, command)
    return pieces[0] if len(pieces) == 1 else "{" + _joined(pieces) + "}"


def _escaped(sign: re.Match[str]) -> str:
    # The engine drops a space after an escape; it keeps a tie.
    return TEXT_ESCAPES.get(sign[1], sign[1]) + ("~" if sign[2] else "")


def _quantity(source: str, depth: int) -> str:
    value, times, ten, rest = QUANTITY.findall(MICRO.sub("µ", source))[0]
    unit, *divisor = [
        _joined(_pieces(part.lstrip(), UNIT_TOKEN, _unit, depth)) for part in rest.split("//", 1)
    ]
    value = value.translate(LEVEL).replace(",", "{,}")
    if ten:
        value += (r"{\cdot}" if times == "e" else r"\times") + f"10^{{{ten.translate(LEVEL)}}}"
    if divisor:
        unit = rf"\frac{{{unit}}}{{{divisor[0]}}}"
    return rf"{value}\,{unit}" if value and unit else value + unit


def _unit(token: re.Match[str]) -> str:
    power = (token["glued"] or token["power"] or "").strip("{}").translate(LEVEL)
    if token["name"]:
        return rf"\mathrm{{{token['name']}}}" + (f"^{{{power}}}" if power else "")
    if not token["sign"]:
        return f"^{{{power}}}"
    if token["sign"].isspace() and token.end() == len(token.string):
        return ""
    return UNIT_SIGNS.get(token["sign"].strip(), token["sign"])


def _script(body: str, depth: int) -> str:
    """What stands in a subscript or superscript: charges, counts, variables and words."""
    return _joined(_pieces(body, SCRIPT_TOKEN, _script_piece, depth))


def _script_piece(token: re.Match[str]) -> str:
    letters, count, sign = token["letters"], token["count"], token["sign"]
    if token["state"]:
        return rf"(\mathrm{{{token['state']}}})"
    if token["number"]:
        return token["number"].replace(",", "{,}")
    if sign:
        return SCRIPT_SIGNS.get(sign, sign.translate(LEVEL))
    if len(letters) == 1 and letters.islower():
        return letters + count
    return rf"\mathrm{{{letters}}}" + (f"_{{{count}}}" if count and letters[0].isupper() else count)


def _chemistry(source: str, depth: int) -> str:
    _refuse_deep_nesting(depth)
    return _Formula(source.lstrip(), depth).tex()


class _Formula:
    """One scan of a chemical source. ``before`` is what stands before the cursor."""

    def __init__(self, source: str, depth: int) -> None:
        self.source, self.depth, self.at = source, depth, 0
        self.pieces: list[str] = []
        self.before: Before = "nothing"
        self.gap = False
        self.borne: set[str] = set()
        self.prescripts: dict[str, str] = {}

    def tex(self) -> str:
        while token := (ATTACHED if self._attached() else LOOSE).match(self.source, self.at):
            self.at = token.end()
            self._take(str(token.lastgroup), token[0])
        self._settle_prescripts()
        return _joined(self.pieces)

    def _attached(self) -> bool:
        return self.before == "atom" and not self.gap and not self.prescripts

    def _take(self, kind: str, sign: str) -> None:
        match kind:
            case "space":
                self.gap = True
            case "count" | "subscript":
                self._bear("_", sign.translate(LEVEL), counts=True)
            case "charge" | "superscript" | "prime":
                self._bear("^", sign.translate(RAISED))
            case "operator" | "other":
                self._emit(sign.translate(LEVEL), "nothing")
            case "closing":
                self._emit(sign, "atom")
            case "opening":
                self._place(sign, "nothing")
            case "variable":
                self._place(sign, "variable")
            case "arrow" | "script" | "special" | "amount" | "letters":
                getattr(self, f"_{kind}")(sign)
            case _:
                _, tex, before = FIXED[kind]
                self._emit(tex, before)

    def _emit(self, tex: str, before: Before) -> None:
        self._settle_prescripts()
        self.pieces.append(tex)
        self.before, self.gap, self.borne = before, False, set()

    def _place(self, tex: str, before: Before = "atom") -> None:
        """Emits a part of a species, spaced from what it follows."""
        lower = tex.removeprefix(r"\mathrm{")[0].islower()
        glued = lower and not self.gap and not self.prescripts  # 1s, 2n
        if self.gap and self.before == "atom":
            self.pieces.append(r"\ ")
        elif (self.before == "amount" and not glued) or (self.gap and self.before == "variable"):
            self.pieces.append(r"\,")
        if before == "atom" and self.prescripts:
            above, below = self.prescripts.get("^", ""), self.prescripts.get("_", "")
            tex = rf"\prescript{{{above}}}{{{below}}}{{{tex}}}"
            self.prescripts = {}
        self._emit(tex, before)

    def _settle_prescripts(self) -> None:
        if self.prescripts:
            scripts = [f"{kind}{{{tex}}}" for kind, tex in self.prescripts.items()]
            self.pieces.append("{}" + "".join(scripts))
        self.prescripts = {}

    def _bear(self, kind: str, tex: str, *, counts: bool = False) -> None:
        """Sets a script on the atom before the cursor, or keeps it for the atom after."""
        if not self._attached():
            if kind in self.prescripts:
                self._settle_prescripts()
            self.prescripts[kind] = tex
            return
        # A charge stands after the count, not above it (SO4^2-, IUPAC); other pairs are stacked.
        if kind in self.borne or (kind == "^" and "count" in self.borne):
            self.pieces.append("{}")
            self.borne = set()
        self.pieces.append(f"{kind}{{{tex}}}")
        self.borne |= {kind, "count"} if counts else {kind}

    def _arrow(self, sign: str) -> None:
        tex, growing = ARROWS[ARROW_SIGNS.get(sign, sign)]
        above, below = self._label(), self._label()
        if growing and (above or below):
            tex = growing + (f"[{{{below}}}]" if below else "") + f"{{{above}}}"
        elif above or below:
            tex = rf"\underset{{{below}}}{{{tex}}}" if below else tex
            tex = rf"\overset{{{above}}}{{{tex}}}" if above else tex
        self._emit(tex, "nothing")

    def _label(self) -> str:
        if not self.source.startswith("[", self.at):
            return ""
        body, self.at = _enclosed(self.source, self.at + 1, "]")
        return _chemistry(body, self.depth + 1)

    def _script(self, kind: str) -> None:
        tex = self._script_argument(kind)
        if not tex:
            self._emit(r"\_" if kind == "_" else r"{\uparrow}", "nothing")
        elif kind == "_":
            self._bear("_", tex, counts=tex.isdigit())
        elif tex.isdigit() and NUCLIDE.match(self.source, self.at):
            self.prescripts["^"] = tex  # a mass number belongs to the right: H^3HO
        elif tex == "x" and self.source.startswith("_", self.at):
            self._bear("^", r"\times")  # the neutral charge of Kröger and Vink
        else:
            self._bear("^", tex)

    def _script_argument(self, kind: str) -> str:
        if self.source.startswith("{", self.at):
            body, self.at = _enclosed(self.source, self.at + 1, "}")
            return _script(body, self.depth + 1)
        bare = BARE_SCRIPT[kind].match(self.source, self.at)
        special = _special(self.source, self.at, self.depth)
        if bare and not special:
            special = _script(bare[0], self.depth), bare.end()
        tex, self.at = special or ("", self.at)
        return tex

    def _amount(self, amount: str) -> None:
        above, slash, below = amount.partition("/")
        if slash and amount[0] != "(":
            amount = rf"\tfrac{{{above}}}{{{below}}}"
        self._place(amount.replace(",", "{,}"), "amount")

    def _letters(self, letters: str) -> None:
        # Isotope numbers belong to one symbol, not to the whole run of letters.
        symbol = SYMBOL.findall(letters)[0] if self.prescripts else letters
        self.at -= len(letters) - len(symbol)
        self._place(r"\mathrm{p}K_{\mathrm{a}}" if symbol == "pKa" else rf"\mathrm{{{symbol}}}")

    def _special(self, sign: str) -> None:
        if sign == "{" and self.source.startswith("}", self.at):
            self.at += 1
            self._emit("", "nothing")  # the empty group {} parts what would be one species
        elif sign == "\\bond" and self.source.startswith("{", self.at):
            body, self.at = _enclosed(self.source, self.at + 1, "}")
            self._emit(BONDS.get(body, "{-}"), "nothing")
        elif special := _special(self.source, self.at - len(sign), self.depth):
            tex, self.at = special
            if OPERATOR.fullmatch(sign[1:]):
                self._emit(tex, "nothing")
            else:
                self._place(tex)
            if tex == sign and self.source[self.at - 1].isspace():
                self.before = "variable"  # TeX takes the space, but here it still parts words
