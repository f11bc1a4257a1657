"""How well and how fast a library is searched: `make bench-search`.

    python -m tests.bench.search [FOLDER] [--copies N] [--database URL] [--postgresql URL]
        [--rounds N] [--fuzz N] [--json FILE]

FOLDER is a tree of question files (the shipped fixtures where none is given). --copies makes the
library N times as large: the copies' titles are put together from halves of two titles, with the
keywords and the answer of a third question, so that words stay as frequent as they are and no two
questions are alike; a copy keeps no source text. --postgresql measures a PostgreSQL database of its
own too, against SQLite. A database that an earlier run filled with as many questions is used as it
is. Quality is measured on the questions of FOLDER. The index is left as an import leaves it.

A query's time is the best of some rounds, as other work disturbs the clock; CPU time is disturbed
less. On PostgreSQL it is that of this process and, where the server runs here and tells it, of the
process that serves it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from tests.bench.databases import set_up

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = 500
FIRST = 5
PAGE = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "fixtures" / "learn")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--database", help="default: an SQLite file that is removed afterwards")
    parser.add_argument("--postgresql", help="a second database, compared with the first")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--fuzz", type=int, default=10_000, help="strange queries")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    what = (options.folder, options.copies, options.rounds, options.fuzz)
    with tempfile.TemporaryDirectory() as scratch:
        first = options.database or f"sqlite:///{scratch}/bench.sqlite3"
        results = []
        for url in filter(None, (first, options.postgresql)):
            results.append(apart(url, *what))
            print(table(results[-1]), flush=True)
    if len(results) == 2:
        print(f"\n{compared(*results)}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def apart(*what: Any) -> dict[str, Any]:
    """`measured_on` in a process of its own, as Django is set up once."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measured_on, *what).result()


def measured_on(
    database: str, folder: Path, copies: int, rounds: int, strange: int
) -> dict[str, Any]:
    set_up(database)
    return measured(folder, copies, rounds) | fuzzed(strange)


