"""Batches: what is foretold is what happens, and undoing puts back what nobody changed since."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from learn import batches, publishing, runs
from learn.batches import GoneError, starting, working
from learn.content import codec
from learn.models import (
    Batch,
    BatchQuestion,
    Origin,
    Question,
    Redirect,
    RelatedQuestion,
    Status,
    Topic,
)
from learn.runs import State
from tests import library
from tests.files import import_files, question_file, related, write_tree

pytestmark = pytest.mark.django_db

Kind, Phase, Outcome = Batch.Kind, Batch.Phase, BatchQuestion.Outcome
SEARCH = {"find": "Moon", "replacement": "moon", "fields": ["answer", "page_keywords"]}


def tree(*slugs: str, subject: str = "physics") -> dict[str, str]:
    return {
        f"{subject}/{slug}.md": question_file(
            f"Why {slug}?", url=f"/learn/{subject}/questions/{slug}"
        )
        for slug in slugs
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three imported questions in a tree of files."""
    write_tree(tmp_path, tree("one", "two", "three"))
    import_files(tmp_path)
    return tmp_path


def of(slug: str) -> Question:
    return Question.objects.select_related("subject").get(slug=slug)


def prepared(
    kind: str,
    by: User,
    parameters: dict[str, Any] | None = None,
    questions: Any = None,
) -> Batch:
    chosen = batches.chosen(Question.objects.all() if questions is None else questions)
    return batches.prepare(chosen, kind, parameters or {}, by, "some")


def ran(batch: Batch, by: User) -> Batch:
    batches.confirm(batch, by)
    assert (batch.phase, batch.state, batch.refusal) == (Phase.RUN, State.DONE, "")
    return batch


def undone(batch: Batch, by: User) -> Batch:
    batches.undo(batch, by)
    assert (batch.phase, batch.state, batch.refusal) == (Phase.UNDO, State.DONE, "")
    return batch


def outcomes(batch: Batch) -> dict[str, tuple[str, str]]:
    rows = batch.questions.values_list("question__slug", "outcome", "note")
    return {slug: (outcome, note) for slug, outcome, note in rows}


def everything() -> list[dict[str, Any]]:
    """All that the questions' rows say, but when they were written, by whom, and from where."""
    said = [dict(row) for row in Question.objects.order_by("pk").values()]
    for row in said:
        for column in ("updated_at", "updated_by_id", "origin"):
            del row[column]
    return said


def agrees(root: Path) -> bool:
    try:
        call_command("export_questions", root, "--check", stdout=StringIO(), stderr=StringIO())
    except SystemExit:
        return False
    return True


def edit(slug: str, **columns: Any) -> None:
    question = of(slug)
    for name, value in columns.items():
        setattr(question, name, value)
    publishing.save([publishing.edition_of(question)])


# ------------------------------------------------------------------------ find and replace


def test_a_preview_foretells_and_writes_no_question(root: Path, editor: User) -> None:
    edit("three", answer="No such body.", page_keywords="tides")
    before = list(Question.objects.order_by("pk").values())

    batch = prepared(Kind.REPLACE, editor, SEARCH)

    assert (batch.phase, batch.state) == (Phase.PREVIEW, State.DONE)
    assert (batch.selected, batch.taken) == (3, 3)
    assert batch.foretold == {"foretold": 2, "unchanged": 1}
    assert outcomes(batch) == dict.fromkeys(
        ("one", "two"), ("foretold", "1 in answer, 1 in keywords")
    )
    assert list(Question.objects.order_by("pk").values()) == before


def test_what_was_foretold_is_done_with_a_revision_of_each(root: Path, editor: User) -> None:
    source = of("one").source

    batch = ran(prepared(Kind.REPLACE, editor, SEARCH), editor)

    assert batch.counts == {"changed": 3}
    question = of("one")
    assert "The **moon** pulls" in question.answer
    assert "<strong>moon</strong>" in question.answer_html
    assert question.page_keywords == "tides, moon, gravity"
    assert (question.is_edited, question.origin) == (True, Origin.BATCH)
    assert question.updated_by == editor
    [revision] = question.revisions.all()
    assert (revision.text, revision.origin) == (source, Origin.IMPORT)


