"""Questions as decks for Anki: one note a question, that a later download brings up to date.

Anki knows a note by its guid, which is the question's address hashed, and takes the newer of two;
so whoever downloads a deck again keeps what they learned. A subject's deck is built once and kept
as a file until one of its questions changes.
"""

from __future__ import annotations

import html as entities
import itertools
import re
import sqlite3
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Max

from learn import search
from learn.cards import Source
from learn.content.ankihtml import anki_html
from learn.content.markdown import RENDERER_VERSION
from learn.models import Question, QuestionQuerySet, Subject, Topic
from learn.study import Walk

if TYPE_CHECKING:
    import genanki

DECK_VERSION = 1  # raise it with every change that a note would show
PART = 5_000  # notes of one file: 5 s and 17 MB of memory to build, 5 MB to download
MOST_OF_TOPIC = 500  # notes of a deck that is built for each who asks: 0.6 s
MOST_TAGS = 12
FILE = "collection.anki2"
_CHUNK = 200  # rows in memory at a time
_MODEL_ID = 1_713_205_961  # Anki knows our note type by it: never change it


class DeckBusyError(Exception):
    """Another deck is being built just now; a few seconds later it can be asked for again."""


@dataclass(frozen=True, slots=True)
class Deck:
    """Questions that Anki shall show as one deck. `site` (https://host) comes before addresses.

    Anki puts together what has the same `key`: the parts of a subject, and later downloads.
    """

    key: str
    name: str
    questions: QuestionQuerySet
    site: str
    part: int = 1
    order: tuple[int, ...] = ()  # primary keys, where notes come in an order of their own

    @property
    def id(self) -> int:
        return 2**30 + _hash(self.key) % 2**30

    def fingerprint(self) -> str:
        """Another one as soon as a note of the deck would be another one; empty without notes."""
        found = self.questions.aggregate(count=Count("pk"), newest=Max("updated_at"))
        if not found["count"]:
            return ""
        versions = (DECK_VERSION, RENDERER_VERSION, self.name, self.site, self.order)
        return f"{_hash(repr((found['count'], found['newest'], versions))):016x}"


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


# --------------------------------------------------------------------------- which questions


