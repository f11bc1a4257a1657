"""The desk's first page: what waits for whoever is signed in."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import review, roles
from learn.admin.waiting import waiting_for
from learn.desk import unsaved
from learn.models import MistakeReport, Status
from tests import library
from tests.conftest import person, signed_in
from tests.test_review import changed

pytestmark = pytest.mark.django_db

LONG = "Because light bends. " * 9  # so that no check finds it short


def items(client: Client) -> list[str]:
    """The lines of what waits, without their times."""
    page = client.get("/admin/").content.decode()
    section = re.search(r'<section class="module waits".*?</section>', page, re.DOTALL)
    lines = re.findall(r"<li.*?>(.*?)</li>", section[0], re.DOTALL) if section else []
    return [html.unescape(re.sub(r"<time.*?</time>|<.*?>", "", each)).strip() for each in lines]


def some_work(publisher: User, writer: User) -> None:
    """One of each thing that can wait for the two."""
    questions = [library.question(f"Of {n}?", answer=LONG) for n in range(3)]
    proposals = [review.propose(changed(each, answer="New."), by=writer) for each in questions]
    review.send_back(proposals[0], by=publisher, answer="No.")
    other = User.objects.create_user(f"other {User.objects.count()}")
    review.propose(changed(questions[1], answer="Newer."), by=other)
    draft = library.question(status=Status.DRAFT, answer="$\\nosuch$ " + LONG)
    for each in (writer, publisher):
        unsaved.keep(each, unsaved.new_key(), draft, {"title": "x"})
        unsaved.keep(each, unsaved.new_key(), None, {"title": "", "answer": "New words."})
    draft.updated_by = writer
    draft.save(update_fields=["updated_by"])
    MistakeReport.objects.create(question=draft, text="Wrong.")


def test_each_kind_is_a_link_with_its_number(
    desk: Client, editor: User, writers_desk: Client, writer: User
) -> None:
    some_work(editor, writer)
    title = library.Question.objects.get(status=Status.DRAFT).title
    unsaved_work = ["Unsaved: New words.", f"Unsaved: {title}"]
    assert items(desk) == [
        "2 proposals to decide about",
        *unsaved_work,
        "1 open mistake report",
        "1 question with findings",
    ]
    assert items(writers_desk) == [
        "1 proposal of yours sent back to you",
        "1 proposal of yours replaced by another’s",
        *unsaved_work,
        "1 draft that you changed last",
        "1 open mistake report",
        "1 question with findings",
    ]


def test_each_link_leads_to_as_many(desk: Client, editor: User, writer: User) -> None:
    some_work(editor, writer)
    client = signed_in(writer)
    page = client.get("/admin/").content.decode()
    section = page.partition('class="module waits"')[2].partition("</section>")[0]
    links = re.findall(r'href="([^"]+)"><strong>(\d+)', section)
    assert len(links) == 5
    for address, number in links[:4]:
        listed = client.get(address.replace("&amp;", "&")).context["cl"]
        assert (address, str(listed.result_count)) == (address, number)


def test_where_nothing_waits_nothing_is_said(desk: Client) -> None:
    library.question(answer=LONG)
    assert items(desk) == []
    some_work(person("one", roles.PUBLISHER), person("two", roles.EDITOR))
    assert items(signed_in(person("viewer", roles.VIEWER))) == []


def test_of_much_unsaved_work_the_newest_is_named(desk: Client, editor: User) -> None:
    for number in range(7):
        unsaved.keep(editor, unsaved.new_key(), None, {"title": f"Question {number}?"})
    assert items(desk) == [
        *(f"Unsaved: Question {number}?" for number in (6, 5, 4, 3, 2)),
        "Older unsaved work is offered by the form of its question.",
    ]


def test_it_costs_the_same_few_queries_whatever_there_is(
    editor: User, writer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    roles.may_publish(editor)  # whose permissions are asked for once a request
    for _ in range(2):
        with django_assert_num_queries(6):
            waiting_for(editor)
        some_work(editor, writer)


@pytest.mark.parametrize(
    ("address", "title"),
    [("proposal", "Proposals"), ("subject", "Subjects"), ("question", "Questions")],
)
def test_a_list_is_called_what_it_lists(desk: Client, address: str, title: str) -> None:
    page = desk.get(f"/admin/learn/{address}/").content.decode()
    assert f"<h1>{title}</h1>" in page
    assert f"<title>{title} | QuickTakes Learn</title>" in page


def test_the_queue_counts_what_is_searched_and_not_what_there_is(
    desk: Client, writer: User
) -> None:
    review.propose(changed(library.question("Why?"), answer="New."), by=writer)
    address = "/admin/learn/proposal/"
    assert "Show all" not in desk.get(address).content.decode()
    page = desk.get(address + "?q=why").content.decode()
    assert '1 found for &ldquo;why&rdquo;. <a href="?">Leave the search</a>' in page


def test_a_question_is_found_from_the_first_page(editor: User) -> None:
    question = library.question("Why do tides come twice a day?")
    client = signed_in(editor)
    form = re.search(
        r'<form class="finding-form".*?</form>', client.get("/admin/").content.decode(), re.DOTALL
    )
    assert form
    [address] = re.findall(r'action="(.*?)"', form[0])
    [name] = re.findall(r'type="search" name="(.*?)"', form[0])
    assert f"/{question.pk}/change/" in client.get(address, {name: "tides twice"}).content.decode()


def test_who_may_see_no_questions_is_asked_for_none() -> None:
    nobody = User.objects.create_user("staff", is_staff=True)
    assert "finding-form" not in signed_in(nobody).get("/admin/").content.decode()
