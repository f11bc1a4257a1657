"""Two editors in one question: a save over a newer version is stopped, and neither text is lost."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import publishing, review, roles
from learn.desk import versions
from learn.models import Proposal, Question, RelatedQuestion, Status, UnsavedWork
from tests import library
from tests.conftest import person, signed_in
from tests.test_admin import change_address, form_of
from tests.test_review import changed, stored

pytestmark = pytest.mark.django_db

TEXT = "One.\n\nTwo.\n\nThree."


@pytest.fixture
def kim() -> Client:
    return signed_in(person("kim", roles.PUBLISHER))


def meet(
    desk: Client, kim: Client, question: Question, mine: dict[str, Any], theirs: dict[str, Any]
) -> str:
    """Two people open a question, the other saves, then I do; where that leads me."""
    address = change_address(question)
    opened = form_of(desk, address)
    assert kim.post(address, form_of(kim, address) | theirs).status_code == 302
    response = desk.post(address, opened | mine)
    assert response.status_code == 302
    return str(response["Location"])


def decide(client: Client, address: str, **decisions: str) -> Any:
    """Send the merge's page as it stands, with decisions by the names of its places."""
    page = client.get(address)
    data = {"against": page.context["against"]}
    for name, decision in decisions.items():
        which, _, own = decision.partition(":")
        data[f"which-{name.replace('_', '-')}"] = which
        if own:
            data[f"own-{name.replace('_', '-')}"] = own
    return client.post(address, data)


def test_what_does_not_contradict_is_brought_together_at_once(desk: Client, kim: Client) -> None:
    question = library.question("Old?", TEXT)
    address = meet(
        desk,
        kim,
        question,
        {"answer": "ONE.\r\n\r\nTwo.\r\n\r\nThree.", "page_keywords": "mine"},
        {"answer": "One.\r\n\r\nTwo.\r\n\r\nTHREE.", "title": "Theirs?"},
    )
    assert stored(question).answer == "One.\n\nTwo.\n\nTHREE."
    page = desk.get(address).content.decode()
    assert "<strong>Nothing contradicts: both are brought together below.</strong>" in page
    form = decide(desk, address)["Location"]
    merged = form_of(desk, form)
    assert (merged["title"], merged["page_keywords"]) == ("Theirs?", "mine")
    assert merged["answer"] == "ONE.\n\nTwo.\n\nTHREE."
    assert desk.post(change_address(question), merged).status_code == 302
    assert stored(question).answer == "ONE.\n\nTwo.\n\nTHREE."
    assert stored(question).title == "Theirs?"
    assert question.revisions.count() == 2
    assert not UnsavedWork.objects.filter(is_done=False).exists()


@pytest.mark.parametrize(
    ("decision", "second"),
    [("mine", "My two."), ("theirs", "Their two."), ("own:Our\r\ntwo.", "Our\ntwo.")],
)
def test_a_contradiction_is_decided_place_by_place(
    desk: Client, kim: Client, decision: str, second: str
) -> None:
    question = library.question("Old?", TEXT)
    address = meet(
        desk,
        kim,
        question,
        {"answer": TEXT.replace("Two.", "My two.")},
        {"answer": TEXT.replace("Two.", "Their two.")},
    )
    page = html.unescape(re.sub(r"</?ins>", "", desk.get(address).content.decode()))
    for said in ("<pre>Two.</pre>", "<pre>Their two.</pre>", "<pre>My two.</pre>"):
        assert said in page
    form = decide(desk, address, answer_0=decision)["Location"]
    merged = form_of(desk, form)
    assert merged["answer"].replace("\r\n", "\n") == TEXT.replace("Two.", second)
    assert stored(question).answer == TEXT.replace("Two.", "Their two.")


