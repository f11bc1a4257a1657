"""What somebody typed -> what to look for. Any text is a query; none is an error. No database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from learn.search.words import STOP_WORDS, words

MAX_CHARACTERS = 200
MAX_TERMS = 10
MAX_PHRASE = 24  # words; a longer one is cut, as titles have fewer
MAX_LETTERS = 100  # of a word: PostgreSQL refuses one of 2 KB

Phrase = tuple[str, ...]

_QUOTES = str.maketrans("“”„«»", '"""""')
_TOKEN = re.compile(r"[^\W_]+")
_PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a question must hold: any of `phrases`, the first being what was typed.

    What is no single word (`Na+/K+`, `don't`) is a phrase, quoted or not.
    """

    phrases: tuple[Phrase, ...]
    is_quoted: bool = False

    @property
    def typed(self) -> Phrase:
        return self.phrases[0]

    @property
    def word(self) -> str:
        """The word, where it is a plain one; else empty."""
        return self.typed[0] if len(self.typed) == 1 and not self.is_quoted else ""

    def or_else(self, others: Sequence[str]) -> Term:
        more = tuple((word,) for word in others if (word,) not in self.phrases)
        return replace(self, phrases=self.phrases + more)


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is what was typed, without what was cut off; `terms` are all sought.

    `is_open`: the last term may be the beginning of a word that is still being typed.
    """

    text: str
    terms: tuple[Term, ...] = ()
    is_cut: bool = False
    is_open: bool = False

    @property
    def last(self) -> str:
        """The last word, where it may be the beginning of one."""
        return self.terms[-1].word if self.terms and self.is_open else ""

    def with_term(self, place: int, term: Term) -> Query:
        return replace(self, terms=(*self.terms[:place], term, *self.terms[place + 1 :]))

    def saying(self, others: Mapping[str, str]) -> Query:
        """The query with some of its words replaced by others."""
        return parse(_TOKEN.sub(lambda word: _replaced(word[0], others), self.text))


def _replaced(word: str, others: Mapping[str, str]) -> str:
    return others.get("".join(words(word)), word)


def parse(text: str, *, keep_last: bool = False) -> Query:
    """The query of a text; `keep_last` keeps a last word that is a stop word by now only."""
    is_whole = text[-1:].isspace()
    text = " ".join(text.encode(errors="ignore").decode().replace("\0", " ").split())
    kept = text[:MAX_CHARACTERS].rstrip()
    terms = list(_terms(kept))
    is_open = bool(terms) and not terms[-1].is_quoted and not is_whole
    asked = [
        term
        for place, term in enumerate(terms)
        if term.word not in STOP_WORDS or (keep_last and is_open and place == len(terms) - 1)
    ]
    is_open = is_open and bool(asked) and asked[-1] is terms[-1]
    asked = asked or terms
    cut = len(text) > len(kept) or len(asked) > MAX_TERMS
    return Query(kept, tuple(asked[:MAX_TERMS]), cut, is_open and len(asked) <= MAX_TERMS)


def _terms(text: str) -> list[Term]:
    found: dict[Term, None] = {}
    for quoted, plain in _PIECE.findall(text.translate(_QUOTES)):
        phrase = tuple(word[:MAX_LETTERS] for word in words(quoted or plain)[:MAX_PHRASE])
        if phrase:
            term = Term((phrase,), is_quoted=bool(quoted))
            found.pop(term, None)  # one that is said twice counts where it stands last
            found[term] = None
    return list(found)