def parts_of(count: int) -> int:
    """How many files a subject of so many questions has."""
    return max(1, -(-count // PART))


def of_subject(subject: Subject, site: str, part: int = 1) -> Deck:
    """One part of a subject's published questions, oldest row first, so that parts fill up."""
    questions = subject.questions.published().order_by("pk")
    keys = list(questions.values_list("pk", flat=True)[(part - 1) * PART : part * PART])
    bounds = (keys[0], keys[-1]) if keys else (0, 0)
    shown = questions.filter(pk__range=bounds)
    return Deck(subject.slug, _named(subject.name), shown, site, part)


def of_topic(subject: Subject, topic: Topic, site: str) -> Deck:
    """What the topic's page lists, in its order, at most MOST_OF_TOPIC."""
    keys = Question.objects.of_topic(topic).newest_first().values_list("pk", flat=True)
    return _in_order(*_topic_names(subject, topic), list(keys[:MOST_OF_TOPIC]), site)


def of_search(source: Source, site: str) -> Deck:
    """All that the pages of a search show, best first."""
    return _in_order(source.title, _named(source.title), source.draw("", search.SHOWN), site)


def of_source(source: Source, walk: Walk, site: str) -> Deck:
    """The cards of a walk in its order; those of a subject or a topic join its deck in Anki."""
    keys = source.keys(walk)
    chosen = [keys[position - 1] for position in walk.positions(len(keys))]
    key, name = source.title, _named(source.title)
    if source.subject and source.topic:
        key, name = _topic_names(source.subject, source.topic)
    elif source.subject:
        key = source.subject.slug
    return _in_order(key, name, chosen, site)


def _in_order(key: str, name: str, keys: Sequence[int], site: str) -> Deck:
    questions = Question.objects.published().filter(pk__in=keys)
    return Deck(key, name, questions, site, order=tuple(keys))


def _topic_names(subject: Subject, topic: Topic) -> tuple[str, str]:
    """Key and name of a topic's deck. The key outlives another spelling of the topic."""
    return f"{subject.slug}/{tag_of(topic.name).casefold()}", _named(subject.name, topic.name)


def _named(*parts: str) -> str:
    """A deck's name in Anki's hierarchy, which `::` separates."""
    return "::".join(["QuickTakes", *(part.replace("::", ":") for part in parts)])


# --------------------------------------------------------------------------- notes

_NOT_TAG = re.compile(r"[\s\"*:\\]+")


def tag_of(keyword: str) -> str:
    """A keyword as a tag, in which Anki allows no space."""
    return _NOT_TAG.sub("-", keyword).strip("-")[:60]


def tags_in(keywords: str) -> list[str]:
    """The tags of a question's keywords, each once, in their order."""
    tags = (tag_of(keyword) for keyword in keywords.split(","))
    return list(dict.fromkeys(tag for tag in tags if tag))[:MOST_TAGS]


def _notes(deck: Deck, model: genanki.Model) -> Iterator[tuple[genanki.Note, float]]:
    """A deck's notes, and the seconds of the epoch when each was last changed."""
    import genanki

    rows = deck.questions.select_related("subject").only(
        "title", "slug", "answer", "page_keywords", "updated_at", "subject__name", "subject__slug"
    )
    for question in _read(rows, deck.order):
        address = question.get_absolute_url()
        link = f'<a href="{entities.escape(deck.site + address)}">{entities.escape(address)}</a>'
        note = genanki.Note(
            model=model,
            fields=[
                entities.escape(question.title, quote=False),
                anki_html(question.answer, deck.site),
                entities.escape(question.subject.name, quote=False),
                link,
            ],
            guid=genanki.guid_for("quicktakes", question.subject.slug, question.slug),
            tags=[f"QuickTakes::{tag_of(question.subject.slug)}", *tags_in(question.page_keywords)],
        )
        yield note, question.updated_at.timestamp()


def _read(rows: QuestionQuerySet, order: Sequence[int]) -> Iterator[Question]:
    if not order:
        return rows.iterator(chunk_size=_CHUNK)
    parts = (order[start : start + _CHUNK] for start in range(0, len(order), _CHUNK))
    return itertools.chain.from_iterable(search.in_order(part, rows) for part in parts)


def _model() -> genanki.Model:
    import genanki

    return genanki.Model(
        _MODEL_ID,
        "QuickTakes question",
        fields=[{"name": name} for name in ("Question", "Answer", "Subject", "Source")],
        templates=[{"name": "Card", "qfmt": _FRONT, "afmt": _BACK}],
        css=(Path(__file__).parent / "anki.css").read_text(encoding="utf-8"),
    )


_FRONT = '<p class="subject">{{Subject}}</p>\n<div class="question">{{Question}}</div>'
_BACK = (
    "{{FrontSide}}\n<hr id=answer>\n"
    '<div class="answer">{{Answer}}</div>\n<p class="source">{{Source}}</p>'
)

# --------------------------------------------------------------------------- files


def write(deck: Deck, path: Path) -> int:
    """Write a deck as an .apkg file, whole or not at all; how many notes it holds."""
    with TemporaryDirectory(dir=path.parent, prefix=".deck-") as folder:
        database, packed = Path(folder) / FILE, Path(folder) / path.name
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA synchronous = OFF")  # a file that a crash leaves is no deck
            count = _fill(connection.cursor(), deck)
            connection.commit()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(database, FILE)
            archive.writestr("media", "{}")
        packed.replace(path)
    return count


def _fill(cursor: Any, deck: Deck) -> int:
    """genanki's schema and its rows, note by note: it would hold all of them in memory itself."""
    import genanki  # 0.1 s of every start of the site, if it stood above

    model = _model()
    newest = deck.questions.aggregate(newest=Max("updated_at"))["newest"]
    changed = newest.timestamp() if newest else 0.0
    made = genanki.Deck(deck.id, deck.name, f"{entities.escape(deck.site)}/learn")
    made.add_model(model)
    ids = itertools.count(max(1, int(changed * 1000)))
    genanki.Package(made).write_to_db(cursor, changed, ids)
    count = 0
    for note, note_changed in _notes(deck, model):
        note.write_to_db(cursor, note_changed, deck.id, ids)
        count += 1
    return count


_building = threading.Lock()


@contextmanager
def alone() -> Iterator[None]:
    """One deck at a time in each process: whoever asks for many holds up nobody who reads.

    Raises DeckBusyError at once where another is being built.
    """
    if not _building.acquire(blocking=False):
        raise DeckBusyError
    try:
        yield
    finally:
        _building.release()


def packed(deck: Deck) -> bytes:
    """A small deck, built now and not kept. Raises DeckBusyError."""
    with alone(), TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        write(deck, path)
        return path.read_bytes()


def kept(deck: Deck, fingerprint: str) -> Path:
    """The file of a large deck: the one that was built before, if that says the same.

    Raises DeckBusyError.
    """
    path = Path(settings.DECKS_DIR) / f"{deck.id}-{deck.part}-{fingerprint}.apkg"
    if path.exists():
        return path
    with alone():
        path.parent.mkdir(parents=True, exist_ok=True)
        write(deck, path)
    for older in path.parent.glob(f"{deck.id}-{deck.part}-*.apkg"):
        if older != path:
            older.unlink(missing_ok=True)
    return path
