"""Every address of the desk, for everybody, by every method: one table says what is allowed.

An address that is not in the table fails the test: whoever adds one adds a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, resolve

from learn import audit, batches, publishing, review, roles, uploads
from learn.content.addresses import Address
from learn.desk import draft_links
from learn.models import (
    AuditEntry,
    Feedback,
    ImportOutcome,
    ImportRun,
    MissedAddress,
    MissedSearch,
    MistakeReport,
    Question,
    Status,
    UnsavedWork,
    Verb,
)
from quicktakes.urls import urlpatterns
from tests import library
from tests.conftest import person
from tests.test_review import changed

pytestmark = pytest.mark.django_db

# Who asks, in the order of the table's columns: nobody, staff without a role, and the roles.
WHO = ("anonymous", "staff", roles.VIEWER, roles.EDITOR, roles.PUBLISHER, roles.ADMIN)

# +  answered: a page, a file, or what a form that says nothing gets (200 to 302, 400, 413, 422)
# x  refused (403)     L  sent to sign in     0  there is nothing (404)     -  not that method (405)
# First GET, as which HEAD is answered; then POST. All others are 405 everywhere.
# An address begins below /admin/, or with its slash; `{names}` are the fixture's.
TABLE = """
# the site
index                                        L+++++ L+++++
login/                                       ++++++ ++++++
token                                        L+++++ L-----
logout/                                      +----- ++++++
password_change/                             L+++++ L+++++
password_change/done/                        L+++++ L-----
autocomplete/?app_label=learn&model_name=relatedquestion&field_name=target Lx++++ L-----
jsi18n/                                      L+++++ L-----
r/{type}/{question}/                         L+++++ L+++++
learn/                                       L0++++ L0++++
auth/                                        L0000+ L0000+
nowhere                                      L00000 L00000
# questions
learn/question/                              Lx++++ Lx++++
learn/question/add/                          Lxx+++ Lxx+++
learn/question/{question}/                   L+++++ L+++++
learn/question/{question}/change/            Lx++++ Lxx+++
learn/question/{draft}/change/               Lx++++ Lxx+++
learn/question/{question}/history/           Lx++++ Lx++++
learn/question/{question}/delete/            Lxxxxx Lxxxxx
learn/question/{question}/revisions          Lx++++ Lxxx++
learn/question/{draft}/revisions             Lx++++ Lxx+++
learn/question/{question}/revisions/0        Lx++++ L-----
learn/question/{question}/presence           L----- Lxx+++
learn/question/{draft}/merge/work            Lxx+++ Lxx+++
learn/question/work/work?stamp=1             L----- Lxx+++
learn/question/work/work/discard             L----- L+++++
learn/question/findings                      Lx++++ L-----
learn/question/duplicates                    Lx++++ Lxxx++
learn/question/address                       Lxx+++ L-----
learn/question/results                       L----- Lxx+++
learn/question/replace                       Lxxx++ Lxxx++
learn/question/views                         Lx++++ Lx++++
learn/question/{question}/since?version={version} Lx++++ L-----
learn/question/{question}/since/side?version={version} Lx++++ L-----
learn/question/preview                       L----- Lxx+++
learn/question/image                         L----- Lxx+++
learn/question/frame                         Lxx+++ L-----
# subjects
learn/subject/                               Lx++++ Lx++++
learn/subject/add/                           Lxxx++ Lxxx++
learn/subject/{subject}/                     L+++++ L+++++
learn/subject/{subject}/change/              Lx++++ Lxxx++
learn/subject/{subject}/history/             Lx++++ Lx++++
learn/subject/{subject}/delete/              Lxxxx+ Lxxxx+
# proposals
learn/proposal/                              Lx++++ Lx++++
learn/proposal/add/                          Lxxxxx Lxxxxx
learn/proposal/{proposal}/                   L+++++ L+++++
learn/proposal/{proposal}/change/            Lx++++ Lxxx++
learn/proposal/{proposal}/history/           Lx++++ Lx++++
learn/proposal/{proposal}/delete/            Lxxxxx Lxxxxx
learn/proposal/{proposal}/merge              Lxxx++ Lxxx++
learn/proposal/{proposal}/now                Lx++++ L-----
# batches
learn/batch/                                 Lxxx++ Lxxx++
learn/batch/add/                             Lxxxxx Lxxxxx
learn/batch/{batch}/                         L+++++ L+++++
learn/batch/{batch}/change/                  Lxxx++ Lxxx++
learn/batch/{batch}/history/                 Lxxx++ Lxxx++
learn/batch/{batch}/delete/                  Lxxxxx Lxxxxx
learn/batch/{batch}/follow                   Lxxx++ L-----
learn/batch/{batch}/follow/foretold          Lxxx++ L-----
learn/batch/{batch}/search                   Lxxx++ Lxxx++
learn/batch/{batch}/run                      L----- Lxxx++
learn/batch/{batch}/undo                     L----- Lxxx++
learn/batch/{batch}/again                    L----- Lxxx++
learn/batch/{batch}/resume                   L----- Lxxx++
learn/batch/{batch}/stop                     L----- Lxxx++
learn/batch/{batch}/discard                  L----- Lxxx++
learn/batch/question/{batch_row}             Lxxx++ L-----
learn/batch/question/{batch_row}/before      Lxxx++ L-----
# redirects
learn/redirect/                              Lx++++ Lx++++
learn/redirect/add/                          Lxxx++ Lxxx++
learn/redirect/{redirect}/                   L+++++ L+++++
learn/redirect/{redirect}/change/            Lx++++ Lxxx++
learn/redirect/{redirect}/history/           Lx++++ Lx++++
learn/redirect/{redirect}/delete/            Lxxx++ Lxxx++
learn/redirect/test                          Lx++++ L-----
learn/redirect/import                        Lxxx++ Lxxx++
learn/redirect/bring-back                    L----- Lxxx++
# imports
learn/importrun/                             Lx++++ Lx++++
learn/importrun/add/                         Lxxxxx Lxxxxx
learn/importrun/{run}/                       L+++++ L+++++
learn/importrun/{run}/change/                Lx++++ Lxxxxx
learn/importrun/{run}/history/               Lx++++ Lx++++
learn/importrun/{run}/delete/                Lxxxxx Lxxxxx
learn/importrun/upload                       Lxxx++ Lxxx++
learn/importrun/{run}/follow                 Lxxx++ L-----
learn/importrun/{run}/follow/created         Lxxx++ L-----
learn/importrun/{run}/apply                  L----- Lxxx++
learn/importrun/{run}/again                  L----- Lxxx++
learn/importrun/{run}/stop                   L----- Lxxx++
learn/importrun/{run}/discard                L----- Lxxx++
learn/importrun/{run}/report.json            Lx++++ L-----
learn/importrun/outcome/{outcome}            Lxxx++ L-----
learn/importrun/outcome/{outcome}/before     Lxxx++ L-----
learn/importoutcome/                         Lx++++ Lx++++
learn/importoutcome/add/                     Lxxxxx Lxxxxx
learn/importoutcome/{outcome}/               L+++++ L+++++
learn/importoutcome/{outcome}/change/        Lx++++ Lxxxxx
learn/importoutcome/{outcome}/history/       Lx++++ Lx++++
learn/importoutcome/{outcome}/delete/        Lxxxxx Lxxxxx
# students
learn/feedback/                              Lx++++ Lx++++
learn/feedback/add/                          Lxxxxx Lxxxxx
learn/feedback/{question}/                   L+++++ L+++++
learn/feedback/{question}/change/            Lx++++ Lxxxxx
learn/feedback/{question}/history/           Lx++++ Lx++++
learn/feedback/{question}/delete/            Lxxxxx Lxxxxx
learn/mistakereport/                         Lx++++ Lx++++
learn/mistakereport/add/                     Lxxxxx Lxxxxx
learn/mistakereport/{report}/                L+++++ L+++++
learn/mistakereport/{report}/change/         Lx++++ Lxx+++
learn/mistakereport/{report}/history/        Lx++++ Lx++++
learn/mistakereport/{report}/delete/         Lxxxxx Lxxxxx
learn/missedsearch/                          Lx++++ Lx++++
learn/missedsearch/add/                      Lxxxxx Lxxxxx
learn/missedsearch/{missed}/                 L+++++ L+++++
learn/missedsearch/{missed}/change/          Lx++++ Lxx+++
learn/missedsearch/{missed}/history/         Lx++++ Lx++++
learn/missedsearch/{missed}/delete/          Lxxxxx Lxxxxx
learn/missedaddress/                         Lx++++ Lx++++
learn/missedaddress/add/                     Lxxxxx Lxxxxx
learn/missedaddress/links                    Lx++++ L-----
learn/missedaddress/{dead}/                  L+++++ L+++++
learn/missedaddress/{dead}/change/           Lx++++ Lxx+++
learn/missedaddress/{dead}/history/          Lx++++ Lx++++
learn/missedaddress/{dead}/delete/           Lxxxxx Lxxxxx
# the audit log
learn/auditentry/                            Lxxxx+ Lxxxx+
learn/auditentry/add/                        Lxxxxx Lxxxxx
learn/auditentry/{entry}/                    L+++++ L+++++
learn/auditentry/{entry}/change/             Lxxxx+ Lxxxxx
learn/auditentry/{entry}/history/            Lxxxx+ Lxxxx+
learn/auditentry/{entry}/delete/             Lxxxxx Lxxxxx
learn/auditentry/export.csv                  Lxxxx+ L-----
# people
auth/user/                                   Lxxxx+ Lxxxx+
auth/user/add/                               Lxxxx+ Lxxxx+
auth/user/{user}/                            L+++++ L+++++
auth/user/{user}/change/                     Lxxxx+ Lxxxx+
auth/user/{user}/history/                    Lxxxx+ Lxxxx+
auth/user/{user}/delete/                     Lxxxx+ Lxxxx+
auth/user/{user}/password/                   Lxxxx+ Lxxxx+
auth/group/                                  Lxxxx+ Lxxxx+
auth/group/add/                              Lxxxx+ Lxxxx+
auth/group/{group}/                          L+++++ L+++++
auth/group/{group}/change/                   Lxxxx+ Lxxxx+
auth/group/{group}/history/                  Lxxxx+ Lxxxx+
auth/group/{group}/delete/                   Lxxxx+ Lxxxx+
# what the desk links to outside of it
{link}                                       ++++++ ------
/media/{image}                               ++++++ ------
/learn/physics/questions/question/markdown   ++++++ ------
"""


def signs_of(row: str) -> tuple[str, dict[str, str]]:
    address, get, post = row.rsplit(maxsplit=2)
    return address.strip(), {"GET": get, "POST": post}


LINES = [line for line in TABLE.strip().splitlines() if not line.startswith("#")]
ROWS = dict(map(signs_of, LINES))
OTHERS = ("OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW")

# What has to be sent for more than the form's complaint, or to reach the question of who may.
SENT: dict[str, dict[str, str]] = {
    "learn/question/{question}/revisions": {"revision": "{revision}"},
    "learn/question/{draft}/revisions": {"revision": "{draft_revision}"},
    "learn/proposal/{proposal}/change/": {"send_back": "1", "answer": "No."},
    "learn/question/preview": {"content": "x"},
    "learn/question/views": {"do": "save", "name": "Mine"},
}


def routes_in(patterns: list[Any], before: str = "admin/") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes_in(pattern.url_patterns, route)


def filled(text: str, names: dict[str, str]) -> str:
    return re.sub(r"{(\w+)}", lambda match: names[match[1]], text)


def path_of(address: str, names: dict[str, str]) -> str:
    address = filled(address, names)
    return address if address.startswith("/") else f"/admin/{address.removeprefix('index')}"


@pytest.fixture
def names(settings: Any, tmp_path: Path) -> dict[str, str]:
    """A library in which each address of the table leads to something."""
    settings.UPLOAD_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path
    (tmp_path / f"{'0' * 32}-1x1.png").write_bytes(b"")
    question, draft = (
        library.question(f"{slug}?", slug=slug, status=status)
        for slug, status in (("question", Status.PUBLISHED), ("draft", Status.DRAFT))
    )
    for one in (question, draft):
        one.answer = "Another one."
        publishing.save([publishing.edition_of(one)])
    publishing.redirect({Address("art", "old"): question.pk})
    someone = person("someone", roles.EDITOR)
    proposal = review.propose(changed(question, title="Another?"), by=someone)
    folder = uploads.receiving_folder()
    made = uploads.keep(folder, [], is_archive=False)
    run = ImportRun.objects.create(
        state=ImportRun.State.DONE, is_rehearsal=True, upload=made, by=someone
    )
    outcome = ImportOutcome.objects.create(run=run, kind="archived", file="x", question=question)
    Feedback.objects.create(question=question)
    report = MistakeReport.objects.create(question=question, text="Wrong.")
    missed = MissedSearch.objects.create(words="tides", text="Tides")
    dead = MissedAddress.objects.create(subject_slug="art", slug="older")
    batch = batches.prepare(
        [question.pk], "replace", {"find": "A", "replacement": "B", "fields": ["answer"]},
        someone, "one question",
    )  # fmt: skip
    audit.record(Verb.CHANGED, question)
    keys = {
        "question": question, "draft": draft, "revision": question.revisions.get(),
        "draft_revision": draft.revisions.get(), "redirect": question.redirects.get(),
        "proposal": proposal, "run": run, "outcome": outcome, "report": report, "missed": missed,
        "dead": dead,
        "batch": batch, "batch_row": batch.questions.get(),
        "subject": question.subject, "entry": AuditEntry.objects.get(), "user": someone,
        "group": Group.objects.get(name=roles.EDITOR),
        "type": ContentType.objects.get_for_model(Question),
    }  # fmt: skip
    return {name: str(one.pk) for name, one in keys.items()} | {
        "link": draft_links.link_to(draft),
        "image": f"{'0' * 32}-1x1.png",
        "version": quote(question.updated_at.isoformat()),
    }


def client_of(who: str, names: dict[str, str]) -> Client:
    """A browser of somebody, who has begun to write about the draft."""
    client = Client(raise_request_exception=False)
    if who == "anonymous":
        return client
    if who == "staff":
        user = User.objects.create_user(who, password="secret", is_staff=True)
    else:
        user = person(who.lower(), who)
    UnsavedWork.objects.create(
        key="work", person=user, question_id=int(names["draft"]), fields={"title": "x"}
    )
    client.force_login(user)
    return client


def asked(client: Client, method: str, path: str, sent: dict[str, str]) -> HttpResponseBase:
    """An answer; what it did is undone, and the browser is who it was."""
    cookies = client.cookies.output()
    with transaction.atomic():
        if method == "POST":
            response: Any = client.post(path, sent)
        else:
            response = client.generic(method, path)
        transaction.set_rollback(True)
    client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    return response


def sign_of(response: Any) -> str:
    if response.headers.get("Location", "").startswith("/admin/login/"):
        return "L"
    signs = {403: "x", 404: "0", 405: "-"}
    if response.status_code in (200, 204, 301, 302, 400, 413, 422):
        return "+"
    return signs.get(response.status_code, str(response.status_code))


def test_every_address_of_the_desk_is_in_the_table(names: dict[str, str]) -> None:
    listed = {resolve(path_of(address, names).partition("?")[0]).route for address in ROWS}
    [desk] = [one for one in urlpatterns if getattr(one, "app_name", "") == "admin"]
    assert set(routes_in(desk.url_patterns)) - listed == set()


@pytest.mark.parametrize("who", WHO)
def test_everybody_gets_what_the_table_says(who: str, names: dict[str, str]) -> None:
    client, column = client_of(who, names), WHO.index(who)
    otherwise = []
    for address, signs in ROWS.items():
        path = path_of(address, names)
        sent = {key: filled(value, names) for key, value in SENT.get(address, {}).items()}
        for method, row in signs.items():
            got = sign_of(asked(client, method, path, sent))
            if got != row[column]:
                otherwise.append(f"{method} {address}: {got}, not {row[column]}")
    assert otherwise == []


def test_head_is_answered_as_get_is(names: dict[str, str]) -> None:
    client, column = client_of(roles.ADMIN, names), WHO.index(roles.ADMIN)
    otherwise = [
        f"{address}: {got}"
        for address, signs in ROWS.items()
        if (got := sign_of(asked(client, "HEAD", path_of(address, names), {})))
        != signs["GET"][column]
    ]
    assert otherwise == []


@pytest.mark.parametrize("who", ["anonymous", roles.ADMIN])
def test_no_address_of_the_desk_has_another_method(who: str, names: dict[str, str]) -> None:
    """What is refused before anybody is asked who it is needs no column for each."""
    client = client_of(who, names)
    otherwise = [
        f"{method} {address}: {got}"
        for address in ROWS
        for method in OTHERS
        if (got := sign_of(asked(client, method, path_of(address, names), {}))) != "-"
    ]
    assert otherwise == []
