"""What students say of questions: votes, and reports of mistakes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from learn.models.questions import Question

ENOUGH_VOTES = 5  # students who found a question helpful, before it is called so


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def most_helpful(self, number: int) -> list[Question]:
        """Questions to read that several students found helpful, for a list: the surest first.

        Those that nobody may read now are left out afterwards: asked for published ones, SQLite
        begins with all of these.
        """
        shown = ("title", "slug", "date", "page_description", "status", "publish_at")
        votes = (
            self.filter(helpful__gte=ENOUGH_VOTES)
            .order_by("-score", "-question")
            .select_related("question__subject")
            .only(*(f"question__{name}" for name in (*shown, "subject__name", "subject__slug")))
        )
        questions = (each.question for each in votes[: 4 * number])
        return [question for question in questions if question.is_public][:number]


class Feedback(models.Model):
    """How many students found a question helpful, and how sure that is (see `feedback.score`).

    A table of its own: a vote neither rewrites a question's 14 KB nor waits for its editors.
    """

    question = models.OneToOneField(Question, on_delete=models.CASCADE, primary_key=True)
    helpful = models.PositiveIntegerField(default=0)
    unhelpful = models.PositiveIntegerField(default=0)
    score = models.FloatField(default=0)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "question with votes", "questions with votes"
        indexes = (models.Index(fields=("-score", "-question"), name="feedback_score"),)

    def __str__(self) -> str:
        return f"{self.helpful} of {self.helpful + self.unhelpful} found it helpful"


class Vote(models.Model):
    """One browser's vote. `voter` tells that browser's votes on one question, and nothing else."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="+", db_index=False
    )  # the constraint's index begins with it
    voter = models.CharField(max_length=32)
    is_helpful = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("question", "voter"), name="vote_once_a_browser"),
        )

    def __str__(self) -> str:
        return f"{self.question_id}: {self.is_helpful}"


class MistakeReport(models.Model):
    """What a student says is wrong with an answer. Who said it is not kept."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="reports", db_index=False
    )  # the second index begins with it
    text = models.TextField()
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    made_at = models.DateTimeField("reported", default=timezone.now)
    done_at = models.DateTimeField("done", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, db_index=False
    )

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("state", "-id"), name="report_newest"),
            models.Index(fields=("question", "state"), name="report_of_question"),
        )

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"
