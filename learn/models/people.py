"""Whoever did something: kept with what was done, and called by a name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


def kept_person() -> Any:
    """A column of the person who did something, whose row outlives the account.

    Without an index: only the deletion of an account would ask it.
    """
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )


def name_of(person: Any) -> str:
    """What others call a person."""
    return str(person.get_full_name() or person.get_username()) if person else "Somebody"
