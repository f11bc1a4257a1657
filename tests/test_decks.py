"""Decks for Anki: what an .apkg holds, when it is built, and who gets it."""

from __future__ import annotations

import datetime
import json
import re
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from learn import decks, publishing
from learn.models import Question, Status
from tests import library

pytestmark = pytest.mark.django_db


class Opened(NamedTuple):
    """What Anki finds in a package: decks and note types by id, notes by guid."""

    decks: dict[str, str]
    models: dict[str, dict[str, Any]]
    notes: dict[str, tuple[list[str], list[str], int]]  # fields, tags, when changed
    cards: list[tuple[str, int]]  # guid and deck


def opened(package: bytes | Path) -> Opened:
    """Read an .apkg by Anki's schema 11, which genanki writes."""
    source = BytesIO(package) if isinstance(package, bytes) else package
    with zipfile.ZipFile(source) as archive, TemporaryDirectory() as folder:
        assert archive.testzip() is None
        assert json.loads(archive.read("media")) == {}
        return _read(archive.extract("collection.anki2", folder))


def _read(database: str) -> Opened:
    with closing(sqlite3.connect(database)) as connection:
        names, models = connection.execute("SELECT decks, models FROM col").fetchone()
        notes = connection.execute("SELECT guid, flds, tags, mod FROM notes").fetchall()
        cards = connection.execute(
            "SELECT guid, did FROM cards JOIN notes ON nid = notes.id ORDER BY cards.id"
        )
        return Opened(
            {key: deck["name"] for key, deck in json.loads(names).items()},
            json.loads(models),
            {guid: (fields.split("\x1f"), tags.split(), mod) for guid, fields, tags, mod in notes},
            cards.fetchall(),
        )


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DECKS_DIR = tmp_path / "decks"
    return tmp_path / "decks"


def download(client: Client, address: str = "/learn/physics/deck.apkg") -> Opened:
    response = client.get(address)
    assert response.status_code == 200
    return opened(b"".join(response.streaming_content))  # type: ignore[attr-defined]


def in_order(deck: Opened) -> list[str]:
    """The titles as Anki shows them to who has learned none yet."""
    return [deck.notes[guid][0][0] for guid, _ in deck.cards]


def titles(deck: Opened) -> list[str]:
    return sorted(fields[0] for fields, _, _ in deck.notes.values())


# ------------------------------------------------------------------------------- what it holds


def test_a_deck_holds_a_note_with_a_card_for_each_published_question(client: Client) -> None:
    made = sorted(library.question().title for _ in range(3))
    library.question(status=Status.DRAFT)
    library.question(place="chemistry")
    deck = download(client)
    assert titles(deck) == made
    assert sorted(guid for guid, _ in deck.cards) == sorted(deck.notes)
    (deck_id,) = {str(deck_id) for _, deck_id in deck.cards}
    assert deck.decks[deck_id] == "QuickTakes::Physics"


def test_a_note_has_the_question_its_answer_its_subject_and_its_source(client: Client) -> None:
    library.question(
        "Is a < b & c?", "Let $x^2 < 1$.", slug="a&b", page_keywords="tides, free body, a:b, tides"
    )
    deck = download(client)
    ((fields, tags, _),) = deck.notes.values()
    address = "/learn/physics/questions/a&amp;b"
    assert fields == [
        "Is a &lt; b &amp; c?",
        r"<p>Let \(x^2 &lt; 1\).</p>",
        "Physics",
        f'<a href="https://learn.example.org{address}">{address}</a>',
    ]
    assert tags == ["QuickTakes::physics", "tides", "free-body", "a-b"]
    (model,) = (model for model in deck.models.values() if model["name"] == "QuickTakes question")
    assert [field["name"] for field in model["flds"]] == ["Question", "Answer", "Subject", "Source"]
    assert ".nightMode" in model["css"]


