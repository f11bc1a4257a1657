"""Real processes: killed, interrupted, two at once. Imports of 1,500 files by two workers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from learn.content.scan import LESS_URGENT
from tests import processes
from tests.files import question_file, write_tree
from tests.processes import manage, soon, started, workers_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

COUNT = 1_500
POSTGRESQL = os.environ.get("DATABASE_URL", "")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        f"physics/question-{n}.md": question_file(f"Question {n}?", "It is $x^2$. " * 20)
        for n in range(COUNT)
    }
    return write_tree(tmp_path_factory.mktemp("tree"), files)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    server = POSTGRESQL if POSTGRESQL.startswith("postgres") else ""
    with processes.database(tmp_path, server) as made:
        yield made


def questions(url: str) -> int:
    """How many questions the library holds, counted by an export's check."""
    checked = manage(url, "export_questions", ROOT_OF_NOTHING, "--check").stdout
    return int(re.findall(r"(\d+) missing", checked)[0])


ROOT_OF_NOTHING = Path(__file__).parent / "content" / "golden"


def held(url: str, tree: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """An import that cannot end, because its two workers stand still."""
    process = started(url, "import_questions", tree, "--workers", "2")
    assert soon(lambda: len(workers_of(process)) == 3)
    workers = workers_of(process)[1:]  # without the server that forked them
    send(signal.SIGSTOP, *workers)
    return process, workers


def test_workers_leave_the_processors_to_who_waits_for_a_page(url: str, tree: Path) -> None:
    process = started(url, "import_questions", tree, "--workers", "2")
    assert soon(lambda: len(workers_of(process)) == 3)
    send(signal.SIGSTOP, process.pid)  # so that they have nothing more to read, and stay
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == 0
    for worker in workers_of(process)[1:]:
        assert soon(lambda pid=worker: os.getpriority(os.PRIO_PROCESS, pid) == LESS_URGENT)
        session = Path(f"/proc/{worker}/autogroup")
        if session.exists():  # a choice of the kernel's
            assert soon(lambda of=session: f"nice {LESS_URGENT}" in of.read_text())
    send(signal.SIGCONT, process.pid)
    process.communicate(timeout=60)
    assert questions(url) == COUNT


def send(number: signal.Signals, *processes: int) -> None:
    for process in processes:
        os.kill(process, number)


def test_the_workers_of_a_killed_import_end_and_the_next_import_completes_it(url, tree):
    process, workers = held(url, tree)
    send(signal.SIGSTOP, process.pid)
    send(signal.SIGCONT, *workers)  # they finish what they have, and wait for more
    time.sleep(1)

    send(signal.SIGKILL, process.pid)

    assert soon(lambda: workers_of(process) == [])
    process.communicate()
    done = manage(url, "import_questions", tree, "--workers", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert questions(url) == COUNT


def test_an_import_outlives_a_worker_that_is_killed(url, tree):
    process, workers = held(url, tree)

    send(signal.SIGKILL, workers[0])
    send(signal.SIGCONT, workers[1])
    stdout, stderr = process.communicate(timeout=100)

    assert (process.returncode, stderr) == (0, "")
    assert stdout.startswith(f"{COUNT} created, ")


def test_an_interrupted_import_says_what_stays(url, tree):
    process, workers = held(url, tree)

    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers hear it too
    send(signal.SIGCONT, *workers)
    _, stderr = process.communicate(timeout=100)

    assert process.returncode == 130
    assert stderr == (
        "CommandError: interrupted. What was stored by then is whole and stays; the same command"
        " again does the rest.\n"
    )
    assert soon(lambda: workers_of(process) == [])
    assert manage(url, "import_questions", tree).returncode == 0


def test_of_two_imports_at_once_one_runs_and_the_other_says_who_does(url, tree):
    both = [started(url, "import_questions", tree, "--workers", "2") for _ in range(2)]
    ended = [(*process.communicate(timeout=100), process.returncode) for process in both]

    first, second = sorted(range(2), key=lambda index: ended[index][2])
    assert [ended[first][2], ended[second][2]] == [0, 2]
    assert ended[first][0].startswith(f"{COUNT} created, ")
    assert f"another import is running (process {both[first].pid} on " in ended[second][1]
    assert questions(url) == COUNT
