"""Keywords that questions of a subject share."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from learn.content.addresses import MAX_SLUG
from learn.models.questions import Question
from learn.models.subjects import Subject


class TopicQuerySet(models.QuerySet["Topic"]):
    def most_used(self) -> TopicQuerySet:
        return self.order_by("-question_count", "slug")


class Topic(models.Model):
    """A keyword that questions of a subject share. `topics` derives all of it from them.

    `name` is the most common spelling; `question_count` counts what students could read at the last
    refresh.
    """

    subject = models.ForeignKey(
        Subject, on_delete=models.CASCADE, related_name="topics", db_index=False
    )  # the constraint's index begins with it
    slug = models.CharField(max_length=MAX_SLUG)
    name = models.CharField(max_length=200)
    question_count = models.PositiveIntegerField(default=0)

    objects = TopicQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("subject", "slug"), name="topic_address"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("learn:topic", args=(self.subject.slug, self.slug))

    @property
    def heading(self) -> str:
        """The name as a title begins with it; `pH` and `mRNA` keep their small letter."""
        first = self.name.partition(" ")[0]
        is_word = first.islower() and len(first) > 1
        return self.name[0].upper() + self.name[1:] if is_word else self.name


class TopicQuestion(models.Model):
    """A published question's membership in a topic of its subject.

    Two numbers and one index: three times as quick to write as a row with a key of its own.
    """

    pk = models.CompositePrimaryKey("topic", "question")
    topic = models.ForeignKey(
        Topic, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    question = models.ForeignKey(
        Question,
        on_delete=models.CASCADE,
        related_name="memberships",
        db_constraint=False,  # its check would wait for the question that somebody is saving
        db_index=False,  # a question's topics are found by its keywords
    )

    def __str__(self) -> str:
        return f"{self.question} in {self.topic}"
