"""Questions that stand several times: found, compared, merged into one, and put back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import batches, duplicates, feedback, publishing
from learn.content.addresses import Address
from learn.models import AuditEntry, Batch, Question, Redirect, RelatedQuestion, Status
from tests import library
from tests.files import import_files, question_file, write_tree

pytestmark = pytest.mark.django_db

PAGE = "/admin/learn/question/duplicates"


def twins(*places: str, title: str = "Why is the sky blue?", slug: str = "sky") -> list[Question]:
    return [library.question(title, place=place, slug=slug) for place in places]


def linked(source: Question, target: Question) -> RelatedQuestion:
    return RelatedQuestion.objects.create(
        question=source, position=1, target=target, target_slug=target.slug
    )


def titles() -> list[list[str]]:
    return [[each.subject.slug for each in group.questions] for group in duplicates.groups(None, 9)]


def merge(desk: Client, keep: Question, *others: Question, **more: str) -> str:
    data = {"keep": keep.pk, "question": [each.pk for each in (keep, *others)], **more}
    return desk.post(PAGE, data, follow=True).content.decode()


def leads_to(client: Client, question: Question) -> str:
    """Where the address of a question leads, or the status of what is there."""
    response = client.get(question.get_absolute_url())
    return response.get("Location", str(response.status_code))


# ---------------------------------------------------------------------------- found


def test_questions_with_one_title_are_a_group() -> None:
    twins("physics", "art", title="Why  is the SKY blue?")
    twins("music")
    library.question("Why is the sea blue?")
    assert titles() == [["physics", "art", "music"]]


def test_an_archived_one_is_none_of_a_group() -> None:
    _, art, music = twins("physics", "art", "music")
    library.set_status(Question.objects.filter(pk=art.pk), Status.ARCHIVED)
    assert titles() == [["physics", "music"]]
    library.set_status(Question.objects.filter(pk=music.pk), Status.ARCHIVED)
    assert titles() == []


def test_the_first_is_public_then_linked_then_helpful_then_old() -> None:
    draft, _, helpful, known = twins("art", "physics", "music", "law")
    library.set_status(Question.objects.filter(pk=draft.pk), Status.DRAFT)
    assert titles() == [["physics", "music", "law", "art"]]
    feedback.vote(helpful, "one", is_helpful=True)
    assert titles() == [["music", "physics", "law", "art"]]
    linked(library.question(), known)
    assert titles() == [["law", "music", "physics", "art"]]


def test_groups_are_read_in_pages_that_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "STEP", 2)
    for number in range(5):
        twins("physics", "art", title=f"Title {number}?", slug=f"t{number}")
    seen, after = [], None
    while found := duplicates.groups(after, 2):
        seen += [group.title for group in found]
        after = found[-1].key
    assert sorted(seen) == [f"Title {number}?" for number in range(5)]


def test_a_page_costs_the_same_queries_however_many_there_are(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    twins("physics", "art")
    desk.get(PAGE)
    for _ in range(2):
        with django_assert_num_queries(7):
            assert desk.get(PAGE).status_code == 200
        more = Question.objects.count()
        for number in range(more, more + 4):
            twins("law", "music", title=f"Title {number}?", slug=f"t{number}")


def test_an_import_says_how_many_there_are(tmp_path: Path) -> None:
    files = {f"{place}/sky.md": question_file("Why is it?") for place in ("physics", "art")}
    write_tree(tmp_path, files)
    report = import_files(tmp_path).report
    assert report["notes"] == [
        "1 title stands in several questions: see Duplicates at the editors' desk"
    ]


# ---------------------------------------------------------------------------- merged


def test_one_click_merges_and_one_undoes_it(desk: Client, client: Client, editor: User) -> None:
    kept, other = twins("physics", "art")
    publishing.redirect({Address("art", "old-sky"): other.pk})
    link, own = linked(library.question(), other), linked(kept, other)
    before = list(Question.objects.order_by("pk").values())

    page = merge(desk, kept, other)

    assert "1 question merged into \u201cWhy is the sky blue?\u201d." in page
    other.refresh_from_db()
    assert other.status == Status.ARCHIVED
    assert leads_to(client, other) == kept.get_absolute_url()
    assert client.get("/learn/art/questions/old-sky")["Location"] == kept.get_absolute_url()
    link.refresh_from_db()
    own.refresh_from_db()
    assert (link.target, own.target) == (kept, other)  # no link of a question to itself
    assert titles() == []
    assert AuditEntry.objects.filter(verb="batch").count() == 1

    [undo] = re.findall(r'<a href="(\S+)/follow#undo">Undo</a>', page)
    desk.post(f"{undo}/undo")

    changed = ("updated_at", "updated_by_id")
    now = list(Question.objects.order_by("pk").values())
    assert [{k: v for k, v in row.items() if k not in changed} for row in now] == [
        {k: v for k, v in row.items() if k not in changed} for row in before
    ]
    assert leads_to(client, other) == "200"
    assert client.get("/learn/art/questions/old-sky")["Location"] == other.get_absolute_url()
    link.refresh_from_db()
    assert link.target == other
    assert Redirect.objects.count() == 1


def test_the_preview_shows_both_and_changes_nothing(desk: Client) -> None:
    kept, other = twins("physics", "art")
    page = merge(desk, kept, other, preview="1")
    assert "/learn/art/questions/sky \u2192 /learn/physics/questions/sky" in page
    assert Question.objects.published().count() == 2
    row = Batch.objects.get().questions.get()
    page = desk.get(f"/admin/learn/batch/question/{row.pk}").content.decode()
    assert "The one that stays" in page
    assert desk.get(f"/admin/learn/batch/question/{row.pk}/after").status_code == 200


def test_what_students_cannot_read_is_nothing_to_lead_them_to(desk: Client) -> None:
    kept, other = twins("physics", "art")
    library.set_status(Question.objects.filter(pk=kept.pk), Status.DRAFT)
    page = merge(desk, kept, other)
    assert "what it would lead to cannot be read by students" in page
    assert Question.objects.get(pk=other.pk).status == Status.PUBLISHED


def test_what_somebody_changed_since_is_not_undone(desk: Client, editor: User) -> None:
    kept, other = twins("physics", "art")
    merge(desk, kept, other)
    library.set_status(Question.objects.filter(pk=other.pk), Status.DRAFT)
    batch = Batch.objects.get()
    batches.undo(batch, editor)
    assert batch.questions.get().outcome == "kept"
    assert Question.objects.get(pk=other.pk).status == Status.DRAFT


def test_an_address_that_leads_elsewhere_by_now_is_left(desk: Client, editor: User) -> None:
    kept, other, third = *twins("physics", "art"), library.question("Third?")
    merge(desk, kept, other)
    publishing.redirect({Address("art", "sky"): third.pk})
    batches.undo(Batch.objects.get(), editor)
    assert Redirect.objects.get().question == third


def test_merging_twice_leads_to_the_last_one(desk: Client, client: Client) -> None:
    first, second, third = twins("physics", "art", "music")
    merge(desk, second, first)
    merge(desk, third, second)
    assert leads_to(client, first) == leads_to(client, second) == third.get_absolute_url()


def test_a_file_that_comes_again_does_not_bring_it_back(
    tmp_path: Path, desk: Client, client: Client
) -> None:
    files = {f"{place}/sky.md": question_file("Why is it?") for place in ("physics", "art")}
    write_tree(tmp_path, files)
    import_files(tmp_path)
    kept, other = Question.objects.filter(slug="sky").order_by("-subject__slug")
    merge(desk, kept, other)
    write_tree(tmp_path, {"art/sky.md": question_file("Why is it?", answer="Another answer.")})
    assert import_files(tmp_path).counts["updated"] == 1
    assert leads_to(client, other) == kept.get_absolute_url()


@pytest.mark.parametrize("sent", ["", "x", "-1", "9" * 30])
def test_what_was_not_chosen_well_is_said(desk: Client, sent: str) -> None:
    kept, other = twins("physics", "art")
    data = {"keep": sent, "question": [kept.pk, other.pk, "x"]}
    assert "Choose which one stays" in desk.post(PAGE, data, follow=True).content.decode()
    assert not Batch.objects.exists()
    assert desk.get(PAGE, {"after": sent, "of": sent}).status_code == 200


def test_a_questions_form_leads_to_its_group(desk: Client) -> None:
    question, _ = twins("physics", "art")
    twins("music", "law", title="Another?", slug="another")
    form = desk.get(f"/admin/learn/question/{question.pk}/change/").content.decode()
    assert f'<a href="{PAGE}?of={question.pk}">Side by side</a>' in form
    page = desk.get(PAGE, {"of": question.pk}).content.decode()
    assert page.count('class="module twins"') == 1
    assert "Why is the sky blue?" in page


def test_any_chosen_questions_are_merged_from_the_list(desk: Client, client: Client) -> None:
    kept, other = library.question("One?"), library.question("The same in other words?")
    data = {"action": "merge", "_selected_action": [kept.pk, other.pk]}
    page = desk.post("/admin/learn/question/", data).content.decode()
    assert "Physics: The same in other words?" in page
    data |= {"_told": "1", "into": kept.pk}
    batch = desk.post("/admin/learn/question/", data)
    desk.post(batch["Location"].replace("follow", "run"))
    assert leads_to(client, other) == kept.get_absolute_url()


def test_one_question_is_nothing_to_merge(desk: Client) -> None:
    data = {"action": "merge", "_selected_action": [library.question().pk]}
    page = desk.post("/admin/learn/question/", data, follow=True).content.decode()
    assert "Tick 2 to 50 questions" in page
