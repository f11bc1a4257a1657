"""Imports, exports and syncs killed at any moment, and run again: `make bench-failpoints`.

    python -m tests.bench.failpoints [--points N] [--files N] [--only WHAT] [--json FILE]

On SQLite, or on the PostgreSQL server of DATABASE_URL. After each kill the database may hold no
question that is half written and none twice, the tree no file that is half written. Then the same
command runs once more, must end in order, and database and tree must say what an undisturbed run
makes them say. Exit status: 0 where all of it held.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import failpoints
from tests.failpoints import Failpoint, Library

SHOWN = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--points", type=int, default=200, help="of each scenario")
    parser.add_argument("--files", type=int, default=400, help="in the tree")
    parser.add_argument("--only", choices=("import", "export", "sync"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    url = url if url.startswith("postgres") else ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    names = [options.only] if options.only else ["import", "export", "sync"]
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), url)
        results = [survey(name, library, options) for name in names]
    for result in results:
        print(f"{result['what']} on {result['database']}: {result['text']}")
        for line in result["failures"][:SHOWN]:
            print(f"  {line}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if any(result["failures"] for result in results) else 0)


def survey(name: str, library: Library, options: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from django.urls import get_resolver

    from tests import killings  # needs Django

    get_resolver().reverse_dict  # noqa: B018 (loaded once: each forked process took 0.3 s for it)
    started = time.monotonic()
    scenario = killings.SCENARIOS[name]
    try:
        library.empty()
        _must(failpoints.run(lambda: scenario.prepare(library.tree, options.files)))
        library.keep()
        command = scenario.command(library.tree)
        before = _must(failpoints.run(lambda: killings.snapshot(library.tree)))
        there = failpoints.counted(command)
        good = _must(failpoints.run(lambda: killings.snapshot(library.tree)))
        failures, reached = [], Counter[str]()
        for point in failpoints.chosen(there, options.points):
            library.restore()
            words = survived(library, command, point, before, good, reached)
            failures += [f"{point.kind} {point.number}: {each}" for each in words]
    finally:
        library.drop()
    total, seconds = sum(reached.values()), time.monotonic() - started
    kinds = ", ".join(f"{reached[kind]} of {there[kind]} at {kind}" for kind in reached)
    text = f"{total} kills ({kinds}), {len(failures)} failures, {seconds:.0f} s"
    database = "PostgreSQL" if os.environ["DATABASE_URL"].startswith("postgres") else "SQLite"
    return {"what": name, "database": database, "text": text, "failures": failures,
            "kills": dict(reached), "there": dict(there)}  # fmt: skip


def survived(
    library: Library,
    command: Callable[[], Any],
    point: Failpoint,
    before: Any,
    good: Any,
    reached: Counter[str],
) -> list[str]:
    """What is wrong after a kill and another run; nothing where all held."""
    from tests import killings

    ended = failpoints.killed(command, point)
    while ended.status in (0, 1) and point.number > 1:  # a slow run shows more signs of life
        library.restore()
        point = point._replace(number=point.number - 1)
        ended = failpoints.killed(command, point)
    if ended.status != -9:
        return [f"was not killed: {ended.status} {ended.output[-500:]}"]
    reached[point.kind] += 1
    wrong = _must(failpoints.run(lambda: killings.half_written(library.tree, before, good)))
    again = failpoints.run(command)
    if again.status not in (0, 1):
        return [*wrong, f"the second run ended with {again.status}: {again.output[-500:]}"]
    now = _must(failpoints.run(lambda: killings.snapshot(library.tree)))
    return [*wrong, *killings.differences(good, now)]


def _must(ended: failpoints.Ended) -> Any:
    if ended.status:
        raise RuntimeError(ended.output)
    return ended.value


if __name__ == "__main__":
    main()
