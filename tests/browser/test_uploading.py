"""An upload from the form to the students' page, as a browser without scripts walks it.

The site runs as it is deployed, in gunicorn with a database of its own: the process that works an
upload sees no test's database.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import migrated
from tests.files import question_file
from tests.serving import serving

ROOT = Path(__file__).resolve().parents[2]
TREE = {
    f"physics/{slug}.md": question_file(f"Why {slug}?", url=f"/learn/physics/questions/{slug}")
    for slug in ("one", "two")
}
ACCOUNT = """
import django
django.setup()
from django.contrib.auth.models import Group, User

made = User.objects.create_user("pat", password="secret", is_staff=True)
made.groups.add(Group.objects.get(name="Publisher"))
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a site with an editor and no questions."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/learn.sqlite3",
        "UPLOAD_DIR": str(tmp_path / "uploads"),
        "IMPORTS_IN_BACKGROUND": "1",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    migrated.make(environment["DATABASE_URL"])
    subprocess.run([sys.executable, "-c", ACCOUNT], env=environment, cwd=ROOT, check=True)
    with serving(environment) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_library_goes_in_by_the_browser_alone(page: Page, site: str, tmp_path: Path) -> None:
    archive = tmp_path / "library.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for name, text in TREE.items():
            opened.writestr(name, text)
    page.goto(site + "/admin/learn/question/")
    page.fill("#id_username", "pat")
    page.fill("#id_password", "secret")
    page.click("[type=submit]")
    page.click("text=Upload files")

    page.click("text=Upload and preview")
    expect(page.locator(".errorlist")).to_have_text(
        "Choose an archive, or one or more question files."
    )
    page.set_input_files("[type=file]", archive)
    page.click("text=Upload and preview")
    expect(page.locator("#progress")).to_contain_text("created")
    # From here on the page loads itself anew until the work is done.
    expect(page.locator("h1")).to_have_text("Preview of an import", timeout=60_000)
    expect(page.locator(".outcomes__title")).to_have_text(list(TREE))
    page.click(".tabs >> text=Created")
    page.click(".outcomes__title >> nth=0")
    shown = page.frame_locator(".sides__frame").locator("#answer")
    expect(shown).to_contain_text("The Moon pulls the nearer water")
    answer = shown.inner_html()

    page.go_back()
    page.click("button:has-text('Apply')")
    expect(page.locator(".fieldBox.field-state")).to_contain_text("Done", timeout=60_000)
    expect(page.locator(".field-files")).to_contain_text("2 created")
    page.goto(site + "/learn/physics/questions/one")
    assert page.locator("#answer").inner_html() == answer
