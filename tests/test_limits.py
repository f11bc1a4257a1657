"""How often an address may do something."""

from __future__ import annotations

import pytest

from learn import limits
from learn.limits import Limit


def test_an_address_may_so_often_and_another_has_its_own_count() -> None:
    limit = Limit(2, seconds=60)
    assert [limit.allows("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert limit.allows("192.0.2.2")


def test_a_window_that_ends_takes_counts_and_key_with_it() -> None:
    limit = Limit(1, seconds=0)
    key = limit._key
    assert [limit.allows("192.0.2.1") for _ in range(3)] == [True, True, True]
    assert (len(limit._counts), limit._key == key) == (1, False)


def test_no_address_is_kept() -> None:
    limit = Limit(1, seconds=60)
    limit.allows("192.0.2.1")
    assert b"192.0.2.1" not in b"".join(limit._counts)


def test_a_window_of_too_many_addresses_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST", 3)
    limit = Limit(1, seconds=60)
    for number in range(5):
        limit.allows(f"192.0.2.{number}")
    assert len(limit._counts) == 2