def test_nothing_goes_on_before_all_is_decided(desk: Client, kim: Client) -> None:
    question = library.question("Old?", TEXT)
    address = meet(
        desk,
        kim,
        question,
        {"title": "Mine?", "answer": TEXT.replace("Two.", "My two.")},
        {"title": "Theirs?", "answer": TEXT.replace("Two.", "Their two.")},
    )
    page = decide(desk, address, title_0="mine").content.decode()
    assert "Decide about 1 more place." in page
    assert 'name="which-title-0" value="mine" required checked' in page
    assert UnsavedWork.objects.get(is_done=False).fields["title"] == "Mine?"


def test_the_result_is_shown_before_anything_is_decided_for_good(desk: Client, kim: Client) -> None:
    question = library.question("Old?")
    address = meet(desk, kim, question, {"title": "Mine?"}, {"title": "Theirs?"})
    data = {"which-title-0": "own", "own-title-0": "Ours?", "_show": "1"}
    page = desk.post(address, data).content.decode()
    assert "&lt;h1 id=&quot;question-title&quot;&gt;Ours?&lt;/h1&gt;" in page
    said = desk.post(address, data | {"_preview": "1"}).json()
    assert '<h1 id="question-title">Ours?</h1>' in said["page"]
    assert stored(question).title == "Theirs?"


def test_a_place_that_is_open_is_named_in_the_result(desk: Client, kim: Client) -> None:
    question = library.question("Old?", TEXT)
    mine, theirs = (
        {"title": f"{name}?", "answer": TEXT.replace("Two.", f"{name}.")}
        for name in ("Mine", "Theirs")
    )
    address = meet(desk, kim, question, mine, theirs)
    page = desk.post(address, {"which-title-0": "theirs", "_preview": "1"}).json()["page"]
    assert '<h1 id="question-title">Theirs?</h1>' in page
    assert "<p>[Answer, place 1: not decided yet]</p>" in page
    assert "Mine." not in page


def test_who_is_overtaken_while_deciding_looks_again(desk: Client, kim: Client) -> None:
    question = library.question("Old?")
    address = meet(desk, kim, question, {"title": "Mine?"}, {"title": "Theirs?"})
    against = desk.get(address).context["against"]
    kim.post(change_address(question), form_of(kim, change_address(question)) | {"title": "Newer?"})
    data = {"against": against, "which-title-0": "mine"}
    page = desk.post(address, data).content.decode()
    assert "The question was saved once more meanwhile." in page
    assert stored(question).title == "Newer?"


def test_who_is_overtaken_again_merges_again(desk: Client, kim: Client) -> None:
    question = library.question("Old?", TEXT)
    address = meet(desk, kim, question, {"title": "Mine?"}, {"title": "Theirs?"})
    merged = form_of(desk, decide(desk, address, title_0="mine")["Location"])
    kim.post(change_address(question), form_of(kim, change_address(question)) | {"author": "Kim"})
    again = desk.post(change_address(question), merged)["Location"]
    final = form_of(desk, decide(desk, again)["Location"])
    assert desk.post(change_address(question), final).status_code == 302
    assert (stored(question).title, stored(question).author) == ("Mine?", "Kim")


def test_where_a_question_stands_is_merged_too(desk: Client, kim: Client) -> None:
    question = library.question(slug="old", status=Status.DRAFT)
    other = library.subject("chemistry")
    address = meet(
        desk,
        kim,
        question,
        {
            "slug": "mine",
            "subject": other.pk,
            "publish_at_0": "2099-01-31",
            "publish_at_1": "08:00",
        },
        {"slug": "theirs", "status": "published"},
    )
    page = desk.get(address)
    assert [field.name for field in page.context["conflicts"]] == ["slug"]
    outcomes = {field.name: field.outcome for field in page.context["clean"]}
    assert outcomes == {"subject": "mine", "status": "theirs", "publish_at": "mine"}
    assert "Chemistry" in page.content.decode()
    merged = form_of(desk, decide(desk, address, slug_0="mine")["Location"])
    assert desk.post(change_address(question), merged).status_code == 302
    now = stored(question)
    assert (now.slug, now.subject_id, now.status) == ("mine", other.pk, Status.PUBLISHED)
    assert f"{now.publish_at:%Y-%m-%d %H:%M}" == "2099-01-31 08:00"


