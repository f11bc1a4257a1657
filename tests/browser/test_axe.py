"""What the tests ask axe is answered as by axe itself, which looks at more and says more."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.axe import faults

BROKEN = """<!doctype html><style>@import "none.css"; p { color: #bbb; background: #fff }</style>
<h3>Three</h3><main><img src="data:,"><p>Pale.</p><p class="known">Pale too.</p><input></main>
<iframe srcdoc="<!doctype html><img src='data:,'>"></iframe><video autoplay src="data:,"></video>"""


def test_the_same_faults_are_found(page: Page) -> None:
    page.set_content(BROKEN)
    found = Axe().run(page).response["violations"]
    everything = [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]
    assert {fault.partition(":")[0] for fault in everything} >= {
        "color-contrast", "document-title", "frame-title", "html-has-lang", "image-alt", "label",
        "page-has-heading-one", "region",
    }  # fmt: skip
    assert faults(page) == everything
    known = [fault for fault in everything if '<p class="known">' in fault]
    assert known != []
    assert faults(page, but_in=[".known"]) == [each for each in everything if each not in known]
