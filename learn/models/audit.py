"""Who did what at the desk, when, and from where."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from learn.models.people import kept_person


class Verb(models.TextChoices):
    """What is done; stored as it is, so a word never changes its meaning."""

    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    STATUS = "status", "Changed the status"
    MOVED = "moved", "Moved"
    DELETED = "deleted", "Deleted"
    RESTORED = "restored", "Restored"
    MERGED = "merged", "Merged"
    HANDED_IN = "handed-in", "Handed in"
    APPROVED = "approved", "Approved"
    SENT_BACK = "sent-back", "Sent back"
    WITHDRAWN = "withdrawn", "Withdrew"
    UPLOADED = "uploaded", "Uploaded"
    STARTED = "started", "Started"
    ENDED = "ended", "Ended"
    STOPPED = "stopped", "Stopped"
    DISCARDED = "discarded", "Discarded"
    IMPORTED = "imported", "Imported"
    EXPORTED = "exported", "Exported"
    BATCH = "batch", "Changed many"
    UNDONE = "undone", "Undid"
    PRUNED = "pruned", "Removed old entries"
    SIGNED_IN = "signed-in", "Signed in"
    SIGN_IN_FAILED = "sign-in-failed", "Failed to sign in"
    SIGNED_OUT = "signed-out", "Signed out"
    PASSWORD = "password", "Changed a password"


class AuditEntry(models.Model):
    """One thing that was done. Nothing changes an entry; only `prune_audit` removes old ones.

    `who_name` stays when the account is deleted. `kind` and `key` name the object by its model and
    primary key, `words` as it was called then. `network` is the sender's, not the whole address
    unless AUDIT_FULL_ADDRESSES says so.
    """

    class Origin(models.TextChoices):
        DESK = "desk", "Desk"
        IMPORT = "import", "Import of an upload"
        COMMAND = "command", "Command line"

    at = models.DateTimeField("when", default=timezone.now, db_index=True)
    who = kept_person()  # the index below begins with it
    who_name = models.CharField(max_length=150, blank=True)
    verb = models.CharField(max_length=16, choices=Verb)
    kind = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=8, choices=Origin)
    network = models.CharField(max_length=45, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit log entries"
        ordering = ("-id",)
        default_permissions = ("view",)
        indexes = (
            models.Index(fields=("who", "-id"), name="audit_who"),
            models.Index(fields=("verb", "-id"), name="audit_verb"),
            models.Index(fields=("kind", "key", "-id"), name="audit_object"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_verb_display().lower()} {self.words}".rstrip()