def test_a_later_deck_knows_its_notes_again_and_only_what_changed_is_newer(client: Client) -> None:
    first, second = library.question(slug="one"), library.question(slug="two")
    Question.objects.update(updated_at="2025-01-31T12:00:00Z")
    before = download(client)
    first.answer = "Another answer."
    publishing.save([publishing.edition_of(first)])
    after = download(client)
    assert set(after.notes) == set(before.notes)
    newer = {
        fields[0] for guid, (fields, _, changed) in after.notes.items()
        if changed > before.notes[guid][2]
    }  # fmt: skip
    assert newer == {first.title}
    assert second.title in titles(after)
    assert {deck_id for _, deck_id in after.cards} == {deck_id for _, deck_id in before.cards}


def test_questions_of_two_subjects_are_two_notes_though_their_slugs_agree(client: Client) -> None:
    library.question(slug="same")
    library.question(slug="same", place="chemistry")
    physics, chemistry = download(client), download(client, "/learn/chemistry/deck.apkg")
    assert physics.notes.keys() & chemistry.notes.keys() == set()
    assert physics.cards[0][1] != chemistry.cards[0][1]


def test_a_large_subject_comes_in_parts_of_one_deck(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decks, "PART", 2)
    made = sorted(library.question().title for _ in range(5))
    parts = [download(client, f"/learn/physics/deck.apkg?part={part}") for part in (1, 2, 3)]
    assert [len(part.notes) for part in parts] == [2, 2, 1]
    assert sorted(title for part in parts for title in titles(part)) == made
    assert len({deck_id for part in parts for _, deck_id in part.cards}) == 1
    assert client.get("/learn/physics/deck.apkg?part=4").status_code == 404


def test_a_topics_deck_holds_what_its_page_lists(client: Client) -> None:
    many = ", ".join(f"k{number}" for number in range(decks.MOST_TAGS))
    library.question("A?", page_keywords="Free body, force")
    library.question("B?", page_keywords="force, free  BODY")
    library.question("C?", page_keywords=f"{many}, Free body")  # its tag is one too many
    library.question("D?", page_keywords="free bodyguard")
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    library.question("Later?", page_keywords="free body", publish_at=tomorrow)
    page = client.get("/learn/physics/topics/free-body")
    assert page.context["question_count"] == 3
    for topic in ("free-body", "free body", "Free Body"):
        deck = download(client, f"/learn/physics/deck.apkg?topic={topic}")
        assert titles(deck) == ["A?", "B?", "C?"]
    assert "QuickTakes::Physics::Free body" in deck.decks.values()
    assert client.get("/learn/physics/deck.apkg?topic=free").status_code == 404
    assert client.get("/learn/physics/deck.apkg?topic=free-bodyguard").status_code == 404


def test_a_topic_of_many_questions_is_a_deck_of_the_newest_first(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decks, "MOST_OF_TOPIC", 3)
    for day in (3, 1, 5, 4):
        date = datetime.date(2025, 1, day)
        library.question(f"Day {day}?", page_keywords="light", date=date)
    deck = download(client, "/learn/physics/deck.apkg?topic=light")
    assert in_order(deck) == ["Day 5?", "Day 4?", "Day 3?"]


def test_a_deck_that_is_cut_is_another_one_when_one_question_takes_anothers_place(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decks, "MOST_OF_TOPIC", 3)
    made = [library.question(page_keywords="light") for _ in range(5)]
    Question.objects.update(updated_at="2025-01-31T12:00:00Z")
    address = "/learn/physics/deck.apkg?topic=light"
    before = client.get(address)["ETag"]
    Question.objects.filter(pk=made[-1].pk).update(date="2024-01-01")
    assert client.get(address)["ETag"] != before


def test_a_topics_deck_is_a_file_with_the_names_of_both(client: Client) -> None:
    for _ in range(3):
        library.question(page_keywords="Newton's laws, 量子")
    names = [
        client.get(f"/learn/physics/deck.apkg?topic={topic}")["Content-Disposition"]
        for topic in ("newtons-laws", "量子")
    ]
    assert names == [
        'attachment; filename="physics-newtons-laws.apkg"',
        "attachment; filename*=utf-8''physics-%E9%87%8F%E5%AD%90.apkg",
    ]


