"""What the desk does at once can be undone for a while by the person who did it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from learn import undoing
from learn.models import AuditEntry, DefaultView, Redirect, SavedView, Verb, WayBack
from tests import library
from tests.test_finding import do, save_view
from tests.test_redirects_desk import IMPORT, LIST, lead

pytestmark = pytest.mark.django_db

BACK = LIST + "bring-back"
VIEWS = "/admin/learn/question/views"
DELETE_ALL = {"action": "delete_selected", "post": "yes"}


def shown(page: Any) -> WayBack | None:
    way: WayBack | None = page.context["way_back"]
    return way


def brought_back(desk: Client, address: str = BACK) -> str:
    page = desk.get(LIST if address == BACK else address)
    way = shown(page)
    assert way is not None
    response = desk.post(address, {"way": way.pk, "do": "bring-back"}, follow=True)
    [message] = response.context["messages"]
    return str(message)


def rows() -> list[dict[str, Any]]:
    return list(Redirect.objects.order_by("slug").values(
        "subject_slug", "slug", "question", "hits", "last_hit_at", "created_at"
    ))  # fmt: skip


def test_deleting_redirects_says_first_what_becomes_of_their_addresses(desk: Client) -> None:
    redirect = lead("tides", library.question(slug="sea"))
    one = desk.get(f"{LIST}{redirect.pk}/delete/").content.decode()
    assert "From then on /learn/physics/questions/tides answers" in one
    asked = {"action": "delete_selected", "_selected_action": [redirect.pk]}
    many = desk.post(LIST, asked).content.decode()
    assert "From then on these addresses answer" in many
    assert Redirect.objects.exists()


def test_a_deleted_redirect_is_brought_back_with_its_count(desk: Client, client: Client) -> None:
    redirect = lead("tides", library.question(slug="sea"))
    Redirect.objects.filter(pk=redirect.pk).update(hits=7, last_hit_at=timezone.now())
    before = rows()
    page = desk.post(f"{LIST}{redirect.pk}/delete/", {"post": "yes"}, follow=True)
    assert "Deleted: /learn/physics/questions/tides." in page.content.decode()
    assert client.get("/learn/physics/questions/tides").status_code == 404
    assert brought_back(desk) == "All is as it was."
    assert rows() == before
    assert shown(desk.get(LIST)) is None
    assert AuditEntry.objects.filter(verb=Verb.UNDONE, kind="redirect").exists()


def test_many_are_brought_back_but_for_those_that_changed_since(desk: Client) -> None:
    sea = library.question(slug="sea")
    keys = [lead(f"old-{number}", sea).pk for number in range(3)]
    before = rows()
    desk.post(LIST, DELETE_ALL | {"_selected_action": keys})
    other = lead("old-0", library.question(slug="ocean")).question_id
    library.question(slug="old-1")
    assert brought_back(desk) == "1 as before; 2 were changed since and left alone."
    assert [row["slug"] for row in rows()] == ["old-0", "old-2"]
    assert (rows()[0]["question"], rows()[1]) == (other, before[2])


def test_an_import_of_redirects_is_taken_back(desk: Client) -> None:
    sea, ocean = library.question(slug="sea"), library.question(slug="ocean")
    lead("tides", sea)
    before = rows()
    old = "/learn/physics/questions/"
    text = f"old,new\n{old}tides,{old}ocean\n{old}waves,{old}sea\n{old}surf,{old}sea"
    page = desk.post(IMPORT, {"text": text, "apply": "1"}, follow=True)
    assert "Imported: 2 redirects added, 1 changed." in page.content.decode()
    Redirect.objects.filter(slug="surf").update(question=ocean)
    assert brought_back(desk) == "2 as before; 1 was changed since and left alone."
    assert [row["slug"] for row in rows()] == ["surf", "tides"]
    assert rows()[1] == before[0]


def test_a_way_back_is_gone_once_and_open_for_an_hour_to_its_person_alone(
    desk: Client, writers_desk: Client, admin_client: Client
) -> None:
    redirect = lead("tides", library.question(slug="sea"))
    desk.post(f"{LIST}{redirect.pk}/delete/", {"post": "yes"})
    way = WayBack.objects.get()
    assert shown(admin_client.get(LIST)) is None
    admin_client.post(BACK, {"way": way.pk})
    assert writers_desk.post(BACK, {"way": way.pk}).status_code == 403
    for sent in ({}, {"way": "x"}, {"way": "9" * 30}):
        desk.post(BACK, sent)
    assert not Redirect.objects.exists()
    desk.post(BACK, {"way": way.pk})
    page = desk.post(BACK, {"way": way.pk}, follow=True)
    assert "That cannot be brought back any more." in page.content.decode()

    desk.post(f"{LIST}{Redirect.objects.get().pk}/delete/", {"post": "yes"})
    WayBack.objects.update(at=timezone.now() - WayBack.OPEN - datetime.timedelta(minutes=1))
    assert shown(desk.get(LIST)) is None


def test_what_is_closed_is_forgotten_when_the_next_is_kept(editor: User) -> None:
    kind = WayBack.Kind.VIEW_DELETED
    undoing.keep(kind, "one", [{"name": "x"}], editor)
    WayBack.objects.update(at=timezone.now() - WayBack.OPEN * 2)
    undoing.keep(kind, "nothing", [], editor)
    assert not WayBack.objects.exists()


def test_a_deleted_view_is_brought_back_as_it_was(desk: Client, editor: User) -> None:
    save_view(desk, "Drafts", "status=draft", is_shared="1", is_default="1")
    do(desk, "delete", SavedView.objects.get())
    assert "Deleted: the view \u201cDrafts\u201d." in desk.get(VIEWS).content.decode()
    assert brought_back(desk, VIEWS) == "All is as it was."
    view = SavedView.objects.get()
    assert (view.name, view.query, view.is_shared, view.owner) == (
        "Drafts", "status=draft", True, editor,
    )  # fmt: skip
    assert DefaultView.objects.get().view == view


def test_a_view_stays_away_where_another_has_its_name(desk: Client) -> None:
    save_view(desk, "Mine", "status=draft")
    do(desk, "delete", SavedView.objects.get())
    save_view(desk, "Mine", "status=archived")
    assert "There is a view named" in brought_back(desk, VIEWS)
    assert SavedView.objects.get().query == "status=archived"
    assert WayBack.objects.exists()
