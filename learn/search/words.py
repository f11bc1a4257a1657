"""Text -> words, alike for what is indexed and for what is asked. No database.

Both databases have tokenizers of their own, which differ in symbols, accents and scripts. So all
that is not plain ASCII goes to them in a form that leaves them no choice: accents folded, Greek
letters by their names (`ΔG` is found as `delta g`), every Chinese or Japanese character a word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_NOT_A_WORD = re.compile(r"[^\w\s]|_")
_FOREIGN = re.compile("[^\x01-\x7f]")
_IDEOGRAPH = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
# C++, C# and F# are names; without their signs they would be letters.
_SIGNED = re.compile(r"(?<![^\W_])([A-Za-z])(\+\+|#)(?![^\W_])")
_SIGNS = {"++": "plusplus", "#": "sharp"}
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"
        " sigma tau upsilon phi chi psi omega".split(),
        strict=True,
    )
)
_NAMED = {
    ord(form): f" {name} " for letter, name in _GREEK.items() for form in (letter, letter.upper())
} | {ord("ς"): " sigma "}

# A word to both databases that `folded` never leaves in a text or a query, so that no phrase, which
# nobody can type with it, goes on from one keyword to the next.
BORDER = "ª"
_BETWEEN_KEYWORDS = re.compile(r"[,;\n]")

MAX_WORD = 40  # characters; what is longer is no word that anybody types

# Words that say nothing about a question's matter: asked for only where nothing else is.
STOP_WORDS = frozenset(
    "a about an and are as at be been between but by can could did do does for from had has have"
    " how i if in into is it its may me my of on or our s should so t than that the their them"
    " then there these they this those to using was we were what when where which while who whom"
    " whose why will with would you your".split()
)


def folded(text: str) -> str:
    """A text as the databases' tokenizers get it."""
    if "++" in text or "#" in text:
        text = _SIGNED.sub(lambda found: found[1] + _SIGNS[found[2]], text)
    if text.isascii():
        return text.replace("\0", " ")
    return _FOREIGN.sub(_folded_letter, text)


def _folded_letter(found: re.Match[str]) -> str:
    return folded_letter(found[0])


@lru_cache(maxsize=10_000)  # a library has a few hundred
def folded_letter(letter: str) -> str:
    """What stands for a letter or a sign that is not ASCII."""
    plain = _ACCENT.sub("", unicodedata.normalize("NFKD", letter)).translate(_NAMED)
    return _IDEOGRAPH.sub(r" \1 ", _NOT_A_WORD.sub(" ", plain))


def words(text: str) -> list[str]:
    """The words of a text in lower case, as `folded` has them."""
    return _WORD.findall(folded(text).lower())


def bordered(keywords: str) -> str:
    """Keywords as words for the index, apart from each other and from what is beside them."""
    said = (" ".join(words(keyword)) for keyword in _BETWEEN_KEYWORDS.split(keywords))
    return f" {BORDER} ".join(["", *said, ""])


def root(word: str) -> str:
    """About what a stemmer leaves of a word: good enough to mark words and to compare titles.

    The databases' own stemmers decide what is found.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word  # modelling, modeling


_ENDINGS = sorted(
    "ations ation ating ated ates ate izations ization izing ized izes ize ional ions ion ings ing"
    " ically ical ics ic ally als al ities ity ness ments ment edly ed ies ers er es s ly y e"
    .split(),
    key=len,
    reverse=True,
)  # fmt: skip
