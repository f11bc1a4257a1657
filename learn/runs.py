"""Import runs: one at a time, each with its outcomes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from threading import Thread

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from learn import audit, bulk
from learn.audit import Origin
from learn.models import Batch, ImportOutcome, ImportRun, Upload, Verb
from learn.reports import COUNTS, Outcome, Report

SILENCE = timedelta(minutes=2)  # after which a run that says nothing counts as ended
KEPT = timedelta(days=180)  # for which the outcomes of single files are kept
State = ImportRun.State
Work = ImportRun | Batch  # what a process of its own does, and another one may end


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
    if not claim(ImportRun, pk):
        return None
    return ImportRun.objects.select_related("by", "upload").get(pk=pk)


def claim(model: type[Work], pk: int) -> bool:
    """Make work that waits this process's own, unless another has taken it up."""
    unclaimed = model._default_manager.filter(pk=pk, state=State.WAITING, holder="")
    return bool(unclaimed.update(holder=holder(os.getpid()), beat_at=timezone.now()))


def is_silent(run: Work) -> bool:
    """Whether work that is under way has not been heard of for so long that it counts as ended."""
    return run.state in State.under_way() and run.beat_at < timezone.now() - SILENCE


def fail(run: Work, reason: str) -> None:
    """End work that is under way; what has ended stays as it is."""
    _end(run, State.FAILED, reason)


def stop(run: Work, reason: str) -> None:
    """End work that is under way: its process notices within a second or so of work."""
    _end(run, State.STOPPED, reason)


def _end(run: Work, state: ImportRun.State, reason: str) -> None:
    standing = type(run)._default_manager.filter(pk=run.pk, state__in=State.under_way())
    standing.update(state=state, refusal=reason, finished_at=timezone.now())


def start(run: Work, command: str) -> None:
    """Start the process that works it, in a session of its own: no restart here ends it."""
    line = [sys.executable, str(settings.BASE_DIR / "manage.py"), command, str(run.pk)]
    try:
        process = subprocess.Popen(  # noqa: S603
            line,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            start_new_session=True,
        )
    except OSError as error:
        fail(run, f"its process could not be started: {error.strerror}")
        return
    Thread(target=process.wait, daemon=True).start()  # an end that nobody hears of stays a zombie


@contextmanager
def running(run: ImportRun, report: Report) -> Iterator[None]:
    """Hold the lock against other imports, and store what became of this one.

    `run` is stored where it is not yet. Raises AlreadyRunningError. A run that was killed is marked
    as failed, and the next import completes what it left: on this machine at once, because its
    process is gone, from another one after the SILENCE.
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
        # A database that takes no more rows may not take this one: the next import tells it.
        with nullcontext() if state == ImportRun.State.DONE else suppress(DatabaseError):
            run.save()
            _note(
                Verb.ENDED,
                run,
                {"state": state.value} | {n: getattr(run, n) for n in COUNTS if getattr(run, n)},
            )


def _note(verb: Verb, run: ImportRun, details: audit.Details | None = None) -> None:
    """Tell the audit log of an import; what the desk started it has noted itself."""
    if not run.is_rehearsal:
        origin = Origin.IMPORT if run.upload_id else Origin.COMMAND
        audit.record(verb, run, by=run.by, origin=origin, words=run.source, details=details)


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


def _begin(run: ImportRun) -> None:
    now = timezone.now()
    run.holder = holder(os.getpid())
    run.state, run.started_at, run.beat_at = State.RUNNING, now, now
    under_way = ImportRun.objects.filter(state__in=State.under_way()).exclude(holder="")
    ended = [other.pk for other in under_way.only("holder", "beat_at") if has_ended(other, now)]
    ImportRun.objects.filter(pk__in=ended).exclude(pk=run.pk).update(state=State.FAILED)
    ImportOutcome.objects.filter(run__started_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            run.save()
            if run.upload_id is None:
                _note(Verb.STARTED, run)
    except IntegrityError:
        other = ImportRun.objects.filter(state=State.RUNNING, is_rehearsal=False).first()
        who = f"{other.holder}, since {other.started_at:%H:%M:%S} UTC" if other else "somebody"
        raise AlreadyRunningError(f"another import is running ({who})") from None


def holder(process: int) -> str:
    return f"process {process} on {socket.gethostname()}"


def has_ended(run: Work, now: datetime) -> bool:
    """Whether work that never said that it ended can be told to have."""
    if run.beat_at < now - SILENCE:
        return True
    number = _PROCESS.match(run.holder)
    if number is None or run.holder != holder(int(number[1])):
        return False
    try:
        os.kill(int(number[1]), 0)  # sends nothing: it only asks whether the process is there
    except ProcessLookupError:
        return True
    except OSError:
        pass  # somebody else's process
    return False


_PROCESS = re.compile(r"process ([1-9][0-9]{0,8}) on ")