def test_undoing_leaves_the_library_as_it_was(root: Path, editor: User, tmp_path: Path) -> None:
    before = everything()
    batch = ran(prepared(Kind.REPLACE, editor, SEARCH), editor)
    assert not agrees(root)

    undone(batch, editor)

    assert batch.counts == {"changed": 3, "undone": 3}
    assert everything() == before
    assert agrees(root)
    # A file that changes is taken: nothing counts as edited here.
    write_tree(root, {"physics/one.md": question_file("Why one, then?")})
    report = import_files(root).report
    assert (report["updated"], report["conflicted"]) == (1, 0)


def test_an_address_in_a_related_link_is_replaced_led_and_put_back(
    root: Path, editor: User
) -> None:
    links = {"related_article1": related("too")}
    write_tree(root, {"physics/one.md": question_file("Why one?", url="", **links)})
    import_files(root)
    search = {"find": "/too", "replacement": "/two", "fields": ["related_urls", "related_titles"]}

    batch = ran(prepared(Kind.REPLACE, editor, search), editor)

    assert outcomes(batch)["one"] == ("changed", "1 in addresses of related links")
    assert of("one").related.get().target == of("two")
    undone(batch, editor)
    assert of("one").related.get().target is None
    assert agrees(root)


def test_an_edit_of_before_counts_as_one_after_the_undoing(root: Path, editor: User) -> None:
    edit("one", page_description="Edited.")
    batch = undone(ran(prepared(Kind.REPLACE, editor, SEARCH), editor), editor)
    assert batch.counts == {"changed": 3, "undone": 3}
    assert [of(slug).is_edited for slug in ("one", "two")] == [True, False]


def test_what_was_exported_and_imported_meanwhile_is_an_edit_when_it_is_put_back(
    root: Path, editor: User
) -> None:
    batch = ran(prepared(Kind.REPLACE, editor, SEARCH), editor)
    publishing.mark_imported(of("one").pk, of("one").source)
    undone(batch, editor)
    assert [of(slug).is_edited for slug in ("one", "two")] == [True, False]


def test_what_somebody_changed_since_is_left_alone(root: Path, editor: User) -> None:
    batch = ran(prepared(Kind.REPLACE, editor, SEARCH), editor)
    edit("two", title="Somebody's work?")

    undone(batch, editor)

    assert batch.counts == {"changed": 3, "undone": 2, "kept": 1}
    assert outcomes(batch)["two"] == ("kept", "somebody changed it since")
    assert of("two").title == "Somebody's work?"
    assert "**moon**" in of("two").answer
    assert "**Moon**" in of("one").answer


def test_a_status_that_somebody_gave_since_stays(root: Path, editor: User) -> None:
    batch = ran(prepared(Kind.REPLACE, editor, SEARCH), editor)
    library.set_status(Question.objects.filter(slug="one"), Status.ARCHIVED)
    undone(batch, editor)
    question = of("one")
    assert ("**Moon**" in question.answer, question.status) == (True, Status.ARCHIVED)


def test_a_question_that_cannot_be_changed_fails_alone(root: Path, editor: User) -> None:
    edit("one", title="tides")
    search = {"find": "tides", "replacement": "", "fields": ["title"]}

    batch = prepared(Kind.REPLACE, editor, search)

    assert batch.foretold == {"failed": 1, "unchanged": 2}
    [(slug, (outcome, note))] = outcomes(batch).items()
    assert (slug, outcome, note) == ("one", "failed", "the key 'title' is missing or empty")
    with pytest.raises(GoneError):
        batches.confirm(batch, editor)


