"""Proposals: what an editor hands in, and what a publisher makes of it."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from learn import publishing, review
from learn.models import Proposal, Question, Status
from tests import library

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer() -> User:
    return User.objects.create_user("writer")


@pytest.fixture
def publisher() -> User:
    return User.objects.create_user("publisher")


def changed(question: Question, **columns: object) -> publishing.Edition:
    """The edition of a question with other columns; what is stored stays."""
    copy = Question.objects.select_related("subject").get(pk=question.pk)
    for name, value in columns.items():
        setattr(copy, name, value)
    return publishing.edition_of(copy)


def stored(question: Question) -> Question:
    return Question.objects.get(pk=question.pk)


def test_a_proposal_leaves_what_students_read_as_it_is(writer: User) -> None:
    question = library.question(answer="Old.")
    review.propose(changed(question, answer="New."), by=writer, note="Clearer.")
    assert stored(question).answer == "Old."
    [proposal] = Proposal.objects.waiting()
    assert (proposal.by, proposal.note, "New." in proposal.text) == (writer, "Clearer.", True)


def test_an_approved_proposal_is_the_questions_text_by_its_author(
    writer: User, publisher: User
) -> None:
    question = library.question(answer="Old.")
    proposal = review.propose(changed(question, answer="New."), by=writer)
    review.approve(proposal, by=publisher, answer="Thank you.")
    now, decided = stored(question), Proposal.objects.get()
    assert (now.answer, now.answer_html, now.updated_by) == ("New.", "<p>New.</p>", writer)
    assert now.revisions.count() == 1
    assert (decided.state, decided.decided_by, decided.answer) == (
        Proposal.State.APPROVED,
        publisher,
        "Thank you.",
    )


def test_a_draft_is_published_by_its_approval_at_once_or_from_a_time_on(
    writer: User, publisher: User
) -> None:
    later = timezone.now() + datetime.timedelta(days=1)
    for publish_at in (None, later):
        question = library.question(status=Status.DRAFT)
        proposal = review.propose(changed(question), by=writer)
        review.approve(proposal, by=publisher, publish_at=publish_at)
        assert (stored(question).status, stored(question).publish_at) == (
            Status.PUBLISHED,
            publish_at,
        )


def test_a_proposal_that_is_sent_back_is_handed_in_again(writer: User, publisher: User) -> None:
    question = library.question(answer="Old.")
    proposal = review.propose(changed(question, answer="New."), by=writer)
    review.send_back(proposal, by=publisher, answer="Which one?")
    [back] = Proposal.objects.sent_back_to(writer)
    assert back.answer == "Which one?"
    again = review.propose(changed(question, answer="Newer."), by=writer)
    assert (again.pk, again.state, "Newer." in again.text) == (
        proposal.pk,
        Proposal.State.WAITING,
        True,
    )


def test_changes_elsewhere_in_the_question_are_kept_beside_those_of_the_proposal(
    writer: User, publisher: User
) -> None:
    question = library.question(title="Old?", answer="One.\n\nTwo.\n\nThree.")
    proposal = review.propose(changed(question, answer="ONE.\n\nTwo.\n\nThree."), by=writer)
    publishing.save([changed(question, title="New?", answer="One.\n\nTwo.\n\nTHREE.")])
    review.approve(proposal, by=publisher)
    assert (stored(question).title, stored(question).answer) == ("New?", "ONE.\n\nTwo.\n\nTHREE.")


def test_a_proposal_against_a_change_of_the_same_place_is_not_taken(
    writer: User, publisher: User
) -> None:
    question = library.question(title="Old?")
    proposal = review.propose(changed(question, title="Mine?"), by=writer)
    publishing.save([changed(question, title="Theirs?")])
    with pytest.raises(review.ContestedError, match=r"^changed meanwhile as well: title$"):
        review.approve(proposal, by=publisher)
    assert stored(question).title == "Theirs?"
    assert Proposal.objects.waiting().count() == 1


def test_nobody_decides_twice(writer: User, publisher: User) -> None:
    question = library.question()
    proposal = review.propose(changed(question, answer="New."), by=writer)
    review.withdraw(proposal, by=writer)
    for decide in (
        lambda: review.approve(proposal, by=publisher),
        lambda: review.send_back(proposal, by=publisher, answer="No."),
    ):
        with pytest.raises(review.DecidedError):
            decide()
    assert stored(question).answer != "New."