def test_a_choice_is_mine_or_theirs_and_no_text(desk: Client, kim: Client) -> None:
    question = library.question()
    address = meet(desk, kim, question, {"status": "draft"}, {"status": "archived"})
    assert "own-status-0" not in desk.get(address).content.decode()
    response = decide(desk, address, status_0="own:nonsense")
    assert "Decide about 1 more place." in response.content.decode()


def row_of(question: Question, target: Question) -> dict[str, Any]:
    return {
        "related-TOTAL_FORMS": "1",
        "related-0-position": "1",
        "related-0-target": str(target.pk),
        "related-0-question": str(question.pk),
    }


def test_related_links_of_mine_are_kept_where_nobody_else_changed_them(
    desk: Client, kim: Client
) -> None:
    question, one, other = (library.question() for _ in range(3))
    kim.post(
        change_address(question),
        form_of(kim, change_address(question)) | row_of(question, one),
    )
    mine = {"related-0-target": str(other.pk)}
    address = meet(desk, kim, question, mine, {"title": "Theirs?"})
    merged = form_of(desk, decide(desk, address)["Location"])
    assert desk.post(change_address(question), merged).status_code == 302
    assert RelatedQuestion.objects.get().target == other
    assert stored(question).title == "Theirs?"


def test_related_links_that_both_changed_are_theirs_and_mine_are_named(
    desk: Client, kim: Client
) -> None:
    question, one = library.question(), library.question("Theirs to read?")
    other = library.question("Mine to read?")
    address = meet(desk, kim, question, row_of(question, other), row_of(question, one))
    assert "<li>Mine to read?</li>" in desk.get(address).content.decode()
    merged = form_of(desk, decide(desk, address)["Location"])
    assert desk.post(change_address(question), merged).status_code == 302
    assert RelatedQuestion.objects.get().target == one


def test_two_who_propose_bring_their_proposals_together(writers_desk: Client) -> None:
    question = library.question("Old?", TEXT)
    other = signed_in(person("other", roles.EDITOR))
    first = form_of(writers_desk, change_address(question)) | {"answer": TEXT + "\n\nFour."}
    writers_desk.post(change_address(question), first)
    mine = form_of(writers_desk, change_address(question)) | {"title": "Mine?"}
    theirs = form_of(other, change_address(question)) | {"title": "Theirs?", "author": "Other"}
    other.post(change_address(question), theirs)
    address = writers_desk.post(change_address(question), mine)["Location"]
    form = decide(writers_desk, address, title_0="mine")["Location"]
    writers_desk.post(change_address(question), form_of(writers_desk, form))
    text = Proposal.objects.open().get().text
    assert all(said in text for said in ("Mine?", "Four.", "author: Other"))
    assert stored(question).title == "Old?"


def contested(writer: User) -> Proposal:
    """A proposal whose title somebody else has changed as well, and its answer elsewhere."""
    question = library.question("Old?", TEXT)
    edition = changed(question, title="Proposed?", answer=TEXT.replace("One.", "ONE."))
    proposal = review.propose(edition, by=writer, note="Clearer.")
    publishing.save([changed(question, title="Theirs?", answer=TEXT.replace("Three.", "THREE."))])
    return proposal


