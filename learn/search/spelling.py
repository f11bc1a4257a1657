"""What a mistyped word may have meant."""

from __future__ import annotations

from collections.abc import Iterator

from learn.search import vocabulary
from learn.search.words import MAX_WORD

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 3  # letters of a word that is taken for a mistake: shorter ones are alike too often
TWO_MISTAKES = 6  # letters of a word that may hold two
FEW = 3


def meant_by(word: str) -> list[str]:
    """Known words that are one mistake away, else two; the most frequent first, a few at most."""
    if not SHORTEST <= len(word) <= MAX_WORD or word.isdecimal():
        return []
    near = vocabulary.numbers(set(_one_mistake(word)) - {word})
    if not near and len(word) >= TWO_MISTAKES:
        alike = vocabulary.beginning_with(word[:2], len(word) - 2, len(word) + 2)
        near = {other: number for other, number in alike.items() if distance(word, other) <= 2}
    return sorted(near, key=lambda other: (-near[other], other))[:FEW]


def _one_mistake(word: str) -> Iterator[str]:
    """All that a letter left out, added, changed or swapped with the next makes of a word.

    After Norvig, "How to write a spelling corrector": about 54 for a letter, each looked up by its
    key, which needs no index of its own.
    """
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in _LETTERS)


def distance(one: str, other: str) -> int:
    """Letters to leave out, add, change or swap with the next to make one word of the other."""
    older: list[int] = []
    old = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, its in enumerate(other, 1):
            cost = min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        older, old = old, row
    return old[-1]
