"""What changed between two texts of a file."""

from __future__ import annotations

from learn.content.differences import difference


def test_equal_texts_have_no_difference() -> None:
    assert difference("a\nb\n", "a\nb\n") == []


def test_the_answer_s_one_line_is_compared_as_the_lines_it_means() -> None:
    assert difference("answer: One.\\n\\nTwo.", "answer: One.\\n\\nThree.")[1:] == [
        (" ", "answer: One."),
        (" ", ""),
        ("-", "Two."),
        ("+", "Three."),
    ]


def test_lines_that_look_like_a_difference_s_own_signs_are_shown() -> None:
    assert difference("-- x\n--- y\na", "++ x\n+++ y\na")[1:] == [
        ("-", "-- x"),
        ("-", "--- y"),
        ("+", "++ x"),
        ("+", "+++ y"),
        (" ", "a"),
    ]
