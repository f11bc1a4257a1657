"""Scripts that stand in pages, and the hashes by which the Content-Security-Policy allows them."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path


def source_of(script: Path) -> str:
    """The source of `script-src` that allows a script element with this text (CSP 3, 2.3.1)."""
    return f"'sha256-{b64encode(sha256(script.read_bytes()).digest()).decode()}'"
