"""What readers looked for in vain."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from learn.content.addresses import MAX_SLUG, Address
from learn.models.people import kept_person

LONGEST = 100  # characters of a search that is kept
LONGEST_PLACE = 400  # characters of a path or a site's name from which a link leads


class Missed(models.Model):
    """Something that is not here, and how often it was asked for. Who asked is not known."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"

    number = models.PositiveIntegerField("times", default=0)
    first_at = models.DateTimeField("first", default=timezone.now)
    last_at = models.DateTimeField("last", default=timezone.now, db_index=True)
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    done_by = kept_person()

    class Meta:
        abstract = True
        ordering = ("-number", "-id")


class MissedSearch(Missed):
    """A search that no question answers with all its words.

    `words` tells one search from another: `text`, as somebody typed it, without case and further
    spaces. `has_near`: some questions have all of its words but one.
    """

    words = models.CharField(max_length=LONGEST, unique=True)
    text = models.CharField("searched for", max_length=LONGEST)
    has_near = models.BooleanField("found something near", default=False)

    class Meta(Missed.Meta):
        verbose_name, verbose_name_plural = "missed search", "missed searches"
        indexes = (models.Index(fields=("state", "-number", "-id"), name="missed_search_most"),)

    def __str__(self) -> str:
        return self.text


class MissedAddress(Missed):
    """A question's address at which there is none, and that leads nowhere.

    `linked_from` is where the link to it was last seen: a path of this site, or another site's
    name; '' where no browser said.
    """

    subject_slug = models.CharField(max_length=MAX_SLUG)
    slug = models.CharField(max_length=MAX_SLUG)
    linked_from = models.CharField(max_length=LONGEST_PLACE, blank=True)

    class Meta(Missed.Meta):
        verbose_name, verbose_name_plural = "missed address", "missed addresses"
        indexes = (models.Index(fields=("state", "-number", "-id"), name="missed_address_most"),)
        constraints = (
            models.UniqueConstraint(fields=("slug", "subject_slug"), name="missed_address"),
        )

    def __str__(self) -> str:
        return self.address.path

    @property
    def address(self) -> Address:
        return Address(self.subject_slug, self.slug)
