"""The words that were sought, marked in what was found; no database."""

from __future__ import annotations

import pytest

from learn.search.marking import LENGTH, Marker
from learn.search.query import parse


def marked(query: str, text: str) -> str:
    return Marker(parse(query)).marked(text)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("cell", "Cells in a cellar", "<mark>Cells</mark> in a cellar"),
        ("catalyze", "It catalyzed", "It <mark>catalyzed</mark>"),
        ("Na+/K+", "The Na⁺/K⁺ pump", "The <mark>Na⁺/K</mark>⁺ pump"),
        ("Na+/K+", "The Na+/K+ pump", "The <mark>Na+/K</mark>+ pump"),
        ("c++", "C++ is not C", "<mark>C++</mark> is not C"),
        ("cafe", "A Café", "A <mark>Café</mark>"),
        ("don't", "Don’t!", "<mark>Don’t</mark>!"),
        ('"cell wall"', "a cell, the cell walls", "a cell, the <mark>cell walls</mark>"),
        ("合作", "光合作用", "光<mark>合作</mark>用"),
        ("i", "İi", "İi"),
        ("H2O", "Is H₂O wet? H2O.", "Is <mark>H₂O</mark> wet? <mark>H2O</mark>."),
        ("CO₂", "CO2, CO₂, CO_2", "<mark>CO2</mark>, <mark>CO₂</mark>, <mark>CO_2</mark>"),
        ("lambda", "nλ, Λ", "n<mark>λ</mark>, <mark>Λ</mark>"),
        ("λ", "a lambda", "a <mark>lambda</mark>"),
        ('"delta g"', "ΔG°", "<mark>ΔG</mark>°"),
        ("modeling", "Modelling models", "<mark>Modelling</mark> <mark>models</mark>"),
        ("x²", "y = x^2 + x2", "y = <mark>x^2</mark> + <mark>x2</mark>"),
        ("cafe", "λ cafe\u0301s", "λ <mark>cafe\u0301s</mark>"),
        ("newton's", "Newton's law", "<mark>Newton</mark>&#x27;s law"),
        ('"newton\'s law" law', "Newton's law", "<mark>Newton&#x27;s law</mark>"),
        ("", "Nothing", "Nothing"),
    ],
)
def test_forms_of_the_words_are_marked(query: str, text: str, expected: str) -> None:
    assert marked(query, text) == expected


def test_what_is_marked_is_text_and_never_markup() -> None:
    query, text = '<script> "<b>"', "<script>alert('b')</script> & more"
    assert marked(query, text) == (
        "&lt;<mark>script</mark>&gt;alert(&#x27;<mark>b</mark>&#x27;)&lt;/<mark>script</mark>&gt;"
        " &amp; more"
    )


def test_a_snippet_is_the_passage_with_most_of_the_words() -> None:
    text = "Water is wet. " + "Nothing here. " * 40 + "Water flows in cells.\n" + "More. " * 60
    snippet = Marker(parse("water cell")).snippet(text)
    assert "<mark>Water</mark> flows in <mark>cells</mark>." in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet) < LENGTH + 40


@pytest.mark.parametrize(
    ("query", "word"),
    [("H2O", "H₂O"), ("CO₂", "CO2"), ("lambda", "λ"), ("λ", r"\lambda"), ("modeling", "modelling")],
)
def test_a_snippet_is_around_a_word_in_whatever_letters(query: str, word: str) -> None:
    text = "Nothing hére. " * 60 + f"It is {word} at last." + " More." * 60
    assert "It is <mark>" in Marker(parse(query)).snippet(text)


def test_a_snippet_of_a_text_without_the_words_is_its_beginning() -> None:
    assert Marker(parse("zebra")).snippet("Short & sweet.") == "Short &amp; sweet."
