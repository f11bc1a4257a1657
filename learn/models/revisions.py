"""Earlier texts of questions, and where they stood."""

from __future__ import annotations

import zlib

from django.conf import settings
from django.db import models

from learn.content.addresses import MAX_SLUG
from learn.models.people import kept_person
from learn.models.questions import Origin, Question, Status


class Revision(models.Model):
    """What a question's file said before it was changed: who had written that, when, from where.

    The present text stands in `Question.source`; saving another one moves it here. So a question
    that never changed has no revision, and no text is stored twice.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="revisions")
    packed = models.BinaryField()  # the text, UTF-8, deflated: 4.4 KB become 1.9
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )
    origin = models.CharField(max_length=10, choices=Origin)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("question", "-id"), name="revision_newest"),)

    def __str__(self) -> str:
        return f"{self.question} as of {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def text(self) -> str:
        return self.unpack(self.packed)

    @staticmethod
    def pack(text: str) -> bytes:
        return zlib.compress(text.encode(), 6)

    @staticmethod
    def unpack(packed: bytes | memoryview) -> str:
        return zlib.decompress(packed).decode()


class PlaceChange(models.Model):
    """A change of what no text tells: a question's address, and whether students see it.

    The columns of the place are as they were before; what came of them stands in the next change,
    or in the question. `former_at`, `former_by` and `former_origin` are the question's version of
    before, where the text stayed the same: a text is as old as its words. Else they are null.
    """

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="place_changes", db_index=False
    )  # the index below begins with it
    at = models.DateTimeField()
    by = kept_person()
    origin = models.CharField(max_length=10, choices=Origin)
    subject = models.ForeignKey(
        "Subject",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,  # asked only when a subject is deleted
    )
    slug = models.CharField(max_length=MAX_SLUG)
    status = models.CharField(max_length=10, choices=Status)
    publish_at = models.DateTimeField(null=True)
    former_at = models.DateTimeField(null=True)
    former_by = kept_person()
    former_origin = models.CharField(max_length=10, choices=Origin, blank=True)

    class Meta:
        ordering = ("-id",)
        default_permissions = ()  # seen with the question
        indexes = (models.Index(fields=("question", "-id"), name="place_change_newest"),)

    def __str__(self) -> str:
        return f"{self.question} until {self.at:%Y-%m-%d %H:%M}"
