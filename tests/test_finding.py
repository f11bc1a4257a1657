"""Finding questions at the desk: search, counted filters, saved views, what changed since."""

from __future__ import annotations

import datetime
import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from learn import feedback, roles
from learn.desk import census, seen
from learn.models import LastSeen, Question, Redirect, SavedView, Status
from tests import library
from tests.conftest import person, signed_in
from tests.test_admin import LIST, change_address, form_of

pytestmark = pytest.mark.django_db

VIEWS = f"{LIST}views"
BROKEN = "A formula: $\\frac{1}{$. " + "Words that make it long enough to be an answer. " * 5


def listed(client: Client, query: str) -> list[str]:
    """The titles on a page of the list."""
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 200
    return [question.title for question in response.context["cl"].result_list]


def numbers(client: Client, query: str, title: str) -> dict[str, str]:
    """What a filter's choices say of themselves, by their names."""
    page = client.get(f"{LIST}?{query}").content.decode()
    [shown] = re.findall(rf'data-filter-title="{title}".*?</details>', page, re.DOTALL)
    line = r'<a href="[^"]*"[^>]*>([^<]*)</a>(?: <span class="filter__number">([^<]*)<)?'
    return {html.unescape(name): number for name, number in re.findall(line, shown)}


# -- search


def test_words_find_questions_of_every_status_best_first(desk: Client) -> None:
    library.question("Why do glaciers move?", status=Status.DRAFT)
    library.question("What is ice?", "It is what glaciers are made of.", status=Status.ARCHIVED)
    library.question("Why is the sky blue?")
    assert listed(desk, "q=glacier") == ["Why do glaciers move?", "What is ice?"]


def test_a_quoted_phrase_is_found_as_it_stands(desk: Client) -> None:
    library.question("How does black ice form?")
    library.question("Is ice black?")
    assert listed(desk, 'q="black+ice"') == ["How does black ice form?"]


def test_a_mistyped_word_is_mended_and_the_list_says_so(desk: Client) -> None:
    library.question("What is photosynthesis?")
    page = desk.get(f"{LIST}?q=photosinthesis").content.decode()
    assert "What is photosynthesis?" in page
    assert "This is what there is for <strong>photosynthesis</strong>" in page


def test_search_keeps_to_the_filters(desk: Client) -> None:
    library.question("Ice in physics?", status=Status.DRAFT)
    library.question("Ice in chemistry?", place="chemistry", status=Status.DRAFT)
    library.question("Ice for all?", place="chemistry")
    assert listed(desk, "q=ice&status=draft&subject=chemistry") == ["Ice in chemistry?"]


def test_another_order_than_the_best_first_may_be_asked_for(desk: Client) -> None:
    for title, answer in (("Ice?", "Ice. " * 30), ("Snow?", f"Ice. {BROKEN}")):
        library.question(title, answer)
    assert listed(desk, "q=ice") == ["Ice?", "Snow?"]
    assert listed(desk, "q=ice&o=-4") == ["Snow?", "Ice?"]


def test_no_column_is_marked_as_sorted_where_the_best_stand_first(desk: Client) -> None:
    library.question("Ice?")
    library.question("More ice?")
    ranked = desk.get(f"{LIST}?q=ice").content.decode()
    assert ("Best first." in ranked, "sorted" in ranked) == (True, False)
    for query in ("q=ice&o=-5", ""):
        page = desk.get(f"{LIST}?{query}").content.decode()
        assert ("Best first." in page, "sorted descending" in page) == (False, True)


def test_what_holds_no_word_is_told_as_that(desk: Client) -> None:
    library.question("Ice?")
    why = "holds no word or number to look for"
    assert why in desk.get(f"{LIST}?q=*").content.decode()
    assert why not in desk.get(f"{LIST}?q=lava").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "https://learn.example.org/learn/physics/questions/why-ice?utm=1#answer",
        "/learn/physics/questions/why-ice",
        "/learn/physics/questions/why-ice/",
        "physics/why-ice.md",
        "why-ice",
        "https://learn.example.org/admin/learn/question/{pk}/change/?_changelist_filters=q",
        "166940",
    ],
)
def test_what_names_a_question_finds_that_one(desk: Client, typed: str) -> None:
    question = library.question("Named?", slug="why-ice", source_id=166940)
    library.question("Another why ice 166940?")
    response = desk.get(LIST, {"q": typed.format(pk=question.pk)})
    assert response.context["cl"].result_list[0] == question


