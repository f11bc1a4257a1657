"""A text as the index has it, with the places of its letters in the text. No database."""

from __future__ import annotations

import re
from bisect import bisect_right

from learn.search.words import folded_letter

# Ideographs stay: each is a word by itself anyway, and there may be many.
_FOREIGN = re.compile("[^\x00-\x7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


class Folding:
    """`folded` is a text in lower case, without accents, with `λ` as ` lambda ` and `₂` as `2`."""

    def __init__(self, text: str) -> None:
        self._text = text
        # Where a letter begins that is not one in the folded text: there, and in the text.
        self._there, self._here = [0], [0]
        self.folded = text.lower() if text.isascii() else self._letters()

    def _letters(self) -> str:
        parts: list[str] = []
        length = last = 0
        for found in _FOREIGN.finditer(self._text):
            start, end = found.span()
            parts.append(self._text[last:start])
            length += start - last
            letters = [folded_letter(letter).lower() for letter in found[0]]
            for place, letter in enumerate(letters, start):
                if len(letter) != 1:
                    self._there += length, length + len(letter)
                    self._here += place, place + 1
                length += len(letter)
            parts += letters
            last = end
        return "".join([*parts, self._text[last:]]).lower()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text a part of the folded text stands."""
        if len(self._there) == 1:
            return start, end
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, place: int) -> int:
        step = bisect_right(self._there, place) - 1
        here = self._here[step] + place - self._there[step]
        is_within = step + 1 < len(self._here) and here >= self._here[step + 1]
        return self._here[step] if is_within else here
