"""What axe finds wrong with the page that a browser shows."""

from __future__ import annotations

from collections.abc import Iterable

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Only rules that call nothing a violation want the style sheets loaded once more, and axe waits
# half a second for a frame in which it does not run.
_OPTIONS = {"resultTypes": ["violations"], "preload": False, "iframes": False}
# What it found right is not sent: reading that took as long as looking.
_RUN = """([exclude, options]) => axe.run({ include: [["html"]], exclude }, options).then(
    ({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(
        ({ html }) => `${id}: ${html.slice(0, 160)}`)))"""


def faults(page: Page, but_in: Iterable[str] = ()) -> list[str]:
    """The rules that are broken, each with its element; `but_in` are selectors to pass by."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN, [[[each] for each in but_in], _OPTIONS])
    return found
