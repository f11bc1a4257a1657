"""Findings over the library: stored with the questions, counted, shown where they are mended."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import findings, publishing
from learn.models import FindingCount, Question, QuestionFinding, Status
from tests import library
from tests.files import import_files, question_file, write_tree
from tests.test_admin import LIST, change_address

pytestmark = pytest.mark.django_db

BROKEN = (
    "This formula cannot be read by anybody who looks at it now: $\\frac{a$ and $\\sqrt{b$ here."
)


def stored() -> set[tuple[str, str, int]]:
    return set(QuestionFinding.objects.values_list("question__slug", "code", "number"))


def test_findings_are_stored_with_an_import_and_with_an_edit(tmp_path) -> None:
    tree = write_tree(tmp_path, {"physics/a.md": question_file(answer=BROKEN)})
    import_files(tree)
    assert stored() == {("a", "math-error", 2)}
    question = Question.objects.select_related("subject").get()
    question.answer = "Short."
    publishing.save([publishing.edition_of(question)])
    assert stored() == {("a", "short-answer", 1)}


def test_rendering_again_finds_again() -> None:
    library.question(slug="a", answer=BROKEN)
    QuestionFinding.objects.all().delete()
    Question.objects.update(renderer_version=0)
    publishing.rerender(Question.objects.all())
    assert stored() == {("a", "math-error", 2)}


def test_counts_are_of_questions_that_are_not_archived() -> None:
    library.question(answer=BROKEN)
    library.question(answer="Short.", page_description="")
    library.question(answer="Short.", status=Status.ARCHIVED)
    assert findings.counts() == {"math-error": 1, "short-answer": 1, "no-description": 1}


def test_the_trend_keeps_a_count_a_day() -> None:
    FindingCount.objects.create(
        day=datetime.date.today() - datetime.timedelta(days=3), code="math-error", questions=7
    )
    library.question(answer=BROKEN)
    findings.note_today()
    library.question(answer=BROKEN)
    findings.note_today()
    assert [number for _, number in findings.trend()["math-error"]] == [7, 2]


def test_an_import_notes_the_day(tmp_path) -> None:
    import_files(write_tree(tmp_path, {"physics/a.md": question_file(answer=BROKEN)}))
    assert FindingCount.objects.values_list("code", "questions").get() == ("math-error", 1)


def test_from_the_dashboard_a_click_leads_to_what_is_to_be_mended(desk: Client) -> None:
    library.question("Broken in physics?", BROKEN)
    library.question("Broken in biology?", BROKEN, place="biology")
    library.question("Short?", "Short.")
    page = desk.get(LIST + "findings").content.decode()
    assert "Formulas that cannot be read" in page
    address = f"{LIST}?findings=math-error&amp;subject=physics"
    assert f'href="{address}"' in page
    listed = desk.get(address.replace("&amp;", "&")).content.decode()
    assert ("Broken in physics?" in listed, "Broken in biology?" in listed) == (True, False)


def test_the_dashboard_costs_the_same_queries_for_few_findings_and_for_many(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        library.question(answer=BROKEN, place=f"subject-{number}")
    with django_assert_max_num_queries(12):
        assert desk.get(LIST + "findings").status_code == 200


def test_a_library_without_findings_says_so(desk: Client) -> None:
    assert "find nothing to mend" in desk.get(LIST + "findings").content.decode()


def test_the_dashboard_is_for_those_who_may_see_questions(client: Client) -> None:
    assert client.get(LIST + "findings").status_code == 302


def test_a_finding_stands_beside_its_field(desk: Client) -> None:
    question = library.question(answer="Short.", page_description="")
    response = desk.get(change_address(question))
    form = response.context["adminform"].form
    assert "the answer has fewer than 15 words" in response.content.decode()
    assert "no description" in form.fields["page_description"].help_text


def test_questions_with_the_same_title_are_alike_but_for_case_and_spaces() -> None:
    one = library.question("Why  is the Sky blue?")
    two = library.question("Why is the sky blue?", place="art")
    library.question("Why is the sky red?")
    library.question("Why is the sky blue?", status=Status.ARCHIVED)
    assert findings.alike(one.title, one.page_description, one.pk) == ([two], [])
    assert findings.alike("WHY is the  sky blue?", one.page_description) == ([one, two], [one])
    assert findings.alike("", "") == ([], [])


# -- the panel of results

RESULTS = LIST + "results"


def test_texts_are_compared_as_they_are_typed(desk: Client) -> None:
    one = library.question("Why is the sky blue?", page_description="It scatters.")
    typed = {"title": "why is the sky  BLUE?", "page_description": "It scatters. "}
    said = desk.post(RESULTS, typed).json()
    assert list(said) == ["alike"]
    assert said["alike"].count(change_address(one)) == 2
    assert "The same title stands at" in said["alike"]
    typed_there = typed | {"question": one.pk}
    assert change_address(one) not in desk.post(RESULTS, typed_there).json()["alike"]
    for nonsense in ({}, {"question": "x"}, {"question": "9" * 40, "title": "\0"}):
        assert desk.post(RESULTS, nonsense).json()["alike"].strip() == ""


def test_a_description_is_taken_from_the_answer_as_it_is_typed(desk: Client) -> None:
    said = desk.post(RESULTS, {"answer": "Light of **short** waves is scattered most.\r\n"}).json()
    assert said["suggestion"] == "Light of short waves is scattered most."
    assert desk.post(RESULTS, {"answer": ""}).json()["suggestion"] == ""


def test_a_new_question_has_the_panel_before_it_is_saved(desk: Client) -> None:
    page = desk.get(LIST + "add/").content.decode()
    assert 'class="seo-panel"' in page
    assert "data-question" not in page.partition('class="seo-panel"')[2].partition(">")[0]


def test_questions_that_share_a_title_or_a_description_are_listed(desk: Client) -> None:
    for title, text in (("Why blue?", "A."), ("why  Blue?", "B."), ("Why red?", "b."), ("No?", "")):
        library.question(title, page_description=text)
    library.question("No?", page_description="", status=Status.ARCHIVED)

    def listed(what: str) -> list[str]:
        found = desk.get(f"{LIST}?alike={what}").context["cl"].result_list
        return sorted(question.title for question in found)

    assert listed("title") == ["Why blue?", "why  Blue?"]
    assert listed("description") == ["Why red?", "why  Blue?"]
    assert listed("nonsense") == []


def test_a_very_long_title_is_advised_about() -> None:
    question = library.question("x" * 201)
    assert ("long-title", "title") in [(p["code"], p["field"]) for p in question.problems]
    assert not [p for p in library.question("x" * 200).problems if p["code"] == "long-title"]


def test_a_trend_of_one_day_says_since_when_it_is_counted(desk: Client) -> None:
    library.question(answer=BROKEN)
    findings.note_today()
    assert "counted since today" in desk.get(LIST + "findings").content.decode()
    FindingCount.objects.update(day=datetime.date.today() - datetime.timedelta(days=2))
    assert "1 on 2" in desk.get(LIST + "findings").content.decode()


def test_the_form_names_findings_as_the_dashboard_does_and_its_title_once(desk: Client) -> None:
    question = library.question("A title?", answer=BROKEN)
    page = desk.get(change_address(question)).content.decode()
    assert "<strong>Formulas that cannot be read</strong>" in page
    assert "<h2>A title?</h2>" not in page
