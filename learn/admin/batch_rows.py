"""The questions of a batch: a page of them with what changes in each, and one looked at closely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from learn import batches
from learn.admin.outcomes import TEXTS, Tab
from learn.admin.sides import Side, side_from, side_of
from learn.content.differences import Piece, difference, excerpts
from learn.content.document import ContentError
from learn.content.replacing import PatternError
from learn.models import Batch, BatchQuestion, Question
from learn.pagination import paginated

Outcome = BatchQuestion.Outcome
PER_PAGE = 20
PLACES = 4  # of a difference that the list shows
_IS_TEXT = (Batch.Kind.MOVE, Batch.Kind.HIDE, Batch.Kind.SHOW, Batch.Kind.REPLACE)
_IS_SEEN = (Batch.Kind.RERENDER, Batch.Kind.MERGE)  # beside what it becomes
# What can be seen of a row: what it was and what it became, or will.
_SHOWN = (Outcome.FORETOLD, Outcome.CHANGED, Outcome.KEPT)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the list; `places` are the first of the difference, `more` counts the others."""

    row: BatchQuestion
    places: list[list[Piece]]
    more: int
    is_shown: bool


def listed(batch: Batch, request: HttpRequest, wanted: str) -> dict[str, Any]:
    """A page of a batch's questions, all or those of the `wanted` outcome, and links to each."""
    if wanted and wanted not in Outcome:
        raise Http404
    counts = _counted(batch)
    rows = batch.questions.filter(outcome=wanted) if wanted else batch.questions.all()
    count = counts.get(wanted, 0) if wanted else sum(counts.values())
    read = ("source",) if batch.kind in _IS_TEXT else ()
    first = 0 if wanted else counts.get(Outcome.KEPT, 0)
    shown = paginated(_Rows(rows, count, first, *read), request, count, per_page=PER_PAGE)
    return {"tabs": _tabs(batch, counts, wanted), "items": _items(batch, shown["page"]), **shown}


class _Rows(Sequence[BatchQuestion]):
    """Rows of which a page is read at a time: its keys from an index alone, then what they hold.

    The `first` of them are those that somebody has changed since: they need a person.
    """

    def __init__(self, rows: QuerySet[BatchQuestion], count: int, first: int, *read: str) -> None:
        self._rows, self._count, self._first, self._read = rows, count, first, read

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, part: Any) -> Any:
        keys = self._keys(part.start or 0, part.stop or self._count)
        found = BatchQuestion.objects.select_related("question__subject")
        found = found.defer(*(f"question__{name}" for name in TEXTS if name not in self._read))
        there = found.in_bulk(keys)
        return [there[key] for key in keys if key in there]

    def _keys(self, start: int, stop: int) -> list[int]:
        keys = self._rows.order_by("pk").values_list("pk", flat=True)
        if not self._first:
            return list(keys[start:stop])
        kept, others = keys.filter(outcome=Outcome.KEPT), keys.exclude(outcome=Outcome.KEPT)
        later = (max(place - self._first, 0) for place in (start, stop))
        return [*kept[start:stop], *others[slice(*later)]]


def _counted(batch: Batch) -> dict[str, int]:
    """How many rows have each outcome: foretold ones become others as the batch is run."""
    told = {**batch.foretold, **batch.counts}
    foretold = batch.foretold.get(Outcome.FORETOLD, 0)
    settled = (Outcome.CHANGED, Outcome.UNCHANGED, Outcome.FAILED)
    ran = {name: batch.counts.get(name, 0) for name in settled}
    told[Outcome.FORETOLD] = foretold - sum(ran.values())
    told[Outcome.UNCHANGED] = ran[Outcome.UNCHANGED]  # those of the preview have no row
    told[Outcome.FAILED] = batch.foretold.get(Outcome.FAILED, 0) + ran[Outcome.FAILED]
    back = (Outcome.UNDONE, Outcome.KEPT)
    told[Outcome.CHANGED] = ran[Outcome.CHANGED] - sum(batch.counts.get(each, 0) for each in back)
    return {name: count for name, count in told.items() if count > 0}


