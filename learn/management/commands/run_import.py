"""manage.py run_import: try or apply what editors uploaded."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from learn import runs, uploads
from learn.models import ImportRun


class Command(BaseCommand):
    requires_system_checks = (Tags.compatibility,)  # all of them take a third of the start
    help = (
        "Work one run of an upload that waits, or all, oldest first; remove old uploads. Exit"
        " status: 0 all done, 1 one failed or was stopped, 2 the run is not waiting."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", nargs="?", type=int, metavar="RUN", help="its number")

    def handle(self, *args: Any, **options: Any) -> None:
        named = options["run"]
        states = [
            self._work(run)
            for pk in ([named] if named else runs.waiting())
            if (run := runs.taken_up(pk))
        ]
        if named and not states:
            raise CommandError(f"{named}: this run is not waiting", returncode=2)
        uploads.remove_old()
        if set(states) - {ImportRun.State.DONE}:
            sys.exit(1)

    def _work(self, run: ImportRun) -> str:
        uploads.work(run)
        run.refresh_from_db()
        self.stdout.write(f"{run.pk}: {run.get_state_display().lower()}. {run.refusal}".rstrip())
        return run.state
