"""The filters of the list of questions. Each choice says how many questions stand behind it."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, cast

from django.contrib import admin
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.lookups import Exact, GreaterThan, In
from django.http import HttpRequest
from django.utils import timezone

from learn import findings
from learn.desk.census import Names, names
from learn.models import (
    Feedback,
    LastSeen,
    MistakeReport,
    Origin,
    Question,
    QuestionFinding,
    QuestionQuerySet,
    Status,
)

SHOWN = 8  # choices of a long list, the largest; others are asked for by name
OFFERED = 300  # names that a field offers while somebody types
UNKNOWN = object()  # what a filter was asked for and does not have


class Unindexed(Func):
    """A column by which SQLite shall not choose an index.

    It takes a status for rare and would look 34,000 questions up; the list's own index holds all
    that the filters ask, in order. PostgreSQL keeps statistics and knows better.
    """

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


class Choice(NamedTuple):
    """A line of a filter; `key` is the census's value for it."""

    name: str
    value: str
    key: Any = None


class DeskFilter(admin.SimpleListFilter, ABC):
    """A filter whose choices are counted.

    Those over a column of the census are counted by it; for others the list counts each choice's
    `rows` (see `learn.desk.census.counted`).
    """

    template = "admin/learn/components/filter.html"
    column = ""
    hides_empty = True
    is_counted = True

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.request = request
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    # -- what is asked for

    @property
    def said(self) -> str:
        return self.value() or ""

    @property
    def chosen(self) -> Any:
        """The column's value that is asked for, None where none is."""
        return self.read(self.said) if self.said else None

    @property
    def is_beyond(self) -> bool:
        """Whether it restricts the list by what the census does not know."""
        return bool(self.said) and (not self.column or self.chosen is UNKNOWN)

    def read(self, said: str) -> Any:
        keys = {choice.value: choice.key for choice in self.lines()}
        return keys.get(said, UNKNOWN)

    @abstractmethod
    def lines(self) -> Sequence[Choice]:
        """The choices, as they are listed."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.said:
            return queryset
        return self.rows(cast(QuestionQuerySet, queryset), self.said)

    def rows(self, questions: QuestionQuerySet, said: str) -> QuestionQuerySet:
        """The questions behind a choice, or behind what an address asks for."""
        key = self.read(said)
        if key is UNKNOWN:
            return questions.none()
        return questions.filter(Exact(Unindexed(F(self.column)), key))

    # -- what is shown

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield self._line(changelist, "All", "", None)
        for choice in self.shown(changelist):
            number = changelist.number(self, choice)
            if number != 0 or choice.value == self.said or not self.hides_empty:
                yield self._line(changelist, choice.name, choice.value, number)

    def shown(self, changelist: Any) -> Sequence[Choice]:
        return self.lines()

    def _line(self, changelist: Any, name: str, value: str, number: Any) -> dict[str, Any]:
        parameter = cast(str, self.parameter_name)
        return {
            "selected": self.said == value,
            "query_string": changelist.get_query_string({parameter: value or None}),
            "display": name,
            "number": number,
        }


class StatusFilter(DeskFilter):
    title, parameter_name, column = "status", "status", "status"

    def lines(self) -> Sequence[Choice]:
        return [Choice(str(label), value, value) for value, label in Status.choices]

    def rows(self, questions: QuestionQuerySet, said: str) -> QuestionQuerySet:
        if said != "scheduled":
            return super().rows(questions, said)
        published = Exact(Unindexed(F("status")), Status.PUBLISHED)
        later = Question.objects.filter(publish_at__gt=timezone.now())  # few, with an index
        return questions.filter(published, pk__in=later.values("pk"))

    def shown(self, changelist: Any) -> Sequence[Choice]:
        return [*self.lines(), Choice("Scheduled", "scheduled")]


class FlagFilter(DeskFilter):
    """A column that says yes or no; `yes` and `no` are how the list calls them."""

    yes = no = ""

    def lines(self) -> Sequence[Choice]:
        return [Choice(self.yes, "1", True), Choice(self.no, "0", False)]


class EditedFilter(FlagFilter):
    title, parameter_name, column = "edits", "edited", "is_edited"
    yes, no = "Edited here", "As imported"


class OriginFilter(DeskFilter):
    title, parameter_name, column = "last version from", "origin", "origin"

    def lines(self) -> Sequence[Choice]:
        return [Choice(str(label), value, value) for value, label in Origin.choices]


class NoIndexFilter(FlagFilter):
    title, parameter_name, column = "search engines", "no_index", "no_index"
    yes, no = "Hidden from them", "May list it"


class MathFilter(FlagFilter):
    title, parameter_name, column = "formulas", "math", "has_math"
    yes, no = "With formulas", "Without"


class LongFilter(DeskFilter):
    """A column of many values: the largest are links, each other is asked for by its name."""

    template = "admin/learn/components/long_filter.html"

    @property
    def names(self) -> Names:
        """Read once in a request, whichever filter asks first."""
        if not hasattr(self.request, "desk_names"):
            self.request.desk_names = names()  # type: ignore[attr-defined]
        return cast(Names, self.request.desk_names)  # type: ignore[attr-defined]

    def read(self, said: str) -> Any:
        """A choice by its value, else the first one whose name begins so."""
        folded = said.strip().casefold()
        lines = self.lines()
        exact = (c.key for c in lines if folded in (c.value.casefold(), c.name.casefold()))
        begun = (c.key for c in lines if c.name.casefold().startswith(folded))
        return next(exact, next(begun, UNKNOWN))

    def shown(self, changelist: Any) -> Sequence[Choice]:
        chosen = self.chosen
        counted = changelist.counts(self)
        there = [choice for choice in self.lines() if counted[choice.key] or choice.key == chosen]
        largest = sorted(there, key=lambda choice: -counted[choice.key])[:SHOWN]
        mine = [choice for choice in there if choice.key == chosen and choice not in largest]
        return mine + largest

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield from super().choices(changelist)
        lines = self.lines()
        if len(lines) > SHOWN:
            yield {
                "offered": [choice.name for choice in lines[:OFFERED]],
                "name": self.parameter_name,
                "kept": changelist.kept(self.parameter_name),
                "said": self.said if self.chosen is UNKNOWN else "",
            }


class SubjectFilter(LongFilter):
    title, parameter_name, column = "subject", "subject", "subject_id"

    def lines(self) -> Sequence[Choice]:
        return [Choice(name, slug, pk) for pk, (name, slug) in self.names.subjects.items()]


class PersonFilter(LongFilter):
    title, parameter_name, column = "changed by", "by", "updated_by_id"

    def lines(self) -> Sequence[Choice]:
        return [Choice(name, name, pk) for pk, name in self.names.people.items()]


class UpdatedFilter(DeskFilter):
    title, parameter_name = "last change", "updated"
    days = {"1": "Within a day", "7": "Within a week", "30": "Within 30 days", "365": "A year"}
    hides_empty = False

    def lines(self) -> Sequence[Choice]:
        return [Choice(name, days) for days, name in self.days.items()]

    def rows(self, questions: QuestionQuerySet, said: str) -> QuestionQuerySet:
        if said not in self.days:
            return questions.none()
        since = timezone.now() - datetime.timedelta(days=int(said))
        return questions.filter(updated_at__gte=since)


class SeenFilter(DeskFilter):
    title, parameter_name = "since you looked", "seen"

    def lines(self) -> Sequence[Choice]:
        return [Choice("Changed by others", "changed")]

    def rows(self, questions: QuestionQuerySet, said: str) -> QuestionQuerySet:
        if said != "changed":
            return questions.none()
        person: Any = self.request.user
        return questions.filter(pk__in=LastSeen.objects.outdated(person).values("question"))


class StudentsFilter(DeskFilter):
    """Questions by what students say of them: each choice begins at a short table with an index."""

    title, parameter_name = "students", "students"

    def lines(self) -> Sequence[Choice]:
        return [
            Choice("Report a mistake", "report"),
            Choice("Mostly find it unhelpful", "unhelpful"),
        ]

    def rows(self, questions: QuestionQuerySet, said: str) -> QuestionQuerySet:
        if said == "report":
            reports = MistakeReport.objects.filter(state=MistakeReport.State.OPEN)
            return questions.filter(pk__in=reports.values("question"))
        if said == "unhelpful":
            votes = Feedback.objects.filter(GreaterThan(F("unhelpful"), F("helpful")))
            return questions.filter(pk__in=votes.values("question"))
        return questions.none()


class FindingsFilter(DeskFilter):
    """With findings or without, which the census tells; and each check's by itself."""

    title, parameter_name, column = "findings", "findings", "problem_count"

    def lines(self) -> Sequence[Choice]:
        return [Choice("With findings", "some", True), Choice("Without", "none", False)]

    def shown(self, changelist: Any) -> Sequence[Choice]:
        kinds = [Choice(name, code) for code, name in findings.KINDS.items()]
        if self.is_beyond and self.said not in findings.KINDS:
            kinds.append(Choice(self.said, self.said))
        return [*self.lines(), *kinds]

    def rows(self, questions: QuestionQuerySet, said: str) -> QuestionQuerySet:
        """Of one check: what students read or may come to read, as the dashboard counts."""
        if said in ("some", "none"):
            more = GreaterThan if said == "some" else Exact
            return questions.filter(more(Unindexed(F("problem_count")), 0))
        found = QuestionFinding.objects.filter(code=said).values("question")
        mendable = ~Q(Exact(Unindexed(F("status")), Status.ARCHIVED))
        return questions.filter(mendable, In(Unindexed(F("pk")), found))


class AlikeFilter(DeskFilter):
    """Questions that share a text. It counts nothing: each time a whole index would be read.

    Listing takes 0.1 s of 36,000 questions, a second of a million.
    """

    title, parameter_name = "the same as another", "alike"
    columns = {"title": "title_key", "description": "description_key"}
    is_counted = False

    def lines(self) -> Sequence[Choice]:
        return [Choice("Title", "title"), Choice("Description", "description")]

    def rows(self, questions: QuestionQuerySet, said: str) -> QuestionQuerySet:
        """As the form tells it: archived ones are left out of account, as one of two or as both."""
        if said not in self.columns:
            return questions.none()
        column = self.columns[said]
        there = ~Q(Exact(Unindexed(F("status")), Status.ARCHIVED))
        keys = findings.shared_keys(column)
        same = Question.objects.filter(there, **{column: OuterRef(column)})
        others = same.exclude(pk=OuterRef("pk")).order_by()
        return questions.filter(there, Exists(others), **{f"{column}__in": keys})
