"""Searches that found nothing, from the search page to the editors' desk."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from learn import missed
from learn.models import AuditEntry, MissedSearch, Question
from tests import library

pytestmark = pytest.mark.django_db

LIST = "/admin/learn/missedsearch/"


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    missed.searches._counts.clear()
    missed.searches._written = time.monotonic()  # no write is due
    yield
    missed.searches._counts.clear()


def look_for(client: Client, *texts: str, **others: str) -> None:
    for text in texts:
        assert client.get("/learn/search", {"q": text, **others}).status_code == 200


def kept() -> dict[str, int]:
    missed.searches.write()
    return {row.text: row.number for row in MissedSearch.objects.all()}


def a_miss(text: str = "glacier", number: int = 3) -> MissedSearch:
    return MissedSearch.objects.create(words=text.casefold(), text=text, number=number)


def test_a_search_that_finds_nothing_is_counted(client: Client) -> None:
    look_for(client, "glacier melting", "Glacier  Melting ", "glacier")
    assert kept() == {"Glacier Melting": 2, "glacier": 1}


def test_it_costs_the_page_no_write(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        look_for(client, "glacier")
    written = [query["sql"] for query in queries if "learn_missedsearch" in query["sql"]]
    assert written == []


def test_what_is_found_is_not(client: Client) -> None:
    library.question("What moves a glacier?")
    look_for(client, "glacier", "glaciar", "what moves", "", '"')
    assert kept() == {}


def test_a_search_is_not_missed_that_another_subject_answers(client: Client) -> None:
    library.question("What moves a glacier?", place="geography")
    library.question("What is force?", place="physics")
    look_for(client, "glacier", subject="physics")
    assert kept() == {}


def test_questions_with_most_of_it_are_told_apart(client: Client) -> None:
    library.question("What moves a glacier down the valley?")
    look_for(client, "glacier valley tourism", "volcano")
    assert kept() == {"glacier valley tourism": 1, "volcano": 1}
    near = {row.text: row.has_near for row in MissedSearch.objects.all()}
    assert near == {"glacier valley tourism": True, "volcano": False}


@pytest.mark.parametrize(
    "text",
    [
        "sam@example.org", "https://example.org/x", "www.example.org", "call +1 (555) 010-9999",
        "1234567890", "???", "x" * 101, "12 34",
    ],
)  # fmt: skip
def test_what_may_tell_a_person_or_says_nothing_is_not_kept(client: Client, text: str) -> None:
    look_for(client, text)
    assert kept() == {}


def test_only_what_is_looked_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    old = a_miss("old", 9)
    MissedSearch.objects.update(last_at=timezone.now() - missed.KEPT - datetime.timedelta(days=1))
    monkeypatch.setattr(missed, "MOST", 2)
    for text, times in (("one", 1), ("twice", 2), ("thrice", 3)):
        for _ in range(times):
            missed.note_search(text, has_near=False)
    assert kept() == {"twice": 2, "thrice": 3}
    assert not MissedSearch.objects.filter(pk=old.pk).exists()


def test_a_null_character_is_no_error(client: Client) -> None:
    look_for(client, "gla\0cier")
    assert kept() == {"glacier": 1}


# ---------------------------------------------------------------------------- at the desk


def test_the_list_leads_to_the_results_and_to_a_new_question(desk: Client) -> None:
    a_miss("x² & y")
    page = desk.get(LIST).content.decode()
    assert '<a href="/learn/search?q=x%C2%B2+%26+y">x² &amp; y</a>' in page
    assert '<a href="/admin/learn/question/add/?title=x%C2%B2+%26+y">Write it</a>' in page
    form = desk.get("/admin/learn/question/add/", {"title": "x² & y"})
    assert form.context["adminform"].form.initial["title"] == "x² & y"


def act(desk: Client, action: str, *searches: MissedSearch) -> str:
    data = {"action": action, "_selected_action": [each.pk for each in searches]}
    return desk.post(LIST, data, follow=True).content.decode()


def test_searches_are_marked_as_done_and_opened_again(desk: Client, editor: User) -> None:
    search = a_miss()
    assert "1 now: done." in act(desk, "mark_done", search)
    search.refresh_from_db()
    assert (search.state, search.done_by) == ("done", editor)
    assert "0 now: done." in act(desk, "mark_done", search)
    assert "1 now: open." in act(desk, "reopen", search)
    search.refresh_from_db()
    assert (search.state, search.done_by) == ("open", None)
    told = (
        AuditEntry.objects.filter(kind="missedsearch").order_by("id").values_list("verb", "details")
    )
    assert list(told) == [
        ("status", {"state": ["open", "done"]}),
        ("status", {"state": ["done", "open"]}),
    ]


def test_what_has_been_written_meanwhile_is_found_by_looking_again(desk: Client) -> None:
    written, missing = a_miss("glacier"), a_miss("volcano")
    library.question("What moves a glacier?")
    assert "1 found, now: done." in act(desk, "look_again", written, missing)
    states = dict(MissedSearch.objects.values_list("text", "state"))
    assert states == {"glacier": "done", "volcano": "open"}


def test_searching_again_is_bounded(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("learn.admin.missed.LOOKED_AT", 1)
    assert "Only 1 are searched" not in act(desk, "look_again", a_miss("one"))
    assert "Only 1 are searched for at once." in act(
        desk, "look_again", *MissedSearch.objects.all(), a_miss("two")
    )


def test_the_desks_home_names_what_is_missed_often(desk: Client) -> None:
    a_miss("once", 1), a_miss("often", 2), a_miss("more", 9)
    MissedSearch.objects.create(words="near", text="near", number=9, has_near=True)
    page = desk.get("/admin/").content.decode()
    assert "<strong>2</strong> searches that found nothing, made more than once" in page
    link = f"{LIST}?state__exact=open&has_near__exact=0"
    assert link.replace("&", "&amp;") in page
    assert desk.get(link).status_code == 200
    assert not Question.objects.exists()