def measured(folder: Path, copies: int, rounds: int) -> dict[str, Any]:
    from django.db import connection

    from learn import search
    from learn.models import Question

    files = sorted(folder.glob("*/*.md"))
    seconds = filled(files, copies)
    rng = random.Random(4)
    step = max(1, len(files) // QUESTIONS)
    own = list(Question.objects.order_by("pk").values_list("pk", "title")[: len(files)])[::step]
    any_title = list(Question.objects.order_by("pk").values_list("title", flat=True))
    titles = rng.sample(any_title, min(QUESTIONS, len(any_title)))
    return {
        "database": connection.vendor,
        "questions": len(any_title),
        "fill_seconds": seconds,
        "three_words": share(own, rng, lambda title: " ".join(some_words(title, 3, rng))),
        "one_letter_wrong": share(own, rng, lambda title: mistyped(title, rng)),
        "search": times(
            [" ".join(some_words(title, rng.choice((2, 3, 4)), rng)) for title in titles],
            first_page,
            rounds,
        ),
        "page": times(
            [" ".join(some_words(title, rng.choice((2, 3, 4)), rng)) for title in titles[:200]],
            whole_page,
            rounds,
        ),
        "typeahead": times(
            [title[: rng.randint(2, 24)] for title in titles], search.suggest, rounds
        ),
        "misspelt": times([mistyped(title, rng) for title in titles], first_page, rounds),
    }


# -- the library


def filled(files: Sequence[Path], copies: int) -> float:
    """Seconds in which the library was stored; 0 where it was there."""
    from learn import bulk, publishing, search
    from learn.models import Origin, Question

    there = Question.objects.count()
    if there == len(files) * copies:
        return 0.0
    if there:
        sys.exit(f"the database holds {there} questions, not {len(files) * copies}")
    originals = list(read(files))
    started = time.perf_counter()
    batch = []
    for edition in editions(originals, copies):
        batch.append(edition)
        if len(batch) == publishing.BATCH:
            publishing.save(batch, origin=Origin.IMPORT)
            batch = []
    publishing.save(batch, origin=Origin.IMPORT)
    seconds = round(time.perf_counter() - started, 1)
    search.settle()
    bulk.analyze(Question)
    return seconds


def read(files: Sequence[Path]) -> Iterator[tuple[str, str, Any]]:
    """Subject, slug and record of each file."""
    from learn.content import codec
    from learn.content.record import record_of

    for file in files:
        text = file.read_bytes().decode()
        yield file.parent.name, file.stem, record_of(codec.parse(text), text)


def editions(originals: Sequence[tuple[str, str, Any]], copies: int) -> Iterator[Any]:
    from learn import publishing
    from learn.content.addresses import Address

    subjects = {slug: publishing.subject_for(slug, slug).pk for slug, _, _ in originals}
    size = len(originals)
    for copy in range(copies):
        for place, (subject, slug, record) in enumerate(originals):
            if copy:
                slug = f"{slug}-v{copy}"
                half = originals[(place * 7919 + copy * 104_729) % size][2].title.split()
                whole = originals[(place + copy * 977) % size][2]
                own = record.title.split()
                record = record._replace(
                    title=" ".join(own[: len(own) // 2] + half[len(half) // 2 :]),
                    page_keywords=whole.page_keywords,
                    answer_text=whole.answer_text,
                    answer_html=whole.answer_html,
                    source="",
                )
            where = publishing.Place(subjects[subject], slug, "published")
            yield publishing.Edition(where, Address(subject, slug), record, (), "")


# -- what is asked


def some_words(title: str, number: int, rng: random.Random) -> list[str]:
    """Words of a title, in its order, that say something."""
    from learn.search.words import STOP_WORDS

    said = [word.strip("?.,:;!()\"'") for word in title.split()]
    telling = [word for word in said if len(word) > 2 and word.lower() not in STOP_WORDS] or said
    chosen = sorted(rng.sample(range(len(telling)), min(number, len(telling))))
    return [telling[place] for place in chosen]


def mistyped(title: str, rng: random.Random) -> str:
    """A title with one letter of one of its words wrong."""
    places = [
        place
        for place, letter in enumerate(title)
        if letter.isascii() and letter.isalpha() and len(word_at(title, place)) > 3
    ]
    if not places:
        return title
    place = rng.choice(places)
    wrong = rng.choice([c for c in "abcdefghijklmnopqrstuvwxyz" if c != title[place].lower()])
    return title[:place] + wrong + title[place + 1 :]


def word_at(text: str, place: int) -> str:
    start = text.rfind(" ", 0, place) + 1
    return text[start:].split(" ", 1)[0]


# -- measuring


def share(own: Sequence[tuple[int, str]], rng: random.Random, asked: Callable[[str], str]) -> float:
    """The share of questions that are among the first five for what is asked about them."""
    from learn import search

    found = sum(pk in search.search(asked(title)).keys[:FIRST] for pk, title in own)
    return round(found / len(own), 4)


def first_page(text: str) -> None:
    """What the view does: the results, and the first page's rows with their words marked."""
    from learn import search

    results = search.search(text)
    search.lines(results.query, results.keys[:PAGE])


def whole_page(text: str) -> None:
    visitor().get("/learn/search", {"q": text})


@cache
def visitor() -> Any:
    """One for all: each looks through the collected static files, which takes 20 ms."""
    from django.test import Client

    return Client(SERVER_NAME="localhost")


def fuzzed(number: int) -> dict[str, Any]:
    """How many strange queries were an error, of how many, and what the first of them said."""
    from learn import search
    from tests import queries

    errors = []
    for place, text in enumerate(queries.mixtures(number, seed=number)):
        try:
            search.suggest(text) if place % 2 else first_page(text)
        except Exception as error:
            errors.append(f"{text!r}: {error!r}")
    return {"fuzzed": number, "errors": len(errors)} | (
        {"first_error": errors[0]} if errors else {}
    )


def times(queries: Sequence[str], ask: Callable[[str], object], rounds: int) -> dict[str, float]:
    """Percentiles in milliseconds over the queries, of each the best round."""
    served = server_clock()
    best = [float("inf")] * len(queries)
    cpu = [float("inf")] * len(queries)
    for _ in range(rounds):
        for place, text in enumerate(queries):
            worked = time.thread_time() + served()
            started = time.perf_counter()
            ask(text)
            best[place] = min(best[place], 1000 * (time.perf_counter() - started))
            cpu[place] = min(cpu[place], 1000 * (time.thread_time() + served() - worked))
    return {
        "p50": at(best, 0.5),
        "p95": at(best, 0.95),
        "worst": at(best, 1),
        "cpu_p50": at(cpu, 0.5),
        "cpu_p95": at(cpu, 0.95),
    }


def server_clock() -> Callable[[], float]:
    """Seconds of the process that serves this one, where it runs on this machine; else 0."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return lambda: 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    if not told.exists():
        return lambda: 0.0
    return lambda: int(told.read_text().split()[0]) / 1e9


def at(figures: Sequence[float], share: float) -> float:
    place = min(len(figures) - 1, int(len(figures) * share))
    return round(sorted(figures)[place], 2)


LINES = {
    "search": "two to four words, 20 results marked",
    "page": "the same as a whole page",
    "typeahead": "typeahead",
    "misspelt": "a title with one letter wrong",
}
COLUMNS = ("p50", "p95", "worst", "cpu_p50", "cpu_p95")


def table(result: dict[str, Any]) -> str:
    head = f"{result['questions']:,} questions on {result['database']}"
    if result["fill_seconds"]:
        head += f", stored in {result['fill_seconds']} s"
    quality = [
        f"{'three words of the title: in the first 5':<44}{result['three_words']:>9.1%}",
        f"{'the title, one letter wrong: in the first 5':<44}{result['one_letter_wrong']:>9.1%}",
    ]
    speed = [
        f"{name:<44}" + "".join(f"{result[key][column]:>9}" for column in COLUMNS)
        for key, name in LINES.items()
    ]
    columns = f"{'milliseconds':<44}" + "".join(
        f"{name.replace('cpu_', 'cpu '):>9}" for name in COLUMNS
    )
    strange = f"{result['errors']} of {result['fuzzed']:,} strange queries were errors"
    return "\n".join([head, *quality, strange, columns, *speed])


def compared(first: dict[str, Any], second: dict[str, Any]) -> str:
    head = f"{second['database']} against {first['database']}"
    lines = [
        f"{name:<44}"
        + "".join(f"{second[key][column] / first[key][column]:>9.2f}" for column in COLUMNS)
        for key, name in LINES.items()
    ]
    return "\n".join([head, *lines])


if __name__ == "__main__":
    main()