def test_an_expression_that_takes_too_long_fails_in_its_question_only(
    root: Path, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("one", answer="a" * 60 + "!")
    search = {"find": "(a|a)*b|(a+)+$|Moon", "replacement": "moon", "fields": ["answer"]}
    monkeypatch.setattr("learn.content.replacing.Replacer.__init__.__defaults__", (0.02,))

    batch = prepared(Kind.REPLACE, editor, {**search, "is_expression": True})
    assert batch.state == State.WAITING  # an expression is tried by a process of its own
    run_batch(batch)

    assert outcomes(batch) == {
        "one": ("failed", "the expression takes too long in this question"),
        "two": ("foretold", "1 in answer"),
        "three": ("foretold", "1 in answer"),
    }


def test_what_changed_after_the_preview_comes_out_as_it_is_now(root: Path, editor: User) -> None:
    batch = prepared(Kind.REPLACE, editor, SEARCH)
    edit("one", answer="No such body.", page_keywords="tides")
    edit("two", answer="Moon, Moon, **Moon**.")

    ran(batch, editor)

    assert outcomes(batch) == {
        "one": ("unchanged", "It says so by now"),
        "two": ("changed", "3 in answer, 1 in keywords"),
        "three": ("changed", "1 in answer, 1 in keywords"),
    }


# ------------------------------------------------------------------------ the status


def test_drafts_are_published_and_made_drafts_again(client: Client, editor: User) -> None:
    for slug in ("a", "b"):
        library.question(slug=slug, status=Status.DRAFT)
    library.question(slug="c")
    later = timezone.now() + timedelta(days=2)
    Question.objects.filter(slug="b").update(publish_at=later)

    batch = prepared(Kind.PUBLISH, editor)

    assert batch.foretold == {"foretold": 2, "unchanged": 1}
    assert outcomes(batch) == {
        "a": ("foretold", "Draft \u2192 Published"),
        "b": ("foretold", f"Draft \u2192 Scheduled for {later:%Y-%m-%d %H:%M} UTC"),
    }
    ran(batch, editor)
    assert client.get("/learn/physics/questions/a").status_code == 200
    assert client.get("/learn/physics/questions/b").status_code == 404
    assert of("a").updated_by == editor

    undone(batch, editor)

    assert dict(Question.objects.values_list("slug", "status")) == {
        "a": "draft",
        "b": "draft",
        "c": "published",
    }


def test_a_text_that_was_edited_since_stays_when_the_status_is_put_back(editor: User) -> None:
    library.question(slug="a", status=Status.DRAFT)
    batch = ran(prepared(Kind.PUBLISH, editor), editor)
    edit("a", title="Edited?")
    undone(batch, editor)
    assert (of("a").title, of("a").status) == ("Edited?", Status.DRAFT)


def test_a_status_that_was_changed_since_stays(editor: User) -> None:
    library.question(slug="a", status=Status.DRAFT)
    batch = ran(prepared(Kind.PUBLISH, editor), editor)
    library.set_status(Question.objects.all(), Status.ARCHIVED)
    undone(batch, editor)
    assert (of("a").status, batch.counts) == (Status.ARCHIVED, {"changed": 1, "kept": 1})


def test_what_an_import_archived_is_put_back_as_that(root: Path, editor: User) -> None:
    publishing.prune([of("one").pk])
    batch = ran(prepared(Kind.DRAFT, editor), editor)
    assert (of("one").status, of("one").status_before_prune) == ("draft", "")
    undone(batch, editor)
    assert (of("one").status, of("one").status_before_prune) == ("archived", "published")


def test_topics_follow_and_come_back(editor: User) -> None:
    for _ in range(4):
        library.question(page_keywords="Waves")
    batch = ran(prepared(Kind.ARCHIVE, editor), editor)
    assert not Topic.objects.exists()
    undone(batch, editor)
    assert Topic.objects.values_list("name", "question_count").get() == ("Waves", 4)


# ------------------------------------------------------------------------ hide and show


def test_questions_are_hidden_and_shown(root: Path, editor: User) -> None:
    before = everything()
    batch = ran(prepared(Kind.HIDE, editor), editor)
    assert Question.objects.filter(no_index=True).count() == 3
    assert codec.parse(of("one").source).no_index is True
    assert prepared(Kind.HIDE, editor).foretold == {"unchanged": 3}

    shown = ran(prepared(Kind.SHOW, editor, questions=Question.objects.filter(slug="one")), editor)

    assert shown.counts == {"changed": 1}
    assert not of("one").no_index
    undone(shown, editor)
    undone(batch, editor)
    assert everything() == before
    assert agrees(root)


# ------------------------------------------------------------------------ move


def test_questions_move_with_redirects_and_come_back(
    root: Path, editor: User, client: Client
) -> None:
    before = everything()
    there = library.subject("chemistry", "Chemistry")

    batch = ran(prepared(Kind.MOVE, editor, {"subject": there.pk}), editor)

    document = codec.parse(of("one").source)
    assert (document.url, document.subject) == ("/learn/chemistry/questions/one", "Chemistry")
    old, new = "/learn/physics/questions/one", "/learn/chemistry/questions/one"
    assert client.get(old)["Location"] == new
    assert client.get(new).status_code == 200

    undone(batch, editor)

    assert everything() == before
    assert agrees(root)
    assert client.get(old).status_code == 200
    assert client.get(new)["Location"] == old  # no address dies, not even one of an hour
    assert not Redirect.objects.filter(subject_slug="physics").exists()


def test_an_address_that_is_taken_is_foretold(root: Path, editor: User) -> None:
    there = library.subject("chemistry", "Chemistry")
    library.question(place="chemistry", slug="one")
    library.question(place="biology", slug="two")

    batch = prepared(Kind.MOVE, editor, {"subject": there.pk})

    assert batch.foretold == {"foretold": 2, "failed": 2, "unchanged": 1}
    told = list(batch.questions.filter(outcome="failed").values_list("note", flat=True))
    assert told == [
        "another question stands at /learn/chemistry/questions/one",
        "this batch moves another one to /learn/chemistry/questions/two",
    ]
    assert ran(batch, editor).counts == {"changed": 2}
    assert Question.objects.filter(subject=there).count() == 3


def test_what_led_from_the_new_address_leads_there_again(
    root: Path, editor: User, client: Client
) -> None:
    there = library.subject("chemistry", "Chemistry")
    other = library.question(place="chemistry", slug="one")
    other.slug = "elsewhere"
    publishing.save([publishing.edition_of(other)])
    one = Question.objects.filter(slug="one")

    batch = prepared(Kind.MOVE, editor, {"subject": there.pk}, one)
    [(_, (_, note))] = outcomes(batch).items()
    assert note.endswith("; an old address leads elsewhere until then")
    ran(batch, editor)
    assert client.get("/learn/chemistry/questions/one").status_code == 200
    undone(batch, editor)

    there_again = client.get("/learn/chemistry/questions/one")
    assert there_again["Location"] == "/learn/chemistry/questions/elsewhere"


def test_a_former_address_that_was_taken_since_is_not_taken_back(root: Path, editor: User) -> None:
    there = library.subject("chemistry", "Chemistry")
    one = Question.objects.filter(slug="one")
    batch = ran(prepared(Kind.MOVE, editor, {"subject": there.pk}, one), editor)
    library.question(place="physics", slug="one")
    undone(batch, editor)
    [row] = batch.questions.all()
    assert (row.outcome, row.note) == ("kept", "another question stands at its former address")


def test_related_links_lead_to_what_moved(tmp_path: Path, editor: User) -> None:
    files = tree("one", "two")
    links = {"related_article1": related("two")}
    files["physics/one.md"] = question_file("Why one?", url="/learn/physics/questions/one", **links)
    write_tree(tmp_path, files)
    import_files(tmp_path)
    there = library.subject("chemistry", "Chemistry")
    batch = ran(prepared(Kind.MOVE, editor, {"subject": there.pk}), editor)
    assert RelatedQuestion.objects.get().target == of("two")
    undone(batch, editor)
    assert RelatedQuestion.objects.get().target == of("two")


# ------------------------------------------------------------------------ render again


def test_what_is_rendered_is_made_anew_and_put_back(root: Path, editor: User) -> None:
    assert prepared(Kind.RERENDER, editor).foretold == {"unchanged": 3}
    Question.objects.filter(slug="one").update(answer_html="<p>Old</p>", renderer_version=1)
    Question.objects.filter(slug="two").update(renderer_version=1)
    before = list(Question.objects.order_by("pk").values())

    batch = prepared(Kind.RERENDER, editor)

    assert outcomes(batch) == {
        "one": ("foretold", "What is rendered changes"),
        "two": ("foretold", "Only the renderer's version changes"),
    }
    ran(batch, editor)
    assert "<p>Old</p>" not in of("one").answer_html
    undone(batch, editor)
    assert list(Question.objects.order_by("pk").values()) == before


# ------------------------------------------------------------------------ on the way


def run_batch(batch: Batch) -> int:
    """Work a batch as its process does; the exit status."""
    status = 0
    try:
        call_command("run_batch", batch.pk, stdout=StringIO())
    except SystemExit as stop:
        status = int(stop.code or 0)
    batch.refresh_from_db()
    return status


@pytest.fixture
def steps_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "BATCH", 1)


