"""The editors' desk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import publishing
from learn.content.markdown import render
from learn.models import Question, RelatedQuestion, Status
from tests import library
from tests.files import import_files, question_file, write_tree

pytestmark = pytest.mark.django_db

LIST = "/admin/learn/question/"
PREVIEW = "/admin/learn/question/preview"


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What the browser would send for the form as it stands, inlines included."""
    response = client.get(address)
    form = response.context["adminform"].form
    data = {}
    for bound in form:
        value = bound.value()
        if bound.field.show_hidden_initial:
            data[bound.html_initial_name] = value
        if hasattr(bound.field.widget, "widgets"):
            parts = value if isinstance(value, list) else bound.field.widget.decompress(value)
            data |= {f"{bound.html_name}_{n}": part or "" for n, part in enumerate(parts)}
        elif value not in (None, False):
            data[bound.html_name] = value
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        for bound in [*formset.management_form]:
            data[bound.html_name] = bound.value()
        for row in formset.initial_forms:
            data |= {field.html_name: field.value() or "" for field in row}
    return data


def change_address(question: Question) -> str:
    return reverse("admin:learn_question_change", args=(question.pk,))


def act(desk: Client, action: str, question: Question) -> None:
    """Do something to a question from the list, the preview seen."""
    preview = desk.post(LIST, {"action": action, "_selected_action": [question.pk]})
    desk.post(preview["Location"].replace("follow", "run"))


def test_an_edit_is_stored_rendered_and_written_into_the_file(desk: Client, editor: User) -> None:
    question = library.question(slug="q")
    data = form_of(desk, change_address(question)) | {"answer": "Now *new*.\r\n\r\n- one"}
    response = desk.post(change_address(question), data)
    assert response.status_code == 302
    question.refresh_from_db()
    assert question.answer == "Now *new*.\n\n- one"
    assert question.answer_html.startswith("<p>Now <em>new</em>.</p>")
    assert "    Now *new*.\\n\\n- one\n" in question.source
    assert (question.updated_by, question.is_edited) == (editor, True)


def test_saving_without_a_change_writes_nothing(desk: Client) -> None:
    """As a browser sends it: a newline is CRLF."""
    question = library.question("Two  spaces? ", "    code\n\nThen text.\n\nMore.", slug="q")
    before = Question.objects.values().get()
    data = form_of(desk, change_address(question))
    data |= {"answer": data["answer"].replace("\n", "\r\n")}
    desk.post(change_address(question), data)
    assert Question.objects.values().get() == before


def test_a_new_question_is_a_draft_until_it_is_published(desk: Client, client: Client) -> None:
    subject = library.subject("physics")
    data = form_of(desk, LIST + "add/")
    data |= {"title": "Why?", "slug": "why", "subject": subject.pk, "answer": "So."}
    response = desk.post(LIST + "add/", data)
    assert response.status_code == 302
    assert Question.objects.get().status == Status.DRAFT
    assert client.get("/learn/physics/questions/why").status_code == 404
    act(desk, "publish", Question.objects.get())
    assert client.get("/learn/physics/questions/why").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "This field is required."),
        ("answer", "  \r\n ", "This field is required."),
        ("slug", "a/b", "The slug holds a character that an address cannot have."),
        ("slug", "undefined", "The slug is reserved."),
        ("canonical_url", "javascript:alert(1)", "An address begins with https://"),
        ("canonical_url", "//evil.example", "An address begins with https://"),
    ],
)
def test_bad_input_is_answered_in_words_beside_its_field(
    desk: Client, field: str, value: str, message: str
) -> None:
    question = library.question(slug="q")
    data = form_of(desk, change_address(question)) | {field: value}
    response = desk.post(change_address(question), data)
    [error] = response.context["adminform"].form.errors[field]
    assert error.startswith(message)


def test_two_questions_cannot_have_one_address(desk: Client) -> None:
    library.question(slug="taken")
    question = library.question(slug="q")
    data = form_of(desk, change_address(question)) | {"slug": "taken"}
    response = desk.post(change_address(question), data)
    [error] = response.context["adminform"].form.errors["slug"]
    assert error.startswith("The address is taken by")


