"""The audit log: who did what, when, and from where."""

from __future__ import annotations

import csv
import datetime
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import audit, publishing, roles, runs
from learn.admin import signing
from learn.admin.audited import Audited
from learn.admin.runs import ReadOnlyAdmin
from learn.content.addresses import Address
from learn.limits import Limit
from learn.models import AuditEntry, ImportRun, MistakeReport, Proposal, Verb
from tests import library
from tests.conftest import person, signed_in
from tests.files import import_files, question_file, write_tree
from tests.test_admin import change_address, form_of
from tests.test_images import image_file, send

pytestmark = pytest.mark.django_db

LOG = "/admin/learn/auditentry/"


@pytest.fixture
def boss(db: None) -> Client:
    """A client that is signed in as an Admin."""
    return signed_in(person("ada", roles.ADMIN))


def said() -> list[tuple[str, str, str, str]]:
    """What was noted since the sign-in, oldest first: who, verb, kind and words."""
    entries = AuditEntry.objects.exclude(verb=Verb.SIGNED_IN).order_by("id")
    return [(entry.who_name, entry.verb, entry.kind, entry.words) for entry in entries]


def last() -> AuditEntry:
    entry = AuditEntry.objects.first()
    assert entry
    return entry


# ------------------------------------------------------------------------------- what is noted


def test_every_admin_notes_what_is_done_or_lets_nothing_be_done() -> None:
    others = [
        model.__name__
        for model, site in admin.site._registry.items()
        if not isinstance(site, Audited | ReadOnlyAdmin)
    ]
    assert others == []


def test_a_saved_question_is_noted_with_what_changed(desk: Client, editor: User) -> None:
    question = library.question("Why?", slug="old")
    data = form_of(desk, change_address(question)) | {"slug": "new", "answer": "Other words."}
    desk.post(change_address(question), data, REMOTE_ADDR="203.0.113.77")
    entry = last()
    assert said() == [("pat", "moved", "question", "Why?")]
    assert (entry.who, entry.key, entry.origin) == (editor, str(question.pk), "desk")
    assert entry.network == "203.0.113.0/24"
    assert entry.details == {"slug": ["old", "new"], "answer": ["Because **light** bends.",
                                                                "Other words."]}  # fmt: skip


def test_a_save_that_changes_nothing_is_not_noted(desk: Client) -> None:
    question = library.question(slug="q")
    desk.post(change_address(question), form_of(desk, change_address(question)))
    assert said() == []


def test_long_texts_are_told_by_their_field_alone(desk: Client) -> None:
    question = library.question(slug="q")
    data = form_of(desk, change_address(question)) | {"answer": "word " * 50, "status": "draft"}
    desk.post(change_address(question), data)
    assert last().verb == "status"
    assert last().details == {"answer": "changed", "status": ["published", "draft"]}


def test_a_version_that_is_restored_is_noted(desk: Client) -> None:
    question = library.question("Why?", "One.", slug="q")
    question.answer = "Two."
    publishing.save([publishing.edition_of(question)])
    address = f"/admin/learn/question/{question.pk}/revisions"
    desk.post(address, {"revision": question.revisions.get().pk})
    assert said() == [("pat", "restored", "question", "Why?")]


def test_the_way_of_a_proposal_is_noted(writers_desk: Client, desk: Client) -> None:
    question = library.question("Why?")
    for answer in ("New.", "Newer."):
        data = form_of(writers_desk, change_address(question)) | {"answer": answer}
        writers_desk.post(change_address(question), data)
        address = f"/admin/learn/proposal/{Proposal.objects.open().get().pk}/change/"
        desk.post(address, {"send_back": "1", "answer": "No."})
    desk.post(address, {"approve": "1"})
    assert said() == [
        ("wren", "handed-in", "question", "Why?"),
        ("pat", "sent-back", "question", "Why?"),
        ("wren", "handed-in", "question", "Why?"),
        ("pat", "sent-back", "question", "Why?"),
        ("pat", "approved", "question", "Why?"),
    ]
    assert last().details["editor"] == "wren"


def test_what_could_not_be_done_is_not_noted(desk: Client, writers_desk: Client) -> None:
    question = library.question("Old?")
    data = form_of(writers_desk, change_address(question)) | {"title": "Mine?"}
    writers_desk.post(change_address(question), data)
    question.title = "Theirs?"
    publishing.save([publishing.edition_of(question)])
    desk.post(f"/admin/learn/proposal/{Proposal.objects.get().pk}/change/", {"approve": "1"})
    assert [verb for _, verb, _, _ in said()] == ["handed-in"]


