"""Where a request comes from, with and without proxies."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from learn.views.visitors import network_of


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "network"),
    [
        (0, None, "192.0.2.1", "192.0.2.1"),
        (0, "203.0.113.5", "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.5", "127.0.0.1", "203.0.113.5"),
        (1, "198.51.100.1, 203.0.113.5", "127.0.0.1", "203.0.113.5"),
        (2, "203.0.113.5, 10.0.0.1", "127.0.0.1", "203.0.113.5"),
        (2, "1.1.1.1, 203.0.113.5, 10.0.0.1", "127.0.0.1", "203.0.113.5"),
        (1, None, "127.0.0.1", ""),
        (0, None, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, None, "::ffff:192.0.2.1", "192.0.2.1"),
        (1, "nonsense", "127.0.0.1", "nonsense"),
        (0, None, "", ""),
    ],
)
def test_a_network_is_what_the_outermost_proxy_saw(
    settings: Any, proxies: int, forwarded: str | None, remote: str, network: str
) -> None:
    settings.PROXIES = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)
    assert network_of(request) == network
