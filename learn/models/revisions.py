"""Earlier texts of questions."""

from __future__ import annotations

import zlib

from django.conf import settings
from django.db import models

from learn.models.questions import Origin, Question


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
