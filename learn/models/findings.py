"""What the checks found, so that a whole library can be asked about it."""

from __future__ import annotations

from django.db import models

from learn.models.questions import Question


class QuestionFinding(models.Model):
    """How often one check speaks of a question. `Question.problems` holds each with its place."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="findings", db_index=False
    )  # the constraint's index begins with it
    code = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("question", "code"), name="finding_of_question"),
        )
        indexes = (models.Index(fields=("code", "question"), name="finding_code"),)

    def __str__(self) -> str:
        return f"{self.question}: {self.number} x {self.code}"


class FindingCount(models.Model):
    """How many questions a check spoke of on a day: the dashboard's trend."""

    day = models.DateField()
    code = models.CharField(max_length=40)
    questions = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("day", "code"), name="finding_count_of_day"),
        )

    def __str__(self) -> str:
        return f"{self.day}: {self.questions} x {self.code}"
