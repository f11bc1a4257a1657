"""What is found, in which order, and what a mistake leads to."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from learn import search
from learn.models import Question, Status
from tests import library, queries

pytestmark = pytest.mark.django_db


def found(text: str, **options: object) -> list[str]:
    results = search.search(text, **options)  # type: ignore[arg-type]
    return [question.title for question in search.in_order(results.keys, Question.objects.all())]


@pytest.fixture
def biology() -> None:
    for title, answer in (
        ("What is photosynthesis?", "Plants turn light into sugar."),
        ("How do plants grow?", "They need photosynthesis, water and the cell wall."),
        ("Why do cells divide?", "To grow. A wall around the cell divides too."),
        ("How does the Na+/K+ pump work?", "It moves sodium out of the cell."),
    ):
        library.question(title, answer, place="biology")


@pytest.mark.usefixtures("biology")
def test_titles_come_before_answers() -> None:
    assert found("photosynthesis") == ["What is photosynthesis?", "How do plants grow?"]


@pytest.mark.usefixtures("biology")
@pytest.mark.parametrize("text", ["dividing cell", "CELLS divided", "cell division divides cells"])
def test_forms_of_a_word_are_found(text: str) -> None:
    assert found(text)[0] == "Why do cells divide?"


@pytest.mark.usefixtures("biology")
def test_a_phrase_is_found_as_it_stands() -> None:
    assert found('"cell wall"') == ["How do plants grow?"]


@pytest.mark.usefixtures("biology")
@pytest.mark.parametrize("text", ["photosyn", "how plants gro"])
def test_the_last_word_need_not_be_complete(text: str) -> None:
    assert "How do plants grow?" in found(text)


@pytest.mark.usefixtures("biology")
def test_keywords_are_found() -> None:
    library.question("A title?", page_keywords="osmosis, diffusion")
    assert found("osmosis") == ["A title?"]


@pytest.mark.usefixtures("biology")
@pytest.mark.parametrize(
    "text",
    ["photosinthesis", "phtosynthesis", "photosyntehsis", "photosynthesiss", "photsinthesis"],
)
def test_a_mistake_is_mended_where_nothing_is_found_with_it(text: str) -> None:
    results = search.search(f"what is {text}")
    assert (results.is_mended, results.query.text) == (True, "what is photosynthesis")
    assert found(text)[0] == "What is photosynthesis?"


def test_a_word_that_few_have_may_be_a_mistake() -> None:
    library.question("What is photosynthesis?")
    library.question("Who wrote this?", "Somebody wrote photosinthesis.")
    results = search.search("photosinthesis")
    assert (results.is_mended, results.meant) == (False, "photosynthesis")
    assert found("photosinthesis") == ["Who wrote this?"]


@pytest.mark.usefixtures("biology")
def test_words_that_are_not_together_anywhere_find_what_has_some() -> None:
    results = search.search("photosynthesis sodium")
    assert results.has_all is False
    assert set(found("photosynthesis sodium")) == {
        "What is photosynthesis?",
        "How do plants grow?",
        "How does the Na+/K+ pump work?",
    }


@pytest.mark.usefixtures("biology")
def test_one_wrong_word_among_several_does_no_harm() -> None:
    library.question("What role do enzymes play in digestion?")
    assert found("rule enzymes play digestion")[0] == "What role do enzymes play in digestion?"


def test_words_that_stand_together_in_order_come_first() -> None:
    library.question("Is law of the second motion or of the Newton kind?")
    library.question("How is Newton's second law of motion used?")
    assert found("newton's second law")[0] == "How is Newton's second law of motion used?"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("How does the Na+/K+ pump work?", "Na+/K+"),
        ("How are lists sorted in C++?", "C++"),
        ("What is the graph of x^2?", "x^2"),
        ("Why don't magnets stick?", "don't"),
        ("What is $\\frac{a}{b}$ called?", "\\frac{a}{b}"),
        ("Where is the café?", "cafe"),
        ("Where is the cafe?", "café"),
        ("What is ΔG?", "delta g"),
        ("Is H₂O wet?", "h2o"),
        ("什么是光合作用?", "光合作用"),
    ],
)
def test_symbols_accents_and_other_scripts_are_found(title: str, text: str) -> None:
    library.question("How are lists sorted in C?")
    library.question(title)
    assert found(text) == [title]


@pytest.mark.parametrize(
    "text",
    ["what's photosynthesis", "whats photosynthesis", "why isn't it photosynthesis", "dont plants"],
)
@pytest.mark.usefixtures("biology")
def test_contractions_are_not_asked_for(text: str) -> None:
    library.question("What is a dot?")
    results = search.search(text)
    assert (results.has_all, results.is_mended, results.meant) == (True, False, "")
    assert found(text) == found(text.split()[-1])


def test_words_with_an_apostrophe_are_found_with_it_and_without() -> None:
    hopital, motion, mean = "What is L'Hôpital's rule?", "What is Newton's law?", "What is a mean?"
    for title in ("Where is the hospital?", hopital, motion, mean):
        library.question(title)
    assert found("lhopital") == found("l'hôpital rule") == found("L’Hopital’s") == [hopital]
    assert found("newton's law") == found("newton law") == [motion]
    assert found("mean's") == [mean]
    assert [suggestion.title for suggestion in search.suggest("lhopital")] == [hopital]


def test_what_only_looks_like_an_elision_is_mended() -> None:
    library.question("How is a cell built?")
    library.question("What is l in o?")
    results = search.search("lcell built")
    assert (results.is_mended, results.query.text) == (True, "cell built")


@pytest.mark.parametrize("text", ["dont", "don't"])
def test_a_contraction_alone_is_found_and_is_no_mistake(text: str) -> None:
    library.question("What is a dot?")
    library.question("Why don't magnets stick?")
    assert found(text) == ["Why don't magnets stick?"]


def test_raised_and_lowered_digits_are_found_however_they_are_written() -> None:
    titles = {"What is x²?", "What is x^2?", "What is x2?"}
    for title in [*titles, "What is E=mc^2?", "Is H_2O wet?", "What is x?"]:
        library.question(title)
    assert set(found("x²")) == set(found("x2")) == set(found("x^2")) == titles
    assert found("E = mc²") == found("E=mc²") == found("E=mc^2") == ["What is E=mc^2?"]
    assert found("H2O") == found("H₂O") == ["Is H_2O wet?"]


def test_what_holds_signs_as_they_were_typed_comes_first() -> None:
    for title, answer in (
        ("What is K?", "A letter."),
        ("Which ions pass?", "Many K⁺ ions."),
        ("Is n - k + 1 even, or is k+1?", "No."),
        ("What does K+ do?", "It moves."),
    ):
        library.question(title, answer)
    assert found("K+")[:2] == ["What does K+ do?", "Which ions pass?"]


def test_a_phrase_ends_where_a_keyword_does() -> None:
    question = library.question(
        "What are cells?", "Membranes hold.", page_keywords="cell wall, osmosis; water"
    )
    assert found('"cell wall"') == [question.title]
    for text in ('"wall osmosis"', '"osmosis water"', '"cells cell wall"', '"water membranes"'):
        assert found(text) == [], text
        assert search.suggest(text) == [], text


HIDDEN = [
    {"status": Status.DRAFT},
    {"status": Status.ARCHIVED},
    {"publish_at": timezone.now() + datetime.timedelta(days=1)},
]


@pytest.mark.parametrize("columns", HIDDEN)
def test_only_published_questions_are_found_unless_others_are_asked_for(
    columns: dict[str, object],
) -> None:
    library.question("Where do zebras sleep?", **columns)  # type: ignore[arg-type]
    assert (found("zebras"), search.suggest("zebr")) == ([], [])
    assert found("zebras", among=Question.objects.all()) == ["Where do zebras sleep?"]


def test_results_are_counted_by_subject_and_can_be_of_one() -> None:
    for place in ("biology", "biology", "zoology"):
        library.question("Where do zebras sleep?", place=place)
    zoology = library.subject("zoology")
    results = search.search("zebras", subject=zoology.pk)
    assert sorted(results.subjects.values()) == [1, 2]
    assert (results.total, len(results.keys)) == (1, 1)


def test_of_more_matches_than_are_counted_those_of_a_subject_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("learn.search.finding.COUNTED", 3)
    for _ in range(6):
        library.question("Where do zebras sleep?", place="biology")
    library.question("Where do zebras sleep?", place="zoology")
    results = search.search("zebras", subject=library.subject("zoology").pk)
    assert len(results.keys) == 1
    assert search.search("zebras").has_more is True


def test_a_line_is_shown_with_the_address_of_its_question() -> None:
    question = library.question("Où dorment les zèbres?", slug="où-dorment-les-zèbres~(1)+'2'")
    results = search.search("zebres")
    lines = search.lines(results.query, results.keys)
    assert [line.url for line in lines] == [question.get_absolute_url()]
    assert lines[0].title == "Où dorment les <mark>zèbres</mark>?"
    assert (lines[0].date, lines[0].day) == ("2025-01-31", "Jan 31, 2025")


def test_what_goes_on_is_suggested_as_somebody_types() -> None:
    library.question("How do cell membranes work?")
    library.question("What is a cell?")
    titles = {text: [q.title for q in search.suggest(text)] for text in ("ce", "cell mem", "celk")}
    assert sorted(titles["ce"]) == ["How do cell membranes work?", "What is a cell?"]
    assert titles["cell mem"] == ["How do cell membranes work?"]
    assert sorted(titles["celk"]) == ["How do cell membranes work?", "What is a cell?"]


@pytest.mark.usefixtures("biology")
@pytest.mark.parametrize("text", queries.HOSTILE)
def test_no_operator_of_any_database_is_an_error(text: str) -> None:
    search.search(text)
    search.suggest(text)


@pytest.mark.usefixtures("biology")
def test_no_mixture_of_them_is_an_error() -> None:
    for text in queries.mixtures(300, seed=8):
        results = search.search(text)
        marker = search.Marker(results.query)
        for question in search.in_order(results.keys, Question.objects.all()):
            assert "<mark" not in marker.marked(question.title).replace("<mark>", "")
        search.suggest(text)
