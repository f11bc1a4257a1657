"""What makes the site one that can be installed and read offline."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from PIL import Image

from learn import caching
from tests import library

pytestmark = pytest.mark.django_db


def test_the_worker_is_a_small_script_at_the_root_that_no_cache_keeps(client: Client) -> None:
    response = client.get("/service-worker.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert len(response.content) <= 3000
    assert "worker-src 'self'" in response["Content-Security-Policy"]


def test_another_release_is_another_worker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get("/service-worker.js").content
    assert client.get("/service-worker.js").content == before
    monkeypatch.setattr(caching, "release", lambda: caching.Release("next", timezone.now()))
    assert client.get("/service-worker.js").content != before


def test_where_it_is_switched_off_the_worker_goes_and_no_page_asks_for_it(
    client: Client, settings: object
) -> None:
    assert b"/service-worker.js" in client.get("/learn").content
    settings.OFFLINE_READING = False  # type: ignore[attr-defined]
    assert b"registration.unregister()" in client.get("/service-worker.js").content
    assert b"/service-worker.js" not in client.get("/learn").content


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("/learn", True),
        ("/learn/physics", True),
        ("/learn/physics?page=2", True),
        ("/learn/physics/questions/q", True),
        ("/learn/physics/topics", True),
        ("/learn/physics/topics/light", True),
        ("/learn/bookmarks", True),
        ("/learn/physics?sort=title", False),
        ("/learn/search", False),
        ("/learn/search?q=light", False),
        ("/learn/study", False),
        ("/learn/physics/study", False),
        ("/learn/physics/study?seed=a", False),
        ("/learn/_draft/token", False),
        ("/learn/physics/questions/q/report", False),
        ("/learn/physics/questions/q/markdown", False),
        ("/admin/", False),
    ],
)
def test_only_pages_to_read_are_kept(client: Client, path: str, is_kept: bool) -> None:
    script = client.get("/service-worker.js").content.decode()
    [reading] = re.findall(r"READING = /(.+)/;", script)
    assert bool(re.search(reading, path)) is is_kept


def test_the_offline_page_is_for_no_index(client: Client) -> None:
    response = client.get("/learn/_offline")
    assert response.status_code == 200
    assert b'<meta name="robots" content="noindex">' in response.content
    assert "public" in response["Cache-Control"]


def test_the_manifest_names_icons_of_the_sizes_that_they_have(client: Client) -> None:
    response = client.get("/manifest.webmanifest")
    told = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"]) == ("/learn", "/learn")
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        file = Path(str(finders.find(icon["src"].removeprefix("/static/"))))
        if file.suffix == ".png":
            assert "{}x{}".format(*Image.open(file).size) == icon["sizes"]


def test_pages_name_manifest_icons_and_a_colour_for_each_scheme(client: Client) -> None:
    page = client.get("/learn").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert '<link rel="apple-touch-icon" href="/static/learn/img/icon-180.png">' in page
    assert page.count('<meta name="theme-color"') == 2
    assert client.get("/favicon.ico").headers["Location"] == "/static/learn/img/icon-48.png"


def test_the_scripts_of_a_question_s_page_are_small(client: Client) -> None:
    library.question(slug="q")
    page = client.get("/learn/physics/questions/q").content.decode()
    scripts = re.findall(r'<script src="/static/([^"]+)"', page)
    files = [Path(str(finders.find(name))).read_bytes() for name in scripts]
    files.append(client.get("/service-worker.js").content)
    assert len(scripts) == 5
    assert sum(len(gzip.compress(file, 9)) for file in files) <= 8_000