def test_subjects_redirects_and_reports_are_noted(desk: Client) -> None:
    desk.post("/admin/learn/subject/add/", {"name": "Art", "slug": "art", "is_listed": "on"})
    question = library.question(slug="sea")
    desk.post(
        "/admin/learn/redirect/add/",
        {"address": "/learn/art/questions/tides", "question": question.pk},
    )
    redirect = question.redirects.get()
    desk.post(f"/admin/learn/redirect/{redirect.pk}/delete/", {"post": "yes"})
    lines = "old,new\n/learn/art/questions/x,/learn/physics/questions/sea\n"
    desk.post("/admin/learn/redirect/import", {"text": lines, "apply": "1"})
    report = MistakeReport.objects.create(question=question, text="Wrong.")
    data = {"action": "mark_done", "_selected_action": [report.pk]}
    desk.post("/admin/learn/mistakereport/", data)
    assert said() == [
        ("pat", "added", "subject", "Art"),
        ("pat", "added", "redirect", "/learn/art/questions/tides"),
        ("pat", "deleted", "redirect", "/learn/art/questions/tides"),
        ("pat", "imported", "redirect", ""),
        ("pat", "status", "mistakereport", str(report)),
    ]


def test_an_image_is_noted(desk: Client, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert send(desk, image_file()).status_code == 200
    [(who, verb, kind, words)] = said()
    assert (who, verb, kind, words.endswith((".webp", ".png", ".jpg"))) == (
        "pat", "uploaded", "image", True,
    )  # fmt: skip


def test_an_upload_is_noted_from_its_arrival_to_its_end(
    desk: Client, settings: Any, tmp_path: Path
) -> None:
    settings.UPLOAD_DIR = tmp_path
    file = SimpleUploadedFile("q.md", question_file("Why?", "So.").encode())
    sent = {"sent": file, "on_conflict": "keep", "status": "draft"}
    desk.post("/admin/learn/importrun/upload", sent)
    call_command("run_import", verbosity=0)
    desk.post(f"/admin/learn/importrun/{ImportRun.objects.get().pk}/apply")
    call_command("run_import", verbosity=0)
    assert said() == [
        ("pat", "uploaded", "upload", "q.md"),
        ("pat", "started", "importrun", "Upload: q.md"),
        ("pat", "ended", "importrun", "Upload: q.md"),
    ]
    assert (last().origin, last().details["created"]) == ("import", 1)


def test_an_import_on_the_command_line_is_noted_and_a_dry_run_is_not(tmp_path: Path) -> None:
    tree = write_tree(tmp_path, {"physics/q.md": question_file("Why?", "So.")})
    import_files(tree, dry_run=True)
    assert said() == []
    import_files(tree)
    assert [(verb, kind) for _, verb, kind, _ in said()] == [
        ("started", "importrun"),
        ("ended", "importrun"),
    ]
    assert (last().origin, last().network, last().details["state"]) == ("command", "", "done")


def test_an_import_that_fails_is_noted_as_one(db: None) -> None:
    run = ImportRun(source="x")
    with pytest.raises(RuntimeError), runs.running(run, runs.Report()):
        raise RuntimeError("no")
    assert last().details["state"] == "failed"


def test_an_export_is_noted(tmp_path: Path) -> None:
    library.question()
    call_command("export_questions", tmp_path / "out", verbosity=0)
    call_command("export_questions", tmp_path / "out", check=True, verbosity=0)
    assert [(verb, kind) for _, verb, kind, _ in said()] == [("exported", "question")]


def test_a_change_of_what_somebody_may_do_is_noted_without_what_is_private(boss: Client) -> None:
    made = person("pat", roles.EDITOR)
    address = f"/admin/auth/user/{made.pk}/change/"
    data = form_of(boss, address)
    data |= {"groups": [Group.objects.get(name=roles.PUBLISHER).pk], "email": "pat@example.org"}
    assert boss.post(address, data).status_code == 302
    assert last().details == {
        "email": "changed",
        "groups": {"added": ["Publisher"], "removed": ["Editor"]},
    }
    sent = {
        "password1": "a-longer-secret",
        "password2": "a-longer-secret",
        "usable_password": "true",
    }
    boss.post(f"/admin/auth/user/{made.pk}/password/", sent)
    assert (last().verb, last().words) == ("password", "pat")
    assert "a-longer-secret" not in str(list(AuditEntry.objects.values()))


def test_somebodys_own_new_password_is_noted(desk: Client) -> None:
    sent = {"old_password": "secret", "new_password1": "q7-long-one", "new_password2": "no"}
    desk.post("/admin/password_change/", sent)
    assert said() == []
    desk.post("/admin/password_change/", sent | {"new_password2": "q7-long-one"})
    assert said() == [("pat", "password", "user", "pat")]


# ------------------------------------------------------------------------------- signing in


def sign_in(password: str, name: str = "pat") -> Client:
    client = Client(REMOTE_ADDR="2001:db8:1:2::7")
    client.post("/admin/login/", {"username": name, "password": password})
    return client


def test_signing_in_and_out_and_failing_to_are_noted(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "failures", Limit(20, seconds=600))
    sign_in("wrong")
    sign_in("wrong", name="my-password-by-mistake")
    sign_in("secret").post("/admin/logout/")
    rows = AuditEntry.objects.order_by("id").values_list("who_name", "verb", "words", "network")
    assert list(rows) == [
        ("", "sign-in-failed", "pat", "2001:db8:1::/48"),
        ("", "sign-in-failed", "no account has this name", "2001:db8:1::/48"),
        ("pat", "signed-in", "pat", "2001:db8:1::/48"),
        ("pat", "signed-out", "pat", "2001:db8:1::/48"),
    ]


def test_who_guesses_does_not_fill_the_log(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "failures", Limit(2, seconds=600))
    for _ in range(4):
        sign_in("wrong")
    assert AuditEntry.objects.count() == 2


# ------------------------------------------------------------------------------- an entry


@pytest.mark.parametrize(
    ("address", "network", "whole"),
    [
        ("203.0.113.77", "203.0.113.0/24", "203.0.113.77"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1:2:3:4:5:6"),
        ("::ffff:203.0.113.77", "203.0.113.0/24", "203.0.113.77"),
        ("nonsense", "nonsense", "nonsense"),
        ("", "", ""),
    ],
)
def test_an_address_is_cut_to_its_network_unless_asked_otherwise(
    settings: Any, address: str, network: str, whole: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    audit.record(Verb.CHANGED, request=request)
    assert last().network == network
    settings.AUDIT_FULL_ADDRESSES = True
    audit.record(Verb.CHANGED, request=request)
    assert last().network == whole


def test_the_name_stays_when_the_account_is_deleted(editor: User) -> None:
    audit.record(Verb.CHANGED, by=editor)
    editor.delete()
    assert (last().who, last().who_name) == (None, "pat")


def test_details_are_kept_short_and_plain() -> None:
    day = datetime.date(2026, 1, 31)
    audit.record(
        Verb.BATCH,
        kind="question",
        words="w" * 300,
        details={"text": "x" * 999, "day": day, "null": "\0"},
    )
    entry = last()
    assert (len(entry.words), len(entry.details["text"])) == (200, 200)
    assert (entry.details["day"], entry.details["null"]) == ("2026-01-31", "")


def test_what_is_rolled_back_was_never_done() -> None:
    with transaction.atomic():
        audit.record(Verb.CHANGED)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_students_pages_neither_ask_nor_tell_the_log(client: Client) -> None:
    address = library.question().get_absolute_url()
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
        client.get("/learn")
    assert not [query for query in queries if "auditentry" in query["sql"]]


# ------------------------------------------------------------------------------- at the desk


@pytest.mark.parametrize("role", [roles.VIEWER, roles.EDITOR, roles.PUBLISHER])
def test_only_an_admin_sees_the_log(role: str) -> None:
    client = signed_in(person("someone", role))
    assert client.get(LOG).status_code == 403
    assert client.get(LOG + "export.csv").status_code == 403
    assert "Audit log" not in client.get("/admin/").content.decode()


def test_nobody_changes_an_entry_at_the_desk(boss: Client, admin_client: Client) -> None:
    audit.record(Verb.CHANGED, words="This")
    for client in (boss, admin_client):
        for method in ("add/", f"{last().pk}/delete/"):
            assert client.get(LOG + method).status_code == 403
        pk = AuditEntry.objects.get(words="This").pk
        assert client.post(f"{LOG}{pk}/change/", {"words": "That"}).status_code == 403
        client.post(LOG, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert AuditEntry.objects.filter(words="This").exists()


def found(client: Client, **asked: Any) -> list[str]:
    return [entry.words for entry in client.get(LOG, asked).context["cl"].result_list]


def test_the_log_is_searched_by_object_person_verb_and_words(boss: Client, editor: User) -> None:
    question = library.question("The sea?", slug="sea")
    audit.record(Verb.CHANGED, question, by=editor)
    audit.record(Verb.DELETED, kind="redirect", words="/learn/physics/questions/sea")
    audit.record(Verb.EXPORTED, kind="question", words="csv")
    assert found(boss, q="/learn/physics/questions/sea") == [
        "/learn/physics/questions/sea",
        "The sea?",
    ]
    assert found(boss, q=f"question {question.pk}") == ["The sea?"]
    assert found(boss, q="the SEA") == ["The sea?"]
    assert found(boss, q="pat") == ["The sea?"]
    assert found(boss, verb__exact="exported") == ["csv"]
    assert found(boss, who=editor.pk) == ["The sea?"]
    assert found(boss, who="none") == ["csv", "/learn/physics/questions/sea"]
    assert found(boss, who="9" * 40, q="x") == []


def test_an_entry_leads_to_its_object(boss: Client) -> None:
    question = library.question("The sea?")
    audit.record(Verb.CHANGED, question, details={"title": ["<b>", "The sea?"]})
    page = boss.get(LOG).content.decode()
    assert f'<a href="{change_address(question)}">The sea?</a>' in page
    assert "title: &lt;b&gt; → The sea?" in page
    assert "&lt;b&gt;" in boss.get(f"{LOG}{last().pk}/change/").content.decode()


def test_the_log_costs_the_same_for_one_entry_and_for_many(
    boss: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        audit.record(Verb.CHANGED, by=User.objects.get(), words=str(number))
    with django_assert_max_num_queries(8):
        assert len(found(boss)) == 50


# ------------------------------------------------------------------------------- taking along


def read(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


def test_what_the_list_shows_is_exported(boss: Client, editor: User) -> None:
    audit.record(Verb.CHANGED, by=editor, words="=1+1", details={"title": ["a", "b"]})
    audit.record(Verb.EXPORTED, words="other")
    text = read(boss.get(LOG + "export.csv", {"verb__exact": "changed"}))
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["who"], row["words"], row["details"]) == ("pat", "'=1+1", '{"title": ["a", "b"]}')
    lines = read(boss.get(LOG + "export.jsonl", {"q": "=1"})).splitlines()
    assert [json.loads(line)["details"] for line in lines] == [{"title": ["a", "b"]}]
    assert (last().verb, last().kind, last().details) == (
        "exported", "auditentry", {"q": "=1"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "asked", ["export.exe", "export.csv?verb__nonsense=1", "export.csv?at__gte=x"]
)
def test_what_cannot_be_exported_is_not_found(boss: Client, asked: str) -> None:
    assert boss.get(LOG + asked).status_code == 404


def age(entry: AuditEntry, days: int) -> None:
    at = timezone.now() - datetime.timedelta(days=days)
    AuditEntry.objects.filter(pk=entry.pk).update(at=at)


def test_the_command_line_exports_days(capsys: pytest.CaptureFixture[str]) -> None:
    for days in (3, 1):
        audit.record(Verb.CHANGED, words=f"{days} days ago")
        age(last(), days)
    day = f"{timezone.now() - datetime.timedelta(days=1):%Y-%m-%d}"
    call_command("export_audit", since=datetime.date.fromisoformat(day))
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["words"] == "1 days ago"


def test_old_entries_are_removed_and_that_is_noted(capsys: pytest.CaptureFixture[str]) -> None:
    for days in (400, 300):
        audit.record(Verb.CHANGED, words=str(days))
        age(last(), days)
    call_command("prune_audit", older_than=365)
    assert capsys.readouterr().out == "1 entries removed\n"
    assert [words for _, verb, _, words in said() if verb == "changed"] == ["300"]
    assert (last().verb, last().details) == ("pruned", {"count": 1})


def test_no_age_is_refused_in_words() -> None:
    with pytest.raises(CommandError, match="must be 1 to 36500 days"):
        call_command("prune_audit", older_than=0)


def test_many_redirects_are_noted_in_a_few_statements(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    question = library.question()
    publishing.redirect({Address("art", f"x-{number}"): question.pk for number in range(60)})
    keys = list(question.redirects.values_list("pk", flat=True))
    with django_assert_max_num_queries(20):
        desk.post(
            "/admin/learn/redirect/",
            {"action": "delete_selected", "_selected_action": keys, "post": "yes"},
        )
    assert (question.redirects.count(), AuditEntry.objects.filter(verb="deleted").count()) == (
        0,
        60,
    )
