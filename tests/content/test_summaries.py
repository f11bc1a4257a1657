"""A description suggested from an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.content.summaries import summary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Overview\nTides rise twice a day. The Moon pulls.", "Tides rise twice a day."),
        (
            "It takes 2.5 hours to boil. That is long enough.",
            "It takes 2.5 hours to boil. That is long enough.",
        ),
        ("Let x_1 be the root of it. Then all is well here.", "Then all is well here."),
        ("no end in sight\na list\nof words", ""),
    ],
)
def test_sentences_are_taken_and_headings_and_formulas_passed_over(text, expected):
    assert summary(text, 60) == expected


def test_sentences_are_taken_as_long_as_they_fit():
    text = "One two three four. Five six seven eight. Nine ten eleven twelve."
    assert summary(text, 45) == "One two three four. Five six seven eight."


def test_a_long_first_sentence_is_cut_at_a_word():
    assert summary("One two three, four five six seven.", 16) == "One two three\u2026"


@given(st.text("ab. !?\n\\_", max_size=300), st.integers(10, 60))
def test_a_summary_never_is_longer_than_it_may_be(text, most):
    assert len(summary(text, most)) <= most
