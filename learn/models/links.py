"""Where questions lead to, and which addresses led to them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from learn.content.addresses import MAX_SLUG
from learn.models.questions import Question


class RelatedQuestion(models.Model):
    """A link from one question to another, as a file gave it, and the question it leads to.

    `target_subject` and `target_slug` are the address that `url` names; `target` is the question
    there, null where the library has none.
    """

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="related", db_index=False
    )  # the constraint's index begins with it
    position = models.PositiveSmallIntegerField()
    target = models.ForeignKey(
        Question, on_delete=models.SET_NULL, null=True, blank=True, related_name="related_from"
    )
    source_id = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=500, blank=True)
    subject_name = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    target_subject = models.CharField(max_length=MAX_SLUG, blank=True)
    target_slug = models.CharField(max_length=MAX_SLUG, blank=True)

    class Meta:
        ordering = ("position",)
        indexes = (
            models.Index(
                fields=("target_slug", "target_subject"),
                name="related_waiting",
                condition=Q(target=None),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("question", "position"), name="related_position"),
        )

    def __str__(self) -> str:
        return self.title


class Redirect(models.Model):
    """An address that a question once had. It points at the question, so chains cannot form."""

    subject_slug = models.CharField(max_length=MAX_SLUG)
    slug = models.CharField(max_length=MAX_SLUG)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="redirects")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    hits = models.PositiveIntegerField(default=0, editable=False)
    last_hit_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject_slug", "slug"), name="redirect_address"),
        )
        indexes = (models.Index(fields=("-hits", "-id"), name="redirect_hits"),)

    def __str__(self) -> str:
        return f"/learn/{self.subject_slug}/questions/{self.slug}"
