"""Uploading in the admin: files in, a rehearsal, a preview, then apply or discard."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from learn import publishing, runs, uploads
from learn.models import ImportOutcome, ImportRun, Question, Status, Upload
from tests import migrated
from tests.files import import_files, question_file, write_tree

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/learn/importrun/upload"
TREE = {
    f"learn/physics/{slug}.md": question_file(
        f"Why {slug}?", url=f"/learn/physics/questions/{slug}"
    )
    for slug in ("one", "two", "three")
}
ONE, TWO, THREE = TREE
State = ImportRun.State


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Where uploads lie; not made yet."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    return settings.UPLOAD_DIR


def zipped(
    members: dict[str, str] | dict[str, bytes], name: str = "library.zip"
) -> SimpleUploadedFile:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return SimpleUploadedFile(name, stream.getvalue())


def sent(client: Client, *files: SimpleUploadedFile, **choices: str) -> Any:
    """The answer to an upload."""
    data = {"on_conflict": "keep", "status": "published", "sent": list(files), **choices}
    return client.post(UPLOAD, data)


def error_of(response: Any, field: str = "sent") -> str:
    assert response.status_code in (200, 413)
    [(wrong, [error])] = response.context["form"].errors.items()
    assert wrong == field
    return str(error)


def rehearsed(client: Client, *files: SimpleUploadedFile, **choices: str) -> ImportRun:
    """The run of an upload's preview, made."""
    response = sent(client, *files, **choices)
    assert response.status_code == 302, response.context["form"].errors
    return worked(response)


def worked(response: Any) -> ImportRun:
    """The run that an answer leads to, after its process has worked it."""
    pk = int(re.findall(r"/importrun/(\d+)/follow", response["Location"])[0])
    run_import(pk)
    return ImportRun.objects.get(pk=pk)


def run_import(*pk: int) -> int:
    try:
        call_command("run_import", *pk, stdout=io.StringIO())
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def at(run: ImportRun, action: str) -> str:
    return f"/admin/learn/importrun/{run.pk}/{action}"


def kinds(run: ImportRun) -> dict[str, str]:
    return dict(run.outcomes.values_list("file", "kind"))


def edit(slug: str) -> None:
    question = Question.objects.select_related("subject").get(slug=slug)
    question.title = "Edited?"
    publishing.save([publishing.edition_of(question)])


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


# ------------------------------------------------------------------------ the whole way


def test_an_archive_is_previewed_and_nothing_is_written_until_it_is_applied(
    desk: Client, editor: User, folder: Path
) -> None:
    run = rehearsed(desk, zipped(TREE))

    assert (run.state, run.is_rehearsal, run.by) == (State.DONE, True, editor)
    assert (run.source, run.created) == ("Upload: library.zip", 3)
    assert kinds(run) == dict.fromkeys(TREE, "created")
    assert Question.objects.count() == 0
    preview = desk.get(at(run, "follow"))
    assert [(tab.label, tab.count) for tab in preview.context["tabs"]] == [
        ("All", 3),
        ("Created", 3),
    ]

    applied = worked(desk.post(at(run, "apply")))

    assert (applied.state, applied.is_rehearsal, applied.created) == (State.DONE, False, 3)
    assert Question.objects.filter(status=Status.PUBLISHED, updated_by=editor).count() == 3
    assert list(folder.iterdir()) == []
    result = desk.get(at(applied, "follow"))
    assert result["Location"] == f"/admin/learn/importrun/{applied.pk}/change/"


def test_question_files_go_where_their_url_says(desk: Client) -> None:
    files = [
        SimpleUploadedFile(f"{slug}.md", TREE[f"learn/physics/{slug}.md"].encode())
        for slug in ("one", "two")
    ]
    run = rehearsed(desk, *files, status="draft")
    assert run.source == "Upload: one.md, two.md"

    worked(desk.post(at(run, "apply")))

    drafts = Question.objects.filter(status=Status.DRAFT).values_list("subject__slug", "slug")
    assert sorted(drafts) == [("physics", "one"), ("physics", "two")]