def test_an_address_that_has_moved_finds_its_question(desk: Client) -> None:
    question = library.question("Moved?", slug="new-place")
    Redirect.objects.create(subject_slug="physics", slug="old-place-of-it", question=question)
    for typed in ("/learn/physics/questions/old-place-of-it", "old-place-of-it"):
        assert listed(desk, f"q={typed}") == ["Moved?"]


def test_an_address_that_leads_nowhere_is_searched_by_its_words(desk: Client) -> None:
    library.question("Why do glaciers move so slowly?")
    address = "https://elsewhere.example/learn/geology/questions/why-glaciers-move-slowly"
    assert listed(desk, f"q={address}") == ["Why do glaciers move so slowly?"]


ODD = [
    '"', '""', "*", "NEAR(", "a AND", "title:x", "-", "^", "()", "C++", "Na+/K+", "x^2", "don't",
    "\N{PILE OF POO}", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "a\0b",
    "%", "_", "'; DROP TABLE x", "1" * 40, "9" * 19, "²", "http://[", "//", "/", "x" * 500,
    "http://a/%ff%00", "learn/x/questions/", " ".join("abcdefghijklmnop"), "<script>", "..",
    "/admin/learn/question/99999999999999999999/change/",
]  # fmt: skip


@pytest.mark.parametrize("typed", ODD)
def test_nothing_that_is_typed_is_an_error(desk: Client, typed: str) -> None:
    library.question("Why is it so?", slug="why")
    for more in ({}, {"status": "draft", "seen": "changed", "o": "-4"}):
        assert desk.get(LIST, {"q": typed, **more}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "status=x", "subject=%00", "subject=nosuch", "by=nosuch", "findings=x", "seen=x", "p=0",
        "p=-3", "p=999999", "p=x", "o=99", "o=x", "updated=x", "updated=1&updated=7", "edited=2",
        "view=", "view=3", "q=&status=",
    ],
)  # fmt: skip
def test_no_address_of_the_list_is_an_error(desk: Client, query: str) -> None:
    library.question()
    assert desk.get(f"{LIST}?{query}").status_code == 200


# -- filters


def make_some() -> None:
    library.question("Draft?", status=Status.DRAFT, no_index=True)
    library.question("Broken?", BROKEN, place="chemistry")
    library.question("Archived?", BROKEN, status=Status.ARCHIVED)
    library.question("Formula?", "So $x^2$ it is, " * 20, place="chemistry")
    later = timezone.now() + datetime.timedelta(days=3)
    library.question("Scheduled?", publish_at=later)
    old = timezone.now() - datetime.timedelta(days=20)
    Question.objects.filter(title="Formula?").update(
        updated_at=old, is_edited=False, origin="import"
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=draft", {"Draft?"}),
        ("status=scheduled", {"Scheduled?"}),
        ("subject=chemistry", {"Broken?", "Formula?"}),
        ("subject=Chem", {"Broken?", "Formula?"}),
        ("findings=some", {"Broken?", "Archived?", "Draft?", "Scheduled?"}),
        ("findings=math-error", {"Broken?"}),
        ("findings=none", {"Formula?"}),
        ("no_index=1", {"Draft?"}),
        ("edited=0", {"Formula?"}),
        ("origin=import", {"Formula?"}),
        ("math=1", {"Broken?", "Archived?", "Formula?"}),
        ("updated=7", {"Draft?", "Broken?", "Archived?", "Scheduled?"}),
        ("updated=30&subject=chemistry", {"Broken?", "Formula?"}),
        ("by=nobody-of-that-name", set()),
        ("status__exact=draft", {"Draft?"}),
    ],
)
def test_each_filter_leaves_what_it_says(desk: Client, query: str, expected: set[str]) -> None:
    make_some()
    assert set(listed(desk, query)) == expected


def test_each_choice_says_how_many_stand_behind_it(desk: Client) -> None:
    make_some()
    assert numbers(desk, "", "status") == {
        "All": "", "Draft": "1", "Published": "3", "Archived": "1", "Scheduled": "1",
    }  # fmt: skip
    assert numbers(desk, "", "subject") == {"All": "", "Physics": "3", "Chemistry": "2"}
    assert numbers(desk, "", "formulas") == {"All": "", "With formulas": "3", "Without": "2"}
    assert numbers(desk, "", "findings")["Formulas that cannot be read"] == "1"
    assert numbers(desk, "", "last change")["Within a week"] == "4"
    assert numbers(desk, "", "edits") == {"All": "", "Edited here": "4", "As imported": "1"}


def test_a_choice_counts_within_what_the_other_filters_leave(desk: Client) -> None:
    make_some()
    said = numbers(desk, "subject=chemistry", "formulas")
    assert said == {"All": "", "With formulas": "2"}
    assert numbers(desk, "subject=chemistry", "subject") == {
        "All": "", "Physics": "3", "Chemistry": "2",
    }  # fmt: skip
    assert numbers(desk, "findings=math-error", "status") == {"All": "", "Published": "1"}


