"""The checks' findings over the whole library: kept beside the questions, counted, followed."""

from __future__ import annotations

import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Value
from django.utils import timezone

from learn import bulk
from learn.content.record import likeness_key
from learn.models import FindingCount, Question, QuestionFinding, Status, Subject

# What each check's code means to an editor, the gravest first: students see these.
KINDS = {
    "math-error": "Formulas that cannot be read",
    "unclosed-math": "Math that never closes",
    "too-long": "Answers that are too long to be shown",
    "short-answer": "Answers of a few words",
    "double-script": "Two scripts at one place of a formula",
    "external-image": "Images on other sites",
    "missing-alt": "Images without alternative text",
    "poor-alt": "Images whose alternative text says nothing",
    "missing-header": "Tables with columns without a header",
    "vague-link": "Links that do not say where they lead",
    "bold-heading": "Lines in bold in place of headings",
    "invisible-character": "Titles with invisible characters",
    "long-title": "Titles of more than 200 characters",
    "no-description": "No description for result lists",
}
ALIKE = 10  # questions that are named where more share a title or a description
TREND = datetime.timedelta(days=90)


def replace(problems: Mapping[int, str]) -> None:
    """Store the findings of questions anew: by primary key, `Question.problems` as JSON."""
    QuestionFinding.objects.filter(question__in=problems).delete()
    add(problems)


def add(problems: Mapping[int, str]) -> None:
    """Store the findings of questions that had none."""
    rows = [
        (pk, code, number)
        for pk, found in problems.items()
        if found != "[]"
        for code, number in Counter(problem["code"] for problem in json.loads(found)).items()
    ]
    bulk.insert(QuestionFinding, ("question_id", "code", "number"), rows)


class Remarks:
    """What the checks say of the questions that an import takes in: how many, and where first."""

    def __init__(self) -> None:
        self._numbers: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def take(self, file: str, problems: str) -> None:
        """Count a file's findings, `Question.problems` as JSON."""
        if problems != "[]":
            for code in {problem["code"] for problem in json.loads(problems)}:
                self._numbers[code] += 1
                self._first.setdefault(code, file)

    def sentences(self) -> list[str]:
        """One for each check, in the order of KINDS."""
        told = []
        for code in dict.fromkeys([*KINDS, *sorted(self._numbers)]):
            if number := self._numbers[code]:
                files = "1 file" if number == 1 else f"{number:,} files"
                told.append(f"{KINDS.get(code, code)}: {files}, first {self._first[code]}")
        return told


def counts() -> dict[str, int]:
    """How many questions each check speaks of, in the order of KINDS; then unknown codes.

    Archived ones, which nobody mends, are taken off: few beside all, which an index counts.
    """
    number = Count("pk")
    every = QuestionFinding.objects.order_by().values_list("code").annotate(number=number)
    archived = every.filter(question__status=Status.ARCHIVED)
    found: Counter[str] = Counter()
    for code, more, less in every.annotate(less=Value(0)).union(
        archived.annotate(less=Value(1)), all=True
    ):
        found[code] += -more if less else more
    return {code: found[code] for code in dict.fromkeys([*KINDS, *sorted(found)]) if found[code]}


def counts_among(keys: Sequence[int]) -> dict[str, int]:
    """`counts` of these questions."""
    found = QuestionFinding.objects.filter(question__in=keys).order_by().values_list("code")
    mendable = found.exclude(question__status=Status.ARCHIVED)
    return dict(mendable.annotate(number=Count("pk")))


class SubjectFindings(NamedTuple):
    """A subject's questions, and how many of them each check speaks of."""

    subject: Subject
    questions: int
    by_code: Mapping[str, int]


def by_subject(codes: Iterable[str]) -> list[SubjectFindings]:
    """The subjects in which these checks found something, by name.

    Each finding's question is looked up: 1 to 10 µs in a small library, 25 where it is large.
    """
    found: dict[int, dict[str, int]] = defaultdict(dict)
    mendable = QuestionFinding.objects.exclude(question__status=Status.ARCHIVED)
    rows = mendable.filter(code__in=list(codes)).values_list("question__subject", "code")
    for subject, code, number in rows.annotate(questions=Count("pk")).order_by():
        found[subject][code] = number
    subjects = Subject.objects.filter(pk__in=list(found)).with_counts()
    return [SubjectFindings(each, each.question_count, found[each.pk]) for each in subjects]


def note_today() -> None:
    """Keep today's counts for the trend; of several notes on a day the last one stays."""
    today = timezone.now().date()
    rows = [
        FindingCount(day=today, code=code, questions=number) for code, number in counts().items()
    ]
    FindingCount.objects.filter(day=today).exclude(code__in=[row.code for row in rows]).delete()
    FindingCount.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day", "code"], update_fields=["questions"]
    )


def trend() -> dict[str, list[tuple[datetime.date, int]]]:
    """The noted counts of each check over the last 90 days, oldest first."""
    since = timezone.now().date() - TREND
    noted: dict[str, list[tuple[datetime.date, int]]] = defaultdict(list)
    rows = FindingCount.objects.filter(day__gte=since).order_by("day")
    for code, day, number in rows.values_list("code", "day", "questions"):
        noted[code].append((day, number))
    return dict(noted)


class Alike(NamedTuple):
    """Other questions with the same title, and with the same description."""

    titled: list[Question]
    described: list[Question]


def alike(title: str, description: str, but: int | None = None) -> Alike:
    """The questions alike, `but` one by its primary key; one look-up by index."""
    titled, described = likeness_key(title), likeness_key(description)
    wanted = Q(title_key=titled) if titled else Q(pk__in=())
    wanted |= Q(description_key=described) if described else Q(pk__in=())
    others = Question.objects.filter(wanted).exclude(pk=but or 0).exclude(status=Status.ARCHIVED)
    found = others.for_listing("title_key", "description_key").order_by("id")[: 2 * ALIKE]
    return Alike(
        [other for other in found if titled and other.title_key == titled][:ALIKE],
        [other for other in found if described and other.description_key == described][:ALIKE],
    )


def shared_keys(column: str) -> QuerySet[Any]:
    """The keys of `title_key` or `description_key` that more than one question has: one index."""
    keys = Question.objects.order_by().exclude(**{column: 0}).values(column)
    shared: QuerySet[Any] = keys.annotate(number=Count("pk")).filter(number__gt=1).values(column)
    return shared
