"""A session of cards: which questions a seed draws, and where somebody is in it. Pure.

Every question has a place on a ring of 2^31, a hash of its address. A seed begins somewhere on the
ring and draws from the WINDOW questions that follow, by a hash of seed and place. So a session
costs one range of an index however large its subject is, is the same on every database, and a
question that is added or archived changes it by one card at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from heapq import nsmallest
from urllib.parse import quote_plus

RING = 2**31
WINDOW = 512  # 1.3 ms on SQLite; most subjects are smaller, and so shuffled whole
SIZES = (10, 20, 50)
MOST = 50  # cards of a session
MOST_OF_SEED = 40  # characters
END = "end"
_PRIME = 2**61 - 1

Positions = Sequence[int]


class SessionError(ValueError):
    """What an address asks for that no session has, in a sentence."""


def place_of(address: str) -> int:
    """The place of a question's address (`subject/slug`) on the ring."""
    return _hash(address) % RING


def start_of(seed: str) -> int:
    """Where on the ring a seed begins to draw."""
    return _hash(f"start {seed}") % RING


def drawn(places: Iterable[tuple[int, int]], seed: str, count: int) -> list[int]:
    """At most `count` keys of `(key, place)` pairs, in the order that a seed gives them."""
    multiplier = _hash(f"order {seed}") % (_PRIME - 1) + 1
    ordered = nsmallest(count, ((place * multiplier % _PRIME, key) for key, place in places))
    return [key for _, key in ordered]


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class Walk:
    """Where somebody is in a session of cards, as its address says it.

    `only` and `again` are positions in the session, from 1 and rising: which of its cards are
    walked through (none given: all), and which were not known. `card` is a place on this walk,
    from 1; None is its end.
    """

    seed: str = ""
    size: int = SIZES[1]
    card: int | None = 1
    only: tuple[int, ...] = ()
    again: tuple[int, ...] = ()

    def positions(self, total: int) -> Positions:
        """The positions that are walked through, of a session that has `total` cards."""
        return [position for position in self.only if position <= total] or range(1, total + 1)

    def at(self, card: int, length: int) -> Walk:
        """The walk at another of its `length` cards; past the last one is its end."""
        return replace(self, card=card if card <= length else None)

    def graded(self, position: int, *, knew: bool) -> Walk:
        """The walk with what was known of the card at this position noted."""
        others = {known for known in self.again if known != position}
        return replace(self, again=tuple(sorted(others if knew else others | {position})))

    def missed(self) -> Walk:
        """A walk through the cards that were not known."""
        return replace(self, card=1, only=self.again, again=())

    def query(self, source: Mapping[str, str] | None = None) -> str:
        """The query of an address for it, behind what its source of cards needs to be told."""
        place = {
            "only": _written(self.only),
            "card": END if self.card is None else str(self.card),
            "again": _written(self.again),
        }
        return f"{self.session_query(source)}&{_query(place)}".removeprefix("&")

    def session_query(self, source: Mapping[str, str] | None = None) -> str:
        """The query of the whole session, in which nobody is anywhere yet."""
        drawn = {"seed": self.seed, "n": str(self.size)} if self.seed else {}
        return _query({**(source or {}), **drawn})


def _query(parts: Mapping[str, str]) -> str:
    return "&".join(f"{key}={quote_plus(text, safe='/')}" for key, text in parts.items() if text)


def walk_from(parameters: Mapping[str, str]) -> Walk:
    """The walk that an address's parameters say. Raises SessionError for what none can be."""
    seed = parameters.get("seed", "")
    if len(seed) > MOST_OF_SEED:
        raise SessionError(f"a seed has at most {MOST_OF_SEED} characters")
    card = parameters.get("card", "1")
    return Walk(
        seed=seed,
        size=_number(parameters.get("n", str(SIZES[1]))),
        card=None if card == END else _number(card),
        only=_positions(parameters.get("only", "")),
        again=_positions(parameters.get("again", "")),
    )


_NUMBER = re.compile(r"[1-9][0-9]?")


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > MOST:
        raise SessionError(f"'{text[:20]}' is no number from 1 to {MOST}")
    return int(text)


def _positions(text: str) -> tuple[int, ...]:
    return tuple(sorted({_number(part) for part in text.split(".")})) if text else ()


def _written(positions: Iterable[int]) -> str:
    return ".".join(map(str, positions))


def names_in(text: str) -> list[tuple[str, str]]:
    """The (subject, slug) pairs of a `cards` parameter, each once: names with spaces between.

    A space, `+` in an address, is what no slug can hold. What is no name is left out.
    """
    names = [name.partition("/") for name in text.split(" ")]
    return list(dict.fromkeys((subject, slug) for subject, _, slug in names if slug))[:MOST]


def sizes_for(count: int) -> list[int]:
    """The sizes of session that a source of `count` questions offers."""
    return [*(size for size in SIZES if size < min(count, MOST)), min(count, MOST)] if count else []
