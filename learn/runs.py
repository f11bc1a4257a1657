"""Import runs: one at a time, each with its report."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from learn.models import ImportRun
from learn.reports import Report

SILENCE = timedelta(minutes=2)  # after which a run that says nothing counts as ended
_COUNTS = ("created", "updated", "unchanged", "conflicted", "rejected", "pruned")


class AlreadyRunningError(Exception):
    """Another import runs; the sentence says which process holds the lock, and since when."""


@contextmanager
def running(source: str, report: Report, by: User | None = None) -> Iterator[ImportRun]:
    """Hold the lock against other imports, and store what became of this one.

    Raises AlreadyRunningError. A run that was killed is told apart by its silence and marked as
    failed; the next import completes what it left.
    """
    run = _begun(source, by)
    state = ImportRun.State.FAILED
    try:
        yield run
        state = ImportRun.State.DONE
    finally:
        run.state, run.finished_at = state, timezone.now()
        for name in _COUNTS:
            setattr(run, name, getattr(report, name))
        run.report = asdict(report)
        run.save()


def beat(run: ImportRun) -> None:
    """Say that a run is alive: once a batch."""
    ImportRun.objects.filter(pk=run.pk).update(beat_at=timezone.now())


def _begun(source: str, by: User | None) -> ImportRun:
    holder = f"process {os.getpid()} on {socket.gethostname()}"
    silent = ImportRun.objects.filter(
        state=ImportRun.State.RUNNING, beat_at__lt=timezone.now() - SILENCE
    )
    silent.update(state=ImportRun.State.FAILED)
    try:
        with transaction.atomic():
            return ImportRun.objects.create(source=source, holder=holder, by=by)
    except IntegrityError:
        other = ImportRun.objects.filter(state=ImportRun.State.RUNNING).first()
        who = f"{other.holder}, since {other.started_at:%H:%M:%S} UTC" if other else "somebody"
        raise AlreadyRunningError(f"another import is running ({who})") from None
