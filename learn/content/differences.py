"""What changed from one text of a question file to another, line by line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby, islice

from learn.content import answers


def difference(old: str, new: str) -> list[tuple[str, str]]:
    """Pairs of a sign (`+`, `-`, ` ` or `@` between pieces) and a line; empty for equal texts."""
    rows = difflib.unified_diff(readable(old), readable(new), n=2, lineterm="")
    return [(row[0], row[1:]) for row in islice(rows, 2, None)]  # after the names of the files


def readable(text: str) -> list[str]:
    """A file's lines, with the answer's one line as the lines of Markdown that it means."""
    lines: list[str] = []
    for line in text.splitlines():
        if "\\n" in line:
            lines += answers.markdown_from(line.strip()).split("\n")
        else:
            lines.append(line)
    return lines


# A piece of a line: ` ` where nothing changed, `-` what was there, `+` what is there instead.
Piece = tuple[str, str]
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_WORDS = 3_000  # of a place that is compared word by word: 20 ms


def excerpts(lines: Sequence[tuple[str, str]], around: int = 50) -> list[list[Piece]]:
    """The places of a `difference`, each with its words marked and `around` characters about it.

    Changes that stand closer together than twice that are one place.
    """
    places: list[list[Piece]] = []
    for is_change, run in groupby(lines, key=lambda line: line[0] in "+-"):
        if is_change:
            changed = list(run)
            old, new = ("\n".join(line for sign, line in changed if sign == kind) for kind in "-+")
            places += _cut(_by_words(old, new), around)
    return places


def by_words(lines: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[Piece]]]:
    """The lines of a `difference`, each with its sign and its pieces.

    Words that changed within a line are pieces of their own. Where little is common, the line is
    one piece: it was written anew.
    """
    for is_change, run in groupby(lines, key=lambda line: line[0] in "+-"):
        changed = list(run)
        texts = ["\n".join(line for sign, line in changed if sign == kind) for kind in "-+"]
        pieces = _by_words(*texts) if is_change and all(texts) else []
        if _is_rewritten(pieces, *texts):
            yield from ((sign, [(" ", line)]) for sign, line in changed)
        else:
            yield from ((sign, line) for sign in "-+" for line in _lines_of(pieces, sign))


def _is_rewritten(pieces: Sequence[Piece], old: str, new: str) -> bool:
    common = sum(len(text) for sign, text in pieces if sign == " " and not text.isspace())
    return common < _COMMON * min(len(old), len(new)) or not common


_COMMON = 0.3  # of the shorter side's characters


def _lines_of(pieces: Iterable[Piece], side: str) -> list[list[Piece]]:
    """The lines of one side, which the pieces may span."""
    lines: list[list[Piece]] = [[]]
    for sign, text in pieces:
        if sign not in (" ", side):
            continue
        first, *others = text.split("\n")
        lines[-1].append((sign, first))
        lines += ([(sign, line)] for line in others)
    return [[piece for piece in line if piece[1]] for line in lines]


def _by_words(old: str, new: str) -> list[Piece]:
    a, b = _WORD.findall(old), _WORD.findall(new)
    if max(len(a), len(b)) > _MOST_WORDS:
        return [("-", old), ("+", new)]
    pieces: list[Piece] = []
    for kind, start, end, from_, to in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        gone, come = "".join(a[start:end]), "".join(b[from_:to])
        if kind == "equal":
            pieces.append((" ", gone))
        else:
            pieces += [(sign, text) for sign, text in (("-", gone), ("+", come)) if text]
    return pieces


def _cut(pieces: Sequence[Piece], around: int) -> Iterator[list[Piece]]:
    """The pieces as places: what did not change is cut, or ends one place and begins the next."""
    place: list[Piece] = []
    for number, (sign, text) in enumerate(pieces):
        if sign != " ":
            shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\u2026"
            place.append((sign, shown))
            continue
        is_first, is_last = number == 0, number == len(pieces) - 1
        if not is_first and not is_last and len(text) <= 2 * around:
            place.append((sign, text))
            continue
        if not is_first:
            yield [*place, (sign, _head(text, around))]
        place = [] if is_last else [(sign, _tail(text, around))]
    if place:
        yield place


_LONGEST = 300  # characters of a change


def _head(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0] or text[:most]}\u2026"


def _tail(text: str, most: int) -> str:
    return text if len(text) <= most else f"\u2026{text[-most:].partition(' ')[2] or text[-most:]}"
