"""A batch's way from one phase to the next: who may go on, and by which process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from learn import runs
from learn.batches.working import take_up, work
from learn.models import Batch, BatchQuestion, Question
from learn.runs import State

Phase, Outcome = Batch.Phase, BatchQuestion.Outcome
INLINE = 100  # questions that a web process works itself: 0.3 s, a process takes longer to start
KEPT = timedelta(days=180)  # for which a batch can be undone
PREVIEWS_KEPT = timedelta(days=7)


class GoneError(Exception):
    """A batch is not in the phase that this asks for: somebody was quicker."""


def chosen(questions: QuerySet[Question]) -> list[int]:
    """The keys of questions in order, each once; no row of them is in memory."""
    keys = questions.order_by("pk").values_list("pk", flat=True)
    return list(dict.fromkeys(keys.iterator(chunk_size=10_000)))


def prepare(
    keys: Iterable[int], kind: str, parameters: dict[str, Any], by: User, words: str
) -> Batch:
    """A batch whose preview is being made. `words` say which questions were chosen."""
    forget_old()
    keys = sorted(keys)
    batch = Batch.objects.create(
        kind=kind,
        parameters=parameters,
        chosen=words[:300],
        selection=Batch.pack(keys),
        selected=len(keys),
        total=len(keys),
        by=by,
    )
    _begin(batch)
    return batch


def confirm(batch: Batch, by: User) -> None:
    """Have done what the preview foretells. Raises GoneError."""
    total = batch.questions.filter(outcome=Outcome.FORETOLD).count()
    if not total:
        raise GoneError
    _step(
        batch,
        Batch.objects.filter(phase=Phase.PREVIEW, state=State.DONE),
        phase=Phase.RUN,
        by=by,
        run_at=timezone.now(),
        taken=0,
        total=total,
    )


def undo(batch: Batch, by: User) -> None:
    """Have everything put back that a batch changed. Raises GoneError."""
    if not may_undo(batch):
        raise GoneError
    standing = Batch.objects.filter(phase=Phase.RUN, state=batch.state, holder=batch.holder)
    _step(
        batch,
        standing,
        phase=Phase.UNDO,
        undone_by=by,
        undone_at=timezone.now(),
        taken=0,
        total=batch.questions.filter(outcome=Outcome.CHANGED).count(),
    )


def may_undo(batch: Batch) -> bool:
    """Whether there is something to put back, and nobody is at it."""
    is_over = batch.state not in State.under_way() or has_ended(batch)
    changed = batch.questions.filter(outcome=Outcome.CHANGED)
    return batch.phase == Phase.RUN and is_over and changed.exists()


def again(batch: Batch) -> None:
    """Have the preview made anew. Raises GoneError."""
    _step(batch, Batch.objects.filter(phase=Phase.PREVIEW), taken=0, total=batch.selected)


def resume(batch: Batch) -> None:
    """Have a phase go on that failed, was stopped, or whose process has ended. Raises GoneError."""
    if batch.state == State.DONE or (batch.state in State.under_way() and not has_ended(batch)):
        raise GoneError
    _step(batch, Batch.objects.filter(phase=batch.phase, state=batch.state, holder=batch.holder))


def stop(batch: Batch, by: User) -> None:
    runs.stop(batch, f"stopped by {by}")


def discard(batch: Batch) -> None:
    """Remove a batch that has changed nothing. Raises GoneError."""
    mine = Batch.objects.filter(pk=batch.pk, phase=Phase.PREVIEW)
    if not mine.exclude(state=State.RUNNING).delete()[0]:
        raise GoneError


def has_ended(batch: Batch) -> bool:
    """Whether a phase that is under way will not go on by itself."""
    if batch.state not in State.under_way():
        return False
    return runs.is_silent(batch) or bool(batch.holder and runs.has_ended(batch, timezone.now()))


def waiting() -> list[int]:
    """The batches that nobody has taken up yet, oldest first."""
    unclaimed = Batch.objects.filter(state=State.WAITING, holder="").order_by("pk")
    return list(unclaimed.values_list("pk", flat=True))


def forget_old() -> None:
    """Remove previews that nobody ran, and what old batches kept for their undoing."""
    now = timezone.now()
    previews = Batch.objects.filter(phase=Phase.PREVIEW, made_at__lt=now - PREVIEWS_KEPT)
    previews.exclude(state__in=State.under_way(), beat_at__gt=now - runs.SILENCE).delete()
    old = Batch.objects.filter(run_at__lt=now - KEPT).exclude(state__in=State.under_way())
    BatchQuestion.objects.filter(batch__in=list(old.values_list("pk", flat=True))).delete()


def _step(batch: Batch, standing: QuerySet[Batch], **columns: Any) -> None:
    """Put a batch before its next piece of work, if it is still as it was found."""
    now = timezone.now()
    waits = {"state": State.WAITING, "holder": "", "beat_at": now, "refusal": "", **columns}
    if not standing.filter(pk=batch.pk).update(finished_at=None, **waits):
        raise GoneError
    batch.refresh_from_db()
    _begin(batch)


def _begin(batch: Batch) -> None:
    if batch.total <= INLINE and not batch.parameters.get("is_expression"):
        if mine := take_up(batch.pk):
            work(mine)
    elif settings.IMPORTS_IN_BACKGROUND:
        runs.start(batch, "run_batch")
    batch.refresh_from_db()
