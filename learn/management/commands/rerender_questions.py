"""manage.py rerender_questions: bring answers up to date that an older renderer wrote."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from learn import publishing
from learn.models import Question


class Command(BaseCommand):
    help = "Render again every answer that an older version of the renderer wrote."

    def handle(self, *args: Any, **options: Any) -> None:
        count = publishing.rerender(Question.objects.all())
        self.stdout.write(f"{count} answers rendered again")
