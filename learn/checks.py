"""System checks: what an operator must know before the site starts."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning

from quicktakes import sqlite


@register(Tags.compatibility)
def sqlite_is_safe_for_several_writers(**kwargs: Any) -> list[CheckMessage]:
    """sqlite.org/wal.html#walresetbug: an affected version can corrupt what two processes write."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if "sqlite" not in engine or sqlite.is_fixed():
        return []
    hint = "Install pysqlite3, or set DATABASE_URL to a PostgreSQL database."
    message = "This SQLite can corrupt a database that several processes write."
    if os.environ.get("WEB_WORKERS", "1") != "1":
        return [Error(message, hint=hint + " Or set WEB_WORKERS to 1.", id="learn.E001")]
    return [CheckWarning(message, hint=hint, id="learn.W002")]


@register(Tags.security, deploy=True)
def site_has_an_address(**kwargs: Any) -> list[CheckMessage]:
    if settings.SITE_URL:
        return []
    return [
        CheckWarning(
            "SITE_URL is not set: canonical addresses follow the Host header.",
            hint="Set it to the site's address, for example https://learn.example.org",
            id="learn.W001",
        )
    ]