@pytest.mark.parametrize(
    "title", ["status", "findings", "subject", "last change", "edits", "formulas", "students"]
)
def test_the_number_is_what_a_click_leads_to(desk: Client, title: str) -> None:
    make_some()
    feedback.report(Question.objects.get(title="Draft?"), "The sign is wrong.")
    page = desk.get(f"{LIST}?subject=physics").content.decode()
    [shown] = re.findall(rf'data-filter-title="{title}".*?</details>', page, re.DOTALL)
    line = r'<a href="([^"]*)"[^>]*>[^<]*</a> <span class="filter__number">([^<]*)<'
    found = re.findall(line, shown)
    assert found
    for address, number in found:
        response = desk.get(LIST + html.unescape(address))
        assert str(response.context["cl"].result_count) == number


def test_under_a_search_every_filter_counts_what_it_found(desk: Client) -> None:
    make_some()
    library.question("Draft of another?", status=Status.DRAFT)
    assert numbers(desk, "q=draft", "status") == {"All": "", "Draft": "2"}
    assert numbers(desk, "q=draft", "last change")["Within a week"] == "2"
    assert numbers(desk, "q=broken", "findings")["Formulas that cannot be read"] == "1"
    assert "Formulas that cannot be read" not in numbers(desk, "q=draft", "findings")


def test_a_subject_of_many_is_asked_for_by_its_name(desk: Client) -> None:
    for number in range(12):
        library.question(place=f"subject-{number}", title=f"In {number}?")
    page = desk.get(LIST).content.decode()
    assert page.count('<option value="Subject-') == 12
    assert len(numbers(desk, "", "subject")) == 9
    assert listed(desk, "subject=subject-11") == ["In 11?"]
    assert "<select" not in page.replace('<select name="action"', "")


