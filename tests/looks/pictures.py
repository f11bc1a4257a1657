"""`make screenshots`: every type of page, in three widths and both schemes, into screenshots/.

    python -m tests.looks.pictures [NAME...] [--width 390]

Names choose pages. To look at, not to compare: nothing fails because a picture differs.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from django.template.loader import render_to_string
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.looks import served

FOLDER = served.ROOT / "screenshots"
WIDTHS = {390: 844, 768: 1024, 1280: 900}
LONGEST = 8000  # pixels of a page that are kept
MARKS = [
    {
        "id": 0,
        "url": served.MATH,
        "title": "Maxwell’s equations",
        "subject": "Physics",
    },
    {"id": 0, "url": served.TABLES, "title": "How can a treatment win?", "subject": "Statistics"},
]
KEEP = "marks => localStorage.setItem('bookmarks', JSON.stringify(marks))"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("names", nargs="*", help="parts of pages' names; all without")
    asked.add_argument("--width", type=int, choices=list(WIDTHS))
    options = asked.parse_args()
    served.prepare()
    desk = _desk()
    with served.server() as site, served.server(debug=True) as workshop, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        paths = served.PUBLIC | {"study-answer": served.CARD} | desk
        pages = {name: site + path for name, path in paths.items()}
        pages |= {"styleguide": f"{workshop}/learn/_styleguide", "error": f"{site}/learn/_error"}
        chosen = {
            name: url
            for name, url in pages.items()
            if not options.names or any(part in name for part in options.names)
        }
        for width in [options.width] if options.width else WIDTHS:
            for scheme in ("light", "dark"):
                context = opened(browser, site, width, scheme)
                for name, url in chosen.items():
                    _take(context, name, url, FOLDER / f"{name}-{width}-{scheme}.png")
                context.close()
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(served.ROOT)}/")


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("there is no Chromium (Debian's package chromium)")
    return found


def opened(browser: Browser, site: str, width: int, scheme: str, **more: object) -> BrowserContext:
    """A browser that has bookmarks and is signed in to the desk."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        service_workers="block",
        has_touch=width < 700,
        **more,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(f"{site}/admin/login/")
    page.fill("#id_username", served.NAME)
    page.fill("#id_password", served.PASSWORD)
    page.click("[type=submit]")
    page.goto(f"{site}/learn")
    page.evaluate(KEEP, MARKS)
    page.close()
    return context


def _desk() -> dict[str, str]:
    """The editors' pages."""
    from learn.models import ImportRun, Proposal, Question

    edited = Question.objects.get(slug=served.TABLES.rpartition("/")[2])
    run, proposal = ImportRun.objects.latest("pk"), Proposal.objects.latest("pk")
    lists = (
        "question",
        "subject",
        "importrun",
        "proposal",
        "mistakereport",
        "missedsearch",
        "missedaddress",
        "feedback",
    )
    question = "/admin/learn/question"
    return {
        "admin-index": "/admin/",
        **{f"admin-list-{name}": f"/admin/learn/{name}/" for name in lists},
        "admin-edit": f"{question}/{edited.pk}/change/",
        "admin-add": f"{question}/add/",
        "admin-revisions": f"{question}/{edited.pk}/revisions",
        "admin-duplicates": f"{question}/duplicates",
        "admin-findings": f"{question}/findings",
        "admin-dead-ends": "/admin/learn/missedaddress/links",
        "admin-lead-on": f"/admin/learn/redirect/add/?address={served.MATH[:-4]}",
        "admin-import": f"/admin/learn/importrun/{run.pk}/change/",
        "admin-upload": "/admin/learn/importrun/upload",
        "admin-proposal": f"/admin/learn/proposal/{proposal.pk}/change/",
    }


def _take(context: BrowserContext, name: str, url: str, file: Path) -> None:

    page = context.new_page()
    if name == "error":
        body = render_to_string("500.html")
        page.route(url, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(url)
    if name == "study-answer":
        page.get_by_text("Show the answer").click()
    page.wait_for_load_state("networkidle")
    width = page.viewport_size["width"] if page.viewport_size else 0
    height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        print(f"{name} is {wide} pixels wide at {width}")
    file.parent.mkdir(exist_ok=True)
    page.screenshot(
        path=file, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height}
    )
    page.close()


if __name__ == "__main__":
    main()
