"""manage.py build_deck: a subject as a deck for Anki."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from learn import decks
from learn.models import Subject


class Command(BaseCommand):
    help = "Write a subject's published questions as an Anki deck (.apkg)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", metavar="SUBJECT", help="its slug")
        parser.add_argument("path", type=Path, metavar="FILE", help="the file to write")
        parser.add_argument("--part", type=int, default=1, help=f"of {decks.PART} notes each")

    def handle(self, *args: Any, **options: Any) -> None:
        subject = Subject.objects.filter(slug=options["subject"]).first()
        if subject is None:
            raise CommandError(f"there is no subject '{options['subject']}'", returncode=2)
        if options["part"] < 1:
            raise CommandError("--part must be at least 1", returncode=2)
        deck = decks.of_subject(subject, settings.SITE_URL, options["part"])
        try:
            count = decks.write(deck, options["path"])
        except OSError as error:
            raise CommandError(f"{options['path']}: {error.strerror}", returncode=2) from None
        self.stdout.write(f"{options['path']}: {count} notes in {deck.name}")
