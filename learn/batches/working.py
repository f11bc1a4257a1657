"""The phases of a batch: the preview, the run, the undoing, each by steps of BATCH questions."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from learn import bulk, findings, linking, runs, topics
from learn.batches.actions import Action, Intended, Rerender, SetStatus
from learn.batches.duplicates import Merge
from learn.batches.texts import ChangeText, Move, Replace, SetNoIndex
from learn.content.document import ContentError
from learn.models import Batch, BatchQuestion, Question, Status
from learn.publishing import BATCH
from learn.runs import State, StoppedError

logger = logging.getLogger(__name__)

Kind, Phase, Outcome = Batch.Kind, Batch.Phase, BatchQuestion.Outcome
_ACTIONS: Mapping[str, Callable[[dict[str, Any]], Action]] = {
    Kind.PUBLISH: lambda parameters: SetStatus(parameters, Status.PUBLISHED),
    Kind.DRAFT: lambda parameters: SetStatus(parameters, Status.DRAFT),
    Kind.ARCHIVE: lambda parameters: SetStatus(parameters, Status.ARCHIVED),
    Kind.MOVE: Move,
    Kind.HIDE: lambda parameters: SetNoIndex(parameters, no_index=True),
    Kind.SHOW: lambda parameters: SetNoIndex(parameters, no_index=False),
    Kind.RERENDER: Rerender,
    Kind.REPLACE: Replace,
    Kind.MERGE: Merge,
}


def action_of(batch: Batch) -> Action:
    """What a batch does. Raises PatternError, and ObjectDoesNotExist for a place that is gone."""
    return _ACTIONS[batch.kind](batch.parameters)


def take_up(pk: int) -> Batch | None:
    """A batch that waits, from now on this process's own; None where another one took it."""
    if not runs.claim(Batch, pk):
        return None
    return Batch.objects.select_related("by", "undone_by").get(pk=pk)


def work(batch: Batch) -> None:
    """Work the phase in which a batch is. What goes wrong stands in it; nothing is raised."""
    phases = {Phase.PREVIEW: _foretell, Phase.RUN: _run, Phase.UNDO: _undo}
    try:
        mine = Batch.objects.filter(pk=batch.pk, state=State.WAITING, holder=batch.holder)
        if not mine.update(state=State.RUNNING):
            return
        phases[Phase(batch.phase)](batch, action_of(batch))
        done = Batch.objects.filter(pk=batch.pk, state=State.RUNNING, holder=batch.holder)
        done.update(state=State.DONE, holder="", finished_at=timezone.now())
    except StoppedError:
        pass  # it stands there already
    except Exception as error:
        logger.exception("Batch %s broke off", batch.pk)
        runs.fail(batch, f"it broke off: {error}")


def _beat(batch: Batch, taken: int, counted: Counter[str], subjects: set[int]) -> None:
    """Say how far it is, within the transaction of a step; that keeps others from the batch.

    Raises StoppedError where it is not this process's any more.
    """
    mine = Batch.objects.filter(pk=batch.pk, state=State.RUNNING, holder=batch.holder)
    batch.taken += taken
    name = "foretold" if batch.phase == Phase.PREVIEW else "counts"
    counts = dict(Counter(getattr(batch, name)) + counted)
    setattr(batch, name, counts)
    batch.subjects = sorted({*batch.subjects, *subjects})
    written = {"taken": batch.taken, name: counts, "subjects": batch.subjects}
    if not mine.update(beat_at=timezone.now(), **written):
        raise StoppedError("it was stopped, or another process has taken it up")


def _loaded(action: Action, keys: Sequence[int], *, lock: bool = False) -> list[Question]:
    """Questions with what the action asks of them, in the order of their keys."""
    rows = Question.objects.filter(pk__in=keys).select_related("subject").order_by("pk")
    if lock:
        rows = rows.locked()
    return list(rows.only(*action.columns, "subject__slug", "subject__name"))


def _intended(
    action: Action, questions: Sequence[Question]
) -> Iterator[tuple[Question, Intended | None, str]]:
    """What would become of each question, or a sentence that says why it cannot."""
    action.look(questions)
    for question in questions:
        try:
            yield question, action.intended(question), ""
        except ContentError as error:
            yield question, None, error.message


# ---------------------------------------------------------------------- the preview


