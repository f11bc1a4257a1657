"""Addresses that lead nowhere: counted where readers ask for them, mended at the desk."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learn import missed, publishing, roles
from learn.content.addresses import Address
from learn.dead_ends import dead_ends
from learn.models import AuditEntry, MissedAddress, Question, Redirect, RelatedQuestion, Status
from tests import library
from tests.conftest import person

pytestmark = pytest.mark.django_db

LIST = "/admin/learn/missedaddress/"
LINKS = f"{LIST}links"


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    missed.addresses._counts.clear()
    missed.addresses._written = time.monotonic()  # no write is due
    yield
    missed.addresses._counts.clear()


def ask_for(client: Client, *paths: str, seen_on: str = "") -> None:
    for path in paths:
        assert client.get(path, headers={"referer": seen_on}).status_code == 404


def kept() -> dict[str, int]:
    missed.addresses.write()
    return {str(row): row.number for row in MissedAddress.objects.all()}


def a_miss(slug: str = "what-is-heat", subject: str = "physics", number: int = 3) -> MissedAddress:
    return MissedAddress.objects.create(subject_slug=subject, slug=slug, number=number)


def a_link(question: Question, subject: str, slug: str, position: int = 0) -> RelatedQuestion:
    return RelatedQuestion.objects.create(
        question=question,
        position=position,
        title=f"About {slug}",
        target_subject=subject,
        target_slug=slug,
    )


# ------------------------------------------------------------------------- what is counted


def test_a_visit_to_an_address_that_leads_nowhere_is_counted(client: Client) -> None:
    heat, work = "/learn/physics/questions/what-is-heat", "/learn/physics/questions/what-is-work"
    ask_for(client, heat, work, heat)
    assert kept() == {heat: 2, work: 1}
    ask_for(client, heat)
    assert kept() == {heat: 3, work: 1}


def test_the_good_end_of_a_broken_link_counts_for_its_own_address(client: Client) -> None:
    ask_for(client, "/learn/x/questions/undefined/learn/physics/questions/what-is-heat")
    assert kept() == {"/learn/physics/questions/what-is-heat": 1}


def test_it_costs_the_page_no_write(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        ask_for(client, "/learn/physics/questions/what-is-heat")
    assert not [query for query in queries if "learn_missedaddress" in query["sql"]]


def test_what_is_hidden_gone_or_moved_is_not_missed(client: Client) -> None:
    library.question("A draft?", slug="a-draft", status=Status.DRAFT)
    library.question("Archived?", slug="archived", status=Status.ARCHIVED)
    stands = library.question("Stands?", slug="stands")
    publishing.redirect({Address("physics", "stood"): stands.pk})
    for slug, status in (("a-draft", 404), ("archived", 410), ("stands", 200), ("stood", 301)):
        assert client.get(f"/learn/physics/questions/{slug}").status_code == status
    assert kept() == {}


@pytest.mark.parametrize("slug", ["a%20b", "x" * 201, ".env", "undefined", "a%3Ab"])
def test_an_address_at_which_nothing_can_stand_is_not_kept(client: Client, slug: str) -> None:
    ask_for(client, f"/learn/physics/questions/{slug}")
    assert kept() == {}


def test_who_only_asks_whether_it_is_there_is_not_counted(client: Client) -> None:
    assert client.head("/learn/physics/questions/what-is-heat").status_code == 404
    assert kept() == {}


@pytest.mark.parametrize(
    ("seen_on", "kept_of_it"),
    [
        ("http://testserver/learn/physics?page=2#end", "/learn/physics"),
        ("https://forum.example.org/thread/7?user=sam", "forum.example.org"),
        ("http://testserver/learn/%C3%A9", "/learn/\u00e9"),
        ("http://[", ""),
        ("https://" + "x" * 401, ""),
        ("", ""),
    ],
)
def test_where_the_link_stands_is_kept_without_what_may_tell_a_person(
    client: Client, seen_on: str, kept_of_it: str
) -> None:
    ask_for(client, "/learn/physics/questions/what-is-heat", seen_on=seen_on)
    kept()
    assert MissedAddress.objects.get().linked_from == kept_of_it


def test_a_visit_that_does_not_say_where_from_leaves_what_is_known(client: Client) -> None:
    heat = "/learn/physics/questions/what-is-heat"
    ask_for(client, heat, seen_on="https://forum.example.org/")
    kept()
    ask_for(client, heat)
    assert kept() == {heat: 2}
    assert MissedAddress.objects.get().linked_from == "forum.example.org"


# ------------------------------------------------------------------------- related links


def test_related_links_that_lead_nowhere_are_grouped_the_most_linked_first() -> None:
    one, two = library.question("One?"), library.question("Two?")
    a_link(one, "physics", "what-is-work")
    a_link(one, "physics", "what-is-heat", 1)
    a_link(two, "physics", "what-is-heat")
    a_link(library.question("Gone?", status=Status.ARCHIVED), "physics", "what-is-mass")
    a_link(two, "", "", 1)  # leads to another site
    assert dead_ends() == (
        [
            (Address("physics", "what-is-heat"), "About what-is-heat", [one.pk, two.pk]),
            (Address("physics", "what-is-work"), "About what-is-work", [one.pk]),
        ],
        True,
    )


def test_only_so_many_are_looked_at(monkeypatch: pytest.MonkeyPatch, desk: Client) -> None:
    monkeypatch.setattr("learn.dead_ends.MOST", 1)
    monkeypatch.setattr("learn.admin.dead_ends.MOST", 1)
    for position, slug in enumerate(("what-is-heat", "what-is-work")):
        a_link(library.question(f"{slug}?"), "physics", slug, position)
    ends, are_all = dead_ends()
    assert (len(ends), are_all) == (1, False)
    assert "among the first 1 links" in desk.get(LINKS).content.decode()


def test_the_page_of_links_leads_to_the_questions_and_to_what_mends_them(desk: Client) -> None:
    physics = library.subject("physics")
    names = [library.question(f"Linking {number}?") for number in range(5)]
    for question in names:
        a_link(question, "physics", "what-is-heat")
    a_miss(number=1200)
    page = desk.get(LINKS).content.decode()
    assert "5 related links to 1 address." in page
    for question in names[:3]:
        assert f'<a href="/admin/learn/question/{question.pk}/change/">{question}</a>' in page
    assert "and 2 more" in page
    assert "1,200" in page
    assert "add/?address=%2Flearn%2Fphysics%2Fquestions%2Fwhat-is-heat" in page
    written = f"add/?title=About+what-is-heat&amp;slug=what-is-heat&amp;subject={physics.pk}"
    assert written in page


def test_its_queries_do_not_grow_with_what_is_shown(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(LINKS).status_code == 200
        return len(asked)

    question = library.question("Linking?")
    a_link(question, "physics", "heat-0")
    before = queries()
    for number in range(1, 60):
        a_link(question, "physics", f"heat-{number}", number)
    assert queries() == before
    assert "Page 2 of 2" in desk.get(LINKS, {"page": "2"}).content.decode()


def test_without_dead_ends_the_page_says_so(desk: Client) -> None:
    assert "Every related link leads to a question." in desk.get(LINKS).content.decode()


# ------------------------------------------------------------------------- at the desk


def test_the_list_tells_what_may_be_done_about_each(desk: Client) -> None:
    linking = library.question("Linking?")
    a_link(linking, "physics", "what-is-heat")
    a_miss()
    stands = library.question("What is work?", slug="what-is-work")
    a_miss("what-is-work")
    publishing.redirect({Address("physics", "what-is-mass"): stands.pk})
    a_miss("what-is-mass")
    page = desk.get(LIST).content.decode()
    assert "/add/?address=%2Flearn%2Fphysics%2Fquestions%2Fwhat-is-heat" in page
    assert '<td class="field-links">1</td>' in page
    there = f'<a href="/admin/learn/question/{stands.pk}/change/">Leads somewhere by now</a>'
    assert page.count(there) == 2


def test_who_may_not_redirect_is_not_offered_to(client: Client) -> None:
    a_miss()
    client.force_login(person("kim", roles.EDITOR))
    page = client.get(LIST).content.decode()
    assert "Write it" in page
    assert "Lead it on" not in page


def test_an_address_is_led_on_with_two_clicks(desk: Client, editor: User) -> None:
    heat = library.question("What is heat exactly?", slug="what-is-heat-exactly")
    linking = library.question("Linking?")
    link, row = a_link(linking, "physics", "what-is-heat"), a_miss()
    asked = {"address": "/learn/physics/questions/what-is-heat"}
    form = desk.get("/admin/learn/redirect/add/", asked).content.decode()
    offered = f"?address=/learn/physics/questions/what-is-heat&amp;question={heat.pk}"
    assert offered in form
    chosen = desk.get(f"/admin/learn/redirect/add/{offered.replace('&amp;', '&')}")
    assert f'<option value="{heat.pk}" selected>' in chosen.content.decode()
    desk.post("/admin/learn/redirect/add/", {**asked, "question": heat.pk})
    row.refresh_from_db()
    link.refresh_from_db()
    assert (row.state, row.done_by, link.target) == ("done", editor, heat)
    assert Redirect.objects.get().question == heat


def test_the_form_of_a_question_that_is_missing_knows_its_address(desk: Client) -> None:
    physics = library.subject("physics")
    a_miss()
    page = desk.get(LIST).content.decode()
    asked = f"?title=What+is+heat&amp;slug=what-is-heat&amp;subject={physics.pk}"
    assert asked in page
    form = desk.get(f"/admin/learn/question/add/{asked.replace('&amp;', '&')}").content.decode()
    assert 'value="what-is-heat"' in form
    assert f'<option value="{physics.pk}" selected>' in form


def test_what_leads_somewhere_by_now_is_marked_as_done(desk: Client) -> None:
    library.question("What is heat?", slug="what-is-heat")
    found, lost = a_miss(), a_miss("what-is-work")
    data = {"action": "look_again", "_selected_action": [found.pk, lost.pk]}
    page = desk.post(LIST, data, follow=True).content.decode()
    assert "1 lead somewhere, now: done." in page
    states = dict(MissedAddress.objects.values_list("slug", "state"))
    assert states == {"what-is-heat": "done", "what-is-work": "open"}
    assert AuditEntry.objects.get(kind="missedaddress").details == {"state": ["open", "done"]}


def test_the_desks_home_names_what_is_asked_for_often(desk: Client) -> None:
    a_miss("once", number=1), a_miss("often", number=2), a_miss("more", number=9)
    page = desk.get("/admin/").content.decode()
    assert "<strong>2</strong> addresses that lead nowhere, asked for more than once" in page
    assert desk.get(f"{LIST}?state__exact=open").status_code == 200
