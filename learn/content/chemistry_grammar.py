"""The tokens and tables of mhchem's syntax, as `chemistry` reads them."""

import re
from typing import Literal

# The engine's recursion is native and unguarded: it crashes on thousands of nested groups.
MAX_DEPTH = 20

DASHES = "-\u2212\u2013"  # as typed, the minus sign and the en dash
SUBSCRIPTS, SUPERSCRIPTS = "₀₁₂₃₄₅₆₇₈₉₊₋ₓₙ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ˣⁿ"
LEVEL = str.maketrans(SUBSCRIPTS + SUPERSCRIPTS + DASHES, "0123456789+-xn" * 2 + "---")
RAISED = LEVEL | str.maketrans({".": "•", "'": r"\prime"})
INTEGER = rf"[{DASHES}+]?\d+"
# \w alone would take digits, the scripts above and the vulgar fractions for letters too.
LETTER = r"[^\W\d_²³¹¼-¾ʰ-˿⁰-ₜ]"
STATE = r"(?:aq|s|l|g|cr|am|ads|lc|sln|vit)"
# A minus is a charge where the species ends, and a bond where it goes on.
MINUS = rf"[{DASHES}]{{1,3}}(?=[\s_,;/)\].*]|->|\Z|\({STATE}\))"
Before = Literal["nothing", "amount", "variable", "atom"]
# The tokens that are always written alike, and what they are before the token that follows.
FIXED: dict[str, tuple[str, str, Before]] = {
    "gas": (r"\(\^\)|\^(?!\S)|↑|\\uparrow(?![A-Za-z])", r"\,{\uparrow}", "atom"),
    "fall": (r"\(v\)|(?<=\s)v(?!\S)|↓|\\downarrow(?![A-Za-z])", r"\,{\downarrow}", "atom"),
    "state": (rf"\((?={STATE}[,)])", r"\,(", "nothing"),
    "single": (f"[{DASHES}]", "{-}", "nothing"),
    "double": ("=", "{=}", "nothing"),
    "triple": ("[#≡]", r"{\equiv}", "nothing"),
    "adduct": (
        r"[*·⋅∙]|(?<!\S)\.(?!\S)|(?<!\.)\.(?=[^\s.,;)\]])|(?<=[\w)\]])•(?=[\dA-Z(\[])",
        r"{\cdot}",
        "nothing",
    ),
    "comma": (r",\s+", r",\ ", "nothing"),
    "circa": (r"\\ca(?![A-Za-z])", r"{\sim}", "nothing"),
    "percent": ("%", r"\%", "amount"),
}
TOKENS = {
    "space": r"\s+",
    "arrow": r"<-->|<=>>|<<=>|<=>|<->|<-|->|[→⟶←⟵↔⟷⇌⇄]",
    "operator": rf"(?<!\S)[{DASHES}+=](?!\S)",
    **{name: pattern for name, (pattern, _, _) in FIXED.items()},
    "script": r"[_^]",
    "subscript": f"[{SUBSCRIPTS}]+",
    "superscript": f"[{SUPERSCRIPTS}]+",
    # A lone letter before a formula is a number or a locant (n H2O, n-Pr, h\nu), but not in pH.
    "variable": r"(?!p[A-Z])[a-z](?=\s*[A-Z]|\s+[(\[](?![a-z])|-[A-Za-z]|\\nu(?![A-Za-z]))",
    "letters": f"{LETTER}+",
    "opening": r"\\\{|[(\[]",
    "closing": r"\\\}|[)\]]",
    "special": r"\\[A-Za-z]+|[{$]",
    "other": r"\\?.",
}


def grammar(**first: str) -> re.Pattern[str]:
    tokens = (first | TOKENS).items()
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in tokens), re.DOTALL)


