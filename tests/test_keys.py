"""Keys that no browser sends by itself: nobody meets a fault of the server over them."""

from __future__ import annotations

import pytest
from django.test import Client

from learn.admin.keys import key_from
from tests import library

STRANGE = ["", "x", "-1", "1.5", "\u0663", "9" * 19, "9" * 5_000, "1\0", "\u00b2"]


@pytest.mark.parametrize("sent", STRANGE)
def test_what_is_no_key_is_none_that_a_row_has(sent: str) -> None:
    assert key_from(sent) == 0
    assert key_from("17") == 17


@pytest.mark.parametrize("sent", STRANGE)
def test_the_desk_answers_strange_keys_in_words(desk: Client, sent: str) -> None:
    question = library.question()
    versions = f"/admin/learn/question/{question.pk}/revisions"
    assert desk.post(versions, {"place": sent}).status_code == 404
    assert desk.post(versions, {"revision": sent}).status_code == 404
    assert desk.get("/admin/learn/question/address", {"subject": sent}).status_code == 200
    assert desk.post("/admin/learn/question/results", {"question": sent}).status_code == 200
    kept = desk.post("/admin/learn/question/work/a", query_params={"question": sent, "stamp": "1"})
    assert kept.status_code == (404 if sent else 200)  # without one: of a new question


@pytest.mark.parametrize("sent", ["x", "\u0663", "9" * 30])
def test_a_batch_that_is_none_is_not_found(desk: Client, sent: str) -> None:
    assert desk.get(f"/admin/learn/batch/{sent}/change/", follow=True).status_code == 404
