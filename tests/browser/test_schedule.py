"""When a card comes back: the pure part of study's script, in the browser that runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

SCRIPT = Path(__file__).parents[2] / "learn/static/learn/js/study.js"


@pytest.fixture
def pure(page: Page) -> Page:
    """An empty page with study's functions, whose localStorage it cannot have."""
    page.goto("data:text/html,<p>x")
    page.add_script_tag(path=SCRIPT)
    return page


GRADES = [  # what is kept of a card, whether it was known on day 100, what is kept then
    (None, True, [1, 101]),  # new and known: tomorrow
    (None, False, [0, 100]),
    ([0, 100], True, [1, 101]),
    ([1, 100], True, [2, 103]),
    ([2, 90], True, [3, 107]),  # overdue counts as due
    ([3, 100], True, [4, 116]),
    ([4, 100], True, [5, 135]),
    ([5, 100], True, [6, 190]),
    ([6, 100], True, [6, 190]),  # the last box is the last
    ([4, 110], True, [4, 110]),  # known before it is due: nothing moves
    ([4, 110], False, [0, 100]),  # forgotten before it is due: from the beginning
    ([6, 100], False, [0, 100]),
]


def test_a_known_card_moves_a_box_on_and_a_missed_one_to_the_first(pure: Page) -> None:
    graded = "cases => cases.map(([entry, knew]) => study.graded(entry, knew, 100))"
    cases = [[entry, knew] for entry, knew, _ in GRADES]
    assert pure.evaluate(graded, cases) == [expected for _, _, expected in GRADES]


def test_due_cards_are_those_of_today_and_before_longest_overdue_first(pure: Page) -> None:
    cards = {"physics/a": [1, 100], "physics/b": [1, 99], "physics/c": [2, 101], "bio/d": [0, 98]}
    due = "([cards, subject]) => study.dueCards(cards, 100, subject)"
    assert pure.evaluate(due, [cards, None]) == ["bio/d", "physics/b", "physics/a"]
    assert pure.evaluate(due, [cards, "physics"]) == ["physics/b", "physics/a"]
    assert pure.evaluate(due, [cards, "phys"]) == []


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", 20_118), ("Pacific/Auckland", 20_119), ("Pacific/Honolulu", 20_117)]
)
def test_a_day_is_one_of_the_students_calendar(chromium: Browser, zone: str, day: int) -> None:
    context = chromium.new_context(timezone_id=zone)
    page = context.new_page()
    page.add_script_tag(path=SCRIPT)
    moments = {"UTC": 12, "Pacific/Auckland": 12, "Pacific/Honolulu": 9}
    now = f"new Date(Date.UTC(2025, 0, 30, {moments[zone]}, 30))"
    assert page.evaluate(f"study.today({now})") == day
    context.close()


def test_names_are_written_as_many_as_an_address_takes(pure: Page) -> None:
    written = "names => study.written(names)"
    assert (
        pure.evaluate(written, ["physics/a,b", "physics/é&"]) == "physics/a%2Cb+physics/%C3%A9%26"
    )
    assert pure.evaluate(written, [f"p/{n}" for n in range(99)]).count("+") == 49
    long = pure.evaluate(written, [f"physics/{'x' * 150}{n}" for n in range(40)])
    assert (len(long) <= 3000, long.count("+")) == (True, 17)


def test_bookmarks_are_read_whatever_they_hold(pure: Page) -> None:
    marks = [
        {"url": "/learn/physics/questions/sky", "title": "Sky?", "subject": "Physics", "added": 1},
        {"url": "/learn/physics/questions/%C3%A9"},
        {"url": "/learn/physics"},
        {"url": "/learn/physics/questions/%E0%A4%A"},
        {"title": "no path"},
        None,
        7,
    ]
    assert pure.evaluate("marks => study.bookmarked(marks)", marks) == ["physics/sky", "physics/é"]
