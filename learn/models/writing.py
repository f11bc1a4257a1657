"""What the editors' desk remembers while somebody writes: unsaved work, who is there, images."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KT
from django.db.models.functions import Left
from django.utils import timezone

from learn.models.people import name_of
from learn.models.questions import Question

# A browser says every 20 seconds that a question is still open in it (presence.js); three beats.
PRESENT = datetime.timedelta(seconds=60)

NAMED_BY = 80  # characters of unsaved work that tell which it is


class UnsavedWorkQuerySet(models.QuerySet["UnsavedWork"]):
    def waiting(self, person: models.Model, question: Question | None) -> UnsavedWorkQuerySet:
        """What a person wrote about a question (None: a new one) and neither saved nor gave up."""
        return self.of(person).filter(question=question)

    def of(self, person: models.Model) -> UnsavedWorkQuerySet:
        """What a person wrote about anything and neither saved nor gave up, the newest first."""
        return self.filter(person=person.pk, is_done=False).order_by("-saved_at")

    def named(self) -> UnsavedWorkQuerySet:
        """With the beginning of its `title` and of its answer (`words`)."""
        texts = {"title": KT("fields__title"), "words": KT("fields__answer")}
        beginnings = {name: Left(text, NAMED_BY) for name, text in texts.items()}
        named: UnsavedWorkQuerySet = self.annotate(**beginnings)
        return named


class UnsavedWork(models.Model):
    """The fields of a form as they stood in one person's browser: no version of the question.

    `key` names one opening of the form; `stamp` is the browser's clock in milliseconds, by which a
    message that comes late is known. Once the work is saved its fields are empty; the row stays
    for a while, so that a late message does not bring it back.
    """

    key = models.CharField(max_length=40)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, null=True, related_name="unsaved_work"
    )
    fields = models.JSONField(default=dict)
    stamp = models.BigIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)
    is_done = models.BooleanField(default=False)

    objects = UnsavedWorkQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # everybody's own, and nobody else's
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="one_work_a_form"),)

    def __str__(self) -> str:
        return f"Unsaved work of {self.saved_at:%Y-%m-%d %H:%M}"

    @property
    def version(self) -> str:
        """The version of the question that the form was opened from."""
        return str(self.fields.get("version", ""))


class PresenceQuerySet(models.QuerySet["Presence"]):
    def now(self) -> PresenceQuerySet:
        """Who was heard of within the last minute, the longest there first."""
        return self.filter(seen_at__gt=timezone.now() - PRESENT).order_by("since")

    def others(self, question: Question, person: models.Model) -> PresenceQuerySet:
        there = self.now().filter(question=question).exclude(person=person.pk)
        return there.select_related("person")


class Presence(models.Model):
    """That a person has a question open in a browser."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("question", "person"), name="one_presence_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.name} has this open since {self.since:%H:%M} UTC"

    @property
    def name(self) -> str:
        return name_of(self.person)


class ImageUpload(models.Model):
    """A try to upload an image: who and when. `name` is the stored file's, '' of a refused one."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=("person", "-made_at"), name="image_upload_newest"),)

    def __str__(self) -> str:
        return self.name or "refused"
