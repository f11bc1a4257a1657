"""Proposals: an editor hands a text in, a publisher approves it or sends it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from learn import mapping, publishing
from learn.content import codec
from learn.content.merging import Conflict, merge
from learn.content.record import record_of
from learn.models import Proposal, Question, Revision, Status
from learn.publishing import Edition


class ContestedError(Exception):
    """The question has changed since the proposal was written, in the same places."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        names = ", ".join(conflict.field for conflict in conflicts)
        super().__init__(f"changed meanwhile as well: {names}")
        self.conflicts = conflicts


class DecidedError(Exception):
    """Somebody has decided about the proposal already."""


class UnchangedError(Exception):
    """What is handed in says nothing that is not said already."""


def propose(edition: Edition, *, by: User, note: str = "") -> Proposal:
    """Hand in a version of a stored question, in place of the one that may be open.

    That one ends, and keeps its text; the new one goes on from what it was written from. Raises
    what `require_news` does.
    """
    assert edition.pk
    question = Question.objects.only("source", "status").get(pk=edition.pk)
    with transaction.atomic():
        standing = question.proposals.open().select_for_update().first()
        require_news(edition, question, standing, by=by, note=note)
        made = Proposal(
            question=question,
            packed=Revision.pack(edition.record.source),
            packed_base=standing.packed_base if standing else Revision.pack(question.source),
            note=note,
            by=by,
        )
        if standing is None:
            made.save()
            return made
        words = "Handed in anew." if standing.by_id == by.pk else f"Replaced by {made.name}'s."
        return _replace(standing, made, by, words)


def require_news(
    edition: Edition, question: Question, standing: Proposal | None, *, by: User, note: str
) -> None:
    """Raise UnchangedError where an edition says no more than the question, or what is open for it.

    To propose a draft as it stands is to propose its publishing. A new note alone is news, if the
    text is one's own.
    """
    text = edition.record.source
    if question.status != Status.DRAFT and text == question.source:
        raise UnchangedError("This is what students read already: there is nothing to hand in.")
    if standing is None or text != standing.text:
        return
    if standing.by_id != by.pk:
        raise UnchangedError(f"{standing.name} has handed in just this.")
    if note == standing.note:
        is_back = standing.state == Proposal.State.SENT_BACK
        since = "it was sent back" if is_back else "you handed it in"
        raise UnchangedError(f"Nothing has changed since {since}.")


def edition_from(proposal: Proposal) -> Edition:
    """The edition that approving a proposal stores: its changes, on the text of today.

    Raises ContestedError where both changed the same place, and ContentError for a text that an
    earlier version of this software could read.
    """
    question = Question.objects.select_related("subject").get(pk=proposal.question_id)
    base, mine, now = map(codec.parse, (proposal.base, proposal.text, question.source))
    merged = merge(base, mine, now)
    if merged.conflicts:
        raise ContestedError(merged.conflicts)
    source = codec.edited(question.source, merged.document)
    mapping.fill(question, record_of(codec.parse(source), source))
    return publishing.edition_of(question)


def approve(
    proposal: Proposal, *, by: User, publish_at: datetime | None = None, answer: str = ""
) -> None:
    """Publish what is proposed, at once or from a time on; its author stays the editor.

    Raises what `edition_from` does, and DecidedError.
    """
    with transaction.atomic():
        proposal = _standing(proposal)
        edition = edition_from(proposal)
        if edition.place.status == Status.DRAFT:
            place = edition.place._replace(status=Status.PUBLISHED, publish_at=publish_at)
            edition.place = place
        publishing.save([edition], by=proposal.by, placed_by=by)
        _decide(proposal, Proposal.State.APPROVED, by, answer)


def bring_together(proposal: Proposal, edition: Edition, *, by: User) -> Proposal:
    """Put a text that holds a proposal's changes and the question's newer ones in its place.

    The new proposal is its editor's still; the old one ends, and keeps its text. Raises
    DecidedError.
    """
    with transaction.atomic():
        old = _standing(proposal)
        question = Question.objects.only("source").get(pk=old.question_id)
        made = Proposal(
            question=question,
            packed=Revision.pack(edition.record.source),
            packed_base=Revision.pack(question.source),
            note=old.note,
            by=old.by,
        )
        return _replace(old, made, by, "Brought together with a newer version.")


def send_back(proposal: Proposal, *, by: User, answer: str) -> None:
    """Give a proposal back to its editor, with a word about what is to be done."""
    with transaction.atomic():
        _decide(_standing(proposal), Proposal.State.SENT_BACK, by, answer)


def withdraw(proposal: Proposal, *, by: User) -> None:
    """End a proposal without taking it; its text is kept with it."""
    with transaction.atomic():
        _decide(_standing(proposal), Proposal.State.WITHDRAWN, by, "")


def _replace(old: Proposal, made: Proposal, by: User, words: str) -> Proposal:
    """Store a proposal in the place of an open one, to which that one and those before it lead.

    A publisher's word about the old one stays with it.
    """
    if old.state == Proposal.State.SENT_BACK:
        words = f"{old.answer}\n\n{words}"
    _decide(old, Proposal.State.WITHDRAWN, by, words)
    made.save()
    Proposal.objects.filter(Q(pk=old.pk) | Q(replaced_by=old)).update(replaced_by=made)
    return made


def _standing(proposal: Proposal) -> Proposal:
    """The proposal as it is now, locked."""
    found = Proposal.objects.open().select_for_update().filter(pk=proposal.pk).first()
    if found is None:
        raise DecidedError("somebody has decided about it already")
    return found


def _decide(proposal: Proposal, state: Proposal.State, by: User, answer: str) -> None:
    proposal.state, proposal.decided_by, proposal.answer = state, by, answer
    proposal.decided_at = timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at", "answer"])
