"""Import runs: one at a time, each with its outcomes."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from learn import bulk
from learn.models import ImportOutcome, ImportRun, Upload
from learn.reports import COUNTS, Outcome, Report

SILENCE = timedelta(minutes=2)  # after which a run that says nothing counts as ended
KEPT = timedelta(days=180)  # for which the outcomes of single files are kept
State = ImportRun.State


class AlreadyRunningError(Exception):
    """Another import runs; the sentence says which process holds the lock, and since when."""


class StoppedError(Exception):
    """Somebody stopped this run; the sentence says who."""


def prepared(
    source: str, by: User | None, *, is_rehearsal: bool, upload: Upload | None = None
) -> ImportRun:
    """A run that some process will take up later (see `taken_up`)."""
    return ImportRun.objects.create(
        source=source,
        by=by,
        is_rehearsal=is_rehearsal,
        state=State.WAITING,
        upload=upload,
    )


def waiting() -> list[int]:
    """The runs that nobody has taken up yet, oldest first."""
    unclaimed = ImportRun.objects.filter(state=State.WAITING, holder="").order_by("pk")
    return list(unclaimed.values_list("pk", flat=True))


def taken_up(pk: int) -> ImportRun | None:
    """A run that waits, from now on this process's own; None where there is none or it is taken."""
    unclaimed = ImportRun.objects.filter(pk=pk, state=State.WAITING, holder="")
    if not unclaimed.update(holder=_this_process(), beat_at=timezone.now()):
        return None
    return ImportRun.objects.select_related("by", "upload").get(pk=pk)


def is_silent(run: ImportRun) -> bool:
    """Whether a run that is under way has not been heard of for so long that it counts as ended."""
    return run.state in State.under_way() and run.beat_at < timezone.now() - SILENCE


def fail(run: ImportRun, reason: str) -> None:
    """End a run that is under way; one that has ended stays as it is."""
    _end(run, State.FAILED, reason)


def stop(run: ImportRun, reason: str) -> None:
    """End a run that is under way: its process notices within a second or so of work."""
    _end(run, State.STOPPED, reason)


def _end(run: ImportRun, state: ImportRun.State, reason: str) -> None:
    standing = ImportRun.objects.filter(pk=run.pk, state__in=State.under_way())
    standing.update(state=state, refusal=reason, finished_at=timezone.now())


@contextmanager
def running(run: ImportRun, report: Report) -> Iterator[None]:
    """Hold the lock against other imports, and store what became of this one.

    `run` is stored where it is not yet. Raises AlreadyRunningError. A run that was killed is told
    apart by its silence and marked as failed; the next import completes what it left.
    """
    _begin(run)
    state = State.FAILED
    try:
        yield
        state = State.DONE
    except StoppedError as error:
        state, run.refusal = State.STOPPED, str(error)
        raise
    except Exception as error:
        run.refusal = run.refusal or str(error)
        raise
    finally:
        run.state, run.finished_at = state, timezone.now()
        run.notes = report.notes
        _count(run, report)
        run.save()


def beat(run: ImportRun, report: Report) -> None:
    """Say that a run is alive, and how far it is: about once a second.

    Raises StoppedError where somebody stopped it, and AlreadyRunningError where it was silent for
    so long that another took the lock.
    """
    _count(run, report)
    counts = {name: getattr(run, name) for name in COUNTS}
    standing = ImportRun.objects.filter(pk=run.pk, state=run.state)
    if standing.update(beat_at=timezone.now(), **counts):
        return
    run.refresh_from_db(fields=("state", "refusal"))
    if run.state == State.STOPPED:
        raise StoppedError(run.refusal)
    raise AlreadyRunningError("this import was silent for so long that it counts as ended")


def record(run: ImportRun, outcomes: Sequence[Outcome]) -> None:
    """Store what became of files."""
    bulk.insert(
        ImportOutcome,
        ("run_id", "kind", "file", "question_id", "code", "message", "line"),
        [
            (run.pk, str(kind), file, pk, error.code, error.message, error.line)
            if error
            else (run.pk, str(kind), file, pk, "", "", 0)
            for kind, file, pk, error in outcomes
        ],
    )


def _count(run: ImportRun, report: Report) -> None:
    for name in COUNTS:
        setattr(run, name, getattr(report, name))


def _this_process() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def _begin(run: ImportRun) -> None:
    now = timezone.now()
    run.holder = _this_process()
    run.state, run.started_at, run.beat_at = State.RUNNING, now, now
    silent = ImportRun.objects.filter(state__in=State.under_way(), beat_at__lt=now - SILENCE)
    silent.exclude(holder="").update(state=State.FAILED)
    ImportOutcome.objects.filter(run__started_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:
        other = ImportRun.objects.filter(state=State.RUNNING, is_rehearsal=False).first()
        who = f"{other.holder}, since {other.started_at:%H:%M:%S} UTC" if other else "somebody"
        raise AlreadyRunningError(f"another import is running ({who})") from None
