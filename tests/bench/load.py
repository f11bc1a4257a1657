"""Imports without end while editors save and students read: `make bench-load`.

    python -m tests.bench.load [FOLDER] [--seconds N] [--files N] [--json FILE]

On SQLite, or on the PostgreSQL server of DATABASE_URL. A library is loaded, gunicorn serves it, and
two versions of its tree are imported in turn for so many seconds (60), each import a process of its
own with two workers. Meanwhile two editors save questions through the admin's form, and four
readers ask for pages; all of them pause between requests, or two cores would measure the queue
before themselves. Before that the readers and editors are alone for a quarter of the time, so that
a figure can be told from the machine's noise.

Exit status: 0 where no request and no import failed, no database was locked, and the 99th
percentile of reads is at most 50 ms.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests import processes
from tests.bench.imports import copied

ROOT = Path(__file__).resolve().parents[2]
MOST = 50.0  # milliseconds, 99th percentile of reads
READERS, EDITORS = 4, 2
THINKING = {"reading": 0.05, "saving": 0.3}  # mean seconds between two requests of one person


class Tally:
    """Milliseconds of each request that went well, by what it was, and what went wrong."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {"reading": [], "saving": []}
        self.wrong: list[str] = []
        self.refused = 0

    def add(self, other: Tally) -> None:
        for what, times in other.times.items():
            self.times[what] += times
        self.wrong += other.wrong
        self.refused += other.refused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "fixtures" / "learn")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--files", type=int, default=6_000, help="about so many in the tree")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        with processes.database(scratch, url if url.startswith("postgres") else "") as made:
            result = measure(made, options, scratch)
    print(table(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if result["passed"] else 1)


def measure(url: str, options: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    trees = list(two_trees(options.folder, options.files, scratch))
    loaded = processes.manage(url, "import_questions", trees[0])
    password = processes.manage(url, "create_editor").stdout.split()[-7]
    files = sorted(path.relative_to(trees[0]) for path in trees[0].glob("*/*.md"))
    addresses = [f"/learn/{name.parent}/questions/{name.stem}" for name in files]
    log = scratch / "gunicorn.log"
    with served(url, log) as port:
        crowd = _Crowd(port, addresses, password)
        alone = crowd.busy_for(options.seconds / 4, lambda until: None)
        imports: list[dict[str, Any]] = []
        under = crowd.busy_for(options.seconds, lambda until: repeat(url, trees, until, imports))
    said = log.read_text() + loaded.stderr + "".join(run["stderr"] for run in imports)
    result = {
        "database": url.partition(":")[0],
        "files": len(files),
        "imports": len(imports),
        "files_per_second": _rate(imports, len(files)),
        "failed_imports": [run["stderr"][-300:] for run in imports if run["status"]],
        "locked": len(re.findall("database is locked|deadlock|could not serialize", said)),
        "alone": summary(alone),
        "under_import": summary(under),
    }
    fine = not (result["failed_imports"] or result["locked"] or alone.wrong or under.wrong)
    result["passed"] = fine and result["under_import"]["reading"]["p99"] <= MOST
    return result


def two_trees(folder: Path, count: int, scratch: Path) -> Iterator[Path]:
    """The folder's files, renamed to so many, and the same with another line in each."""
    files = sorted(folder.glob("*/*.md"))
    copied(files, scratch / "one", max(1, count // len(files)))
    yield scratch / "one"
    for path in (scratch / "one").glob("*/*.md"):
        other = scratch / "two" / path.relative_to(scratch / "one")
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_bytes(path.read_bytes().rstrip() + b"\n\nAnother body.\n")
    yield scratch / "two"


def repeat(url: str, trees: list[Path], until: float, runs: list[dict[str, Any]]) -> None:
    """Import the trees in turn until a time has come; the last import ends in its own time."""
    while time.monotonic() < until:
        started = time.monotonic()
        process = processes.started(url, "import_questions", trees[(len(runs) + 1) % 2])
        _, stderr = process.communicate()
        status = process.returncode
        errors = "" if status == 0 else stderr  # conflicts with the editors are no failures
        seconds = time.monotonic() - started
        runs.append({"status": status, "stderr": errors, "seconds": seconds})


def _rate(imports: list[dict[str, Any]], files: int) -> int:
    return round(len(imports) * files / max(0.001, sum(run["seconds"] for run in imports)))


@contextmanager
def served(url: str, log: Path) -> Iterator[int]:
    """A gunicorn as it is shipped, on a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "quicktakes/gunicorn.py", "quicktakes.wsgi"]
    environment = os.environ | {
        "DATABASE_URL": url,
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    with log.open("w") as stream:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=stream)
        try:
            assert processes.soon(lambda: _answers(port)), log.read_text()
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _answers(port: int) -> bool:
    try:
        return Person(port).ask("/learn")[0] == 200
    except OSError:
        return False


# --------------------------------------------------------------------------- who asks


class _Crowd:
    """Readers in one process, editors in another: who reads a form holds no reader's clock up."""

    def __init__(self, port: int, addresses: list[str], password: str) -> None:
        self._port, self._addresses, self._password = port, addresses, password

    def busy_for(self, seconds: float, meanwhile: Callable[[float], None]) -> Tally:
        """Have everybody read and edit while something else goes on.

        They begin when the editors have signed in, and end when both the seconds are over and
        `meanwhile` has returned.
        """
        there = get_context("spawn")
        begin, done, told = there.Barrier(len(ACTS) + 1), there.Event(), there.Queue()
        shared = (self._port, self._addresses, self._password, begin, done, told)
        crowds = [there.Process(target=crowd, args=(act, *shared)) for act in ACTS]
        for each in crowds:
            each.start()
        begin.wait(60)
        until = time.monotonic() + seconds
        meanwhile(until)
        time.sleep(max(0.0, until - time.monotonic()))
        done.set()
        tally = Tally()
        for _ in crowds:
            tally.add(told.get(timeout=60))
        for each in crowds:
            each.join()
        return tally


def crowd(
    act: str,
    port: int,
    addresses: list[str],
    password: str,
    begin: Barrier,
    done: Event,
    told: Queue[Tally],
) -> None:
    """All people who do one thing, in threads that mostly wait."""
    tally = Tally()
    each, count = ACTS[act]
    people = [Person(port) for _ in range(count)]
    if act == "saving":
        for person in people:  # a password takes a core half a second, on purpose
            person.sign_in("editor", password)
    begin.wait(60)
    shared = (addresses, tally, done)
    threads = [threading.Thread(target=each, args=(who, *shared)) for who in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(tally)


def read(who: tuple[int, Person], addresses: list[str], tally: Tally, done: Event) -> None:
    number, person = who
    chance = random.Random(number)
    while not done.wait(chance.expovariate(1 / THINKING["reading"])):
        address = chance.choice(addresses)
        if chance.random() < 0.1:
            address = address.partition("/questions/")[0]
        _timed(tally, "reading", (200,), lambda to=address: person.ask(to))


def edit(who: tuple[int, Person], addresses: list[str], tally: Tally, done: Event) -> None:
    number, person = who
    chance = random.Random(number)
    while not done.wait(chance.expovariate(1 / THINKING["saving"])):
        address = f"/admin/learn/question/{chance.randrange(1, len(addresses))}/change/"
        status, html = person.ask(address)
        if status != 200:
            tally.wrong.append(f"{status} for {address}")
            continue
        form = fields_of(html) | {"page_description": f"Edited: {chance.random()}"}
        status = _timed(tally, "saving", (200, 302), lambda f=form, a=address: person.ask(a, f))
        tally.refused += status == 200  # somebody, or an import, overtook the form


ACTS = {"reading": (read, READERS), "saving": (edit, EDITORS)}


def _timed(
    tally: Tally, what: str, good: tuple[int, ...], act: Callable[[], tuple[int, str]]
) -> int:
    started = time.perf_counter()
    status, body = act()
    if status in good:
        tally.times[what].append(1_000 * (time.perf_counter() - started))
    else:
        tally.wrong.append(f"{what}: {status} {body[:200]}")
    return status


class Person:
    """A browser, as far as it takes: one connection that stays, and cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def ask(self, address: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if form is None else urlencode(form)
        try:
            answer = self._send("GET" if form is None else "POST", address, body, headers)
        except http.client.RemoteDisconnected:  # the server may close what was idle
            self._connection.close()
            answer = self._send("GET" if form is None else "POST", address, body, headers)
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        return answer.status, answer.read().decode()

    def _send(
        self, method: str, address: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        self._connection.request(method, address, body, headers)
        return self._connection.getresponse()

    def sign_in(self, name: str, password: str) -> None:
        form = fields_of(self.ask("/admin/login/")[1])
        status, _ = self.ask("/admin/login/", form | {"username": name, "password": password})
        assert status == 302, "the editor cannot sign in"


def fields_of(html: str) -> dict[str, str]:
    """What a browser would send of a page's form that nobody touched."""
    found = _Fields()
    found.feed(html)
    return found.values


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = dict(attributes)
        name, kind = has.get("name") or "", has.get("type") or "text"
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in has:
            self.values[self._select] = has.get("value") or ""
        elif tag == "textarea":
            self._textarea = name
            self.values[name] = ""
        elif tag == "input" and name and _is_sent(kind, "checked" in has):
            self.values[name] = has.get("value") or "on" * (kind == "checkbox")

    def handle_data(self, text: str) -> None:
        if self._textarea:
            self.values[self._textarea] += text.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""


def _is_sent(kind: str, is_checked: bool) -> bool:
    return is_checked or kind not in ("submit", "button", "file", "checkbox", "radio")


# ------------------------------------------------------------------------ what it showed


def summary(tally: Tally) -> dict[str, Any]:
    shown: dict[str, Any] = {"wrong": tally.wrong[:20], "refused": tally.refused}
    for what, times in tally.times.items():
        cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [0.0] * 99
        figures = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "most": max(times, default=0)}
        shown[what] = {"count": len(times), **{k: round(v, 1) for k, v in figures.items()}}
    return shown


def table(result: dict[str, Any]) -> str:
    lines = [
        f"{result['database']}: {result['imports']} imports of {result['files']:,} files,"
        f" {result['files_per_second']:,} files/s; {len(result['failed_imports'])} failed,"
        f" {result['locked']} times locked",
        f"{'milliseconds':<28}{'count':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}",
    ]
    for when in ("alone", "under_import"):
        for what in ("reading", "saving"):
            row = result[when][what]
            cells = "".join(f"{row[key]:>8}" for key in ("count", "p50", "p95", "p99", "most"))
            lines.append(f"{what + ', ' + when.replace('_', ' '):<28}{cells}")
        lines += (f"wrong: {words}" for words in result[when]["wrong"])
    lines.append("passed" if result["passed"] else f"not passed: {MOST:.0f} ms, nothing wrong")
    return "\n".join([*lines, *result["failed_imports"]])


if __name__ == "__main__":
    main()
