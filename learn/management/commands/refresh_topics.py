"""`manage.py refresh_topics`: topics of every subject, computed anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from learn import topics
from learn.models import Subject, Topic


class Command(BaseCommand):
    help = (
        "Computes the topics of every subject from its questions' keywords. Imports and edits do so"
        " for what they change: needed once for a library from before there were topics."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        topics.refresh(Subject.objects.values_list("pk", flat=True))
        self.stdout.write(f"{Topic.objects.count()} topics")
