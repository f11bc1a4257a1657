"""Where a request comes from."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def sender_of(request: HttpRequest) -> IPv4Address | IPv6Address | str:
    """The sender's address; what is written in its place where that is none.

    With PROXIES before gunicorn it is the one that the outermost of them saw: what a client itself
    writes into X-Forwarded-For stands before that.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    chain = [name.strip() for name in (*forwarded, request.META.get("REMOTE_ADDR", ""))]
    written: str = chain[max(0, len(chain) - 1 - settings.PROXIES)]
    try:
        address = ip_address(written)
    except ValueError:
        return written
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address
