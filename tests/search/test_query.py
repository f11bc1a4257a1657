"""What is typed, as words and terms; no database."""

from __future__ import annotations

import pytest

from learn.search.query import MAX_TERMS, parse
from learn.search.spelling import distance
from learn.search.words import bordered, root, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Na+/K+ pump", ["na", "k", "pump"]),
        ("C++, C# and c", ["cplusplus", "csharp", "and", "c"]),
        ("x^2 + y_1", ["x", "2", "y", "1"]),
        ("don't", ["don", "t"]),
        (r"\frac{a}{b}", ["frac", "a", "b"]),
        ("Café Über naïve", ["cafe", "uber", "naive"]),
        ("ΔG of α-helices", ["delta", "g", "of", "alpha", "helices"]),
        ("H₂O and 𝑥²", ["h2o", "and", "x2"]),
        ("光合作用 test", ["光", "合", "作", "用", "test"]),
        ("a\0b 🙂 c", ["a", "b", "c"]),
        ("", []),
    ],
)
def test_words_are_letters_and_digits_without_accents(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("cell", "cells", True),
        ("catalyze", "catalyzed", True),
        ("study", "studies", True),
        ("modelling", "modeling", True),
        ("plan", "planned", True),
        ("call", "calling", True),
        ("cell", "cellulose", False),
        ("mass", "math", False),
    ],
)
def test_forms_of_a_word_are_told_from_other_words(one: str, other: str, expected: bool) -> None:
    assert (root(one) == root(other)) is expected


def test_keywords_are_apart_by_a_word_that_nobody_can_type() -> None:
    assert bordered("Cell wall, x^2;C++") == " ª cell wall ª x 2 ª cplusplus ª "
    assert (words("ª"), parse("ª").terms[0].typed) == (["a"], ("a",))


def typed(text: str) -> list[tuple[str, ...]]:
    return [term.typed for term in parse(text).terms]


def test_words_that_say_nothing_are_left_out() -> None:
    assert typed("What is the role of water?") == [("role",), ("water",)]


def test_words_that_say_nothing_are_sought_where_there_are_no_others() -> None:
    assert typed("what is the") == [("what",), ("is",), ("the",)]


@pytest.mark.parametrize("text", ['the "cell wall" now', "the “cell wall” now", '"cell wall" now'])
def test_quotes_keep_words_together(text: str) -> None:
    assert typed(text)[-2:] == [("cell", "wall"), ("now",)]


def test_a_quote_that_never_closes_goes_to_the_end() -> None:
    assert typed('water "in the cell') == [("water",), ("in", "the", "cell")]


def test_what_is_no_single_word_is_a_phrase() -> None:
    assert typed("Na+/K+ pump") == [("na", "k"), ("pump",)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what's photosynthesis", [("photosynthesis",)]),
        ("Where’s the mitochondria?", [("mitochondria",)]),
        ("how's a bond formed", [("bond",), ("formed",)]),
        ("isn't 0.999 equal", [("0", "999"), ("equal",)]),
        ("we're, they've, I'd, he'll and it's water", [("water",)]),
        ("whats dna and why dont cells, it cant", [("dna",), ("cells",)]),
        ("the mean's formula", [("mean",), ("formula",)]),
        ("Newton's and students' (Ohm's)", [("newton",), ("students",), ("ohm",)]),
        ("'s 't", [("s",), ("t",)]),
        ("do/nt well id", [("do", "nt"), ("well",), ("id",)]),
    ],
)
def test_a_contraction_says_no_more_than_its_word(
    text: str, expected: list[tuple[str, ...]]
) -> None:
    assert typed(text) == expected


def phrases(text: str) -> list[tuple[tuple[str, ...], ...]]:
    return [term.phrases for term in parse(text).terms]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't", (("don", "t"), ("dont",))),
        ("DONT", (("dont",), ("don", "t"))),
        ("whats", (("whats",), ("what",))),
        ("what's", (("what", "s"), ("what",), ("whats",))),
        ("L'Hôpital's", (("l", "hopital"), ("lhopital",))),
        ("mother-in-law's", (("mother", "in", "law"),)),
        ("f'(x)", (("f", "x"),)),
        ('"don’t"', (("don", "t"),)),
    ],
)
def test_words_with_an_apostrophe_may_stand_without(
    text: str, expected: tuple[tuple[str, ...], ...]
) -> None:
    assert phrases(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x2", (("x2",), ("x", "2"))),
        ("x²", (("x2",), ("x", "2"))),
        ("x^2", (("x", "2"), ("x2",))),
        ("x^{2}", (("x", "2"), ("x2",))),
        ('"x^2"', (("x", "2"), ("x2",))),
        ("mc²", (("mc2",), ("mc", "2"))),
        ("E=mc^2", (("e", "mc", "2"), ("e", "mc2"))),
        ("H₂O", (("h2o",), ("h", "2o"), ("h", "2", "o"))),
        ("H_2O", (("h", "2o"), ("h2o",), ("h", "2", "o"))),
        ("10³", (("103",), ("10", "3"))),
        ("10^3", (("10", "3"),)),
        ("16th", (("16th",),)),
        ("x_i", (("x", "i"),)),
    ],
)
def test_digits_are_sought_as_others_raise_them(
    text: str, expected: tuple[tuple[str, ...], ...]
) -> None:
    assert phrases(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Na⁺ and (Na+), x², or 'K^{+}'?", ("na+", "x^2", "k+")),
        ("Cl- C++ F#", ("cl-", "c++", "f#")),
        ("TCP/IP well-known don’t H₂O 0.5 x_i + -", ()),
    ],
)
def test_what_is_typed_with_signs_is_known_as_such(text: str, expected: tuple[str, ...]) -> None:
    assert parse(text).signed == expected


def test_a_word_that_is_said_twice_counts_once() -> None:
    assert typed("water Water WATER air") == [("water",), ("air",)]


def test_more_than_ten_terms_are_cut() -> None:
    query = parse(" ".join(f"word{number}" for number in range(30)))
    assert (len(query.terms), query.is_cut) == (MAX_TERMS, True)


def test_more_than_200_characters_are_cut() -> None:
    query = parse("water " * 40)
    assert (query.text, query.is_cut) == (("water " * 33 + "wa").strip(), True)
    assert parse("water").is_cut is False


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("cell memb", "memb"),
        ("cell memb ", ""),
        ('"cell memb"', ""),
        ("cell x^2", ""),
        ("ohm's", ""),
        ("cl-", ""),
        ("why dont", ""),
        ("", ""),
    ],
)
def test_the_last_word_may_be_the_beginning_of_one(text: str, last: str) -> None:
    assert parse(text).last == last


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("water", "water", 0), ("watre", "water", 1), ("wter", "water", 1), ("cat", "dog", 3)],
)
def test_a_swap_of_two_letters_is_one_mistake(one: str, other: str, expected: int) -> None:
    assert distance(one, other) == distance(other, one) == expected