def test_related_questions_are_chosen_here_and_written_into_the_file(desk: Client) -> None:
    question, other = library.question(slug="q"), library.question("Other?", slug="other")
    data = form_of(desk, change_address(question))
    data |= {
        "related-TOTAL_FORMS": "1",
        "related-0-position": "1",
        "related-0-target": str(other.pk),
        "related-0-question": str(question.pk),
        "related-0-id": "",
    }
    assert desk.post(change_address(question), data).status_code == 302
    related = RelatedQuestion.objects.get()
    assert (related.question, related.target, related.title) == (question, other, "Other?")
    question.refresh_from_db()
    assert "    url: /learn/physics/questions/other\n" in question.source
    data = form_of(desk, change_address(question)) | {"related-0-DELETE": "on"}
    assert desk.post(change_address(question), data).status_code == 302
    assert not RelatedQuestion.objects.exists()
    question.refresh_from_db()
    assert "related_article" not in question.source


def test_questions_are_archived_and_never_deleted(desk: Client, admin_client: Client) -> None:
    question = library.question(slug="q")
    for client in (desk, admin_client):
        assert client.get(f"{LIST}{question.pk}/delete/").status_code == 403
    act(desk, "archive", question)
    question.refresh_from_db()
    assert question.status == Status.ARCHIVED