def test_counting_ends_where_it_would_hurt(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(census, "MOST", 3)
    monkeypatch.setattr("learn.admin.changelist.MOST", 3)
    for _ in range(5):
        library.question("Ice?", BROKEN)
    everything = desk.get(LIST).context["cl"]
    assert (str(everything.result_count), len(everything.result_list)) == ("5", 3)
    within = desk.get(f"{LIST}?findings=math-error")
    assert str(within.context["cl"].result_count) == "3+"
    assert "narrow the list" in within.content.decode()
    assert numbers(desk, "", "last change")["Within a week"] == "3+"


def test_a_large_librarys_census_is_kept_for_a_while(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(census, "LARGE", 2)
    library.question()
    library.question()
    assert numbers(desk, "", "status")["Published"] == "2"
    try:
        library.question()
        assert numbers(desk, "", "status")["Published"] == "2"
    finally:
        census.forget()
    assert numbers(desk, "", "status")["Published"] == "3"


PAGES = (
    "", "status=draft", "findings=math-error", "subject=physics&math=1", "updated=7",
    "seen=changed", "o=-4", "q=ice+light", "students=report", "p=2",
)  # fmt: skip


def costs_of(client: Client) -> dict[str, int]:
    costs = {}
    for query in PAGES:
        client.get(f"{LIST}?{query}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{LIST}?{query}")
        costs[query] = len(queries)
    return costs


def test_the_list_costs_the_same_few_queries_however_long_it_is(desk: Client) -> None:
    library.question("Ice and light?", BROKEN)
    one = costs_of(desk)
    for number in range(60):
        library.question("Ice and light?", BROKEN, place=f"physics{number % 15}")
    many = costs_of(desk)
    assert max(cost for query, cost in many.items() if "q=" not in query) <= 12
    assert many["q=ice+light"] <= 14  # the search, and what it found counted for each filter
    assert {query: cost for query, cost in many.items() if cost > one[query]} == {}


def test_fields_that_ask_for_a_question_find_it_by_its_index_and_address(desk: Client) -> None:
    library.question("Why is ice light?", slug="why-ice", status=Status.DRAFT)
    field = {"app_label": "learn", "model_name": "relatedquestion", "field_name": "target"}
    for term in ("ice li", "why-ice", "/learn/physics/questions/why-ice"):
        found = desk.get("/admin/autocomplete/", {**field, "term": term}).json()["results"]
        assert [item["text"] for item in found] == ["Why is ice light?"]


# -- saved views


def save_view(client: Client, name: str, query: str, **more: str) -> None:
    data = {"do": "save", "name": name, "query": query, **more}
    assert client.post(VIEWS, data).status_code == 302


def do(client: Client, what: str, view: SavedView, **more: str) -> int:
    return client.post(VIEWS, {"do": what, "view": str(view.pk), **more}).status_code


def test_a_view_is_filters_search_and_order_under_a_name(desk: Client) -> None:
    save_view(desk, " To  mend ", "status=draft&q=ice&o=-4&p=7&_popup=1")
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("To mend", "o=-4&q=ice&status=draft")
    page = html.unescape(desk.get(LIST).content.decode())
    assert f'<a href="{LIST}?o=-4&q=ice&status=draft">To mend</a>' in page
    there = html.unescape(desk.get(f"{LIST}?q=ice&status=draft&o=-4").content.decode())
    assert '?o=-4&q=ice&status=draft" aria-current="page">To mend</a>' in there
    assert "Save this view" not in there


def test_a_view_is_its_owners_until_a_publisher_shares_it(
    desk: Client, writers_desk: Client
) -> None:
    save_view(writers_desk, "Mine", "status=draft", is_shared="on")
    view = SavedView.objects.get()
    assert (view.is_shared, "Mine" in desk.get(LIST).content.decode()) == (False, False)
    assert do(writers_desk, "share", view) == 403
    assert do(desk, "share", view) == 404  # not seen, and so not shared, by others
    save_view(desk, "Ours", "status=archived", is_shared="on")
    ours = SavedView.objects.get(name="Ours")
    assert "Ours" in writers_desk.get(LIST).content.decode()
    for what in ("rename", "delete", "unshare"):
        assert do(writers_desk, what, ours, name="Theirs") == 403
    other = signed_in(person("other", roles.PUBLISHER))
    assert do(other, "rename", ours, name="All of ours") == 302
    assert do(other, "unshare", ours) == 302
    assert "All of ours" not in writers_desk.get(LIST).content.decode()


def test_views_are_renamed_and_deleted(writers_desk: Client) -> None:
    save_view(writers_desk, "One", "status=draft")
    save_view(writers_desk, "Two", "status=archived")
    one = SavedView.objects.get(name="One")
    do(writers_desk, "rename", one, name="Two")
    assert "You have a view with this name." in writers_desk.get(VIEWS).content.decode()
    do(writers_desk, "rename", one, name="Three")
    assert set(SavedView.objects.values_list("name", flat=True)) == {"Two", "Three"}
    do(writers_desk, "delete", one)
    assert SavedView.objects.get().name == "Two"


def test_the_list_opens_with_ones_default_and_all_is_a_click_away(writers_desk: Client) -> None:
    library.question("Published?")
    save_view(writers_desk, "Drafts", "status=draft", is_default="on")
    assert writers_desk.get(LIST)["Location"] == f"{LIST}?status=draft"
    page = writers_desk.get(f"{LIST}?status=draft").content.decode()
    assert '<a href="?view=">All questions</a>' in page
    assert 'href="?view=">All</a>' in page.replace(' aria-current="true"', "")
    assert listed(writers_desk, "view=") == ["Published?"]
    do(writers_desk, "no-default", SavedView.objects.get())
    assert writers_desk.get(LIST).status_code == 200


def test_a_shared_view_may_be_ones_default(desk: Client, writers_desk: Client) -> None:
    save_view(desk, "Ours", "status=draft", is_shared="on")
    do(writers_desk, "default", SavedView.objects.get())
    assert writers_desk.get(LIST).status_code == 302
    assert desk.get(LIST).status_code == 200
    do(desk, "unshare", SavedView.objects.get())
    assert writers_desk.get(LIST).status_code == 200


def test_views_are_for_those_who_may_look(client: Client, writer: User) -> None:
    assert client.get(VIEWS).status_code == 302
    viewer = signed_in(person("viewer", roles.VIEWER))
    save_view(viewer, "Mine", "status=draft")
    assert viewer.get(VIEWS).status_code == 200
    clerk = User.objects.create_user("clerk", is_staff=True)
    assert signed_in(clerk).get(VIEWS).status_code == 403
    assert signed_in(clerk).post(VIEWS, {"do": "save", "name": "x"}).status_code == 403


@pytest.mark.parametrize(
    "data",
    [
        {"do": "save", "name": " "}, {"do": "save", "name": "x" * 61}, {"do": "delete"}, {},
        {"do": "delete", "view": "x"}, {"do": "nonsense", "view": "9" * 30},
        {"do": "save", "name": "x", "query": "q=" + "y" * 2000},
    ],
)  # fmt: skip
def test_a_view_that_cannot_be_is_refused_in_words(desk: Client, data: dict[str, str]) -> None:
    assert desk.post(VIEWS, data).status_code in (302, 404)
    assert not SavedView.objects.exists()


# -- what changed since


def edit(client: Client, question: Question, **fields: Any) -> None:
    address = change_address(question)
    assert client.post(address, form_of(client, address) | fields).status_code == 302


def test_what_others_changed_since_one_looked_is_told_and_shown(desk: Client) -> None:
    question = library.question("Old?", "One.\n\nTwo.")
    kim = signed_in(person("kim", roles.PUBLISHER))
    assert "since you last looked" not in desk.get(change_address(question)).content.decode()
    edit(kim, question, answer="One.\n\nThree.")
    edit(kim, question, title="New?")
    assert listed(desk, "seen=changed") == ["New?"]
    assert numbers(desk, "", "since you looked")["Changed by others"] == "1"
    assert "new to you" in desk.get(LIST).content.decode()
    page = desk.get(change_address(question)).content.decode()
    [address] = re.findall(r'Changed by kim since .*? UTC: <a href="([^"]*)">see what</a>', page)
    shown = desk.get(html.unescape(address)).content.decode()
    assert re.findall(r"<(ins|del)>([^<]*\.)</\1>", shown) == [("del", "Two."), ("ins", "Three.")]
    [side] = re.findall(r'src="([^"]*/since/side[^"]*)"', shown)
    then = desk.get(html.unescape(side)).content.decode()
    assert ("Old?" in then, "Two." in then) == (True, True)
    assert listed(desk, "seen=changed") == []
    assert "since you last looked" not in desk.get(change_address(question)).content.decode()


def test_what_one_changed_oneself_is_nothing_new(desk: Client) -> None:
    question = library.question("Old?")
    edit(desk, question, title="New?")
    assert listed(desk, "seen=changed") == []
    library.set_status(Question.objects.all(), Status.DRAFT, by=User.objects.get())
    assert "since you last looked" not in desk.get(change_address(question)).content.decode()


def test_a_change_of_status_is_told_as_such(desk: Client) -> None:
    question = library.question()
    desk.get(change_address(question))
    library.set_status(Question.objects.all(), Status.DRAFT)
    page = desk.get(change_address(question)).content.decode()
    [address] = re.findall(r'UTC: <a href="([^"]*)">see what</a>', page)
    assert "Its text is as it was" in desk.get(html.unescape(address)).content.decode()


def test_looking_at_the_versions_is_looking(desk: Client) -> None:
    question = library.question()
    desk.get(f"{LIST}{question.pk}/revisions")
    assert LastSeen.objects.get().version == question.updated_at


@pytest.mark.parametrize("version", ["", "x", "2025-01-01", "2025-99-99T00:00:00+00:00"])
def test_what_no_version_is_named_by_is_not_found(desk: Client, version: str) -> None:
    question = library.question()
    for page in ("since", "since/side"):
        response = desk.get(f"{LIST}{question.pk}/{page}", {"version": version})
        assert response.status_code == 404


def test_what_changed_is_for_those_who_may_look(client: Client) -> None:
    address = f"{LIST}{library.question().pk}/since?version=2025-01-01T00:00:00Z"
    assert client.get(address).status_code == 302
    assert signed_in(person("viewer", roles.VIEWER)).get(address).status_code == 200
    clerk = User.objects.create_user("clerk", is_staff=True)
    assert signed_in(clerk).get(address).status_code == 403


def test_the_memory_of_what_was_seen_is_bounded(editor: User) -> None:
    questions = [library.question() for _ in range(4)]
    for question in questions:
        seen.mark(question.pk, question.updated_at, editor)
    seen.forget(editor, most=2)
    kept = set(LastSeen.objects.values_list("question", flat=True))
    assert kept == {question.pk for question in questions[2:]}


def test_the_form_costs_twelve_queries_with_all_that_it_can_tell(
    desk: Client, writers_desk: Client
) -> None:
    question, *targets = (library.question() for _ in range(4))
    links = {"related-TOTAL_FORMS": "3"}
    for number, target in enumerate(targets):
        links |= {
            f"related-{number}-position": str(number + 1),
            f"related-{number}-target": str(target.pk),
            f"related-{number}-question": str(question.pk),
        }
    edit(desk, question, **links)
    feedback.report(question, "The sign is wrong.")
    edit(writers_desk, question, title="Proposed?")
    for client in (desk, writers_desk):
        client.get(change_address(question))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(change_address(question)).content.decode()
        assert len(queries) <= 12
        assert "1 open report" in page
    page = desk.get(change_address(question)).content.decode()
    for shown in (question.subject, *targets):
        assert f'<option value="{shown.pk}" selected>{shown}</option>' in page
