"""What students say, at the editors' desk."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import feedback
from learn.models import MistakeReport, Question
from tests import library

pytestmark = pytest.mark.django_db

REPORTS = "/admin/learn/mistakereport/"


def voted(slug: str, yes: int, no: int = 0) -> Question:
    question = library.question(slug=slug, title=slug)
    for number in range(yes + no):
        feedback.vote(question, str(number), is_helpful=number < yes)
    return question


def titles(page: str) -> list[str]:
    return re.findall(r"field-title.*?>([^<]+)</a>", page)


def test_a_questions_form_shows_its_votes_and_open_reports(desk: Client) -> None:
    question = voted("q", 2, 1)
    feedback.report(question, "The sign is wrong.")
    page = desk.get(f"/admin/learn/question/{question.pk}/change/").content.decode()
    link = f"{REPORTS}?question__id__exact={question.pk}&state__exact=open"
    assert f'2 of 3 found it helpful; <a href="{link}">1 open report</a>' in page
    shown = desk.get(link.replace("&amp;", "&")).content.decode()
    assert "The sign is wrong." in shown


def test_a_question_that_nobody_spoke_of_says_so(desk: Client) -> None:
    question = library.question(slug="q")
    page = desk.get(f"/admin/learn/question/{question.pk}/change/").content.decode()
    assert "No votes yet; no open reports" in page


@pytest.mark.parametrize(
    ("choice", "expected"), [("report", ["reported"]), ("unhelpful", ["bad"]), ("x", [])]
)
def test_questions_can_be_found_by_what_students_say(
    desk: Client, choice: str, expected: list[str]
) -> None:
    voted("good", 5, 1)
    voted("bad", 1, 5)
    feedback.report(library.question(title="reported"), "x")
    found = titles(desk.get(f"/admin/learn/question/?students={choice}").content.decode())
    assert found == expected


def test_votes_are_listed_with_the_least_helpful_question_first(desk: Client) -> None:
    voted("good", 9)
    voted("bad", 1, 9)
    page = desk.get("/admin/learn/feedback/").content.decode()
    rows = re.findall(r'field-of"><a[^>]*>(\w+)<.*?field-at_least">(\d+)%', page, re.S)
    assert rows == [("bad", "2"), ("good", "70")]


def test_reports_are_worked_off_by_an_action(desk: Client, editor: User) -> None:
    question = library.question(slug="q")
    for text in ("One.", "Two."):
        feedback.report(question, text)
    first = MistakeReport.objects.get(text="One.")
    sent = {"action": "mark_done", "_selected_action": [first.pk]}
    page = desk.post(f"{REPORTS}?state__exact=open", sent, follow=True).content.decode()
    assert "1 now: done." in page
    assert re.findall(r'field-text">(\w+\.)', page) == ["Two."]
    first.refresh_from_db()
    assert (first.state, first.done_by) == (MistakeReport.State.DONE, editor)
    assert first.done_at is not None


def test_a_report_links_to_the_form_and_to_the_page(desk: Client) -> None:
    question = library.question(slug="q", title="Why?")
    feedback.report(question, "<script>alert(1)</script>")
    page = desk.get(REPORTS).content.decode()
    assert (
        f'<a href="/admin/learn/question/{question.pk}/change/">Why?</a>'
        ' (<a href="/learn/physics/questions/q">page</a>)'
    ) in page
    assert "<script>alert(1)" not in page


def test_a_report_that_is_sent_again_after_it_was_done_is_a_new_one(editor: User) -> None:
    question = library.question(slug="q")
    feedback.report(question, "x")
    assert feedback.close(MistakeReport.objects.all(), by=editor) == 1
    assert feedback.close(MistakeReport.objects.all(), by=editor) == 0
    feedback.report(question, "x")
    assert MistakeReport.objects.count() == 2


def test_the_lists_cost_the_same_for_one_row_and_for_many(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(10):
        feedback.report(voted(f"q{number}", 1), "x")
    for address in (REPORTS, "/admin/learn/feedback/"):
        with django_assert_max_num_queries(7):
            desk.get(address)
