"""What a database's index can do; `sqlite` and `postgresql` are two of these."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, NamedTuple, Protocol

from learn.models import QuestionQuerySet
from learn.search.query import Term


class Entry(NamedTuple):
    """What a question is found by."""

    pk: int
    title: str
    keywords: str
    text: str


class Place(Enum):
    """Where the words are looked for: the title, title or keywords, or those and the answer."""

    TITLE = "title"
    HEAD = "head"
    TEXT = "text"


class Hit(NamedTuple):
    """A question that was found, its subject's key and its title."""

    pk: int
    subject: int
    title: str


class Among(NamedTuple):
    """The questions that may be found: the SELECT of their `id`, `subject_id` and `title`.

    So `published()` alone says which these are, and a status counts from the moment it is set.
    """

    sql: str
    params: tuple[Any, ...]

    @classmethod
    def these(cls, questions: QuestionQuerySet) -> Among:
        sql, params = (
            questions.order_by().values("id", "subject_id", "title").query.sql_with_params()
        )
        return cls(sql, tuple(params))


# Any of these groups; of a group, all terms.
Groups = Sequence[Sequence[Term]]


class Backend(Protocol):
    """An index of entries by primary key. Writing is for a transaction that the caller opens."""

    def create(self) -> None: ...

    def drop(self) -> None: ...

    def add(self, entries: Sequence[Entry]) -> None:
        """Take in entries; one that is there already is replaced."""

    def remove(self, keys: Sequence[int]) -> None: ...

    def strays(self) -> list[int]:
        """Keys of entries without a question, of which deleting one leaves some."""

    def settle(self) -> None:
        """Take in what a bulk of writings left waiting, where that is cheap."""

    def tidy(self) -> None:
        """Merge what many small writings left, in short steps."""

    def find(
        self, groups: Groups, place: Place, among: Among, most: int, *, ranked: bool
    ) -> list[Hit]:
        """At most so many hits; best first where `ranked`, which costs reading all of them."""
