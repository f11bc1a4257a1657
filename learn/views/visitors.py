"""Who asks, as far as that is anybody's business: from which network, and from a page of ours."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from learn.network import sender_of


def network_of(request: HttpRequest) -> str:
    """An IPv4 address, or the /64 that a household has of IPv6."""
    address = sender_of(request)
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(ip_network((int(address) >> 64 << 64, 64)))


def is_from_own_page(request: HttpRequest) -> bool:
    """Whether a form was sent by a page of this site, as the browser itself says.

    A token in the form would make each page one visitor's own, and no cache could keep it. Every
    browser since 2020 sends Origin with a POST, and no page can write either header.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    is_own = urlsplit(origin).netloc == request.get_host() if origin != "null" else False
    return is_own or origin in settings.CSRF_TRUSTED_ORIGINS
