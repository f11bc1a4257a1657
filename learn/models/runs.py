"""Imports: what was sent for them, each run, and what became of each file."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from learn.models.questions import Question, Status


class Upload(models.Model):
    """Files that somebody sent to be imported, and how: an archive, or question files.

    Their bytes lie below `settings.UPLOAD_DIR` in `folder` until `removed_at`; `digest` tells
    whether they are still the same. `size` counts these bytes, `files` the question files, which
    for an archive are known (not 0) once it has been unpacked.
    """

    class OnConflict(models.TextChoices):
        KEEP = "keep", "Keep what was edited here"
        OVERWRITE = "overwrite", "Take the file"

    folder = models.CharField(max_length=32, unique=True)
    names = models.JSONField(default=list)
    is_archive = models.BooleanField(default=False)
    size = models.PositiveBigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=32)
    on_conflict = models.CharField(max_length=10, choices=OnConflict, default=OnConflict.KEEP)
    status = models.CharField(max_length=10, choices=Status, default=Status.PUBLISHED)
    prune = models.BooleanField("archive what vanished", default=False)
    prune_anyway = models.BooleanField("more than a tenth too", default=False)
    made_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()  # who may add an import run and change questions may upload

    def __str__(self) -> str:
        return self.names[0] if len(self.names) == 1 else f"{len(self.names):,} files"


class ImportRun(models.Model):
    """One run of an import: by whom, of what, with what result. A running one is the lock.

    `holder` says which process runs it; `beat_at` is when it was last heard of. A rehearsal (a dry
    run whose outcomes somebody wants to look at) holds no lock. `refusal` says why nothing was
    written, or who stopped it, `notes` what was left as it was.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped"

        @classmethod
        def under_way(cls) -> tuple[ImportRun.State, ...]:
            return cls.WAITING, cls.RUNNING

    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    is_rehearsal = models.BooleanField("rehearsal", default=False)
    holder = models.CharField(max_length=200, blank=True)
    source = models.TextField()
    upload = models.ForeignKey(
        Upload, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    conflicted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    pruned = models.PositiveIntegerField("archived", default=0)
    refusal = models.TextField(blank=True)
    notes = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("state",),
                condition=Q(state="running", is_rehearsal=False),
                name="one_import_at_a_time",
            ),
        )

    def __str__(self) -> str:
        what = "Rehearsal" if self.is_rehearsal else "Import"
        return f"{what} of {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def taken(self) -> int:
        """How many files it has looked at so far."""
        read = self.created + self.updated + self.unchanged
        return read + self.conflicted + self.rejected


class ImportOutcome(models.Model):
    """What a run made of one file. A file that changed nothing has no row.

    `code`, `message` and `line` say why a file was rejected. `question` is null where there is
    none: for a rejected file, and for one that a rehearsal would create.
    """

    class Kind(models.TextChoices):
        CREATED = "created", "Created"
        UPDATED = "updated", "Updated"
        CONFLICTED = "conflicted", "Conflicted"
        REJECTED = "rejected", "Rejected"
        ARCHIVED = "archived", "Archived"

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="outcomes", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    file = models.TextField()
    question = models.ForeignKey(
        Question,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # asked only when a question is deleted, which nobody does
    )
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    line = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("run", "kind", "id"), name="outcome_kind"),)

    def __str__(self) -> str:
        return f"{self.file}: {self.get_kind_display()}"