def _tabs(batch: Batch, counts: dict[str, int], wanted: str) -> list[Tab]:
    every = reverse("admin:learn_batch_follow", args=(batch.pk,))
    tabs = [Tab("All", sum(counts.values()), every, not wanted)]
    for outcome in Outcome:
        if outcome in counts:
            url = reverse("admin:learn_batch_follow_outcome", args=(batch.pk, outcome.value))
            tabs.append(Tab(str(outcome.label), counts[outcome], url, outcome == wanted))
    return tabs


def _items(batch: Batch, rows: Any) -> list[Item]:
    page = list(rows)
    texts = _texts(batch, page) if batch.kind in _IS_TEXT else {}
    items = []
    for row in page:
        places = excerpts(difference(*texts[row.pk])) if row.pk in texts else []
        is_shown = row.outcome in _SHOWN and (bool(places) or batch.kind in _IS_SEEN)
        items.append(Item(row, places[:PLACES], max(len(places) - PLACES, 0), is_shown))
    return items


def _texts(batch: Batch, rows: list[BatchQuestion]) -> dict[int, tuple[str, str]]:
    """The text before and after of each row of which both are known."""
    after = _foretold(batch, [row.question for row in rows if row.outcome == Outcome.FORETOLD])
    texts = {}
    for row in rows:
        now = row.question.source
        if row.outcome == Outcome.FORETOLD and row.question_id in after:
            texts[row.pk] = (now, after[row.question_id])
        elif row.outcome in (Outcome.CHANGED, Outcome.KEPT):
            texts[row.pk] = (row.text, now)
    return texts


def _foretold(batch: Batch, questions: list[Question]) -> dict[int, str]:
    """The texts that the batch would give these questions now."""
    if not questions:
        return {}
    try:
        action = batches.action_of(batch)
    except (PatternError, ObjectDoesNotExist):
        return {}
    action.look(questions)
    texts = {}
    for question in questions:
        try:
            intended = action.intended(question)
        except ContentError:
            continue
        if intended:
            texts[question.pk] = intended.source
    return texts


# ---------------------------------------------------------------------- one of them


def row_of(pk: int) -> BatchQuestion:
    related = ("batch", "question__subject")
    return get_object_or_404(BatchQuestion.objects.select_related(*related), pk=pk)


def sides(row: BatchQuestion) -> tuple[Side | None, Side | None]:
    """The question before and after the batch, as far as that is known."""
    if row.outcome not in _SHOWN:
        return None, None
    now = side_of(row.question)
    if row.batch.kind == Batch.Kind.MERGE:
        kept = Question.objects.filter(pk=row.batch.parameters["into"]).first()
        return now, side_of(kept) if kept else None
    if row.batch.kind not in _IS_TEXT:
        return (now, _rendered(row)) if row.outcome == Outcome.FORETOLD else (None, now)
    if row.outcome == Outcome.FORETOLD:
        text = _foretold(row.batch, [row.question]).get(row.question_id)
        return now, side_from(text) if text else None
    try:
        return side_from(row.text), now
    except ContentError:
        return None, now


def _rendered(row: BatchQuestion) -> Side | None:
    """The question rendered again, where that is what its batch does."""
    if row.batch.kind != Batch.Kind.RERENDER:
        return None
    try:
        return side_from(row.question.source)
    except ContentError:
        return None


def compared(row: BatchQuestion) -> dict[str, Any]:
    """What the page of one question shows."""
    before, after = sides(row)
    lines = difference(before.source, after.source) if before and after else []
    others = BatchQuestion.objects.filter(batch=row.batch_id, outcome=row.outcome)
    return {
        "row": row,
        "batch": row.batch,
        "before": before,
        "after": after,
        "lines": lines,
        "previous_url": _url(others.filter(pk__lt=row.pk).order_by("-pk")),
        "next_url": _url(others.filter(pk__gt=row.pk).order_by("pk")),
    }


def _url(found: QuerySet[BatchQuestion]) -> str:
    pk = found.values_list("pk", flat=True).first()
    return reverse("admin:learn_batch_question", args=(pk,)) if pk else ""
