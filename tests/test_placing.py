"""Changes of a question's place stand among its versions, whoever made them, with a way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from learn import batches, publishing, review
from learn.admin.placing import Placing
from learn.models import AuditEntry, Origin, PlaceChange, Question, Redirect, Status, Verb
from tests import library
from tests.files import import_files, question_file, write_tree
from tests.test_admin import LIST, change_address, form_of

pytestmark = pytest.mark.django_db

Said = list[tuple[str, str, str]]


def address_of(question: Question) -> str:
    return f"{LIST}{question.pk}/revisions"


def versions(desk: Client, question: Question) -> list[Any]:
    shown: list[Any] = desk.get(address_of(question)).context["versions"]
    return shown


def placings(desk: Client, question: Question) -> list[Placing]:
    return [each for each in versions(desk, question) if isinstance(each, Placing)]


def said(desk: Client, question: Question) -> list[Said]:
    return [[tuple(part) for part in each.said] for each in placings(desk, question)]  # type: ignore[misc]


def change(desk: Client, question: Question, **fields: str) -> None:
    form = form_of(desk, change_address(question)) | fields
    assert desk.post(change_address(question), form).status_code == 302


def test_a_move_and_a_status_stand_among_the_versions_in_their_order(
    desk: Client, editor: User
) -> None:
    question, art = library.question(slug="tides"), library.subject("art")
    change(desk, question, answer="Two.")
    change(desk, question, subject=str(art.pk), slug="sea")
    change(desk, question, status=Status.ARCHIVED, publish_at_0="2030-01-31", publish_at_1="08:30")

    assert said(desk, question) == [
        [("Status", "Published", "Archived"), ("Publish at", "at once", "31 Jan 2030, 08:30 UTC")],
        [("Address", "/learn/physics/questions/tides", "/learn/art/questions/sea")],
    ]
    assert [isinstance(each, Placing) for each in versions(desk, question)] == [
        True, False, True, False, False,
    ]  # fmt: skip
    assert {each.made_by for each in placings(desk, question)} == {editor}
    page = desk.get(address_of(question)).content.decode()
    assert "Published &rarr; <strong>Archived</strong>" in page


def test_a_status_alone_makes_no_text_younger(desk: Client, editor: User) -> None:
    question = library.question()
    written = (question.updated_at, None, "Editor")
    library.set_status(Question.objects.all(), Status.DRAFT, by=editor)
    library.set_status(Question.objects.all(), Status.PUBLISHED, by=editor)
    first = versions(desk, question)[-1]
    assert (first.made_at, first.made_by, first.origin) == written
    change(desk, question, answer="Two.")
    kept = versions(desk, question)[-1]
    assert (kept.made_at, kept.made_by, kept.origin) == written


def test_batches_imports_and_approvals_are_told_with_who_and_from_where(
    desk: Client, editor: User, writer: User, tmp_path: Path
) -> None:
    write_tree(tmp_path, {"physics/one.md": question_file(), "physics/two.md": question_file()})
    import_files(tmp_path)
    one = Question.objects.get(slug="one")
    batch = batches.prepare([one.pk], "draft", {}, editor, "one")
    batches.confirm(batch, editor)
    one.refresh_from_db()
    proposal = review.propose(publishing.edition_of(one), by=writer)
    review.approve(proposal, by=editor)
    publishing.prune([one.pk])
    assert [(each.by, each.origin, each.status) for each in PlaceChange.objects.all()] == [
        (None, Origin.IMPORT, Status.PUBLISHED),
        (editor, Origin.EDITOR, Status.DRAFT),
        (editor, Origin.BATCH, Status.PUBLISHED),
    ]


def test_what_leaves_the_place_alone_is_no_change_of_it(desk: Client) -> None:
    question = library.question(answer="One.")
    change(desk, question, answer="Two.")
    library.set_status(Question.objects.all(), Status.PUBLISHED)
    assert not PlaceChange.objects.exists()


def test_a_change_of_place_is_undone_and_the_rest_stays(desk: Client, client: Client) -> None:
    question, art = library.question(slug="tides"), library.subject("art")
    change(desk, question, subject=str(art.pk), slug="sea")
    change(desk, question, status=Status.ARCHIVED)
    archived, moved = placings(desk, question)
    assert (archived.may_go_back, moved.may_go_back) == (True, True)

    desk.post(address_of(question), {"place": moved.pk})
    question.refresh_from_db()
    assert question.get_absolute_url() == "/learn/physics/questions/tides"
    assert (question.status, question.origin) == (Status.ARCHIVED, Origin.RESTORE)
    assert Redirect.objects.get().slug == "sea"
    desk.post(address_of(question), {"place": archived.pk})
    assert client.get("/learn/art/questions/sea", follow=True).status_code == 200
    assert AuditEntry.objects.filter(verb=Verb.RESTORED).count() == 2
    assert [each.may_go_back for each in placings(desk, question)] == [True, True, False, False]


def test_no_question_goes_back_to_where_another_stands(desk: Client) -> None:
    question = library.question(slug="tides")
    change(desk, question, slug="sea")
    library.question("Mine now?", slug="tides")
    [moved] = placings(desk, question)
    page = desk.post(address_of(question), {"place": moved.pk}, follow=True).content.decode()
    assert "The address is taken by \u201cMine now?\u201d." in page
    question.refresh_from_db()
    assert question.slug == "sea"


def test_who_does_not_publish_undoes_no_status(desk: Client, writers_desk: Client) -> None:
    question = library.question(status=Status.DRAFT, slug="tides")
    change(desk, question, slug="sea")
    change(desk, question, status=Status.PUBLISHED)
    change(desk, question, status=Status.DRAFT)
    drafted, published, moved = placings(writers_desk, question)
    assert [each.may_go_back for each in (drafted, published, moved)] == [False, False, True]
    assert writers_desk.post(address_of(question), {"place": drafted.pk}).status_code == 403
    assert writers_desk.post(address_of(question), {"place": moved.pk}).status_code == 302
    for nonsense in ("", "x", "9" * 30):
        assert desk.post(address_of(question), {"place": nonsense}).status_code == 404
        assert desk.post(address_of(question), {"revision": nonsense}).status_code == 404