def test_a_tar_archive_is_an_archive_too(desk: Client) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, text in TREE.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))

    assert rehearsed(desk, SimpleUploadedFile("x.tgz", stream.getvalue())).created == 3


@pytest.mark.parametrize(
    ("choice", "kind", "title"),
    [("keep", "conflicted", "Edited?"), ("overwrite", "updated", "New?")],
)
def test_what_was_edited_here_is_kept_or_overwritten_as_was_chosen(
    desk: Client, tmp_path: Path, choice: str, kind: str, title: str
) -> None:
    import_files(write_tree(tmp_path / "tree", TREE))
    edit("one")

    run = rehearsed(
        desk,
        zipped(TREE | {ONE: question_file("New?"), TWO: question_file("2?")}),
        on_conflict=choice,
    )

    assert kinds(run) == {ONE: kind, TWO: "updated"}
    worked(desk.post(at(run, "apply")))
    assert Question.objects.get(slug="one").title == title


def test_what_vanished_is_archived_and_more_than_a_tenth_only_when_confirmed(
    desk: Client, tmp_path: Path
) -> None:
    import_files(write_tree(tmp_path / "tree", TREE))

    run = rehearsed(desk, zipped({ONE: TREE[ONE], TWO: TREE[TWO]}), prune="on")

    assert (run.pruned, kinds(run)) == (1, {"/learn/physics/questions/three": "archived"})
    assert "Yes, archive 1 questions" in page_of(desk, at(run, "follow"))
    desk.post(at(run, "apply"))
    assert not ImportRun.objects.filter(state=State.WAITING).exists()
    worked(desk.post(at(run, "apply"), {"prune_anyway": "1"}))
    assert Question.objects.get(status=Status.ARCHIVED).slug == "three"


def test_an_archive_with_a_path_in_doubt_archives_nothing(desk: Client, tmp_path: Path) -> None:
    import_files(write_tree(tmp_path / "tree", TREE))

    run = rehearsed(
        desk, zipped({ONE: TREE[ONE], "learn/physics/../physics/two.md": "x"}), prune="on"
    )

    assert (run.state, run.pruned) == (State.FAILED, 0)
    assert "Archiving what vanished" in page_of(desk, at(run, "follow"))


def test_nothing_to_change_is_nothing_to_apply(desk: Client, tmp_path: Path) -> None:
    import_files(write_tree(tmp_path / "tree", TREE))

    run = rehearsed(desk, zipped(TREE))

    page = page_of(desk, at(run, "follow"))
    assert "Nothing would change" in page
    assert ">Apply<" not in page


# ------------------------------------------------------------------------ what is refused


def encrypted() -> SimpleUploadedFile:
    data = bytearray(zipped(TREE).read())
    data[data.index(b"PK\1\2") + 8] |= 1
    return SimpleUploadedFile("library.zip", bytes(data))


def broken() -> SimpleUploadedFile:
    data = zipped(TREE).read()
    return SimpleUploadedFile("library.zip", data.replace(b"PK\1\2", b"PK\1\3"))


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "Choose an archive, or one or more question files."),
        (
            [SimpleUploadedFile("x.pdf", b"%PDF")],
            "x.pdf is neither a zip or tar archive nor a question file (.md).",
        ),
        ([SimpleUploadedFile("x.md", b"")], "x.md is empty."),
        ([encrypted()], "library.zip: it is encrypted."),
        ([broken()], "library.zip: its directory is damaged."),
        (
            [zipped({"a.zip": b"PK"})],
            "library.zip: it holds no question files (.md); archives inside it are not opened.",
        ),
        (
            [zipped({f"x/{n}.md": b"" for n in range(11)})],
            "library.zip: it holds more than 10 files and folders.",
        ),
        (
            [zipped({"x/a.md": b""}), SimpleUploadedFile("x.md", b"x")],
            "library.zip: send an archive alone, without other files.",
        ),
        (
            [SimpleUploadedFile("x.md", b"x"), SimpleUploadedFile("x.md", b"y")],
            "Two files are named 'x.md'.",
        ),
        (
            [SimpleUploadedFile("é" * 140 + ".md", b"x")],
            f"'{'é' * 80}' cannot be stored: File name too long.",
        ),
    ],
)
def test_what_cannot_be_taken_is_answered_in_words_and_nothing_is_kept(
    desk: Client, folder: Path, settings: Settings, files: Any, message: str
) -> None:
    settings.UPLOAD_MAX_FILES = 10
    for file in files:
        file.seek(0)

    assert error_of(sent(desk, *files)) == message
    assert (Upload.objects.count(), ImportRun.objects.count()) == (0, 0)
    assert list(folder.iterdir()) == []


