"""Strange queries, which search has to take as it takes any other."""

from __future__ import annotations

import random
from collections.abc import Iterator

HOSTILE = [
    '"', '""', "'", "*", "cell*", "^cell", "cell:", "title:cell", "{title}: cell", "-cell", "+cell",
    "NEAR(a b, 2)", "a NEAR b", "cell AND", "AND OR NOT", "NOT cell", "(cell", "cell)", "((((",
    "a & b", "a | b", "!a", "a <-> b", "a:*", "cell:A", "\\", "a\\'b", "%s", "%(x)s", "%%", "?",
    "\0", "cell\0wall", "\ud800", "🙂", "👩‍🔬", "ﷺ" * 200, "a" * 5000, '"' * 200, "( " * 100,
    " ".join('"a b"' for _ in range(60)), "ſ", "İ", "ß", "\u202e", "1e5", "1.5", "a.b.c", "a@b.c",
    "http://x.y/z", "--", "/*", ";", "$$x$$", "\\(x\\)", "あア漢", "한국어", "हिन्दी", "عربى",
]  # fmt: skip

_PLAIN = "cell walls photosinthesis the pump C++ Na+/K+ x^2 don't energy economic".split()


def mixtures(number: int, *, seed: int) -> Iterator[str]:
    """Queries of a few pieces each, hostile and plain ones, and letters from anywhere."""
    rng = random.Random(seed)
    for _ in range(number):
        letters = "".join(map(chr, rng.choices(range(0x3000), k=3)))
        pieces = [*HOSTILE, *_PLAIN, letters, " ", " "]
        yield "".join(rng.choices(pieces, k=rng.randint(1, 8)))
