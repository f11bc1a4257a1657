"""The style guide: every component on one page, for development."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db

COMPONENTS = Path(settings.BASE_DIR) / "templates/learn/components"
# What stands in a page's head, and what stands in others that are shown.
ELSEWHERE = {"feed_link", "page_links_head", "seo_head", "search_results"}


def test_there_is_none_without_debug(client: Client) -> None:
    assert client.get("/learn/_styleguide").status_code == 404


def test_it_shows_every_component(client: Client, settings: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    response = client.get("/learn/_styleguide")
    used = {str(template.name) for template in response.templates}
    shown = {
        match[1] for name in used if (match := re.fullmatch(r"learn/components/(.+)\.html", name))
    }
    assert response.status_code == 200
    assert {path.stem for path in COMPONENTS.glob("*.html")} - shown - ELSEWHERE == set()


def test_it_needs_no_question(client: Client, settings: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    page = client.get("/learn/_styleguide").content.decode()
    assert page.count('id="answer"') == 1
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
