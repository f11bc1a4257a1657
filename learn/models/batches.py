"""Batches: one change of many questions, foretold, made and undone together."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Sequence

from django.db import models
from django.utils import timezone

from learn.models.people import kept_person
from learn.models.questions import Question
from learn.models.revisions import Revision
from learn.models.runs import ImportRun


class Batch(models.Model):
    """A change of many questions: what, of which, by whom, and how far it is.

    It goes through phases: a preview of what will happen, the run, and perhaps the undoing; `state`
    is that of the present phase, as an import run has it, and `taken` of `total` its progress.
    `parameters` are the action's. `selection` holds the primary keys that were chosen, `chosen`
    says which these are in words. `foretold` and `counts` count the questions of each outcome;
    `subjects` are the keys of those that it touched.
    """

    class Kind(models.TextChoices):
        PUBLISH = "publish", "Publish"
        DRAFT = "draft", "Make drafts"
        ARCHIVE = "archive", "Archive"
        MOVE = "move", "Move to a subject"
        HIDE = "hide", "Hide from search engines"
        SHOW = "show", "Show to search engines"
        RERENDER = "rerender", "Render again"
        REPLACE = "replace", "Find and replace"
        MERGE = "merge", "Merge into one"

    class Phase(models.TextChoices):
        PREVIEW = "preview", "Preview"
        RUN = "run", "Run"
        UNDO = "undo", "Undo"

    kind = models.CharField(max_length=10, choices=Kind)
    parameters = models.JSONField(default=dict)
    chosen = models.CharField(max_length=300)
    selection = models.BinaryField()
    selected = models.PositiveIntegerField(default=0)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.PREVIEW)
    state = models.CharField(
        max_length=10, choices=ImportRun.State, default=ImportRun.State.WAITING
    )
    holder = models.CharField(max_length=200, blank=True)
    beat_at = models.DateTimeField(default=timezone.now)
    taken = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    foretold = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    subjects = models.JSONField(default=list)
    refusal = models.TextField(blank=True)
    by = kept_person()
    made_at = models.DateTimeField(default=timezone.now)
    run_at = models.DateTimeField(null=True, blank=True)
    undone_by = kept_person()
    undone_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "batches"
        default_permissions = ()  # who may publish may change many questions at once

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.chosen}"

    @property
    def keys(self) -> Sequence[int]:
        """The primary keys of what was chosen, in order."""
        return self.unpack(self.selection)

    @staticmethod
    def pack(keys: Sequence[int]) -> bytes:
        """36,000 keys that follow each other take 400 bytes."""
        steps = array("q", (key - last for key, last in zip(keys, [0, *keys], strict=False)))
        return zlib.compress(steps.tobytes(), 6)

    @staticmethod
    def unpack(packed: bytes | memoryview) -> Sequence[int]:
        keys = array("q")
        keys.frombytes(zlib.decompress(packed))
        last = 0
        for place, step in enumerate(keys):
            last = keys[place] = last + step
        return keys


class BatchQuestion(models.Model):
    """What a batch will make, or has made, of one question. One that it leaves alone has no row.

    `note` says what happens in words, or why nothing does. Of a question that was changed `before`
    holds what it was like, `packed` its text (or what was rendered) where the batch changes that,
    and `wrote` the digest of what stands there since, so that undoing can tell another's change.
    """

    class Outcome(models.TextChoices):
        FORETOLD = "foretold", "Will change"
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "Left alone"
        FAILED = "failed", "Cannot be changed"
        UNDONE = "undone", "Put back"
        KEPT = "kept", "Changed since"

    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="questions", db_index=False
    )
    question = models.ForeignKey(
        Question,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # asked only when a question is deleted, which nobody does
    )
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.FORETOLD)
    note = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict)
    packed = models.BinaryField(null=True)
    wrote = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("batch", "outcome", "id"), name="batch_outcome"),
            models.Index(fields=("batch", "id"), name="batch_all"),
        )

    def __str__(self) -> str:
        return f"{self.question}: {self.get_outcome_display()}"

    @property
    def text(self) -> str:
        """The text that was there before; empty where the batch changes no text."""
        return Revision.unpack(self.packed) if self.packed else ""