LOOSE = grammar(amount=rf"\(\d+/\d+\)|\d+/\d+|\d+/[a-z](?!{LETTER})|[a-z]/\d+|\d*[.,]?\d+|[¼-¾]")
# A point after a count starts a hydrate (CuSO4.5H2O), except after the count 0 (Fe0.95O).
ATTACHED = grammar(count=r"0\.\d+|\d+", charge=rf"[.•]?(?:\++|{MINUS})", prime="'+")
RAISABLE = rf"(?:\d+|[IVX]+(?!\w)|{LETTER})?[.•*']*"
BARE_SCRIPT = {
    "_": re.compile(rf"{INTEGER}|\({STATE}\)|{LETTER}|[{DASHES}+]"),
    "^": re.compile(
        rf"[{DASHES}+]\d+|{RAISABLE}(?:\++|{MINUS})|(?![{DASHES}]){RAISABLE}|[{DASHES}]"
    ),
}
SCRIPT_TOKEN = re.compile(
    rf"\((?P<state>{STATE})\)|(?P<number>\d+(?:[.,]\d+)?)"
    rf"|(?P<letters>{LETTER}+)(?P<count>\d*)|(?P<sign>\\?.)",
    re.DOTALL,
)
QUANTITY = re.compile(rf"\s*(?:({INTEGER}(?:[.,]\d+)?)(?:([eE])({INTEGER}))?)?(.*)", re.DOTALL)
MICRO = re.compile(r"\\mu(?![A-Za-z])\s*")
UNIT_TOKEN = re.compile(
    rf"(?P<name>(?:{LETTER}|°)+)(?P<glued>{INTEGER})?|\^(?P<power>{INTEGER}|\{{[^{{}}]*\}})"
    r"|(?P<sign>\s*[*.·⋅/]\s*|\s+|\d+(?:[.,]\d+)?|\\?.)",
    re.DOTALL,
)
COMMAND = re.compile(r"\\(?:([A-Za-z]+)\s*|.|\Z)", re.DOTALL)
WORDS = re.compile(r"(?:\\[^A-Za-z]|[^\\{$])+|.", re.DOTALL)
TEXT_SIGN = re.compile(r"(\\.|[_&#%^])( ?)", re.DOTALL)
MARKS = re.compile(r"\\.|[{}\[\]$]", re.DOTALL)
ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
NUCLIDE = re.compile(r"(?:_(?:\d+|\{\d+\}))?[A-Z]")
SYMBOL = re.compile(rf"[A-Z][a-z]*|{LETTER}+")
TEXT_COMMAND = re.compile(r"text(?:rm|bf|it|sf|tt|normal)?|mbox")
# The commands with chemistry in their braces; the arguments of all others are TeX already.
CHEMICAL = re.compile(r"[td]?frac|(?:over|under)(?:set|brace)|stackrel|x\w+(?:arrow|harpoons)")
OPERATOR = re.compile(r"pm|mp|times|cdot|to|sim|approx|q?quad|\w+(?:arrow|harpoons)")

# Each arrow alone, and the one that grows with its labels where the engine has one.
ARROWS = {
    "->": (r"\longrightarrow", r"\xrightarrow"),
    "<-": (r"\longleftarrow", r"\xleftarrow"),
    "<->": (r"\longleftrightarrow", r"\xleftrightarrow"),
    "<=>": (r"\rightleftharpoons", r"\xrightleftharpoons"),
    "<-->": (r"\rightleftarrows", ""),
    "<=>>": ("⥂", ""),
    "<<=>": ("⥄", ""),
}
ARROW_SIGNS = dict.fromkeys("→⟶", "->") | dict.fromkeys("←⟵", "<-") | dict.fromkeys("↔⟷", "<->")
ARROW_SIGNS |= {"⇌": "<=>", "⇄": "<-->"}
BONDS = dict.fromkeys("=2", "{=}") | dict.fromkeys("#3", r"{\equiv}") | {"~": "{┄}"}
BONDS |= dict.fromkeys(("~=", "~--", "-~-"), r"{\overset{┄}{=}}") | {"~-": r"{\overset{┄}{-}}"}
BONDS |= {"...": r"{\cdots}", "....": r"{\cdots\cdot}", "->": r"{\to}", "<-": r"{\leftarrow}"}
TEXT_ESCAPES = {"_": r"\_", "&": r"\&", "#": r"\#", "%": r"\%", "^": r"\textasciicircum{}"}
SCRIPT_SIGNS = {".": "•", "'": r"\prime", " ": r"\ ", "%": r"\%", "#": r"\#"}
UNIT_SIGNS = {"": r"\,", "%": r"\%", "/": "/"} | dict.fromkeys("*.·⋅", r"{\cdot}")
