"""What is said to whoever may not do something, or sends a form that does not prove its origin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from learn import roles
from tests.conftest import person, signed_in
from tests.test_admin import LIST

pytestmark = pytest.mark.django_db


def heading(response: Any) -> tuple[int, list[str]]:
    return response.status_code, re.findall(r"<h1>(.*?)</h1>", response.content.decode())


def test_the_desk_refuses_in_words_and_says_who_one_is() -> None:
    response = signed_in(person("viewer", roles.VIEWER)).get(LIST + "add/")
    assert heading(response) == (403, ["You may not do this"])
    assert "You are signed in as viewer" in response.content.decode()


@pytest.fixture
def strict(editor: User) -> Client:
    """A browser whose forms have to prove where they come from."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    return client


def test_a_form_with_an_old_token_says_that_the_work_is_kept(strict: Client) -> None:
    form = "http://testserver" + LIST + "add/"
    response = strict.post(LIST + "work/key/discard", headers={"Referer": form})
    assert heading(response) == (403, ["This form was not taken"])
    assert "What you wrote about a question is kept." in response.content.decode()
    assert f'href="{form}">Open the form again</a>' in response.content.decode()


def test_a_form_of_another_site_is_not_led_back_to(strict: Client) -> None:
    headers = {"Referer": "https://evil.example/form"}
    response = strict.post(LIST + "add/", headers=headers)
    assert f'href="{LIST}add/">Open the form again</a>' in response.content.decode()


def test_signing_in_twice_leads_to_the_desk() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert heading(response) == (403, ["This form was not taken"])
    assert "You have signed in elsewhere" in response.content.decode()


def test_the_site_refuses_in_its_own_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/learn/physics")
    assert heading(response) == (403, ["This form was not taken"])
    assert 'class="site-header"' in response.content.decode()


def test_a_token_is_given_with_whose_it_is(strict: Client, editor: User) -> None:
    response = strict.get("/admin/token")
    answer = response.json()
    assert answer["person"] == editor.pk
    assert "no-store" in response.headers["Cache-Control"]
    sent = strict.post(LIST + "preview", {"content": "x"}, headers={"X-CSRFToken": answer["token"]})
    assert sent.status_code == 200