def _foretell(batch: Batch, action: Action) -> None:
    """Note what would become of each question. What would not change has no row.

    One that was killed goes on; a move remembers the addresses that it has given away.
    """
    keys = batch.keys
    if not batch.taken or isinstance(action, Move):
        _start_over(batch)
    for start in range(batch.taken, len(keys), BATCH):
        step = keys[start : start + BATCH]
        rows = []
        for question, intended, problem in _intended(action, _loaded(action, step)):
            if intended or problem:
                outcome = Outcome.FORETOLD if intended else Outcome.FAILED
                note = intended.note if intended else problem
                rows.append((batch.pk, question.pk, str(outcome), note[:500], "{}", ""))
        counted = Counter(row[2] for row in rows)
        counted[str(Outcome.UNCHANGED)] = len(step) - len(rows)
        with transaction.atomic():
            _beat(batch, len(step), counted, set())
            columns = ("batch_id", "question_id", "outcome", "note", "before", "wrote")
            bulk.insert(BatchQuestion, columns, rows)


def _start_over(batch: Batch) -> None:
    with transaction.atomic():
        batch.taken, batch.foretold = 0, {}
        _beat(batch, 0, Counter(), set())
        batch.questions.all().delete()


# ---------------------------------------------------------------------- the run


def _run(batch: Batch, action: Action) -> None:
    while rows := list(batch.questions.filter(outcome=Outcome.FORETOLD)[:BATCH]):
        _run_step(batch, action, {row.question_id: row for row in rows})
    _finish(batch, action)


def _run_step(batch: Batch, action: Action, rows: Mapping[int, BatchQuestion]) -> None:
    """Change the questions of a step that nobody changes in this moment; others wait for the next.

    What takes time is done before they are locked.
    """
    made: dict[int, tuple[Question, Intended]] = {}
    failed: dict[int, str] = {}
    same = []
    for question, intended, problem in _intended(action, _loaded(action, list(rows))):
        if intended:
            made[question.pk] = question, action.rendered(intended)
        elif problem:
            failed[question.pk] = problem
        else:
            same.append(question.pk)
    with transaction.atomic():
        _lock(batch)
        changes = []
        for now in _loaded(action, list(made), lock=True):
            question, intended = made[now.pk]
            if _columns(action, now) == _columns(action, question):
                changes.append((now, intended))
        columns = ("outcome", "note", "before", "packed", "wrote")
        written = [_changed(action, rows[now.pk], now, intended) for now, intended in changes]
        left = [(Outcome.FAILED, pk, note) for pk, note in failed.items()]
        left += [(Outcome.UNCHANGED, pk, "It says so by now") for pk in same]
        written += [
            (str(outcome), note[:500], "{}", None, "", rows[pk].pk) for outcome, pk, note in left
        ]
        subjects = {now.subject_id for now, _ in changes}
        subjects |= {intended.place.subject_id for _, intended in changes}
        action.store(changes, batch.by)
        bulk.update(BatchQuestion, columns, written)
        _beat(batch, len(written), Counter(row[0] for row in written), subjects)


def _lock(batch: Batch) -> None:
    """Before any question: two processes that work one batch wait for each other here."""
    Batch.objects.select_for_update().filter(pk=batch.pk).values_list("pk").first()


def _columns(action: Action, question: Question) -> list[Any]:
    return [getattr(question, name) for name in action.columns]


def _changed(action: Action, row: BatchQuestion, now: Question, made: Intended) -> tuple[Any, ...]:
    before = bulk.json_text(action.before(now))
    wrote = action.written(made)
    return (str(Outcome.CHANGED), made.note, before, action.packed(now), wrote, row.pk)


def _finish(batch: Batch, action: Action) -> None:
    """What follows from many questions, once."""
    if action.follows_topics:
        topics.refresh(batch.subjects)
    if isinstance(action, Move):
        linking.resolve_all()
    if isinstance(action, (ChangeText, Rerender)):
        findings.note_today()


# ---------------------------------------------------------------------- the undoing


def _undo(batch: Batch, action: Action) -> None:
    while rows := list(batch.questions.filter(outcome=Outcome.CHANGED)[:BATCH]):
        _undo_step(batch, action, {row.question_id: row for row in rows}, batch.undone_by)
    _finish(batch, action)


def _undo_step(
    batch: Batch, action: Action, rows: Mapping[int, BatchQuestion], by: User | None
) -> None:
    """Put back what nobody has changed since."""
    action.recall(rows.values())
    with transaction.atomic():
        _lock(batch)
        back, written, subjects = [], [], set()
        for now in _loaded(action, list(rows), lock=True):
            row = rows[now.pk]
            reason = "" if action.standing(now) == row.wrote else "somebody changed it since"
            reason = reason or action.hindrance(row, now)
            if not reason:
                back.append((row, now))
                subjects |= {now.subject_id, row.before.get("subject", now.subject_id)}
            outcome = Outcome.KEPT if reason else Outcome.UNDONE
            written.append((str(outcome), reason or row.note, row.pk))
        action.put_back(back, by)
        bulk.update(BatchQuestion, ("outcome", "note"), written)
        _beat(batch, len(written), Counter(row[0] for row in written), subjects)
