"""What the desk keeps for each person: views of the list, which version was looked at last, and
ways back."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from learn.models.questions import Question


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def seen_by(self, person: models.Model) -> SavedViewQuerySet:
        """A person's own and the shared ones, with `is_default` for which of them is theirs."""
        chosen = DefaultView.objects.filter(person=person.pk, view=OuterRef("pk"))
        visible = self.filter(Q(owner=person.pk) | Q(is_shared=True))
        return visible.annotate(is_default=Exists(chosen)).order_by("is_shared", "name", "pk")


class SavedView(models.Model):
    """Filters, search and order of the list of questions under a name.

    `query` is the part of the list's address behind `?`, in one order of its parameters.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField("for everybody", default=False)
    made_at = models.DateTimeField(default=timezone.now)

    is_default: bool  # from `seen_by()` only

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # one's own; publishers share
        constraints = (
            models.UniqueConstraint(fields=("owner", "name"), name="saved_view_of_person"),
        )

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """The view with which the list opens for a person."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.view} for {self.person}"


class LastSeenQuerySet(models.QuerySet["LastSeen"]):
    def outdated(self, person: models.Model) -> LastSeenQuerySet:
        """What others changed since a person looked at it."""
        mine = self.filter(person=person.pk, version__lt=F("question__updated_at"))
        return mine.filter(~Q(question__updated_by=person.pk) | Q(question__updated_by=None))


class LastSeen(models.Model):
    """When a person last looked at a question, and which version that was (its `updated_at`)."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )  # the constraint's index begins with it
    question = models.ForeignKey(
        Question,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # asked only when a question is deleted, which nobody does
    )
    version = models.DateTimeField()
    seen_at = models.DateTimeField(default=timezone.now)

    objects = LastSeenQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("person", "question"), name="one_seen_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.person} saw {self.question} on {self.seen_at:%Y-%m-%d %H:%M}"


class WayBackQuerySet(models.QuerySet["WayBack"]):
    def of(self, person: models.Model, *kinds: str) -> WayBackQuerySet:
        """A person's own ways back of these kinds that are still open, the newest first."""
        return self.filter(person=person.pk, kind__in=kinds, at__gt=timezone.now() - WayBack.OPEN)


class WayBack(models.Model):
    """How to undo what a person did a moment ago, where nothing else keeps it.

    `words` say what was done, `rows` how things stood before.
    """

    OPEN = datetime.timedelta(hours=1)

    class Kind(models.TextChoices):
        REDIRECTS_DELETED = "redirects-deleted"
        REDIRECTS_IMPORTED = "redirects-imported"
        VIEW_DELETED = "view-deleted"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )  # the index below begins with it
    kind = models.CharField(max_length=20, choices=Kind)
    words = models.CharField(max_length=300)
    rows = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    objects = WayBackQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        default_permissions = ()  # one's own
        indexes = (models.Index(fields=("person", "kind", "at"), name="way_back_of_person"),)

    def __str__(self) -> str:
        return self.words
