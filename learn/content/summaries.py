"""A first description for result lists, taken from an answer's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST = 155  # characters: what result lists show of a description before they cut it
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?!\s|$)[^.!?]*)*[.!?](?=\s|$)")
_TEX = re.compile(r"[\\_^{}]|\$")


def summary(text: str, most: int = MOST) -> str:
    """The first sentences of an answer's text that fit; '' where it has none without formulas.

    `text` has a line for each block, as `Rendered.text`. Headings and list items that are no
    sentences are passed over. A first sentence that is too long is cut at a word.
    """
    chosen = ""
    for sentence in _sentences(text):
        longer = f"{chosen} {sentence}" if chosen else sentence
        if len(longer) > most:
            return chosen or _cut(sentence, most)
        chosen = longer
    return chosen


def _sentences(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        for match in _SENTENCE.finditer(line):
            sentence = match[0].strip()
            if not _TEX.search(sentence) and len(sentence.split()) > 3:
                yield sentence


def _cut(sentence: str, most: int) -> str:
    room = sentence[: most - 1]
    head = room.rpartition(" ")[0] or room
    return f"{head.rstrip(' ,;:')}\u2026"