def test_only_an_archive_can_tell_what_is_gone(desk: Client) -> None:
    response = sent(desk, SimpleUploadedFile("one.md", TREE[ONE].encode()), prune="on")

    assert error_of(response, "prune") == "Only an archive can tell which files are gone."


@pytest.mark.parametrize("size", [1_500_000, 5_000_000])
def test_too_many_bytes_are_refused_before_and_while_they_come(
    desk: Client, folder: Path, settings: Settings, size: int
) -> None:
    """The larger one says so itself; the other is counted."""
    settings.UPLOAD_MAX_BYTES = 1_000_000

    response = sent(desk, SimpleUploadedFile("x.md", b"x" * size))

    assert error_of(response) == "This is more than 1 MB."
    assert not any(folder.iterdir() if folder.exists() else ())


def test_too_many_files_are_refused(desk: Client, folder: Path, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 3

    response = sent(desk, *(SimpleUploadedFile(f"{n}.md", b"x") for n in range(4)))

    assert error_of(response) == "These are more than 3 files. Pack them into an archive."
    assert list(folder.iterdir()) == []


def test_a_file_that_unpacks_to_a_giant_is_one_rejected_file(desk: Client) -> None:
    giant = {"learn/physics/giant.md": b"\n" * 3_000_000, ONE: TREE[ONE].encode()}
    run = rehearsed(desk, zipped(giant))
    assert list(run.outcomes.values_list("kind", "code").order_by("kind")) == [
        ("created", ""),
        ("rejected", "too-large"),
    ]


def test_a_bomb_of_many_files_is_refused_by_what_it_claims(desk: Client) -> None:
    data = bytearray(zipped({f"x/{n}.md": b"" for n in range(2_000)}).read())
    at = -1
    while (at := data.find(b"PK\1\2", at + 1)) >= 0:
        data[at + 24 : at + 28] = (50_000_000).to_bytes(4, "little")

    response = sent(desk, SimpleUploadedFile("bomb.zip", bytes(data)))

    assert error_of(response) == "bomb.zip: its files have more than 2,000,000,000 bytes."


def test_paths_that_lead_out_are_rejected_files(desk: Client, tmp_path: Path) -> None:
    run = rehearsed(desk, zipped({ONE: TREE[ONE], "../../out.md": "x", "/out.md": "x"}))

    assert list(run.outcomes.filter(kind="rejected").values_list("file", "code")) == [
        ("../../out.md", "unsafe-path"),
        ("/out.md", "unsafe-path"),
    ]
    assert list(tmp_path.rglob("out.md")) == []


@pytest.fixture
def full_disk() -> Iterator[None]:
    """The system refuses to write more than 50 KB into a file, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_and_leaves_nothing(
    desk: Client, folder: Path, full_disk: None
) -> None:
    response = sent(desk, SimpleUploadedFile("one.md", b"x" * 100_000))

    assert error_of(response) == "The files cannot be stored: File too large."
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(desk: Client, folder: Path) -> None:
    folder.write_text("not a folder")

    response = sent(desk, zipped(TREE))

    assert error_of(response) == ("Uploads cannot be stored: File exists. Tell who runs this site.")


# ------------------------------------------------------------------------ what may happen between


def test_the_process_is_told_by_its_silence_and_another_may_try(desk: Client) -> None:
    run = ImportRun.objects.get(pk=int(re.findall(r"\d+", sent(desk, zipped(TREE))["Location"])[0]))
    assert 'http-equiv="refresh" content="2"' in page_of(desk, at(run, "follow"))
    taken = runs.taken_up(run.pk)
    assert taken
    ImportRun.objects.update(beat_at=timezone.now() - 2 * runs.SILENCE)

    page = page_of(desk, at(run, "follow"))
    assert "Its process has not been heard of since" in page
    assert "http-equiv" not in page
    again = worked(desk.post(at(run, "again")))

    assert (again.state, again.created, again.pk > run.pk) == (State.DONE, 3, True)
    run.refresh_from_db()
    assert (run.state, run.refusal) == (State.FAILED, "its process was not heard of any more")


def test_a_stopped_run_stops_and_can_be_tried_again(desk: Client) -> None:
    response = sent(desk, zipped(TREE))
    [run] = ImportRun.objects.all()
    taken = runs.taken_up(run.pk)
    assert taken
    desk.post(at(run, "stop"))

    uploads.work(taken)

    run.refresh_from_db()
    assert (run.state, run.refusal, run.outcomes.count()) == (State.STOPPED, "stopped by pat", 0)
    assert "Stopped by pat." in page_of(desk, response["Location"])
    assert worked(desk.post(at(run, "again"))).state == State.DONE


def test_a_run_is_taken_up_once(desk: Client) -> None:
    run = rehearsed(desk, zipped(TREE))

    with pytest.raises(CommandError, match="this run is not waiting") as refused:
        run_import(run.pk)
    assert refused.value.returncode == 2


def test_two_clicks_are_one_run(desk: Client) -> None:
    run = rehearsed(desk, zipped(TREE))

    first, second = desk.post(at(run, "apply")), desk.post(at(run, "apply"))

    assert first["Location"] == second["Location"]
    assert worked(first).created == 3
    desk.post(at(run, "apply"))
    assert ImportRun.objects.filter(is_rehearsal=False).count() == 1


def test_two_people_upload_at_the_same_time(desk: Client, django_user_model: type[User]) -> None:
    other = Client()
    other.force_login(django_user_model.objects.create_superuser("kim"))
    sent(desk, zipped({ONE: TREE[ONE]}, "mine.zip"))
    sent(other, zipped({TWO: TREE[TWO], THREE: TREE[THREE]}, "theirs.zip"))

    assert run_import() == 0

    found = [(run.by.username, run.source, sorted(kinds(run))) for run in ImportRun.objects.all()]
    assert found == [
        ("kim", "Upload: theirs.zip", [THREE, TWO]),
        ("pat", "Upload: mine.zip", [ONE]),
    ]


def test_while_another_import_runs_an_apply_says_who_holds_the_lock(desk: Client) -> None:
    run = rehearsed(desk, zipped(TREE))
    ImportRun.objects.create(source="elsewhere", holder="process 5 on elsewhere")

    applied = worked(desk.post(at(run, "apply")))

    assert applied.state == State.FAILED
    assert "Another import is running (process 5 on elsewhere" in page_of(
        desk, at(applied, "follow")
    )
    ImportRun.objects.filter(source="elsewhere").update(state=State.DONE)
    assert worked(desk.post(at(applied, "again"))).created == 3


def test_what_came_out_otherwise_than_foretold_is_listed(desk: Client, tmp_path: Path) -> None:
    run = rehearsed(desk, zipped(TREE))
    assert "The library has changed" not in page_of(desk, at(run, "follow"))
    tree = {name.removeprefix("learn/"): TREE[name] for name in (ONE, TWO)}
    import_files(write_tree(tmp_path / "tree", tree))
    edit("two")
    assert "The library has changed" in page_of(desk, at(run, "follow"))

    applied = worked(desk.post(at(run, "apply")))

    assert kinds(applied) == {THREE: "created"}
    page = page_of(desk, f"/admin/learn/importrun/{applied.pk}/change/")
    assert re.findall(r"<li>(.*?)</li>", page.split("field-otherwise")[1].split("</div>")[0]) == [
        f"{ONE}: foretold created, now unchanged",
        f"{TWO}: foretold created, now unchanged",
    ]


def test_other_bytes_than_those_that_were_previewed_are_not_imported(
    desk: Client, folder: Path
) -> None:
    run = rehearsed(desk, zipped(TREE))
    [stored] = folder.rglob("library.zip")
    stored.write_bytes(zipped({ONE: "other"}).read())

    applied = worked(desk.post(at(run, "apply")))

    assert (applied.state, applied.refusal) == (
        State.FAILED,
        "library.zip: this is not what was uploaded",
    )
    assert Question.objects.count() == 0


def test_discarding_removes_the_files(desk: Client, folder: Path) -> None:
    run = rehearsed(desk, zipped(TREE))

    response = desk.post(at(run, "discard"))

    assert response["Location"] == "/admin/learn/importrun/"
    assert list(folder.iterdir()) == []
    assert "The files were removed" in page_of(desk, at(run, "follow"))
    desk.post(at(run, "apply"))
    assert ImportRun.objects.count() == 1


def test_what_nobody_applied_is_removed_after_a_time(
    desk: Client, folder: Path, settings: Settings
) -> None:
    rehearsed(desk, zipped(TREE))
    left = uploads.receiving_folder()  # by a connection that broke
    other = folder / "not-ours"
    other.mkdir()
    day = timezone.now() - timedelta(days=settings.UPLOAD_KEPT_DAYS, minutes=1)
    for path in (left, other):
        os.utime(path, (day.timestamp(), day.timestamp()))
    Upload.objects.update(made_at=day)

    run_import()

    assert list(folder.iterdir()) == [other]
    assert Upload.objects.get().removed_at is not None


# ------------------------------------------------------------------------ the preview


def test_the_preview_compares_texts_and_what_students_see(desk: Client, tmp_path: Path) -> None:
    import_files(write_tree(tmp_path / "tree", TREE))
    new = question_file("Why one?", "Because $x$ **is**.", url="/learn/physics/questions/one")
    run = rehearsed(desk, zipped(TREE | {ONE: new}))
    outcome = f"/admin/learn/importrun/outcome/{run.outcomes.get().pk}"

    page = page_of(desk, outcome)

    assert re.findall(r"<ins> *(.*?)</ins>", page) == ["Because $x$ **is**."]
    assert re.findall(r'<iframe class="sides__frame" src="(.*?)"', page) == [
        f"{outcome}/before",
        f"{outcome}/after",
    ]
    before, after = page_of(desk, f"{outcome}/before"), page_of(desk, f"{outcome}/after")
    assert Question.objects.get(slug="one").answer_html in before
    worked(desk.post(at(run, "apply")))
    assert Question.objects.get(slug="one").answer_html in after
    assert "The file is not kept any more" in page_of(desk, outcome)
    assert desk.get(f"{outcome}/after").status_code == 404


def test_a_new_question_a_broken_one_and_one_that_goes_are_shown_as_what_they_are(
    desk: Client, tmp_path: Path
) -> None:
    import_files(write_tree(tmp_path / "tree", TREE))
    files = {ONE: TREE[ONE], "learn/physics/new.md": question_file("New?"), TWO: "---\nbad\n---\n"}
    run = rehearsed(desk, zipped(files), prune="on")
    pages = {
        kind: page_of(desk, f"/admin/learn/importrun/outcome/{pk}")
        for pk, kind in run.outcomes.values_list("pk", "kind")
    }

    assert sorted(pages) == ["archived", "created", "rejected"]
    assert re.findall(r"<iframe .*?title=\"(.*?)\"", pages["created"]) == [
        "The question as its file has it"
    ]
    assert re.findall(r"<iframe .*?title=\"(.*?)\"", pages["archived"]) == ["The question now"]
    excerpt = r'<li value="(\d)"( class="excerpt__line")?><code>(.*?)</code>'
    assert re.findall(excerpt, pages["rejected"]) == [
        ("1", "", "---"),
        ("2", ' class="excerpt__line"', "bad"),
        ("3", "", "---"),
    ]


def test_the_preview_is_paged_and_costs_the_same_queries_for_few_and_for_many(
    desk: Client, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    import_files(write_tree(tmp_path / "tree", TREE))
    few = rehearsed(desk, zipped({ONE: question_file("New?"), "learn/a/b.md": question_file()}))
    more = {f"learn/physics/{n}.md": question_file(f"{n}?") for n in range(60)}
    many = rehearsed(desk, zipped(more | {name: question_file("New?") for name in TREE}))

    for run in (few, many):
        with django_assert_max_num_queries(10):
            desk.get(at(run, "follow"))
        with django_assert_max_num_queries(10):
            desk.get(at(run, "follow/created"))
        with django_assert_max_num_queries(10):
            desk.get(f"/admin/learn/importrun/outcome/{run.outcomes.first().pk}")
    second = desk.get(at(many, "follow/created") + "?page=2")
    assert len(second.context["page"].object_list) == 10
    assert second.context["previous_url"] == at(many, "follow/created")
    assert desk.get(at(many, "follow/nonsense")).status_code == 404


# ------------------------------------------------------------------------ who may


def someone(user_model: type[User], *permissions: str) -> Client:
    user = user_model.objects.create_user(f"u{len(permissions)}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


VIEWS = ["upload", "follow", "follow/created", "outcome", "side"]
ACTIONS = ["upload", "apply", "again", "stop", "discard"]


def test_only_who_may_import_and_change_questions_uploads_and_looks(
    desk: Client, folder: Path, django_user_model: type[User]
) -> None:
    run = rehearsed(desk, zipped(TREE))
    outcome = f"/admin/learn/importrun/outcome/{run.outcomes.first().pk}"
    places = {"upload": UPLOAD, "outcome": outcome, "side": outcome + "/after"}
    strangers = [
        (Client(), 302),
        (someone(django_user_model), 403),
        (someone(django_user_model, "add_importrun"), 403),
        (someone(django_user_model, "change_question", "view_importrun"), 403),
    ]

    for client, status in strangers:
        for view in VIEWS:
            assert client.get(places.get(view) or at(run, view)).status_code == status
        for action in ACTIONS:
            place = places.get(action) or at(run, action)
            assert client.post(place, {"sent": zipped(TREE)}).status_code == status
    assert (Upload.objects.count(), len(list(folder.iterdir()))) == (1, 1)


@pytest.mark.parametrize("action", ACTIONS[1:])
def test_what_changes_something_is_a_post_with_its_token(
    desk: Client, editor: User, action: str
) -> None:
    run = rehearsed(desk, zipped(TREE))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)

    assert desk.get(at(run, action)).status_code == 405
    assert strict.post(at(run, action)).status_code == 403
    assert ImportRun.objects.count() == 1


def test_an_upload_without_its_token_is_refused_and_leaves_nothing(
    editor: User, folder: Path
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)

    assert sent(strict, zipped(TREE)).status_code == 403
    assert (Upload.objects.count(), list(folder.iterdir())) == (0, [])
    token = re.findall(r'name="csrfmiddlewaretoken" value="(.*?)"', page_of(strict, UPLOAD))[0]
    assert sent(strict, zipped(TREE), csrfmiddlewaretoken=token).status_code == 302


@pytest.mark.parametrize("model", ["importrun", "question"])
def test_the_lists_offer_uploading_to_who_may(
    desk: Client, django_user_model: type[User], model: str
) -> None:
    reader = someone(django_user_model, "view_importrun", "view_question")

    offered = f'<a href="{UPLOAD}"'
    assert offered in page_of(desk, f"/admin/learn/{model}/")
    assert offered not in page_of(reader, f"/admin/learn/{model}/")


# ------------------------------------------------------------------------ runs in the admin


def test_the_list_of_runs_says_who_what_and_with_what_result(desk: Client, editor: User) -> None:
    run = rehearsed(desk, zipped(TREE | {TWO: "bad"}))
    ImportRun.objects.create(source="/elsewhere", state=State.DONE)

    page = page_of(desk, f"/admin/learn/importrun/?by__id__exact={editor.pk}")

    cells = re.findall(r'<td class="field-(\w+)[^>]*>(.*?)</td>', page)
    assert cells == [
        ("what", f'<a href="{at(run, "follow")}">Preview, done</a>'),
        ("result", "2 created, 1 rejected"),
        ("came_from", "Upload: library.zip"),
        ("by", "pat"),
    ]


def test_a_run_gives_its_report_as_the_command_writes_it(desk: Client, tmp_path: Path) -> None:
    import_files(write_tree(tmp_path / "tree", TREE))
    edit("one")
    run = rehearsed(desk, zipped(TREE | {ONE: question_file("New?"), TWO: "bad"}))

    found = json.loads(desk.get(at(run, "report.json")).content)
    suite = ElementTree.fromstring(desk.get(at(run, "report.xml")).content)
    text = desk.get(at(run, "report.txt"))

    message = "the file does not begin with a line '---'"
    assert found["errors"] == [
        {"code": "no-front-matter", "message": message, "line": 1, "file": TWO}
    ]
    assert (found["conflicts"], found["unchanged"]) == ([ONE], 1)
    assert [case.get("name") for case in suite] == [TWO, ONE]
    assert text["Content-Disposition"] == f'attachment; filename="import-{run.pk}.txt"'
    assert f"{TWO}:1: {message} [no-front-matter]\n" in text.content.decode()
    assert desk.get(at(run, "report.exe")).status_code == 404


def test_an_editor_follows_a_run_to_the_outcomes_of_its_files(desk: Client) -> None:
    run = rehearsed(desk, zipped(TREE))
    address = f"/admin/learn/importrun/{run.pk}/change/"

    [link] = re.findall(r'<a href="(/admin/learn/importoutcome/[^"]+)"', page_of(desk, address))

    assert ImportOutcome.objects.count() == 3
    assert "3 import outcomes" in page_of(desk, link.replace("&amp;", "&"))


# ------------------------------------------------------------------------ the process

_SCRIPT = """
import io, sys, time, zipfile
import django
django.setup()
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from learn.models import ImportRun, Question

client = Client()
client.force_login(User.objects.create_superuser("pat"))
with open(sys.argv[1], "rb") as archive:
    data = {"on_conflict": "keep", "status": "published", "sent": archive}
    address = client.post("/admin/learn/importrun/upload", data)["Location"]

def ended():
    for _ in range(300):
        run = ImportRun.objects.first()
        if run.state not in ("waiting", "running"):
            return run
        time.sleep(0.1)

run = ended()
print(run.state, run.is_rehearsal, run.created, Question.objects.count())
client.post(address.replace("follow", "apply"))
run = ended()
print(run.state, run.is_rehearsal, run.created, Question.objects.count())
"""


def test_a_process_of_its_own_does_the_work(tmp_path: Path) -> None:
    """On a database of its own: a test's is not seen by another process."""
    archive = tmp_path / "library.zip"
    archive.write_bytes(zipped(TREE).read())
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/learn.sqlite3",
        "UPLOAD_DIR": str(tmp_path / "sent"),
        "IMPORTS_IN_BACKGROUND": "1",
        "ALLOWED_HOSTS": "testserver",
    }
    migrated.make(environment["DATABASE_URL"])

    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, archive],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parents[1],
    )

    assert done.stdout.split("\n")[:2] == ["done True 3 0", "done False 3 3"], done.stderr
    assert list((tmp_path / "sent").iterdir()) == []
