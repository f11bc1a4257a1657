"""Proposals: what an editor hands in, and what a publisher makes of it."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from learn import publishing, review
from learn.content import codec
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
    assert (again.state, "Newer." in again.text) == (Proposal.State.WAITING, True)
    assert ended(proposal) == ("withdrawn", "New.", again, "Which one?\n\nHanded in anew.")


def ended(proposal: Proposal) -> tuple[str, str, Proposal | None, str]:
    """What is kept of a proposal: its state, its answer, what stands for it, what was said."""
    proposal.refresh_from_db()
    text = codec.parse(proposal.text).answer
    return proposal.state, text, proposal.replaced_by, proposal.answer


def test_another_editors_proposal_ends_the_first_and_takes_nothing_of_it(writer: User) -> None:
    question, other = library.question(answer="Old."), User.objects.create_user("kim")
    first = review.propose(changed(question, answer="New."), by=writer, note="Mine.")
    second = review.propose(changed(question, answer="Newer."), by=other)
    assert ended(first) == ("withdrawn", "New.", second, "Replaced by kim's.")
    assert (first.by, first.note, second.base) == (writer, "Mine.", first.base)
    assert list(Proposal.objects.replaced_of(writer)) == [first]
    third = review.propose(changed(question, answer="Newest."), by=other)
    assert [ended(each)[2] for each in (first, second)] == [third, third]
    review.withdraw(third, by=other)
    assert list(Proposal.objects.replaced_of(writer)) == []


def test_a_new_draft_is_proposed_as_it_stands(writer: User) -> None:
    question = library.question(status=Status.DRAFT)
    assert review.propose(changed(question), by=writer).text == question.source


def test_what_says_nothing_new_is_not_handed_in(writer: User) -> None:
    question, other = library.question(answer="Old."), User.objects.create_user("kim")
    edition = changed(question, answer="New.")

    def refused(edition: publishing.Edition, by: User, note: str = "") -> str:
        with pytest.raises(review.UnchangedError) as caught:
            review.propose(edition, by=by, note=note)
        return str(caught.value)

    already = "This is what students read already: there is nothing to hand in."
    assert refused(changed(question), writer) == already
    proposal = review.propose(edition, by=writer, note="Why.")
    assert refused(edition, writer, "Why.") == "Nothing has changed since you handed it in."
    assert refused(edition, other, "Mine.") == "writer has handed in just this."
    assert refused(changed(question), writer) == already
    review.send_back(proposal, by=other, answer="No.")
    assert refused(edition, writer, "Why.") == "Nothing has changed since it was sent back."
    assert review.propose(edition, by=writer, note="Because.").note == "Because."


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
