"""Twenty thousand hostile files; `make fuzz` takes a million."""

import time

import pytest

from tests import fuzz
from tests.bench.fuzz import LIMIT

SHARDS = 4  # so that processes can share them
COUNT = 20_000


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_input_breaks_the_parser_or_the_renderer_or_takes_a_second(shard):
    found = []
    for number in range(shard, COUNT, SHARDS):
        data = fuzz.data_of(1, number)
        started = time.process_time()
        fault = fuzz.fault_of(data)
        if fault or time.process_time() - started > LIMIT:
            found.append(f"--seed 1 --show {number}: {fault or 'too slow'}")

    assert found == []


def test_an_input_is_the_same_each_time():
    assert [fuzz.data_of(7, n) for n in range(50)] == [fuzz.data_of(7, n) for n in range(50)]
    assert fuzz.data_of(7, 0) != fuzz.data_of(8, 0)


def test_a_third_of_the_inputs_are_files_that_can_be_read():
    """A fuzzer whose inputs are all refused at the door finds nothing behind it."""
    read = sum(fuzz.can_be_read(fuzz.data_of(1, number)) for number in range(600))

    assert read > 200
