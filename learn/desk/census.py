"""How many questions the desk's filters leave, each beside what is chosen in the others.

A census is the number of questions of every combination that exists: a few hundred rows, read from
one index in its order (6 ms for 36,000 questions, 0.2 s for a million). From it follows the number
behind every choice of every filter, whatever else is chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import CharField, Count, IntegerField, QuerySet, Subquery, Value

from learn.models import Question, Subject

# The columns of the index `question_census`, in its order.
COLUMNS = (
    "status", "subject_id", "is_edited", "no_index", "origin", "has_math", "updated_by_id",
    "problem_count",
)  # fmt: skip
LARGE = 200_000  # questions from which on a census is kept for a while
KEPT = 60  # seconds
MOST = 10_000  # rows that are counted where no census tells; of more it is said that there are more
_KEY = "learn.desk.census"

Row = tuple[tuple[Any, ...], int]


@dataclass(frozen=True, slots=True)
class Census:
    """`rows` are values of COLUMNS with the number of questions that have them."""

    rows: Sequence[Row]

    @classmethod
    def of(cls, found: Iterable[Sequence[Any]]) -> Census:
        """A census of questions by the values of their COLUMNS."""
        return cls(list(Counter(map(tuple, found)).items()))

    @property
    def is_large(self) -> bool:
        return self.total({}) >= LARGE

    def counts(self, column: str, chosen: Mapping[str, Any]) -> Counter[Any]:
        """The numbers by the values of a column, where the others have the chosen values.

        Of `problem_count` it is only told whether there are any.
        """
        place = COLUMNS.index(column)
        wanted = [(COLUMNS.index(name), v) for name, v in chosen.items() if name != column]
        counted: Counter[Any] = Counter()
        for values, number in self.rows:
            told = (*values[:-1], values[-1] > 0)
            if all(told[other] == value for other, value in wanted):
                counted[told[place]] += number
        return counted

    def total(self, chosen: Mapping[str, Any]) -> int:
        by_status = self.counts("status", chosen)
        return by_status[chosen["status"]] if "status" in chosen else by_status.total()


def taken() -> Census:
    """The census of the library; of a large one as it was within the last minute."""
    kept: Census | None = cache.get(_KEY)
    if kept is not None:
        return kept
    grouped = Question.objects.order_by().values_list(*COLUMNS).annotate(number=Count("*"))
    census = Census([(row[:-1], row[-1]) for row in grouped])
    if census.is_large:
        cache.set(_KEY, census, KEPT)
    return census


def forget() -> None:
    """Count a large library anew at the next question."""
    cache.delete(_KEY)


def kept(name: str, counts: Callable[[], Any], census: Census) -> Any:
    """Other counts of the library, of a large one as they were within the last minute."""
    if not census.is_large:
        return counts()
    return cache.get_or_set(f"{_KEY}.{name}", counts, KEPT)


class CountOf(Subquery):
    """How many rows a query has, MOST + 1 being enough to know that there are more."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet[Any], **extra: Any) -> None:
        one = rows.order_by().annotate(one=Value(1)).values("one")
        super().__init__(one[: MOST + 1], **extra)


def counted(queries: Sequence[QuerySet[Any]], person: User) -> list[int]:
    """How many rows each of these has, at most MOST + 1; one query for all of them."""
    if not queries:
        return []
    one_row = User.objects.filter(pk=person.pk)
    columns: list[Any] = [CountOf(rows) for rows in queries]
    return list(one_row.values_list(*columns).get())


@dataclass(frozen=True, slots=True)
class Names:
    """What people call the subjects (name and slug), and each other: by primary key."""

    subjects: Mapping[int, tuple[str, str]]
    people: Mapping[int, str]


def names() -> Names:
    """All subjects, and all who work at the desk; one query."""
    subjects = Subject.objects.order_by().values_list(Value(0), "pk", "name", "slug")
    none = Value("", output_field=CharField())
    people = User.objects.filter(is_staff=True).values_list(Value(1), "pk", "username", none)
    rows = sorted(subjects.union(people, all=True), key=lambda row: row[2].casefold())
    return Names(
        {pk: (name, slug) for is_person, pk, name, slug in rows if not is_person},
        {pk: name for is_person, pk, name, _ in rows if is_person},
    )