def test_a_publisher_merges_a_contested_proposal_and_approves_it(
    desk: Client, writer: User
) -> None:
    proposal = contested(writer)
    page = desk.get(reverse("admin:learn_proposal_change", args=(proposal.pk,))).content.decode()
    address = reverse("admin:learn_proposal_merge", args=(proposal.pk,))
    assert f'<a href="{address}">Bring both together</a>' in page
    made = decide(desk, address, title_0="own:Ours?")["Location"]
    assert desk.post(made, {"approve": "1"}).status_code == 302
    now = stored(proposal.question)
    assert (now.title, now.answer) == ("Ours?", "ONE.\n\nTwo.\n\nTHREE.")
    assert now.updated_by == writer
    approved, earlier = Proposal.objects.all()
    assert (approved.state, approved.note) == (Proposal.State.APPROVED, "Clearer.")
    assert (earlier.state, "Proposed?" in earlier.text) == (Proposal.State.WITHDRAWN, True)


def test_a_contested_proposal_is_merged_by_its_editor_or_a_publisher(
    writers_desk: Client, writer: User, client: Client
) -> None:
    proposal = contested(writer)
    address = reverse("admin:learn_proposal_merge", args=(proposal.pk,))
    assert client.get(address).status_code == 302
    for role in (roles.VIEWER, roles.EDITOR):
        assert signed_in(person(f"a {role}", role)).get(address).status_code == 403
    assert writers_desk.get(address).status_code == 200
    made = decide(writers_desk, address, title_0="theirs")["Location"]
    assert writers_desk.get(made).status_code == 200
    assert writers_desk.get(address).status_code == 404


def test_a_merge_that_no_file_could_hold_is_refused_in_words(desk: Client, writer: User) -> None:
    address = reverse("admin:learn_proposal_merge", args=(contested(writer).pk,))
    page = decide(desk, address, title_0="own:" + "x" * 501).content.decode()
    assert "Ensure this value has at most 500 characters" in page
    assert Proposal.objects.count() == 1


def test_a_merge_is_for_the_one_whose_work_it_is(desk: Client, kim: Client) -> None:
    question = library.question("Old?")
    address = meet(desk, kim, question, {"title": "Mine?"}, {"title": "Theirs?"})
    assert kim.get(address).status_code == 404
    assert signed_in(person("viewer", roles.VIEWER)).get(address).status_code == 403
    assert desk.get(address.replace(str(question.pk), "999999", 1)).status_code == 404


def test_the_text_of_a_version_is_found_through_changes_of_status() -> None:
    question = library.question("First?")
    first = question.updated_at.isoformat()
    library.set_status(Question.objects.all(), Status.DRAFT)
    publishing.save([changed(question, title="Second?")])
    second = stored(question).updated_at.isoformat()
    publishing.save([changed(question, title="Third?")])
    titles = [
        re.findall(r"\ntitle: >-\n    (.*)", versions.text_of_version(question, version))
        for version in (first, second, stored(question).updated_at.isoformat(), "nonsense")
    ]
    assert titles == [["First?"], ["Second?"], ["Third?"], ["Third?"]]


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_in_the_same_moment_one_is_stopped(desk: Client, kim: Client) -> None:
    question = library.question(answer="Old.")
    address, together = change_address(question), Barrier(2)
    sent = [
        (client, form_of(client, address) | {"answer": answer})
        for client, answer in ((desk, "Mine."), (kim, "Theirs."))
    ]

    def save(client: Client, data: dict[str, Any]) -> str:
        together.wait()
        try:
            return str(client.post(address, data)["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        led = [future.result() for future in [threads.submit(save, *each) for each in sent]]
    assert sorted("/merge/" in place for place in led) == [False, True]
    overtaken = sent[["/merge/" in place for place in led].index(True)][1]["answer"]
    kept = UnsavedWork.objects.get(is_done=False).fields["answer"]
    assert {stored(question).answer, kept} == {"Mine.", "Theirs."}
    assert kept == overtaken


def test_the_form_costs_the_same_few_queries_whoever_is_there(
    desk: Client, kim: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    question = library.question()
    kim.post(f"{change_address(question).removesuffix('change/')}presence", {"version": ""})
    desk.post(change_address(question), form_of(desk, change_address(question)) | {"title": ""})
    desk.get(change_address(question))
    with django_assert_max_num_queries(12):
        desk.get(change_address(question))
