"""What editors hand to publishers: a text that somebody else shall approve."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from learn.models.people import name_of
from learn.models.questions import Question
from learn.models.revisions import Revision

_OPEN = ("waiting", "sent_back")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> ProposalQuerySet:
        """Waiting for a publisher, or sent back to its editor."""
        return self.filter(state__in=_OPEN)

    def waiting(self) -> ProposalQuerySet:
        return self.filter(state=Proposal.State.WAITING)

    def sent_back_to(self, user: models.Model) -> ProposalQuerySet:
        return self.filter(state=Proposal.State.SENT_BACK, by=user.pk)

    def replaced_of(self, user: models.Model) -> ProposalQuerySet:
        """A person's, in whose place somebody else's is open now."""
        theirs = self.filter(by=user.pk, replaced_by__state__in=_OPEN)
        return theirs.exclude(replaced_by__by=user.pk)


class Proposal(models.Model):
    """A version of a question that waits for approval; a question has at most one open.

    `packed` is the proposed file's text, `packed_base` the one that it was written from, as
    `Revision.pack` stores them. For a draft the two may be the same: then only its publishing is
    proposed. `note` is the editor's word, `answer` the publisher's. What was handed in in its place
    is `replaced_by`; of several, the last.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT_BACK = "sent_back", "Sent back"
        APPROVED = "approved", "Approved"
        WITHDRAWN = "withdrawn", "Withdrawn"

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="proposals")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    packed = models.BinaryField()
    packed_base = models.BinaryField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField("word of the publisher", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("state", "-id"), name="proposal_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=("question",),
                condition=Q(state__in=_OPEN),
                name="one_open_proposal",
            ),
        )

    def __str__(self) -> str:
        return f"{self.question}: {self.get_state_display().lower()}"

    @property
    def is_open(self) -> bool:
        return self.state in _OPEN

    @property
    def name(self) -> str:
        """Whose it is, in words."""
        return name_of(self.by)

    @property
    def text(self) -> str:
        return Revision.unpack(self.packed)

    @property
    def base(self) -> str:
        return Revision.unpack(self.packed_base)
