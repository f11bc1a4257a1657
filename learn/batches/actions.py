"""What a batch does to a question: what would become of it, how that is stored and put back."""

from __future__ import annotations

import json
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from learn import publishing
from learn.content import codec
from learn.content.record import Record, record_of
from learn.content.scan import digest_of
from learn.history import Place
from learn.models import BatchQuestion, Origin, Question, Status
from learn.publishing import Rendering


@dataclass(frozen=True, slots=True)
class Intended:
    """What an action would make of a question, in words and as far as it changes it.

    `source` is the new text and `place` where it will stand.
    """

    note: str
    place: Place
    source: str = ""
    record: Record | None = None


class Action(ABC):
    """What a batch does to each of its questions.

    `columns` are what `intended` asks of a question; a question in which these have not changed
    comes out as intended. `follows_topics`: whether topics may change with it.
    """

    columns: tuple[str, ...] = ("slug", *Place._fields)
    follows_topics = False

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.parameters = parameters

    def look(self, questions: Sequence[Question]) -> None:  # noqa: B027 (most need nothing)
        """Look up once for many questions what `intended` has to know of others."""

    @abstractmethod
    def intended(self, question: Question) -> Intended | None:
        """What would become of a question; None where nothing. Raises ContentError."""

    def rendered(self, intended: Intended) -> Intended:
        """The same with all that takes time computed, before anything is locked."""
        return intended

    @abstractmethod
    def before(self, question: Question) -> dict[str, Any]:
        """What putting back has to know."""

    def packed(self, question: Question) -> bytes | None:
        """The text, or what was rendered, that the action replaces."""
        return None

    @abstractmethod
    def standing(self, question: Question) -> str:
        """A digest of what the action changes, as a stored question has it now."""

    @abstractmethod
    def written(self, intended: Intended) -> str:
        """The same digest for what the action makes of it."""

    @abstractmethod
    def store(self, changes: Sequence[tuple[Question, Intended]], by: User | None) -> None:
        """Make the changes, in the transaction of their step."""

    def recall(self, rows: Iterable[BatchQuestion]) -> None:  # noqa: B027 (most need nothing)
        """Compute what `put_back` will need, before anything is locked."""

    def hindrance(self, row: BatchQuestion, question: Question) -> str:
        """Why a question cannot be put back though nobody has changed it; mostly empty."""
        return ""

    @abstractmethod
    def put_back(self, rows: Sequence[tuple[BatchQuestion, Question]], by: User | None) -> None:
        """Put questions back as their rows say they were."""


def record_from(source: str) -> Record:
    """What is stored of a text. Raises ContentError."""
    return record_of(codec.parse(source), source)


def place_of(question: Question) -> Place:
    return Place(*(getattr(question, name) for name in Place._fields))


def digest(*values: object) -> str:
    return digest_of("\0".join(map(str, values)).encode())


# ---------------------------------------------------------------------- the status


class SetStatus(Action):
    follows_topics = True

    def __init__(self, parameters: dict[str, Any], status: Status) -> None:
        super().__init__(parameters)
        self._status = status

    def intended(self, question: Question) -> Intended | None:
        if question.status == self._status:
            return None
        place = place_of(question)._replace(status=str(self._status), status_before_prune="")
        return Intended(f"{question.get_status_display()} \u2192 {self._words(question)}", place)

    def _words(self, question: Question) -> str:
        at = question.publish_at
        if self._status == Status.PUBLISHED and at and at > timezone.now():
            return f"Scheduled for {at:%Y-%m-%d %H:%M} UTC"
        return str(self._status.label)

    def before(self, question: Question) -> dict[str, Any]:
        return {"status": question.status, "status_before_prune": question.status_before_prune}

    def standing(self, question: Question) -> str:
        return digest(question.status, question.status_before_prune)

    def written(self, intended: Intended) -> str:
        return digest(intended.place.status, intended.place.status_before_prune)

    def store(self, changes: Sequence[tuple[Question, Intended]], by: User | None) -> None:
        places = {question.pk: intended.place for question, intended in changes}
        publishing.set_statuses(
            {pk: (place.status, place.status_before_prune) for pk, place in places.items()}, by=by
        )

    def put_back(self, rows: Sequence[tuple[BatchQuestion, Question]], by: User | None) -> None:
        publishing.set_statuses(
            {
                question.pk: (row.before["status"], row.before["status_before_prune"])
                for row, question in rows
            },
            by=by,
            origin=Origin.RESTORE,
        )


# ---------------------------------------------------------------------- what is rendered


class Rerender(Action):
    """Renders from the text that stands there; nothing that an editor wrote changes."""

    columns = (*Action.columns, *Rendering._fields)

    def intended(self, question: Question) -> Intended | None:
        record = record_from(question.source)
        old, new = _rendering_of(question), _rendering_in(record)
        if old == new:
            return None
        is_seen = old._replace(renderer_version=new.renderer_version) != new
        note = "What is rendered changes" if is_seen else "Only the renderer's version changes"
        return Intended(note, place_of(question), question.source, record)

    def before(self, question: Question) -> dict[str, Any]:
        return {}

    def packed(self, question: Question) -> bytes | None:
        return zlib.compress(json.dumps(_rendering_of(question)).encode(), 6)

    def standing(self, question: Question) -> str:
        return digest(*_rendering_of(question))

    def written(self, intended: Intended) -> str:
        assert intended.record
        return digest(*_rendering_in(intended.record))

    def store(self, changes: Sequence[tuple[Question, Intended]], by: User | None) -> None:
        publishing.store_renderings(
            {question.pk: made.record for question, made in changes if made.record}
        )

    def put_back(self, rows: Sequence[tuple[BatchQuestion, Question]], by: User | None) -> None:
        publishing.store_renderings(
            {question.pk: Rendering(*json.loads(row.text)) for row, question in rows}
        )


def _rendering_of(question: Question) -> Rendering:
    return _normal(getattr(question, name) for name in Rendering._fields)


def _rendering_in(record: Record) -> Rendering:
    return _normal(getattr(record, name) for name in Rendering._fields)


def _normal(values: Iterable[Any]) -> Rendering:
    """JSON in one order of keys: PostgreSQL has its own."""
    made = Rendering(*values)
    return made._replace(headings=_in_order(made.headings), problems=_in_order(made.problems))


def _in_order(value: Any) -> str:
    read = json.loads(value) if isinstance(value, str) else value
    return json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
