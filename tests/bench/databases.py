"""A database for a bench that measures in its own process."""

from __future__ import annotations

import os


def set_up(database: str) -> None:
    """Set Django up for it, with all tables."""
    import django
    from django.core.management import call_command

    os.environ |= {
        "DATABASE_URL": database,
        "SECRET_KEY": "bench",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    django.setup()
    call_command("migrate", verbosity=0)