def test_the_list_costs_the_same_queries_for_one_question_and_for_many(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    library.question()
    desk.get(LIST)
    for _ in range(2):
        with django_assert_max_num_queries(12):
            desk.get(LIST)
        with django_assert_max_num_queries(14):
            desk.get(LIST + "?q=question&status__exact=published")
        for place in ("physics", "chemistry", "biology"):
            for _ in range(25):
                library.question(place=place)


@pytest.mark.parametrize("query", ["question", "Question 1", "question-1", "%", "_", "'", "1" * 40])
def test_the_list_can_be_searched_for_anything(desk: Client, query: str) -> None:
    library.question(source_id=166940)
    assert desk.get(LIST, {"q": query}).status_code == 200
    assert desk.get(LIST, {"q": "166940"}).context["cl"].result_count == 1


@pytest.mark.parametrize("name", ["question", "subject"])
def test_autocomplete_finds_by_words(desk: Client, name: str) -> None:
    library.question("Why is ice light?", place="physics")
    field = {"question": ("relatedquestion", "target"), "subject": ("question", "subject")}[name]
    query = {"question": "ice", "subject": "phys"}[name]
    response = desk.get(
        "/admin/autocomplete/",
        {"app_label": "learn", "model_name": field[0], "field_name": field[1], "term": query},
    )
    shown = {"question": "Why is ice light?", "subject": "Physics"}[name]
    assert [item["text"] for item in response.json()["results"]] == [shown]


def test_the_preview_is_what_the_page_will_show(desk: Client, client: Client) -> None:
    answer = (
        "### A\n\n$$\n\\ce{H2O}\n$$\n\n| a | b |\n|:-|-:|\n| $x|y$ | `c` |\n\n<script>x</script>"
    )
    library.question(slug="q", answer=answer)
    page = client.get("/learn/physics/questions/q").content.decode()
    said = desk.post(PREVIEW, {"content": answer.replace("\n", "\r\n"), "title": "A?"}).json()
    shown = f'<div id="answer" class="answer prose">{render(answer).html}</div>'
    assert shown in said["page"]
    assert shown in page
    assert '<h1 id="question-title">A?</h1>' in said["page"]


def test_the_preview_names_what_is_wrong(desk: Client) -> None:
    said = desk.post(PREVIEW, {"content": "So $\\nosuch$.", "title": "Why?"}).json()
    codes = re.findall(r"<strong>(.*?)</strong>: (.*?) <", said["findings"])
    assert codes == [
        ("Formulas that cannot be read", "Unknown command &quot;\\nosuch&quot;."),
        ("Answers of a few words", "the answer has fewer than 15 words"),
        ("No description for result lists", "there is no description for result lists"),
    ]
    assert (said["count"], said["message"]) == (3, 'Unknown command "\\nosuch".')


def test_a_formula_alone_is_told_its_own_problems_only(desk: Client) -> None:
    said = desk.post(PREVIEW, {"content": "$x^2$"}).json()
    assert (said["count"], "<math" in said["page"], "<h1" in said["page"]) == (0, True, False)


def test_the_preview_says_what_it_needs(desk: Client) -> None:
    assert desk.post(PREVIEW, {}).status_code == 400
    assert desk.get(PREVIEW).status_code == 405


@pytest.mark.parametrize("address", [PREVIEW, "/admin/learn/question/frame"])
def test_the_preview_is_for_editors_only(
    client: Client, django_user_model: type[User], address: str
) -> None:
    def ask() -> int:
        if address == PREVIEW:
            return client.post(address, {"content": "x"}).status_code
        return client.get(address).status_code

    assert ask() == 302
    student = django_user_model.objects.create_user("student")
    client.force_login(student)
    assert ask() == 302
    clerk = django_user_model.objects.create_user("clerk", is_staff=True)
    client.force_login(clerk)
    assert ask() == 403


@pytest.mark.parametrize(
    "address", ["/markdownx/upload/", "/markdownx/markdownify/", "/admin/markdownx/upload/"]
)
def test_the_open_views_of_markdownx_are_not_mounted(desk: Client, address: str) -> None:
    assert desk.post(address, {"content": "x"}).status_code == 404


def test_a_subjects_slug_is_set_once(desk: Client) -> None:
    subject = library.question().subject
    page = desk.get(reverse("admin:learn_subject_change", args=(subject.pk,))).content.decode()
    assert 'name="slug"' not in page


def test_an_editor_sees_what_each_version_changed_and_goes_back(desk: Client) -> None:
    question = library.question("First?", "One line.\n\nTwo.", slug="q")
    data = form_of(desk, change_address(question)) | {"answer": "One line.\n\nThree."}
    desk.post(change_address(question), data)
    address = f"{LIST}{question.pk}/revisions"
    page = desk.get(address).content.decode()
    assert re.findall(r"<(ins|del)>(.*?)</\1>", page) == [("del", "Two."), ("ins", "Three.")]
    assert "Versions" in desk.get(change_address(question)).content.decode()
    [revision] = question.revisions.all()
    assert desk.post(address, {"revision": revision.pk}).status_code == 302
    question.refresh_from_db()
    assert (question.answer, question.origin) == ("One line.\n\nTwo.", "restore")
    assert question.revisions.count() == 2


def test_versions_are_for_those_who_may_see_and_restoring_for_those_who_may_change(
    client: Client, django_user_model: type[User]
) -> None:
    question = library.question("First?", slug="q")
    question.title = "Second?"
    publishing.save([publishing.edition_of(question)])
    clerk = django_user_model.objects.create_user("clerk", is_staff=True)
    client.force_login(clerk)
    address = f"{LIST}{question.pk}/revisions"
    assert client.get(address).status_code == 403
    clerk.user_permissions.add(Permission.objects.get(codename="view_question"))
    assert client.get(address).status_code == 200
    revision = {"revision": question.revisions.get().pk}
    assert client.post(address, revision).status_code == 403
    assert desk_less(Client(), address, revision) == 302


def desk_less(client: Client, address: str, data: dict[str, Any]) -> int:
    """What somebody who is not signed in gets."""
    return client.post(address, data).status_code


def test_what_no_file_could_hold_is_refused_in_words(desk: Client) -> None:
    question = library.question(slug="q")
    data = form_of(desk, change_address(question)) | {"page_keywords": "word " * 15_000}
    response = desk.post(change_address(question), data)
    [error] = response.context["adminform"].form.non_field_errors()
    assert error.startswith("The file could not be read back: the front matter apart from")


def test_a_question_and_its_related_links_are_written_as_one_version(desk: Client) -> None:
    question, other = library.question(slug="q"), library.question()
    data = form_of(desk, change_address(question)) | {"title": "New?"}
    data |= {
        "related-TOTAL_FORMS": 1,
        "related-0-position": 1,
        "related-0-target": other.pk,
        "related-0-question": question.pk,
    }

    assert desk.post(change_address(question), data).status_code == 302

    question.refresh_from_db()
    assert (question.title, question.related.get().target) == ("New?", other)
    assert question.revisions.count() == 1


def test_a_slug_that_differs_from_another_only_by_case_is_refused(desk: Client) -> None:
    library.question(slug="Tides")
    question = library.question(slug="q")
    data = form_of(desk, change_address(question)) | {"slug": "tides"}

    response = desk.post(change_address(question), data)

    errors = response.context["adminform"].form.errors
    assert errors == {"slug": ["'Tides' differs from it only by case."]}


def test_a_related_link_keeps_what_its_file_said_until_another_target_is_chosen(
    desk: Client, tmp_path: Path
) -> None:
    link = (
        "related_article{}:\n    id: 1\n    title: >-\n        {}?\n    subject: Art\n"
        "    url: /learn/physics/questions/{}\n    note: kept\n"
    )
    text = question_file("Here?").replace(
        "\n---\n\n", "\n" + link.format(2, "One", "one") + link.format(5, "Two", "two") + "---\n\n"
    )
    tree = {"physics/here.md": text, "physics/one.md": question_file("One?")}
    import_files(write_tree(tmp_path, tree))
    question = Question.objects.get(slug="here")
    data = form_of(desk, change_address(question)) | {"related-0-position": "3"}
    assert desk.post(change_address(question), data).status_code == 302
    question.refresh_from_db()
    assert question.source == text.replace("related_article2", "related_article3")
