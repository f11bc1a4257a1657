"""Two versions of a question that grew from the same one, brought together: a three-way merge.

What only one side changed is taken from it; what both changed alike is taken once; what both
changed differently is a conflict, which a person decides. An answer is merged by its lines, every
other field as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from learn.content.document import QuestionDocument, Seo


class Part(NamedTuple):
    """Lines of a merged text; in a conflict they are `mine`, and `theirs` stand against them.

    `base` is what stood there before, in a conflict only.
    """

    mine: tuple[str, ...]
    theirs: tuple[str, ...] = ()
    is_conflict: bool = False
    base: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed differently. `field` is the document's own name for it."""

    field: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged document; where there are `conflicts` it says what `mine` says."""

    document: QuestionDocument
    conflicts: tuple[Conflict, ...]


def merge(base: QuestionDocument, mine: QuestionDocument, theirs: QuestionDocument) -> Merged:
    """Bring together two documents that were both made from `base`."""
    conflicts: list[Conflict] = []
    values = {}
    for field in fields(QuestionDocument):
        sides = [getattr(document, field.name) for document in (base, mine, theirs)]
        values[field.name] = _merged(field.name, sides, conflicts)
    titles = (base.title, mine.title, theirs.title)
    told = [conflict for conflict in conflicts if not _repeats(conflict, titles)]
    return Merged(replace(mine, **values), tuple(told))


def _repeats(conflict: Conflict, titles: tuple[str, str, str]) -> bool:
    """Whether a conflict is that of the title once more, which these keys of a file repeat."""
    sides = (conflict.base, conflict.mine, conflict.theirs)
    return conflict.field in ("article_title", "question") and sides == titles


def _merged(name: str, sides: list[Any], conflicts: list[Conflict]) -> Any:
    """One value of the three `sides`: base, mine, theirs."""
    base, mine, theirs = sides
    if mine in (theirs, base):
        return theirs
    if theirs == base:
        return mine
    if name == "answer":
        parts = merge_text(base, mine, theirs)
        if not any(part.is_conflict for part in parts):
            return "\n".join(line for part in parts for line in part.mine)
    elif isinstance(mine, Seo):
        return _merged_seo(base, mine, theirs, conflicts)
    elif isinstance(mine, Mapping):
        return _merged_mapping(name, base, mine, theirs, conflicts)
    conflicts.append(Conflict(name, base, mine, theirs))
    return mine


def _merged_seo(base: Seo, mine: Seo, theirs: Seo, conflicts: list[Conflict]) -> Seo:
    values = {
        field.name: _merged(
            f"seo.{field.name}",
            [getattr(side, field.name) for side in (base, mine, theirs)],
            conflicts,
        )
        for field in fields(Seo)
    }
    return Seo(**values)


def _merged_mapping(
    name: str,
    base: Mapping[Any, Any],
    mine: Mapping[Any, Any],
    theirs: Mapping[Any, Any],
    conflicts: list[Conflict],
) -> dict[Any, Any]:
    """Key by key, mine first. None stands for a key that is missing."""
    merged = {}
    for key in dict.fromkeys([*mine, *theirs, *base]):
        sides = [side.get(key) for side in (base, mine, theirs)]
        value = _merged(f"{name}.{key}", sides, conflicts)
        if value is not None:
            merged[key] = value
    return merged


def merge_text(base: str, mine: str, theirs: str) -> list[Part]:
    """The lines of a merged text in parts: those that stand, and those of a conflict.

    This is diff3 (Khanna, Kunal and Pierce, "A Formal Investigation of Diff3", 2007): lines of
    `base` that both sides kept part the text; between two of them at most one side may differ.
    """
    old, left, right = base.split("\n"), mine.split("\n"), theirs.split("\n")
    parts: list[Part] = []
    at_old = at_left = at_right = 0
    for start, in_left, in_right, size in _kept_by_both(old, left, right):
        _take(parts, old[at_old:start], left[at_left:in_left], right[at_right:in_right])
        _append(parts, Part(tuple(old[start : start + size])))
        at_old, at_left, at_right = start + size, in_left + size, in_right + size
    return parts


def merge_whole(base: str, mine: str, theirs: str) -> list[Part]:
    """One part: a value that is taken from one side, or a conflict of the whole of it."""
    if mine in (theirs, base):
        return [Part((theirs,))]
    if theirs == base:
        return [Part((mine,))]
    return [Part((mine,), (theirs,), is_conflict=True, base=(base,))]


def marked(base: str, text: str) -> list[tuple[bool, str]]:
    """A text in pieces, word by word: those that do not stand in `base` are told by True."""
    old, new = _WORDS.findall(base), _WORDS.findall(text)
    if len(old) * len(new) > MOST_WORDS:
        return [(True, text)]
    pieces = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [
        (tag != "equal", "".join(new[start:end])) for tag, _, _, start, end in pieces if start < end
    ]


_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
MOST_WORDS = 250_000  # pairs of words: 0.4 s for the most alike, a millisecond for most


def decided(parts: Sequence[Part], decisions: Iterable[str]) -> str:
    """The text of parts, each conflict in turn replaced by what was decided for it."""
    taken = iter(decisions)
    lines: list[str] = []
    for part in parts:
        if not part.is_conflict:
            lines += part.mine
        elif text := next(taken):
            lines += text.split("\n")
    return "\n".join(lines)


def _take(parts: list[Part], old: list[str], left: list[str], right: list[str]) -> None:
    if left in (right, old):
        _append(parts, Part(tuple(right)))
    elif right == old:
        _append(parts, Part(tuple(left)))
    else:
        parts.append(Part(tuple(left), tuple(right), is_conflict=True, base=tuple(old)))


def _append(parts: list[Part], part: Part) -> None:
    """Add lines that stand to those before them."""
    if not part.mine:
        return
    if parts and not parts[-1].is_conflict:
        part = Part(parts.pop().mine + part.mine)
    parts.append(part)


def _kept_by_both(
    old: list[str], left: list[str], right: list[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of the old lines that stand in both: their place in each, and their number.

    The last one is empty and stands at the end of all three.
    """
    ours, others = (
        SequenceMatcher(None, old, side, autojunk=False).get_matching_blocks()
        for side in (left, right)
    )
    i = j = 0
    while i < len(ours) - 1 and j < len(others) - 1:
        mine, other = ours[i], others[j]
        start, end = max(mine.a, other.a), min(mine.a + mine.size, other.a + other.size)
        if start < end:
            yield start, mine.b + start - mine.a, other.b + start - other.a, end - start
        if mine.a + mine.size < other.a + other.size:
            i += 1
        else:
            j += 1
    yield len(old), len(left), len(right), 0
