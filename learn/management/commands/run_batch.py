"""manage.py run_batch: work what editors want done with many questions."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from learn import batches
from learn.models import ImportRun


class Command(BaseCommand):
    requires_system_checks = (Tags.compatibility,)  # all of them take a third of the start
    help = (
        "Work one batch that waits, or all, oldest first. Exit status: 0 all done, 1 one failed"
        " or was stopped, 2 the batch is not waiting."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", nargs="?", type=int, metavar="BATCH", help="its number")

    def handle(self, *args: Any, **options: Any) -> None:
        named = options["batch"]
        states = [self._work(pk) for pk in ([named] if named else batches.waiting())]
        if named and states == [""]:
            raise CommandError(f"{named}: this batch is not waiting", returncode=2)
        if set(states) - {ImportRun.State.DONE, ""}:
            sys.exit(1)

    def _work(self, pk: int) -> str:
        batch = batches.take_up(pk)
        if batch is None:
            return ""
        batches.work(batch)
        batch.refresh_from_db()
        told = f"{pk}: {batch.get_phase_display()}, {batch.get_state_display()}. {batch.refusal}"
        self.stdout.write(told.rstrip())
        return batch.state
