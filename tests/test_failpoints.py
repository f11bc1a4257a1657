"""Imports and syncs killed at a few moments; `make bench-failpoints` takes two hundred."""

import os
import subprocess
import sys
from collections import Counter

import pytest

from tests.failpoints import Failpoint, chosen
from tests.processes import ROOT


@pytest.mark.parametrize("scenario", ["import", "export", "sync"])
def test_what_a_kill_leaves_is_whole_and_the_next_run_completes_it(scenario):
    command = f"-m tests.bench.failpoints --points 3 --files 60 --only {scenario}".split()
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    server = os.environ.get("DATABASE_URL", "").startswith("postgres")
    assert done.stdout.startswith(f"{scenario} on {'PostgreSQL' if server else 'SQLite'}: 3 kills")


def test_failpoints_are_spread_over_all_kinds_from_first_to_last():
    there = Counter({"file": 101, "statement": 11, "commit": 1})

    assert chosen(there, 7) == [
        Failpoint("file", 1),
        Failpoint("file", 51),
        Failpoint("file", 101),
        Failpoint("statement", 1),
        Failpoint("statement", 6),
        Failpoint("statement", 11),
        Failpoint("commit", 1),
    ]


def test_there_are_no_more_failpoints_than_moments():
    assert chosen(Counter({"file": 2, "commit": 1}), 200) == [
        Failpoint("file", 1),
        Failpoint("file", 2),
        Failpoint("commit", 1),
    ]
