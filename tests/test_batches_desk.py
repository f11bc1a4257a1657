"""Batches at the desk: actions of the list, find and replace, previews, and who may."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import batches, roles
from learn.batches import starting
from learn.models import AuditEntry, Batch, BatchQuestion, Question, Status
from learn.runs import State
from tests import library
from tests.conftest import person, signed_in

pytestmark = pytest.mark.django_db

LIST = "/admin/learn/question/"
BATCHES = "/admin/learn/batch/"
REPLACE = LIST + "replace"
SEARCH = {"find": "light", "replacement": "sound", "match_case": "on", "fields_": ["answer"]}
Phase, Outcome = Batch.Phase, BatchQuestion.Outcome


def acted(desk: Client, action: str, *questions: Question, query: str = "", **more: Any) -> Any:
    """The answer to an action on ticked questions."""
    keys = [question.pk for question in questions]
    return desk.post(LIST + query, {"action": action, "_selected_action": keys, **more})


def batch_of(response: Any) -> Batch:
    """The batch that an answer leads to."""
    assert response.status_code == 302, response.content.decode()[:2000]
    pk = re.fullmatch(rf"{BATCHES}(\d+)/follow", response["Location"])
    assert pk, response["Location"]
    return Batch.objects.get(pk=pk[1])


def at(batch: Batch, action: str = "follow") -> str:
    return f"{BATCHES}{batch.pk}/{action}"


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


# ------------------------------------------------------------------------ the actions


@pytest.mark.parametrize(
    ("action", "kind", "column", "value"),
    [
        ("publish", "publish", "status", "published"),
        ("archive", "archive", "status", "archived"),
        ("make_drafts", "draft", "status", "draft"),
        ("hide", "hide", "no_index", True),
        ("show", "show", "no_index", False),
        ("rerender", "rerender", "renderer_version", 1),
    ],
)
def test_an_action_leads_from_a_preview_to_a_result_and_back(
    desk: Client, editor: User, action: str, kind: str, column: str, value: object
) -> None:
    question = library.question(
        status=Status.DRAFT if action == "publish" else Status.PUBLISHED,
        no_index=action == "show",
    )
    if action == "rerender":
        Question.objects.update(renderer_version=0)
    before = Question.objects.values(column).get()
    batch = batch_of(acted(desk, action, question))
    assert (batch.kind, batch.by, batch.chosen) == (kind, editor, "one ticked question")
    assert Question.objects.values(column).get() == before
    assert "Nothing is changed yet." in text_of(desk.get(at(batch)))

    assert desk.post(at(batch, "run"))["Location"] == at(batch)

    now = Question.objects.values_list(column, flat=True).get()
    assert now == value if action != "rerender" else now > 0
    assert "1 changed" in text_of(desk.get(at(batch)))
    desk.post(at(batch, "undo"))
    assert "1 put back" in text_of(desk.get(at(batch)))
    assert Question.objects.values(column).get() == before
    logged = AuditEntry.objects.filter(who=editor, kind="batch").order_by("pk")
    assert [entry.verb for entry in logged] == ["batch", "undone"]
    assert all(entry.words.endswith(": one ticked question") for entry in logged)


def test_all_that_a_filter_shows_are_chosen(desk: Client) -> None:
    drafts = [library.question(status=Status.DRAFT) for _ in range(3)]
    library.question(status=Status.DRAFT, place="biology")
    library.question()
    subject = drafts[0].subject
    query = f"?status=draft&subject={subject.slug}"
    response = acted(desk, "archive", drafts[0], query=query, select_across="1")
    batch = batch_of(response)
    assert batch.chosen == "all with status draft, subject Physics"
    assert list(batch.keys) == [question.pk for question in drafts]
    assert batch.foretold == {"foretold": 3}


def test_where_to_move_is_asked_and_then_previewed(desk: Client) -> None:
    first, second = library.question(slug="a"), library.question(slug="b")
    there = library.subject("chemistry", "Chemistry")
    asked = acted(desk, "move", first, second, select_across="0", index="0")
    page = text_of(asked)
    assert "Of which questions: 2 ticked questions." in page
    sent = dict(asked.context["sent"])
    assert sent == {
        "action": "move", "select_across": "0", "index": "0", "_selected_action": str(second.pk)
    }  # fmt: skip
    refused = acted(desk, "move", first, _told="1")
    assert "This field is required." in text_of(refused)

    batch = batch_of(acted(desk, "move", first, second, _told="1", subject=there.pk))

    page = text_of(desk.get(at(batch)))
    assert "/learn/physics/questions/a → /learn/chemistry/questions/a" in page
    assert "Move 2 questions" in page


def test_an_export_holds_the_files_of_what_was_chosen(desk: Client) -> None:
    first = library.question(slug="a")
    library.question(slug="b")
    archived = library.question(slug="c", place="biology", status=Status.ARCHIVED)
    response = acted(desk, "export", first, archived)
    assert response["Content-Type"] == "application/zip"
    assert re.search(r'filename="questions-[-0-9]+\.zip"', response["Content-Disposition"])
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.namelist() == ["biology/c.md", "physics/a.md"]
        assert archive.read("physics/a.md").decode() == first.source
        assert archive.testzip() is None


# ------------------------------------------------------------------------ find and replace


def test_find_and_replace_shows_lines_before_anything_is_written(desk: Client) -> None:
    question = library.question(answer="Because **light** bends.\n\nSo.", slug="q")
    library.question(answer="No.")
    assert "Of which questions: the whole library." in text_of(desk.get(REPLACE))

    batch = batch_of(desk.post(REPLACE, SEARCH))

    assert batch.parameters == {
        "find": "light", "replacement": "sound", "fields": ["answer"],
        "is_expression": False, "match_case": True, "whole_words": False,
    }  # fmt: skip
    response = desk.get(at(batch))
    [item] = response.context["items"]
    assert item.places == [
        [(" ", "Because **"), ("-", "light"), ("+", "sound"), (" ", "** bends.")]
    ]
    assert "1 in answer" in text_of(response)
    question.refresh_from_db()
    assert "light" in question.answer


def test_it_looks_where_the_address_says(desk: Client) -> None:
    library.question(place="biology")
    there = library.question()
    address = f"{REPLACE}?subject={there.subject.slug}"
    assert "Of which questions: all with subject Physics." in text_of(desk.get(address))
    assert list(batch_of(desk.post(address, SEARCH)).keys) == [there.pk]
    assert (
        f'href="{address}"'
        in desk.get(f"/admin/learn/subject/{there.subject.pk}/change/").content.decode()
    )
    listed = desk.get(f"{LIST}?status=draft").content.decode()
    assert f'href="{REPLACE}?status=draft"' in listed
    assert desk.get(f"{REPLACE}?status__foo=1").status_code == 302


def test_ticked_questions_are_searched(desk: Client) -> None:
    first, _ = library.question(), library.question()
    asked = acted(desk, "replace_text", first)
    assert "Of which questions: one ticked question." in text_of(asked)
    batch = batch_of(acted(desk, "replace_text", first, _told="1", **SEARCH))
    assert list(batch.keys) == [first.pk]


def test_windows_line_ends_are_found(desk: Client) -> None:
    library.question(answer="One.\n\nTwo.")
    search = {**SEARCH, "find": "One.\r\n\r\nTwo", "replacement": "1.\r\n2"}
    assert batch_of(desk.post(REPLACE, search)).foretold == {"foretold": 1}


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"find": "(a", "is_expression": "on"}, "find", "Missing ) at character 3."),
        ({"find": ""}, "find", "This field is required."),
        (
            {"find": "a", "replacement": "\\frac", "is_expression": "on"},
            "replacement",
            "'\\f' at character 1 means nothing; write \\\\f for a backslash.",
        ),
        ({"fields_": []}, "fields_", "Choose where to look."),
    ],
)
def test_what_cannot_be_searched_is_said_beside_its_field(
    desk: Client, wrong: dict[str, Any], field: str, message: str
) -> None:
    response = desk.post(REPLACE, {**SEARCH, **wrong})
    assert response.status_code == 200
    assert response.context["form"].errors == {field: [message]}
    assert not Batch.objects.exists()


def test_a_search_can_be_changed(desk: Client) -> None:
    question = library.question()
    first = batch_of(acted(desk, "replace_text", question, _told="1", **SEARCH))
    page = desk.get(at(first, "search"))
    assert page.context["form"].initial["find"] == "light"
    second = batch_of(desk.post(at(first, "search"), {**SEARCH, "find": "bends"}))
    assert (second.chosen, list(second.keys)) == ("one ticked question", [question.pk])
    assert second.foretold == {"foretold": 1}
    assert not Batch.objects.filter(pk=first.pk).exists()


# ------------------------------------------------------------------------ one question


def test_one_question_is_compared_as_text_and_as_students_see_it(desk: Client) -> None:
    question = library.question()
    batch = batch_of(desk.post(REPLACE, SEARCH))
    row = batch.questions.get()
    address = f"{BATCHES}question/{row.pk}"

    def sides() -> list[bool]:
        contents = (desk.get(f"{address}/{which}").content for which in ("before", "after"))
        return [b"<strong>light</strong>" in content for content in contents]

    page = desk.get(address)
    assert [sign for sign, _ in page.context["lines"] if sign in "+-"] == ["-", "+"]
    assert sides() == [True, False]
    desk.post(at(batch, "run"))
    assert sides() == [True, False]
    assert desk.get(address).context["lines"] == page.context["lines"]
    desk.post(at(batch, "undo"))
    assert desk.get(f"{address}/after").status_code == 404
    assert desk.get(f"{address}/other").status_code == 404
    assert f'href="{LIST}{question.pk}/change/"' in desk.get(address).content.decode()


def test_outcomes_have_pages_of_their_own(desk: Client) -> None:
    for number in range(23):
        library.question(answer="light" if number else "No.", title="tides" if number else "Why?")
    batch = batch_of(
        desk.post(REPLACE, {**SEARCH, "find": "tides", "fields_": ["title"], "replacement": ""})
    )
    assert batch.foretold == {"failed": 22, "unchanged": 1}
    response = desk.get(at(batch))
    assert [(tab.label, tab.count) for tab in response.context["tabs"]] == [
        ("All", 22),
        ("Cannot be changed", 22),
    ]
    assert len(response.context["items"]) == 20
    last = desk.get(at(batch, "follow/failed"), {"page": "2"})
    assert len(last.context["items"]) == 2
    assert "No question would change" in text_of(response)
    assert desk.get(at(batch, "follow/nonsense")).status_code == 404


# ------------------------------------------------------------------------ on the way


@pytest.fixture
def waiting(desk: Client, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """A batch whose process has not begun."""
    monkeypatch.setattr(starting, "INLINE", 0)
    library.question()
    return batch_of(desk.post(REPLACE, SEARCH))


def test_progress_shows_itself_without_a_script(desk: Client, waiting: Batch) -> None:
    page = desk.get(at(waiting)).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert "Waiting for its turn" in page
    taken = batches.take_up(waiting.pk)
    assert taken
    Batch.objects.update(state=State.RUNNING, taken=7, total=50)
    assert "Looking at the questions: 7 of 50" in text_of(desk.get(at(waiting)))


def test_what_was_stopped_can_be_tried_again_or_discarded(desk: Client, waiting: Batch) -> None:
    desk.post(at(waiting, "stop"))
    page = text_of(desk.get(at(waiting)))
    assert "Stopped by pat. No question was changed." in page
    desk.post(at(waiting, "resume"))
    waiting.refresh_from_db()
    assert waiting.state == State.WAITING
    desk.post(at(waiting, "discard"))
    assert not Batch.objects.exists()


def test_what_somebody_else_did_first_is_said(desk: Client) -> None:
    batch = batch_of(acted(desk, "archive", library.question()))
    desk.post(at(batch, "run"))
    for action in ("run", "again", "resume"):
        response = desk.post(at(batch, action), follow=True)
        assert "Nothing was done" in text_of(response)
    response = desk.post(at(batch, "discard"), follow=True)
    assert "can be undone, and not discarded" in text_of(response)
    batch.refresh_from_db()
    assert batches.may_undo(batch)


# ------------------------------------------------------------------------ the list


def test_the_list_says_who_did_what_and_where_it_is(desk: Client) -> None:
    question = library.question()
    batch = batch_of(acted(desk, "archive", question))
    assert "one ticked question (1) 1 will change Preview pat" in text_of(desk.get(BATCHES))
    desk.post(at(batch, "run"))
    assert "1 changed Done, undo pat" in text_of(desk.get(BATCHES))
    desk.post(at(batch, "undo"))
    assert "Undone pat, undone by pat" in text_of(desk.get(BATCHES))
    assert desk.get(f"{BATCHES}{batch.pk}/change/")["Location"] == at(batch)


def test_pages_cost_the_same_queries_for_one_question_and_for_many(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def counted(batch: Batch) -> list[int]:
        numbers = []
        for address in (at(batch), BATCHES):
            with django_assert_max_num_queries(12) as queries:
                assert desk.get(address).status_code == 200
            numbers.append(len(queries))
        return numbers

    library.question()
    there = library.subject("chemistry")
    for _ in range(2):
        library.question()

    def made() -> list[Batch]:
        everything = list(Question.objects.all())
        move = acted(desk, "move", *everything, _told="1", subject=there.pk)
        return [batch_of(desk.post(REPLACE, SEARCH)), batch_of(move)]

    few = [counted(batch) for batch in made()]
    for _ in range(15):
        library.question()
    many = [counted(batch) for batch in made()]
    assert few == many


# ------------------------------------------------------------------------ who may

POSTS = ("run", "undo", "again", "resume", "stop", "discard")


@pytest.mark.parametrize("role", [roles.VIEWER, roles.EDITOR])
def test_only_who_publishes_may(desk: Client, role: str) -> None:
    question = library.question()
    batch = batch_of(desk.post(REPLACE, SEARCH))
    row = batch.questions.get()
    client = signed_in(person("somebody", role))
    gets = [at(batch), at(batch, "search"), f"{BATCHES}question/{row.pk}",
            f"{BATCHES}question/{row.pk}/before", REPLACE, BATCHES,
            f"{BATCHES}{batch.pk}/change/"]  # fmt: skip
    assert {client.get(address).status_code for address in gets} == {403}
    posts = [*(at(batch, action) for action in POSTS), REPLACE, at(batch, "search")]
    assert {client.post(address).status_code for address in posts} == {403}
    acted(client, "archive", question)
    acted(client, "replace_text", question, _told="1", **SEARCH)
    assert list(Batch.objects.all()) == [batch]
    assert Question.objects.values_list("status", flat=True).get() == Status.PUBLISHED
    page = client.get(LIST).content.decode()
    assert ("Find and replace" in page, "Batches" in page) == (False, False)
    assert '<option value="export">' in page


def test_without_an_account_all_lead_to_the_door(desk: Client, client: Client) -> None:
    library.question()
    batch = batch_of(desk.post(REPLACE, SEARCH))
    for address in (at(batch), at(batch, "search"), REPLACE, BATCHES):
        assert client.get(address)["Location"].startswith("/admin/login/")


def test_each_address_takes_its_methods_only(desk: Client, editor: User) -> None:
    library.question()
    batch = batch_of(desk.post(REPLACE, SEARCH))
    row = batch.questions.get()
    for action in POSTS:
        assert desk.get(at(batch, action)).status_code == 405
    shown = [at(batch), f"{BATCHES}question/{row.pk}", f"{BATCHES}question/{row.pk}/before"]
    for address in shown:
        assert desk.post(address).status_code == 405
    for address in (at(batch, "search"), REPLACE):
        assert desk.put(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    for address in (*(at(batch, action) for action in POSTS), REPLACE, at(batch, "search")):
        assert strict.post(address).status_code == 403


def test_what_is_not_there_is_not_found(desk: Client) -> None:
    missing = [f"{BATCHES}1/follow", f"{BATCHES}1/search", f"{BATCHES}question/1",
               f"{BATCHES}question/1/before", f"{BATCHES}x/change/"]  # fmt: skip
    assert {desk.get(address).status_code for address in missing} == {404}
    assert {desk.post(f"{BATCHES}1/{action}").status_code for action in POSTS} == {404}
    batch = batch_of(acted(desk, "archive", library.question()))
    assert desk.get(at(batch, "search")).status_code == 404


def test_what_somebody_changed_since_stands_first_in_an_undone_batch(
    desk: Client, editor: User
) -> None:
    questions = [library.question(f"Question {number}?") for number in range(25)]
    batch = batch_of(acted(desk, "archive", *questions))
    desk.post(at(batch, "run"))
    library.set_status(Question.objects.filter(pk=questions[22].pk), Status.DRAFT)
    desk.post(at(batch, "undo"))

    pages = [desk.get(at(batch), {"page": page}).context["items"] for page in (1, 2)]
    shown = [item.row.question_id for page in pages for item in page]
    assert shown[0] == questions[22].pk
    assert shown[1:] == [q.pk for q in questions if q != questions[22]]