class Killed(BaseException):
    """What no code catches, as when a process is killed."""


def killed_after(monkeypatch: pytest.MonkeyPatch, steps: int, name: str) -> Any:
    """Make the process of a batch end after so many steps."""
    step, done = getattr(working, name), []

    def counted(*args: Any) -> None:
        if len(done) == steps:
            raise Killed
        done.append(1)
        step(*args)

    return monkeypatch.setattr(working, name, counted)


@pytest.mark.usefixtures("steps_of_one")
@pytest.mark.parametrize("phase", ["run", "undo"])
def test_what_was_killed_goes_on_where_it_was(
    root: Path, editor: User, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    before = everything()
    batch = prepared(Kind.REPLACE, editor, SEARCH)
    begin = batches.confirm
    if phase == "undo":
        ran(batch, editor)
        begin = batches.undo
    with monkeypatch.context() as patched:
        killed_after(patched, 1, f"_{phase}_step")
        with pytest.raises(Killed):
            begin(batch, editor)
    batch.refresh_from_db()
    assert (batch.state, batch.taken) == (State.RUNNING, 1)
    assert not batches.has_ended(batch)
    with pytest.raises(GoneError):
        batches.resume(batch)

    Batch.objects.update(holder=runs.holder(999_999_999))  # no process has this number
    batch.refresh_from_db()
    assert batches.has_ended(batch)
    batches.resume(batch)

    assert (batch.state, batch.taken) == (State.DONE, 3)
    assert batch.counts["changed"] == 3
    if phase == "run":
        undone(batch, editor)
    assert everything() == before
    assert agrees(root)


@pytest.mark.usefixtures("steps_of_one")
@pytest.mark.parametrize("kind", [Kind.REPLACE, Kind.MOVE])
def test_a_preview_that_was_stopped_foretells_the_same_in_the_end(
    root: Path, editor: User, monkeypatch: pytest.MonkeyPatch, kind: Batch.Kind
) -> None:
    parameters = SEARCH if kind == Kind.REPLACE else {"subject": library.subject("chemistry").pk}
    beat, beats = working._beat, []

    def stopped_at_the_second(batch: Batch, taken: int, *args: Any) -> None:
        beat(batch, taken, *args)
        beats.append(taken)
        if sum(beats) == 2:
            batches.stop(batch, editor)

    with monkeypatch.context() as patched:
        patched.setattr(working, "_beat", stopped_at_the_second)
        batch = prepared(kind, editor, parameters)
    assert (batch.state, batch.taken) == (State.STOPPED, 2)

    batches.resume(batch)

    assert (batch.state, batch.taken, batch.foretold) == (State.DONE, 3, {"foretold": 3})
    assert batch.questions.count() == 3


@pytest.mark.usefixtures("steps_of_one")
def test_a_half_run_batch_can_be_undone(
    root: Path, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything()
    batch = prepared(Kind.REPLACE, editor, SEARCH)
    with monkeypatch.context() as patched:
        killed_after(patched, 2, "_run_step")
        with pytest.raises(Killed):
            batches.confirm(batch, editor)
    batches.stop(batch, editor)
    batch.refresh_from_db()
    assert (batch.state, batch.refusal) == (State.STOPPED, "stopped by pat")

    undone(batch, editor)

    assert batch.counts == {"changed": 2, "undone": 2}
    assert everything() == before


@pytest.mark.usefixtures("steps_of_one")
def test_what_is_stopped_stops_before_its_next_step(
    root: Path, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = prepared(Kind.REPLACE, editor, SEARCH)
    step = working._run_step

    def stopped(*args: Any) -> None:
        step(*args)
        batches.stop(batch, editor)

    with monkeypatch.context() as patched:
        patched.setattr(working, "_run_step", stopped)
        batches.confirm(batch, editor)

    assert (batch.phase, batch.state) == (Phase.RUN, State.STOPPED)
    assert batch.counts == {"changed": 1}
    assert sum("**moon**" in question.answer for question in Question.objects.all()) == 1
    batches.resume(batch)
    assert (batch.state, batch.counts) == (State.DONE, {"changed": 3})


def test_what_somebody_saves_in_that_moment_is_looked_at_again(
    root: Path, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = prepared(Kind.REPLACE, editor, SEARCH)
    lock = working._lock
    saved: list[str] = []

    def somebody_was_quicker(locked: Batch) -> None:
        if not saved:
            saved.append("one")
            edit("one", title="Saved in between?")
        lock(locked)

    monkeypatch.setattr(working, "_lock", somebody_was_quicker)
    ran(batch, editor)
    assert batch.counts == {"changed": 3}
    assert (of("one").title, "**moon**" in of("one").answer) == ("Saved in between?", True)


def test_what_breaks_off_says_why(
    root: Path, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = prepared(Kind.REPLACE, editor, SEARCH)

    def broken(*args: Any) -> None:
        raise OSError("no more room")

    with monkeypatch.context() as patched:
        patched.setattr(working, "_run_step", broken)
        batches.confirm(batch, editor)
    assert (batch.state, batch.refusal) == (State.FAILED, "it broke off: no more room")
    batches.resume(batch)
    assert (batch.state, batch.refusal, batch.counts) == (State.DONE, "", {"changed": 3})


# ------------------------------------------------------------------------ processes


def test_many_wait_for_a_process_of_their_own(
    root: Path, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "INLINE", 2)
    batch = prepared(Kind.ARCHIVE, editor)
    assert batch.state == State.WAITING
    call_command("run_batch", stdout=(said := StringIO()))
    assert said.getvalue() == f"{batch.pk}: Preview, Done.\n"
    batch.refresh_from_db()
    batches.confirm(batch, editor)
    assert (batch.phase, batch.state, run_batch(batch)) == (Phase.RUN, State.WAITING, 0)
    assert Question.objects.filter(status=Status.ARCHIVED).count() == 3
    with pytest.raises(CommandError):
        call_command("run_batch", batch.pk)


def test_one_batch_is_taken_up_once(
    root: Path, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "INLINE", 2)
    batch = prepared(Kind.ARCHIVE, editor)
    assert batches.take_up(batch.pk) is not None
    assert batches.take_up(batch.pk) is None


def test_no_phase_begins_twice(root: Path, editor: User) -> None:
    batch = prepared(Kind.ARCHIVE, editor)
    twin = Batch.objects.get(pk=batch.pk)
    ran(batch, editor)
    for begin in (batches.confirm, batches.undo):
        if begin is batches.undo:
            undone(batch, editor)
        with pytest.raises(GoneError):
            begin(twin, editor)
    with pytest.raises(GoneError):
        batches.discard(batch)


def test_a_silent_process_counts_as_ended(root: Path, editor: User) -> None:
    batch = prepared(Kind.ARCHIVE, editor)
    long_ago = timezone.now() - runs.SILENCE - timedelta(seconds=1)
    Batch.objects.update(state=State.RUNNING, holder="process 1 on elsewhere", beat_at=long_ago)
    batch.refresh_from_db()
    batches.resume(batch)
    assert (batch.phase, batch.state) == (Phase.PREVIEW, State.DONE)
    assert batch.foretold == {"foretold": 3}


def test_old_previews_go_and_old_batches_cannot_be_undone(root: Path, editor: User) -> None:
    old, older = prepared(Kind.ARCHIVE, editor), prepared(Kind.ARCHIVE, editor)
    ran(older, editor)
    now = timezone.now()
    Batch.objects.update(
        made_at=now - starting.PREVIEWS_KEPT - timedelta(days=1),
        beat_at=now - timedelta(days=9),
    )
    Batch.objects.exclude(run_at=None).update(run_at=now - starting.KEPT - timedelta(days=1))
    starting.forget_old()
    assert list(Batch.objects.all()) == [older]
    assert old.pk != older.pk
    older.refresh_from_db()
    assert not batches.may_undo(older)


def test_a_selection_is_kept_in_few_bytes() -> None:
    keys = [*range(5, 36_005), 90_000_000_000]
    packed = Batch.pack(keys)
    assert list(Batch.unpack(packed)) == keys
    assert len(packed) < 1_000
    assert list(Batch.unpack(Batch.pack([]))) == []
