"""In which forms a library may hold one piece of what was typed: what stands between spaces.

`Newton's` is sought as `Newton`; `x^2` also as `x2`, which is what `x²` is in the index. No
database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from learn.search.words import STOP_WORDS, words

MAX_PHRASE = 24  # words; a longer one is cut, as titles have fewer
MAX_LETTERS = 100  # of a word: PostgreSQL refuses one of 2 KB
MAX_SIGNED = 10

Phrase = tuple[str, ...]

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´`", "'"))
_TAIL = re.compile(r"(?<=[^\W_])'(?:s|re|ll|ve|d|m)(?=\W*$)", re.IGNORECASE)
_WITHIN = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")

# Before an apostrophe these tell nothing (`he'll`), though alone they may.
_IDLE = STOP_WORDS | {"he", "she"}
_NEGATED = (
    "ain aren can couldn didn doesn don hadn hasn haven isn mightn mustn needn shouldn wasn weren"
    " won wouldn".split()
)
# As they are typed without an apostrophe, where that is no other word (`well`, `were`, `id`).
_BARE: dict[str, Phrase] = {
    **{f"{word}t": (word, "t") for word in _NEGATED},
    **{f"{word}s": (word,) for word in "he here how let she that there what where who why".split()},
    **{f"{word}re": (word,) for word in "they you".split()},
    **{f"{word}ve": (word,) for word in "they we you".split()},
    **{f"{word}ll": (word,) for word in "they you".split()},
}

_RAISED_DIGITS = re.compile("[⁰¹²³⁴-⁹]+")
_LOWERED_DIGITS = re.compile("[₀-₉]+")
_RAISED = re.compile(r"(?<=[^\W\d_])[\^_]\{?(?=\d)")
_INTO_DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d)")
_OUT_OF_DIGITS = re.compile(r"(?<=\d)(?=[^\W\d_])")

_PROSE = ".,;:?!()[]'\""
# What parts two words (`TCP/IP`) is none.
_SIGN = re.compile(r"[^\w\s.,;:?!()\[\]'\"/–-]|[/–-]$")


class Forms(NamedTuple):
    """`phrases`: the first is what was typed; a question holds any. `is_idle`: it tells nothing."""

    phrases: tuple[Phrase, ...]
    is_idle: bool = False


def forms(piece: str) -> Forms:
    """Those of a piece without spaces; no phrases where it has no words."""
    piece = piece.translate(_APOSTROPHES)
    said, bare = _contraction(piece)
    if bare in _BARE:
        return Forms(_phrases([said, _BARE[bare], (bare,)]), is_idle=True)
    rest = _TAIL.sub("", piece)
    phrases = _phrases([*_written(rest), words(_WITHIN.sub("", rest))])
    idle = STOP_WORDS if rest == piece else _IDLE
    return Forms(phrases, bool(phrases) and len(phrases[0]) == 1 and phrases[0][0] in idle)


def quoted(text: str) -> Forms:
    """Words that were kept together by quotes: as they are, but for how digits are raised."""
    return Forms(_phrases(_written(text)))


def is_complete(piece: str) -> bool:
    """Whether a piece begins no longer word: a contraction, or what has a sign at its end."""
    piece = piece.translate(_APOSTROPHES)
    is_contraction = _TAIL.search(piece) or _contraction(piece)[1] in _BARE
    return bool(is_contraction or _SIGN.search(piece[-1:]))


def signed(pieces: Iterable[str]) -> tuple[str, ...]:
    """Those of the pieces that hold signs (`Na+`, `C++`), as `plain` has them."""
    stripped = (plain(piece.translate(_APOSTROPHES).strip(_PROSE)) for piece in pieces)
    held = (piece for piece in stripped if _SIGN.search(piece) and words(piece))
    return tuple(dict.fromkeys(held))[:MAX_SIGNED]


def plain(text: str) -> str:
    """A text in lower case, its raised letters and signs as they are typed: `Na⁺`, `Na^{+}`."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _typed(text))
    text = text.replace("{", "").replace("}", "")
    return text.replace("^+", "+").replace("^-", "-").lower()


def _typed(text: str) -> str:
    """`x²` as `x^2`, though in signs that look alike."""
    return _LOWERED_DIGITS.sub(r"_\g<0>", _RAISED_DIGITS.sub(r"^\g<0>", text))


def _contraction(piece: str) -> tuple[Phrase, str]:
    """The words of a piece, and these as one where nothing but an apostrophe is between them."""
    said = tuple(words(piece))
    return said, "".join(said) if len(said) == 1 or "'" in piece else ""


def _written(text: str) -> list[Sequence[str]]:
    """The words of a text, and those with its raised and lowered digits as others write them.

    `x²`, `x2` and `x^2` are `x2` and `x 2`; `H2O` is `h 2o` where TeX has `H_2O`.
    """
    raised = unicodedata.normalize("NFKC", _typed(text))
    joined = _RAISED.sub("", raised)
    apart = _INTO_DIGITS.sub(" ", joined)
    if apart == text:
        return [words(text)]
    single = _OUT_OF_DIGITS.sub(" ", apart) if apart != joined else apart
    return [words(form) for form in (text, raised, joined, apart, single)]


def _phrases(found: Iterable[Sequence[str]]) -> tuple[Phrase, ...]:
    """Each once, none that is empty, none longer than the databases take."""
    cut = (tuple(word[:MAX_LETTERS] for word in said[:MAX_PHRASE]) for said in found)
    return tuple(dict.fromkeys(phrase for phrase in cut if phrase))
