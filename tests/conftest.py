"""What several test files use."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.test import Client

from learn.management.commands.create_editor import editors

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def fixtures() -> Path:
    """The library that is shipped with the project."""
    return ROOT / "fixtures"


@pytest.fixture
def editor(db: None) -> User:
    made = get_user_model().objects.create_user("pat", password="secret", is_staff=True)
    made.groups.add(editors())
    return made


@pytest.fixture
def desk(editor: User) -> Client:
    """A client that is signed in as an editor."""
    client = Client()
    client.force_login(editor)
    return client
