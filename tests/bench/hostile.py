"""Whether time grows with the length of hostile text or with its square: `make bench-hostile`.

    python -m tests.bench.hostile [--size N] [--json FILE]

Each pattern is repeated to four sizes, each twice the one before, and read as metadata or rendered
as an answer; the figure is the most that a doubling multiplies the time by (2 is linear, 4 is
quadratic). Times are the processor's, the least of several runs; what takes under a millisecond
is too short to be compared. Exit status: 0 where no doubling costs more than 2.5 times.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from learn.content import checks, codec
from learn.content.document import ContentError, Finding, QuestionDocument
from learn.content.markdown import render
from tests.fuzz import filed

MOST = 2.5
SHORT = 0.001  # seconds: less is noise
AGAIN = 4  # times that what looks too slow is measured again
ANSWERS = {
    "opening brackets": "[",
    "links that never close": "[a](",
    "images": "![a](b)",
    "emphasis": "*a _b ",
    "runs of asterisks": "**a *a ",
    "backticks of many lengths": "` `` ``` ",
    "fences": "```\n",
    "quotes": "> ",
    "nested lists": "- ",
    "a table's cells": "|a",
    "tables": "|a|b|\n|-|-|\n|c|d|\n\n",
    "raw tags": "<div>",
    "angle brackets": "<",
    "comments": "<!--",
    "entities": "&amp;&#",
    "dollars": "$",
    "money": "$5 and ",
    "display math": "$$\na\n$$\n",
    "formulas": "$x^2$ ",
    "formulas that no engine reads": "$\\frac{$ ",
    "open parentheses of TeX": "\\(",
    "chemistry": "$\\ce{H2O}$ ",
    "headings of one name": "# a\n",
    "strikethrough": "~~a ~",
    "addresses": "https://a.example/",
    "private-use characters": "\ue000\ue002",
    "inequalities": "a<b ",
    "colons before numbers": "a:\n2. b\n",
    "lines in bold": "**a**\n\n",
    "links called here": "[here](/a) ",
    "links without a word, as tags": '<a href="/a"></a> ',
    "images that say nothing": "![image](/a) ",
    "tables without headers": "|a| |\n|-|-|\n|c|d|\n\n",
}
METADATA = {
    "keys": "k{n}: v\n",
    "blocks": "k{n}:\n  a: b\n",
    "folded text": "k{n}: >-\n  word\n",
    "opening brackets": "[",
    "opening braces": "{{",
    "quotes": "'",
    "dashes": "- ",
    "comments": "# a\n",
    "blank lines": "\n",
    "spaces": " ",
    "colons": ": ",
    "anchors": "&a ",
}


def metadata_of(unit: str, size: int) -> str:
    """A file whose first value, or whose keys, are the pattern."""
    count = size // len(unit)
    if unit.startswith("k{n}"):
        text = "".join(unit.format(n=number) for number in range(count))
    else:
        text = "a: " + unit.format() * count + "\n"
    return f"---\ntitle: Why?\ndate: 2025-01-31\nanswer: x\n{text}---\n"


def read(text: str) -> None:
    with suppress(ContentError):
        codec.edited(text, codec.parse(text))


def seconds(act: Callable[[], object]) -> float:
    """The least of several runs, which take a twentieth of a second together."""
    times: list[float] = []
    while len(times) < 3 or (sum(times) < 0.05 and len(times) < 20):
        started = time.process_time()
        act()
        times.append(time.process_time() - started)
    return min(times)


def growth(times: list[float]) -> float:
    return max(after / max(before, SHORT) for before, after in pairwise(times))


def times_of(act: Callable[[str], object], texts: list[str]) -> list[float]:
    """Seconds for each text. What looks too slow is timed again: noise only ever adds."""
    best = [seconds(lambda text=text: act(text)) for text in texts]
    for _ in range(AGAIN):
        if growth(best) <= MOST:
            break
        best = [min(old, seconds(lambda t=t: act(t))) for old, t in zip(best, texts, strict=True)]
    return best


def checked(answer: str) -> list[Finding]:
    document = QuestionDocument("Why?", answer, datetime.date.min)
    return checks.findings(document, render(answer))


def measure(size: int) -> Iterator[dict[str, object]]:
    sizes = [size // 8, size // 4, size // 2, size]
    for name, unit in ANSWERS.items():
        answers = [unit * (each // len(unit)) for each in sizes]
        yield _row("rendered, checked", name, times_of(checked, answers))
        yield _row("read as an answer", name, times_of(read, list(map(filed, answers))))
    for name, unit in METADATA.items():
        texts = [metadata_of(unit, each * 60_000 // size) for each in sizes]
        yield _row("read as metadata", name, times_of(read, texts))


def _row(how: str, pattern: str, times: list[float]) -> dict[str, object]:
    shown = [round(each, 5) for each in times]
    return {"how": how, "pattern": pattern, "growth": round(growth(times), 2), "seconds": shown}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--size", type=int, default=200_000, help="characters of the largest")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    for row in measure(options.size):
        rows.append(row)
        print(f"{row['how']:<18} {row['pattern']:<32} {row['growth']:>6} {row['seconds']}")
    worst = max(float(str(row["growth"])) for row in rows)
    print(f"{len(rows)} patterns, the worst doubling costs {worst} times; {MOST} are allowed")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if worst > MOST else 0)


if __name__ == "__main__":
    main()
