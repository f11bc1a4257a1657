"""What changed between two texts of a file."""

from __future__ import annotations

from learn.content.differences import by_words, difference, excerpts


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


def test_an_excerpt_marks_words_and_cuts_what_stands_far_from_them() -> None:
    far = "It is said at length that nothing else has changed in this very long line. " * 3
    lines = [(" ", "Before."), ("-", f"{far}A warm light here."), ("+", f"{far}A warm sound here.")]
    [place] = excerpts(lines, around=20)
    assert place == [
        (" ", "\u2026long line. A warm "),
        ("-", "light"),
        ("+", "sound"),
        (" ", " here."),
    ]


def test_changes_far_from_each_other_are_two_places() -> None:
    middle = " and much that stays as it was," * 4
    lines = [("-", f"One{middle} two"), ("+", f"1{middle} 2")]
    first, second = excerpts(lines, around=10)
    assert first == [("-", "One"), ("+", "1"), (" ", " and much\u2026")]
    assert second == [(" ", "\u2026it was, "), ("-", "two"), ("+", "2")]


def test_changes_close_to_each_other_are_one_place() -> None:
    [place] = excerpts([("-", "a b c"), ("+", "x b y")])
    assert place == [("-", "a"), ("+", "x"), (" ", " b "), ("-", "c"), ("+", "y")]


def test_a_line_that_is_new_or_gone_is_a_place() -> None:
    assert excerpts([("+", "no_index: true")]) == [[("+", "no_index: true")]]
    assert excerpts([("-", "x" * 400)]) == [[("-", "x" * 300 + "\u2026")]]
    assert excerpts([]) == []


def test_the_words_that_changed_in_a_line_are_marked() -> None:
    lines = [(" ", "x"), ("-", "The tide is low."), ("+", "The tide is high now."), ("@", "")]
    assert list(by_words(lines)) == [
        (" ", [(" ", "x")]),
        ("-", [(" ", "The tide is "), ("-", "low"), (" ", ".")]),
        ("+", [(" ", "The tide is "), ("+", "high now"), (" ", ".")]),
        ("@", [(" ", "")]),
    ]


def test_words_are_compared_over_lines_that_were_joined_or_split() -> None:
    lines = [("-", "The Moon pulls"), ("-", "the sea."), ("+", "The Moon pulls the seas.")]
    assert list(by_words(lines)) == [
        ("-", [(" ", "The Moon pulls")]),
        ("-", [(" ", "the "), ("-", "sea"), (" ", ".")]),
        ("+", [(" ", "The Moon pulls"), ("+", " "), (" ", "the "), ("+", "seas"), (" ", ".")]),
    ]


def test_a_line_that_was_written_anew_is_not_marked_word_by_word() -> None:
    lines = [("-", "All of this is gone."), ("+", "Quite another sentence stands here.")]
    assert list(by_words(lines)) == [(sign, [(" ", line)]) for sign, line in lines]
    assert list(by_words([("+", "new")])) == [("+", [(" ", "new")])]
