"""Find and replace over a subject, as a browser without scripts walks it, and the way back.

The site runs as it is deployed, in gunicorn with a database of its own: the process that works a
batch sees no test's database.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import migrated
from tests.browser.axe import faults
from tests.browser.test_uploading import ACCOUNT, ROOT
from tests.files import question_file, write_tree
from tests.serving import serving

COUNT = 25  # an expression is tried by a process of its own, however few there are
TREE = {
    f"physics/{slug}.md": question_file(f"Why {slug}?", url=f"/learn/physics/questions/{slug}")
    for slug in (f"number-{number}" for number in range(COUNT))
} | {
    "biology/one.md": question_file(
        "Why one?", url="/learn/biology/questions/one", subject="Biology"
    )
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "tree", TREE)


@pytest.fixture
def environment(tmp_path: Path, tree: Path) -> dict[str, str]:
    """The environment of a site with an editor and a library."""
    made = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/learn.sqlite3",
        "UPLOAD_DIR": str(tmp_path / "uploads"),
        "IMPORTS_IN_BACKGROUND": "1",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DEBUG": "1",
    }
    migrated.make(made["DATABASE_URL"])
    subprocess.run([sys.executable, "-c", ACCOUNT], env=made, cwd=ROOT, check=True)
    assert manage("import_questions", tree, environment=made) == 0
    return made


def manage(*arguments: object, environment: dict[str, str]) -> int:
    command = [sys.executable, "manage.py", *map(str, arguments)]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True).returncode


@pytest.fixture
def site(environment: dict[str, str]) -> Iterator[str]:
    with serving(environment) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page that a publisher has signed in on."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/admin/learn/question/")
    page.fill("#id_username", "pat")
    page.fill("#id_password", "secret")
    page.click("[type=submit]")
    yield page
    context.close()


def violations(page: Page, chromium: Browser) -> list[str]:
    """What axe finds on this address in both schemes; it needs scripts, which the walk has not."""
    context = chromium.new_context(storage_state=page.context.storage_state())
    other = context.new_page()
    found = []
    for scheme in ("light", "dark"):
        other.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        other.goto(page.url)
        found += [f"{scheme}: {fault}" for fault in faults(other)]
    context.close()
    return found


def test_a_subject_is_searched_replaced_and_put_back(
    page: Page, chromium: Browser, site: str, tree: Path, environment: dict[str, str]
) -> None:
    page.click("#changelist-filter a:text-is('Physics')")
    page.click(".object-tools >> text=Find and replace")
    expect(page.locator(".source")).to_have_text("Of which questions: all with subject Physics.")
    assert violations(page, chromium) == []
    page.fill("#id_find", "Moon (pulls")
    page.fill("#id_replacement", r"moon \1")
    page.check("text=Regular expression")
    page.click("text=Preview")
    expect(page.locator(".errorlist")).to_have_text("Missing ) at character 12.")
    page.fill("#id_find", r"Moon\b(.{0,3}) pulls")
    page.fill("#id_replacement", r"moon\1 pulls")
    page.click("text=Preview")

    # From here on the page loads itself anew until the work is done.
    expect(page.locator("h1")).to_have_text("Preview: Find and replace", timeout=60_000)
    expect(page.locator(".counts")).to_have_text("25 will change")
    expect(page.locator(".places >> nth=0").locator("del")).to_have_text("Moon")
    expect(page.locator(".places >> nth=0").locator("ins")).to_have_text("moon")
    assert violations(page, chromium) == []
    page.click(".outcomes__title >> nth=0")
    for which, word in ((0, "Moon"), (1, "moon")):
        frame = page.frame_locator(f".sides__frame >> nth={which}")
        expect(frame.locator("#answer strong")).to_have_text(word)
    assert violations(page, chromium) == []
    page.go_back()

    page.click("button:has-text('Replace in 25 questions')")
    expect(page.locator("h1")).to_have_text("Done: Find and replace", timeout=60_000)
    expect(page.locator(".counts")).to_have_text("25 changed")
    assert violations(page, chromium) == []
    assert manage("export_questions", tree, "--check", environment=environment) == 1
    page.goto(site + "/learn/physics/questions/number-7")
    expect(page.locator("#answer strong")).to_have_text("moon")
    page.goto(site + "/learn/biology/questions/one")
    expect(page.locator("#answer strong")).to_have_text("Moon")

    page.goto(site + "/admin/learn/batch/")
    assert violations(page, chromium) == []
    page.click("text=undo")
    page.click("button:has-text('Undo')")
    expect(page.locator("h1")).to_have_text("Undone: Find and replace", timeout=60_000)
    expect(page.locator(".counts")).to_have_text("25 changed25 put back")
    assert manage("export_questions", tree, "--check", environment=environment) == 0

    # What a filter shows moves together.
    page.goto(site + "/admin/learn/question/")
    page.click("#changelist-filter a:text-is('Biology')")
    page.check(".action-select")
    page.select_option("[name=action]", label="Move to a subject\u2026")
    page.click("[name=index]")
    expect(page.locator("h1")).to_have_text("Move to a subject")
    page.select_option("#id_subject", label="Physics")
    page.click("text=Preview")
    expect(page.locator(".outcomes__note")).to_have_text(
        "/learn/biology/questions/one \u2192 /learn/physics/questions/one"
    )
    page.click("button:has-text('Move 1 question')")
    expect(page.locator("h1")).to_have_text("Done: Move to a subject")
    page.goto(site + "/learn/biology/questions/one")
    expect(page).to_have_url(site + "/learn/physics/questions/one")
