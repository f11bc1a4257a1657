"""What `tests.bench.failpoints` kills, and what must hold afterwards. Django must be set up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management import call_command
from django.db import connection, models

from learn import mapping, publishing
from learn.content import codec
from learn.content.record import Link, links_of, record_of
from learn.models import (
    ImportOutcome,
    ImportRun,
    Question,
    Redirect,
    RelatedQuestion,
    Revision,
    Subject,
)
from tests import library
from tests.files import question_file, related, write_tree

# ------------------------------------------------------------------------------ scenarios

SUBJECTS = ("biology", "chemistry", "physics")


class Scenario(NamedTuple):
    """`prepare` makes database and tree of so many files; `command` is what will be killed."""

    prepare: Callable[[Path, int], None]
    command: Callable[[Path], Callable[[], None]]


def name_of(number: int, subject: str = "") -> str:
    return f"{subject or SUBJECTS[number % 3]}/question-{number:04}.md"


def text_of(number: int, version: str, subject: str = "") -> str:
    slug, place = f"question-{number:04}", subject or SUBJECTS[number % 3]
    # The first file of a new subject does not spell it as most do.
    spelling = place if number % 11 == 3 else place.capitalize()
    return question_file(
        f"Question {number}, {version}?",
        f"It is ${number}x^2$ in *{version}*.\n\n- One\n- Two, says {place}.",
        id=number,
        subject=spelling,
        file_name=f"{slug}.md",
        url=f"/learn/{place}/questions/{slug}",
        related_article1=related(f"question-{number * 7 % 400:04}", SUBJECTS[number * 7 % 3]),
    )


def first_tree(files: int) -> dict[str, str]:
    return {name_of(number): text_of(number, "first") for number in range(files * 2 // 3)}


def later_tree(files: int) -> dict[str, str | bytes]:
    """The tree after some time: files that changed, came, vanished, or cannot be read."""
    tree: dict[str, str | bytes] = {}
    for number in range(files):
        place = "geology" if number >= files * 5 // 6 else ""
        changed = number % 10 == 1 or number % 25 in (3, 5) or number >= files * 2 // 3
        text = text_of(number, "later" if changed else "first", place)
        tree[name_of(number, place)] = text if number % 50 != 49 else b"\xff"
        if number % 25 == 6:
            del tree[name_of(number, place)]
    return tree


def edit(number: int, **columns: Any) -> Question:
    name = name_of(number)
    question = Question.objects.select_related("subject").get(
        subject__slug=name.partition("/")[0], slug=name.partition("/")[2].removesuffix(".md")
    )
    for column, value in columns.items():
        setattr(question, column, value)
    publishing.save([publishing.edition_of(question)])
    return question


def edits(files: int) -> dict[str, str]:
    """Edit and move questions here; the texts of some that have been exported since."""
    known, exported = files * 2 // 3, {}
    for number in range(known):
        if number % 25 in (2, 3):
            edit(number, title=f"Question {number}, edited?")
        if number % 25 == 4:
            exported[name_of(number)] = edit(number, author="Ann").source
        if number % 25 == 5:
            edit(number, slug=f"moved-{number:04}")
    return exported


def prepare_import(tree: Path, files: int) -> None:
    _import_first(tree, first_tree(files))
    exported = edits(files)
    _replace(tree, later_tree(files) | exported)
    lines = ["previous_subject,slug,current_subject"]
    lines += [f"astronomy,question-{number:04},{SUBJECTS[number % 3]}" for number in range(60)]
    (tree.parent / "moved.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def import_command(tree: Path) -> Callable[[], None]:
    return lambda: call_command(
        "import_questions",
        tree,
        prune=True,
        yes=True,
        workers=1,
        moved=tree.parent / "moved.csv",
        report=tree.parent / "report.json",
    )


def prepare_sync(tree: Path, files: int) -> None:
    _import_first(tree, first_tree(files))
    exported = edits(files)
    for number in range(10):
        library.question(f"Made here {number}?", place="art", slug=f"made-{number}")
    later = {name: text for name, text in later_tree(files).items() if text != b"\xff"}
    _replace(tree, later | exported)


def sync_command(tree: Path) -> Callable[[], None]:
    return lambda: call_command("sync_questions", tree, yes=True, workers=1)


def prepare_export(tree: Path, files: int) -> None:
    first = first_tree(files)
    _import_first(tree, first)
    edits(files)
    kept = {name: text for name, text in first.items() if not name.startswith("physics")}
    _replace(tree, kept | {"biology/nobodys.md": "no question has this file"})


def export_command(tree: Path) -> Callable[[], None]:
    return lambda: call_command("export_questions", tree)


SCENARIOS = {
    "import": Scenario(prepare_import, import_command),
    "export": Scenario(prepare_export, export_command),
    "sync": Scenario(prepare_sync, sync_command),
}


def _import_first(tree: Path, files: dict[str, str]) -> None:
    write_tree(tree, files)
    call_command("import_questions", tree, workers=1)


def _replace(tree: Path, files: dict[str, Any]) -> None:
    for path in tree.rglob("*.md"):
        path.unlink()
    write_tree(tree, files)


# --------------------------------------------------------------------- what is there now

_NOT_COMPARED = {"id", "created_at", "updated_at", "updated_by", "subject", "made_at", "question"}


def snapshot(tree: Path) -> dict[str, Any]:
    """All that database and tree say, without keys and times."""
    return {
        "questions": _questions(),
        "targets": _targets(),
        "subjects": {subject.slug: _columns(subject) for subject in Subject.objects.all()},
        "redirects": {
            f"{row.subject_slug}/{row.slug}": row.question.get_absolute_url()
            for row in Redirect.objects.select_related("question__subject")
        },
        "files": {
            str(path.relative_to(tree)): path.read_bytes()
            for path in sorted(tree.rglob("*"))
            if path.is_file() and path.suffix != ".tmp"
        },
    }


def _questions() -> dict[str, Any]:
    """By address: the columns, the links without their targets, and the earlier texts."""
    links: dict[int, list[Any]] = {}
    for pk, *link in RelatedQuestion.objects.order_by("position").values_list(
        "question_id", *Link._fields
    ):
        links.setdefault(pk, []).append(tuple(link))
    texts: dict[int, list[Any]] = {}
    for revision in Revision.objects.order_by("id"):
        texts.setdefault(revision.question_id, []).append((revision.text, revision.origin))
    rows = Question.objects.select_related("subject")
    return {
        row.get_absolute_url(): (_columns(row), links.get(row.pk, []), texts.get(row.pk, []))
        for row in rows
    }


def _targets() -> dict[str, str | None]:
    rows = RelatedQuestion.objects.select_related("question__subject", "target__subject")
    return {
        f"{row.question.get_absolute_url()} {row.position}": row.target
        and row.target.get_absolute_url()
        for row in rows
    }


def _columns(row: models.Model) -> dict[str, Any]:
    names = {field.name for field in row._meta.concrete_fields} - _NOT_COMPARED
    return {name: getattr(row, name) for name in sorted(names)}


# ------------------------------------------------------------------------ what must hold


def half_written(tree: Path, before: dict[str, Any], good: dict[str, Any]) -> list[str]:
    """What a killed run left that is neither as it was before nor as a whole run makes it."""
    now = snapshot(tree)
    wrong = []
    for what in ("questions", "files", "redirects"):
        for key in now[what].keys() | before[what].keys() | good[what].keys():
            here = now[what].get(key)
            if here != before[what].get(key) and here != good[what].get(key):
                wrong.append(f"{what}: {key} is neither old nor new")
    wrong += _not_rendered(now["questions"])
    wrong += _outcomes_that_are_none(before, now)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            found = cursor.execute("PRAGMA integrity_check").fetchall()
            broken = cursor.execute("PRAGMA foreign_key_check").fetchall()
        if found != [("ok",)] or broken:
            wrong.append(f"the database is damaged: {found[:3]} {broken[:3]}")
    return wrong


def _not_rendered(questions: dict[str, Any]) -> list[str]:
    """Questions whose columns or links are not what their source says."""
    wrong = []
    for address, (columns, links, _) in questions.items():
        document = codec.parse(columns["source"])
        wanted = Question()
        mapping.fill(wanted, record_of(document, columns["source"]))
        if any(columns[name] != getattr(wanted, name) for name in _RENDERED):
            wrong.append(f"{address}: its columns are not its source's")
        if links != [tuple(link) for link in links_of(document)]:
            wrong.append(f"{address}: its links are not its source's")
    return wrong


_RENDERED = ("title", "date", "author", "answer", "answer_html", "answer_text", "headings")


def _outcomes_that_are_none(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What the last run says it wrote and did not, or wrote and does not say."""
    run = ImportRun.objects.first()
    stored = ImportOutcome.objects.filter(run=run, kind__in=("created", "updated"))
    said = {
        row.question.get_absolute_url()
        for row in stored.select_related("question__subject")
        if row.question
    }
    old, new = before["questions"], now["questions"]
    done = {
        address for address, row in new.items() if address not in old or row[2] != old[address][2]
    }
    if ImportRun.objects.count() == 1:  # the run that made what was there before
        said = set()
    return [] if said == done else [f"outcomes differ from rows: {sorted(said ^ done)[:3]}"]


def differences(good: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Where a library is not what an undisturbed run makes of it."""
    return [
        f"after the second run {what} {key} is {_short(now[what].get(key))},"
        f" not {_short(good[what].get(key))}"
        for what in good
        for key in sorted(good[what].keys() | now[what].keys())
        if good[what].get(key) != now[what].get(key)
    ]


def _short(value: Any) -> str:
    return json.dumps(value, default=str)[:160]
