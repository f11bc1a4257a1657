"""What somebody typed -> what to look for. Any text is a query; none is an error. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from learn.search import forms
from learn.search.forms import Phrase
from learn.search.words import words

MAX_CHARACTERS = 200
MAX_TERMS = 10

_QUOTES = str.maketrans("“”„«»", '"""""')
_TOKEN = re.compile(r"[^\W_]+")
_PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a question must hold: any of `phrases`, the first being what was typed.

    What is no single word (`Na+/K+`, `O'Brien`) is a phrase, quoted or not. `is_idle`: it says
    nothing about a question's matter, and is asked for only where nothing else is.
    """

    phrases: tuple[Phrase, ...]
    is_quoted: bool = False
    is_idle: bool = False

    @property
    def typed(self) -> Phrase:
        return self.phrases[0]

    @property
    def word(self) -> str:
        """The word, where it is a plain one; else empty."""
        return self.typed[0] if len(self.typed) == 1 and not self.is_quoted else ""

    def or_else(self, others: Iterable[Phrase]) -> Term:
        more = tuple(phrase for phrase in others if phrase not in self.phrases)
        return replace(self, phrases=self.phrases + more)


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is what was typed, without what was cut off; `terms` are all sought.

    `is_open`: the last term may be the beginning of a word that is still being typed. `signed`
    are what was typed with signs, such as `Na+`.
    """

    text: str
    terms: tuple[Term, ...] = ()
    is_cut: bool = False
    is_open: bool = False
    signed: tuple[str, ...] = ()

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
    pieces = _PIECE.findall(kept.translate(_QUOTES))
    terms = _terms(pieces)
    is_open = bool(terms) and not is_whole and not _is_closed(*pieces[-1])
    asked = [
        term
        for place, term in enumerate(terms)
        if not term.is_idle or (keep_last and is_open and place == len(terms) - 1)
    ]
    is_open = is_open and bool(asked) and asked[-1] is terms[-1]
    asked = asked or terms
    cut = len(text) > len(kept) or len(asked) > MAX_TERMS
    return Query(
        kept,
        tuple(asked[:MAX_TERMS]),
        cut,
        is_open and len(asked) <= MAX_TERMS,
        forms.signed(plain for _, plain in pieces),
    )


def _is_closed(quoted: str, plain: str) -> bool:
    return bool(quoted) or forms.is_complete(plain)


def _terms(pieces: Iterable[tuple[str, str]]) -> list[Term]:
    found: dict[Term, None] = {}
    for quoted, plain in pieces:
        phrases, is_idle = forms.quoted(quoted) if quoted else forms.forms(plain)
        if phrases:
            term = Term(phrases, is_quoted=bool(quoted), is_idle=is_idle)
            found.pop(term, None)  # one that is said twice counts where it stands last
            found[term] = None
    return list(found)
