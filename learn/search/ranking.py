"""Which of the questions that were found answers best: titles first. No database."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from learn.search.forms import Phrase, plain
from learn.search.query import Query, Term
from learn.search.words import STOP_WORDS, root, words

_KNOWN = 40_000  # questions; only the proportion of weights counts, so any library will do
_PHRASE_WEIGHT = 6.0
# Tuned on titles of 5,947 questions; what all words are in counts about a third of a title's word.
HAS_ALL = 0.3
_TOGETHER = 0.25
_DENSITY = 0.2
_EXACT = 0.1
# A title with the bare letter of `K+` has about 1.4; an answer with `K+` itself comes before it.
_SIGNS = 1.5

cached_root = lru_cache(maxsize=50_000)(root)


def weights(terms: Sequence[Term], numbers: Mapping[str, int]) -> list[float]:
    """How much each term tells: a rare word more than a frequent one; their sum is 1."""
    raw = [
        math.log(1 + _KNOWN / (1 + numbers.get(term.word, 0))) if term.word else _PHRASE_WEIGHT
        for term in terms
    ]
    return [weight / sum(raw) for weight in raw]


class Judge:
    """Gives titles marks between 0 and about 2."""

    def __init__(self, query: Query, numbers: Mapping[str, int]) -> None:
        terms = query.terms
        self._signs = [
            (said, re.compile(rf"(?<![^\W_]){re.escape(said)}(?![^\W_])")) for said in query.signed
        ]
        self._worth = _SIGNS / max(len(terms), len(self._signs), 1)
        self._sought = [
            (weight, term.typed[0], [tuple(map(cached_root, phrase)) for phrase in term.phrases])
            for term, weight in zip(terms, weights(terms, numbers), strict=True)
        ]

    def mark(self, title: str, *, has_all: bool) -> float:
        said = words(title)
        roots = list(map(cached_root, said))
        covered, exact, there = 0.0, 0.0, []
        for weight, typed, phrases in self._sought:
            place = _place(phrases, roots)
            if place is not None:
                there.append(place)
                covered += weight
                exact += weight * (said[place] == typed)
        matter = len([word for word in said if word not in STOP_WORDS]) or 1
        return (
            covered
            + HAS_ALL * has_all
            + _TOGETHER * _together(there)
            + _DENSITY * min(1.0, len(there) / matter)
            + _EXACT * exact
        )

    def signs(self, text: str) -> float:
        """More marks for a text that holds what was typed with signs (`Na+`) as it was typed."""
        text = plain(text)
        held = (said in text and sign.search(text) for said, sign in self._signs)  # `in` is quick
        return self._worth * sum(map(bool, held))


def _place(phrases: Collection[Phrase], roots: Sequence[str]) -> int | None:
    """Where the first of the phrases begins."""
    for phrase in phrases:
        if phrase[0] not in roots:  # which most are not, and `in` is quick
            continue
        length = len(phrase)
        for place in range(roots.index(phrase[0]), len(roots)):
            if tuple(roots[place : place + length]) == phrase:
                return place
    return None


def _together(places: Sequence[int]) -> float:
    """1 where each term follows the one before it at once, less with each word between them."""
    if len(places) < 2:
        return 0.0
    steps = pairwise(places)
    return sum(1 / (after - before) for before, after in steps if after > before) / (
        len(places) - 1
    )
