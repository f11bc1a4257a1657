"""How long a preview takes: a 3 KB answer with 20 formulas, on one core.

    python -m tests.bench.preview [--rounds N]

The whole answer of the server is timed: middleware, session, permissions, rendering, findings.
Times are milliseconds; the goal is a median of 50.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time

FORMULAS = 20
PARAGRAPH = (
    "The {n}th step writes the energy of the oscillator as $E_{{{n}}} = \\hbar \\omega"
    " (n + \\frac{{1}}{{2}})$, where the **frequency** is fixed by the spring and by the mass.\n\n"
    "$$\n\\psi_{{{n}}}(x) = \\frac{{1}}{{\\sqrt{{2^n n!}}}} \\left( \\frac{{m \\omega}}{{\\pi"
    " \\hbar}} \\right)^{{1/4}} e^{{-x^2 / 2}}\n$$\n"
)


def answer() -> str:
    """3 KB of Markdown with 20 formulas."""
    text = "\n".join(PARAGRAPH.format(n=number) for number in range(FORMULAS // 2))
    return f"{text}\n{'More words in between. ' * 40}"[:3_072]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3", "SECRET_KEY": "bench"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        times = sorted(measured(rounds))
    median, tail = statistics.median(times), times[int(0.95 * len(times))]
    print(f"{len(answer())} bytes, {FORMULAS} formulas, {rounds} previews on one core")
    print(f"median {median:.1f} ms, 95th percentile {tail:.1f} ms (goal: a median of 50 ms)")


def measured(rounds: int) -> list[float]:
    """Milliseconds of each preview, after ten that warm up."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("bench"))
    sent = {"content": answer(), "title": "How is the oscillator solved?"}
    times = []
    for _ in range(rounds + 10):
        started = time.perf_counter()
        response = client.post("/admin/learn/question/preview", sent)
        times.append(1_000 * (time.perf_counter() - started))
        assert response.json()["page"].count("<math") == FORMULAS
    return times[10:]


if __name__ == "__main__":
    main()
