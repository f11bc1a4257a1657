"""Findings at the desk: the way from each to its place in the text, and the numbers on a phone."""

from __future__ import annotations

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from learn import findings
from learn.models import FindingCount
from tests import library
from tests.browser.desks import Desk, open_form
from tests.test_admin import LIST

pytestmark = pytest.mark.django_db(transaction=True)

WRONG = r"""Nowhere do `[here](/x)` or **Causes** lead: `$\nosuch$`, there $\nosuch$, a | b.

![Tide](/media/a.png) ![**Fig.**](/media/a.png) ![](/media/a&b.png) ![Tide](https://example.org/c.png)

| a | b |
|---|---|
| 1 | 2 |

| a & *b* | &nbsp; |
|---------|--------|
| 1       | 2      |

Read [**here**](/x), [the table](/x) and [here](/x), $x_a_b$ or \(x.

## Tides

**Causes**

Two.

**Effects**

See https://example.org/a/very/long/address/of/a/page.
"""
PIECES = {
    r"there $\nosuch$",
    "$x_a_b$",
    r"\(x.",
    "![**Fig.**](/media/a.png)",
    "![](/media/a&b.png)",
    "![Tide](https://example.org/c.png)",
    "| a & *b* | &nbsp; |",
    "[**here**](/x)",
    "and [here](/x)",
    "\n**Causes**",
    "https://example.org/a/very/long/address/of/a/page.",
}


def test_go_there_selects_what_each_kind_of_finding_speaks_of(desk_of: Desk) -> None:
    desk = desk_of("pat")
    open_form(desk, library.question(answer=WRONG))
    buttons = desk.get_by_role("button", name="Go there")
    expect(buttons).to_have_count(len(PIECES))
    chosen = "e => document.activeElement === e && e.value.slice(e.selectionStart, e.selectionEnd)"
    selected = set()
    for number in range(len(PIECES)):
        buttons.nth(number).click()
        selected.add(desk.locator("#id_answer").evaluate(chosen))
    assert selected == PIECES


def test_go_there_leads_to_a_link_and_not_to_its_words_elsewhere(desk_of: Desk) -> None:
    desk = desk_of("pat")
    answer = "There and `[here](/x)`. " * 3 + "\n\nRead [here](/x)."
    open_form(desk, library.question(answer=answer))
    desk.get_by_role("button", name="Go there").first.click()
    chosen = "e => [e.selectionStart, e.selectionEnd]"
    begin = answer.index("Read")
    assert desk.locator("#id_answer").evaluate(chosen) == [begin, len(answer) - 1]


def test_no_number_of_the_dashboard_is_cut_off_on_a_phone(desk_of: Desk) -> None:
    FindingCount.objects.create(
        day=datetime.date.today() - datetime.timedelta(days=3), code="vague-link", questions=7
    )
    for place in ("physics", "american-culture-and-literature", "art"):
        library.question(answer=WRONG, place=place)
    library.question(answer="Short.", page_description="", place="art")
    findings.note_today()
    desk = desk_of("pat", viewport={"width": 390, "height": 844})
    desk.goto(LIST + "findings")
    numbers = desk.locator("td.number:not(.none)")
    expect(numbers).to_have_count(11 + 3 * 9 + 2)
    ends = numbers.evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
    assert max(ends) <= 390
    scrolled = "all => all.filter(e => e.scrollWidth > e.clientWidth).length"
    assert desk.locator(".table-scroll").evaluate_all(scrolled) == 0
    assert Axe().run(desk).response["violations"] == []