def test_a_topics_session_joins_the_topics_deck(client: Client) -> None:
    for _ in range(3):
        library.question(page_keywords="light")
    whole = download(client, "/learn/physics/deck.apkg?topic=light")
    session = download(client, "/learn/physics/study/deck.apkg?topic=light&seed=a&n=2")
    assert len(session.notes) == 2
    assert {deck for _, deck in session.cards} == {deck for _, deck in whole.cards}


def test_a_search_is_a_deck_of_all_that_its_pages_show_best_first(client: Client) -> None:
    for number in range(55):
        library.question(f"Why do magnets attract, case {number}?")
    library.question("Why do magnets attract iron?")
    library.question("Why do tides rise?")
    page = client.get("/learn/search?q=magnets attract iron")
    shown = Question.objects.in_bulk(page.context["results"].keys)
    ranked = [shown[key].title for key in page.context["results"].keys]
    (address,) = re.findall(
        r'href="(/learn/study/deck[^"]+)"[^>]*>Anki deck, 56 cards<', page.content.decode()
    )
    assert in_order(download(client, address)) == ranked


def test_a_search_within_a_subject_is_a_deck_of_that_subject(client: Client) -> None:
    for place in ("physics", "physics", "chemistry"):
        library.question("Why do magnets attract?", place=place)
    page = client.get("/learn/search?q=magnets&subject=physics").content.decode()
    (address,) = re.findall(r'href="(/learn/study/deck[^"]+)"[^>]*>Anki deck, 2 cards<', page)
    deck = download(client, address.replace("&amp;", "&"))
    assert {fields[2] for fields, _, _ in deck.notes.values()} == {"Physics"}


def test_a_session_is_a_deck_of_its_own_cards(client: Client) -> None:
    for _ in range(12):
        library.question()
    deck = download(client, "/learn/physics/study/deck.apkg?seed=a&n=10")
    assert len(deck.notes) == 10
    missed = download(client, "/learn/physics/study/deck.apkg?seed=a&n=10&only=2.5")
    assert len(missed.notes) == 2
    assert missed.notes.keys() < deck.notes.keys()


def test_named_cards_are_a_deck(client: Client) -> None:
    library.question("Sky?", slug="sky")
    library.question("Salt?", slug="salt", place="chemistry")
    deck = download(client, "/learn/study/deck.apkg?cards=physics/sky+chemistry/salt")
    assert titles(deck) == ["Salt?", "Sky?"]


@pytest.mark.parametrize(
    "address",
    [
        "/learn/none/deck.apkg",
        "/learn/empty/deck.apkg",
        "/learn/physics/deck.apkg?part=0",
        "/learn/physics/deck.apkg?part=-1",
        "/learn/physics/deck.apkg?part=" + "9" * 5000,
        "/learn/physics/deck.apkg?topic=none",
        "/learn/physics/deck.apkg?topic=%00",
        "/learn/physics/study/deck.apkg?n=x",
        "/learn/none/study/deck.apkg?seed=a",
        "/learn/study/deck.apkg",
        "/learn/study/deck.apkg?cards=physics/none",
    ],
)
def test_a_deck_without_notes_is_not_found(client: Client, address: str) -> None:
    library.question()
    library.subject("empty")
    assert client.get(address).status_code == 404


# ------------------------------------------------------------------------------- as a download


