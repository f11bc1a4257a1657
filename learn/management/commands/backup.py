"""manage.py backup FILE: a copy of the SQLite database, made while others read and write."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from learn.management.words import in_words
from learn.models import Question
from quicktakes import sqlite


class Command(BaseCommand):
    help = "Copy the database to a file that is not there yet, and check the copy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    @in_words
    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if connection.vendor != "sqlite":
            raise CommandError(
                f"this database is no SQLite file: pg_dump --format=custom --file={path} copies it"
            )
        started = time.monotonic()
        connection.ensure_connection()
        try:
            size = sqlite.copied(connection.connection, path)
        except sqlite.CopyError as error:
            raise CommandError(str(error)) from None
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{path}: {size / 1e6:,.1f} MB, {Question.objects.count():,} questions, checked,"
            f" in {seconds:.1f} s"
        )
        if Path(settings.MEDIA_ROOT).is_dir():
            self.stdout.write(f"Images are not in it: copy {settings.MEDIA_ROOT} too, after it.")
