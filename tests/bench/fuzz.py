"""A million hostile files through the front matter parser and the renderer: `make fuzz`.

    python -m tests.bench.fuzz [--count N] [--seed S] [--processes P] [--json FILE]
    python -m tests.bench.fuzz --seed S --show NUMBER

Processes take the inputs of a seed (see tests/fuzz.py) in turn. One that dies or hangs names the
input that it died of, and another goes on behind it. --show writes one input to standard output.
Seconds are a process's own processor time, so that a busy machine is not taken for a slow parser.
Exit status: 0 where every input passed.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import secrets
import sys
import time
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

from tests import fuzz

LIMIT = 1.0  # seconds for one input
SILENCE = 60.0  # seconds without a step after which a process counts as hanging
CHUNK = 2_000  # inputs between two reports of a process
SHOWN = 10
_CONTEXT = get_context("spawn")


@dataclass
class Result:
    """What became of the inputs: `failures` by number, `slowest` with seconds and number."""

    seed: int
    count: int = 0
    seconds: float = 0.0
    failures: list[tuple[int, str]] = field(default_factory=list)
    slowest: list[tuple[float, int]] = field(default_factory=list)

    def add(self, count: int, slowest: list[tuple[float, int]], failures: list[Any]) -> None:
        self.count += count
        self.failures += failures
        self.slowest = heapq.nlargest(SHOWN, [*self.slowest, *slowest])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=int, metavar="NUMBER")
    options = parser.parse_args()
    if options.show is not None:
        sys.stdout.buffer.write(fuzz.data_of(options.seed, options.show))
        return
    result = run(options.seed, options.count, options.processes)
    print(table(result))
    if options.json:
        options.json.write_text(json.dumps(vars(result), indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if result.failures else 0)


def run(seed: int, count: int, processes: int) -> Result:
    started, result = time.monotonic(), Result(seed)
    crews = [_Crew(seed, first, count, processes) for first in range(min(processes, count))]
    while crews:
        time.sleep(0.05)
        for crew in crews:
            crew.report_to(result)
        crews = [crew for crew in crews if not crew.is_done]
    result.failures.sort()
    result.seconds = round(time.monotonic() - started, 1)
    return result


class _Crew:
    """A process and those that take its place: it takes every `step`th input from the `first`."""

    def __init__(self, seed: int, first: int, end: int, step: int) -> None:
        self._seed, self._end, self._step = seed, end, step
        self._at = _CONTEXT.Value("q", first, lock=False)
        self._seen, self._since = first, time.monotonic()
        self._start(first)

    def _start(self, first: int) -> None:
        self._reports: SimpleQueue[tuple[int, Any, Any]] = _CONTEXT.SimpleQueue()
        numbers = range(first, self._end, self._step)
        arguments = (self._seed, numbers, self._at, self._reports)
        self._process: BaseProcess = _CONTEXT.Process(target=_take, args=arguments, daemon=True)
        self._process.start()

    @property
    def is_done(self) -> bool:
        return self._process.exitcode == 0 and self._reports.empty()

    def report_to(self, result: Result) -> None:
        exitcode = self._process.exitcode
        while not self._reports.empty():
            result.add(*self._reports.get())
        if self._at.value != self._seen:
            self._seen, self._since = self._at.value, time.monotonic()
        elif time.monotonic() - self._since > SILENCE and exitcode is None:
            self._process.kill()
            self._process.join()
            exitcode = self._process.exitcode
        if exitcode:
            died_of = self._at.value
            words = f"the process ended with {exitcode} (-9 where it hung)"
            result.add(1, [], [(died_of, words)])
            self._since = time.monotonic()
            self._start(died_of + self._step)


def _take(seed: int, numbers: range, at: Any, reports: SimpleQueue[Any]) -> None:
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        slowest: list[tuple[float, int]] = []
        failures: list[tuple[int, str]] = []
        for number in chunk:
            at.value = number
            data = fuzz.data_of(seed, number)
            began = time.process_time()
            fault = fuzz.fault_of(data)
            took = round(time.process_time() - began, 4)
            if took > LIMIT:
                fault = f"{fault} it took {took} s".strip()
            if fault:
                failures.append((number, fault))
            slowest.append((took, number))
        reports.put((len(chunk), heapq.nlargest(SHOWN, slowest), failures))


def table(result: Result) -> str:
    lines = [
        f"{result.count:,} inputs of seed {result.seed} in {result.seconds:,.0f} s,"
        f" {len(result.failures)} failures",
        *(f"failure: --seed {result.seed} --show {n}: {words}" for n, words in result.failures),
        *(f"slowest: {took:.3f} s --show {number}" for took, number in result.slowest),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
