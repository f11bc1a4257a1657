"""Primary keys as browsers send them."""

from __future__ import annotations


def key_from(sent: str) -> int:
    """The key that was sent; 0, which no row has, for what is none or too large for a database."""
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 19 else 0
