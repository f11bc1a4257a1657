"""What readers looked for in vain."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from learn.models.people import kept_person

LONGEST = 100  # characters of a search that is kept


class MissedSearch(models.Model):
    """A search that no question answers with all its words. Who searched is not known.

    `words` tells one search from another: `text`, as somebody typed it, without case and further
    spaces. `has_near`: some questions have all of its words but one.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"

    words = models.CharField(max_length=LONGEST, unique=True)
    text = models.CharField("searched for", max_length=LONGEST)
    number = models.PositiveIntegerField("times", default=0)
    has_near = models.BooleanField("found something near", default=False)
    first_at = models.DateTimeField("first", default=timezone.now)
    last_at = models.DateTimeField("last", default=timezone.now, db_index=True)
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    done_by = kept_person()

    class Meta:
        verbose_name, verbose_name_plural = "missed search", "missed searches"
        ordering = ("-number", "-id")
        indexes = (models.Index(fields=("state", "-number", "-id"), name="missed_search_most"),)

    def __str__(self) -> str:
        return self.text
