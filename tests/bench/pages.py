"""What a page costs the processor, as ratios within one run: `make bench-pages`.

    python -m tests.bench.pages [FOLDER] [--rounds N]

Each page is asked for through the whole of Django, packed, in one process: made anew, and as it is
kept (see learn/kept.py). All is compared with the smallest answer of the site, robots.txt, which
looks nothing up. Figures are medians of rounds that are run in turn.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASKED = 100  # times a round
SMALLEST = "/robots.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "fixtures")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["DATABASE_URL"] = f"sqlite:///{scratch}/bench.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("import_questions", str(options.folder), stdout=io.StringIO())
        print(table(measure(options.rounds)))


def measure(rounds: int) -> dict[str, list[float]]:
    """Milliseconds of processor time of one answer, by what was asked."""
    from django.conf import settings
    from django.core.cache import caches

    from learn.models import Question

    questions = Question.objects.published().select_related("subject")[:ASKED]
    pages = {
        "question": [question.get_absolute_url() for question in questions],
        "subject": [questions[0].subject.get_absolute_url()],
        "home": ["/learn"],
    }
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        times.setdefault(SMALLEST, []).append(cost([SMALLEST]))
        for name, addresses in pages.items():
            settings.PAGES_KEPT_SECONDS = 0
            times.setdefault(f"{name}, made anew", []).append(cost(addresses))
            settings.PAGES_KEPT_SECONDS = 60
            caches["pages"].clear()
            caches["pages"].default_timeout = 60
            cost(addresses)
            times.setdefault(f"{name}, kept", []).append(cost(addresses))
    return times


def cost(addresses: Sequence[str]) -> float:
    """Milliseconds of processor time of one answer."""
    asked = asking()
    started = time.process_time()
    for number in range(ASKED):
        asked(addresses[number % len(addresses)])
    return 1_000 * (time.process_time() - started) / ASKED


def asking() -> Callable[[str], None]:
    from django.core.handlers.wsgi import WSGIHandler

    site = WSGIHandler()

    def ask(address: str) -> None:
        statuses: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        answer = site(environ, lambda status, _: statuses.append(status))
        b"".join(answer)
        answer.close()
        assert statuses == ["200 OK"], (address, statuses)

    return ask


def table(times: dict[str, list[float]]) -> str:
    least = statistics.median(times[SMALLEST])
    lines = [f"{'answer':<24}{'ms':>8}{'ratio':>8}"]
    for name, measured in times.items():
        median = statistics.median(measured)
        lines.append(f"{name:<24}{median:>8.2f}{median / least:>8.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
