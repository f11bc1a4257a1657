"""manage.py rerender_questions: bring answers up to date that an older renderer wrote."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from learn import publishing
from learn.management.words import in_words
from learn.models import Question


class Command(BaseCommand):
    help = "Render again every answer that an older version of the renderer wrote."

    @in_words
    def handle(self, *args: Any, **options: Any) -> None:
        count, errors = publishing.rerender(Question.objects.all())
        for error in errors:
            self.stderr.write(str(error))
        self.stdout.write(f"{count} answers rendered again, {len(errors)} could not be read")
        if errors:
            sys.exit(1)