def test_a_deck_is_a_file_with_a_name_that_no_middleware_packs_again(client: Client) -> None:
    library.question(answer="Many words. " * 500)
    response = client.get("/learn/physics/deck.apkg", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Disposition"] == 'attachment; filename="physics.apkg"'
    assert response["Content-Type"] == "application/octet-stream"
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert int(response["Content-Length"]) == len(body)
    assert body[:2] == b"PK"


def test_a_browser_that_has_the_deck_does_not_get_it_again(client: Client, folder: Path) -> None:
    question = library.question()
    tag = client.get("/learn/physics/deck.apkg")["ETag"]
    for file in folder.iterdir():
        file.unlink()
    again = client.get("/learn/physics/deck.apkg", headers={"If-None-Match": tag})
    assert (again.status_code, list(folder.iterdir())) == (304, [])
    question.title = "Another?"
    publishing.save([publishing.edition_of(question)])
    assert client.get("/learn/physics/deck.apkg", headers={"If-None-Match": tag}).status_code == 200


def test_a_subjects_deck_is_built_once_until_a_question_changes(
    client: Client, folder: Path
) -> None:
    question = library.question()
    library.question(slug="other")
    download(client)
    (first,) = folder.iterdir()
    built = first.stat().st_mtime_ns
    download(client)
    assert [file.stat().st_mtime_ns for file in folder.iterdir()] == [built]
    library.set_status(Question.objects.filter(pk=question.pk), Status.ARCHIVED)
    assert len(download(client).notes) == 1
    (second,) = folder.iterdir()
    assert second.name != first.name


def test_small_decks_are_not_kept(client: Client, folder: Path) -> None:
    library.question(slug="q")
    download(client, "/learn/study/deck.apkg?cards=physics/q")
    assert not folder.exists()


@pytest.fixture
def builder_at_work() -> Iterator[None]:
    """Somebody else's deck is being built in this process."""
    begun, end = threading.Event(), threading.Event()

    def hold() -> None:
        with decks.alone():
            begun.set()
            end.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(10)
    yield
    end.set()
    thread.join()


def test_one_deck_is_built_at_a_time_and_others_are_asked_to_wait(
    client: Client, builder_at_work: None
) -> None:
    library.question(slug="q")
    for address in ("/learn/physics/deck.apkg", "/learn/study/deck.apkg?cards=physics/q"):
        response = client.get(address)
        assert response.status_code == 503
        assert (response["Retry-After"], response["Refresh"]) == ("5", "5")
        assert "<h1>The deck is being made</h1>" in response.content.decode()


def test_a_deck_that_is_there_is_served_while_another_is_built(
    client: Client, request: pytest.FixtureRequest
) -> None:
    library.question()
    download(client)
    request.getfixturevalue("builder_at_work")
    assert len(download(client).notes) == 1


def test_a_build_that_fails_leaves_nothing_behind(folder: Path) -> None:
    library.question()
    deck = decks.of_subject(library.subject(), "")
    broken = decks.Deck(deck.key, deck.name, deck.questions.extra(where=["nonsense"]), "")
    folder.mkdir()
    with pytest.raises(Exception, match="nonsense"):
        decks.write(broken, folder / "deck.apkg")
    assert list(folder.iterdir()) == []


# ------------------------------------------------------------------------------- by hand


def test_an_operator_can_build_a_deck(tmp_path: Path) -> None:
    library.question("Sky?")
    out, path = StringIO(), tmp_path / "physics.apkg"
    call_command("build_deck", "physics", path, stdout=out)
    assert out.getvalue() == f"{path}: 1 notes in QuickTakes::Physics\n"
    assert titles(opened(path)) == ["Sky?"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none", "x.apkg"], "there is no subject 'none'"),
        (["physics", "x.apkg", "--part=0"], "--part must be at least 1"),
        (["physics", "/nowhere/x.apkg"], "/nowhere/x.apkg: No such file or directory"),
    ],
)
def test_a_deck_that_cannot_be_built_says_why(arguments: list[str], message: str) -> None:
    library.question()
    with pytest.raises(CommandError, match=re.escape(message)) as refused:
        call_command("build_deck", *arguments)
    assert refused.value.returncode == 2


def test_the_site_starts_without_what_only_decks_need() -> None:
    code = "import django, sys; django.setup(); import learn.urls; print('genanki' in sys.modules)"
    environment = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
