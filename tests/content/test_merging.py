"""Two people's versions of one question: what stands, and what a person must decide."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.content import codec
from learn.content.document import RelatedLink
from learn.content.merging import Conflict, Part, decided, marked, merge, merge_text, merge_whole
from tests.files import question_file

BASE = codec.parse(question_file())
TEXT = st.lists(st.sampled_from(["a", "b", "c", "d", "", "e f"]), max_size=12).map("\n".join)


def test_what_only_one_side_changed_is_taken_from_it():
    mine, theirs = replace(BASE, title="Mine?"), replace(BASE, author="Theirs")
    merged = merge(BASE, mine, theirs)
    assert merged.document == replace(BASE, title="Mine?", author="Theirs")
    assert merged.conflicts == ()


def test_what_both_changed_alike_is_taken_once():
    both = replace(BASE, title="Both?", answer="One\nTwo")
    assert merge(BASE, both, both) == (merge(BASE, BASE, both))
    assert merge(BASE, both, both).document == both


def test_what_both_changed_differently_is_a_conflict_that_says_mine():
    merged = merge(BASE, replace(BASE, title="Mine?"), replace(BASE, title="Theirs?"))
    assert merged.document.title == "Mine?"
    assert merged.conflicts == (Conflict("title", BASE.title, "Mine?", "Theirs?"),)


def test_a_title_that_is_repeated_is_in_conflict_once():
    mine, theirs = (
        replace(BASE, title=title, article_title=title, question=title) for title in ("M?", "T?")
    )
    assert [conflict.field for conflict in merge(BASE, mine, theirs).conflicts] == ["title"]


def test_an_answer_is_merged_by_its_lines():
    base = replace(BASE, answer="one\n\ntwo\n\nthree")
    mine, theirs = (
        replace(base, answer=text) for text in ("ONE\n\ntwo\n\nthree", "one\n\ntwo\n\n3")
    )
    assert merge(base, mine, theirs).document.answer == "ONE\n\ntwo\n\n3"


def test_the_fields_of_search_engines_are_merged_one_by_one():
    mine = replace(BASE, seo=replace(BASE.seo, title="Mine"))
    theirs = replace(BASE, seo=replace(BASE.seo, page_description="Theirs", title="Theirs"))
    merged = merge(BASE, mine, theirs)
    assert merged.document.seo == replace(BASE.seo, title="Mine", page_description="Theirs")
    assert merged.conflicts == (Conflict("seo.title", BASE.seo.title, "Mine", "Theirs"),)


def test_related_links_are_merged_by_their_position():
    one, two = RelatedLink(1, "One", "Physics", "/1"), RelatedLink(2, "Two", "Physics", "/2")
    base = replace(BASE, related={1: one})
    mine, theirs = replace(base, related={1: one, 2: two}), replace(base, related={})
    merged = merge(base, mine, theirs)
    assert (merged.document.related, merged.conflicts) == ({2: two}, ())


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "parts"),
    [
        ("a\nb", "a\nb", "a\nb", [Part(("a", "b"))]),
        ("a\nb", "a", "a\nb\nc", [Part(("a",)), Part((), ("b", "c"), True, ("b",))]),
        ("a\nb\nc", "x\nb\nc", "a\nb\ny", [Part(("x", "b", "y"))]),
        (
            "a\nb\nc",
            "a\nx\nc",
            "a\ny\nc",
            [Part(("a",)), Part(("x",), ("y",), True, ("b",)), Part(("c",))],
        ),
        ("a", "x\na", "y\na", [Part(("x",), ("y",), True), Part(("a",))]),
        ("a\nb", "b", "a\nb\nc", [Part(("b", "c"))]),
    ],
)
def test_lines_stand_or_are_in_conflict(base, mine, theirs, parts):
    assert merge_text(base, mine, theirs) == parts


@given(TEXT, TEXT)
def test_a_side_that_changed_nothing_takes_the_others_text(base, other):
    text = [Part(tuple(other.split("\n")))]
    assert merge_text(base, base, other) == merge_text(base, other, base) == text
    assert merge_text(base, other, other) == text


@given(TEXT, TEXT, TEXT)
def test_every_line_of_both_sides_stands_or_is_in_a_conflict(base, mine, theirs):
    parts = merge_text(base, mine, theirs)
    kept = {line for part in parts for line in part.mine + part.theirs}
    added = (set(mine.split("\n")) | set(theirs.split("\n"))) - set(base.split("\n"))
    assert added <= kept


@given(TEXT, TEXT, TEXT)
def test_sides_are_equal_before_the_merge(base, mine, theirs):
    swapped = [
        Part(part.theirs, part.mine, True, part.base) if part.is_conflict else part
        for part in merge_text(base, theirs, mine)
    ]
    assert merge_text(base, mine, theirs) == swapped


def test_a_text_is_put_together_from_what_stands_and_what_was_decided():
    parts = merge_text("a\nb\nc\nd", "A\nb\nc\nD", "x\nb\nc\ny")
    assert decided(parts, ["mine and\ntheirs", ""]) == "mine and\ntheirs\nb\nc"


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "parts"),
    [
        ("a", "a", "b", [Part(("b",))]),
        ("a", "b", "a", [Part(("b",))]),
        ("a", "b", "b", [Part(("b",))]),
        ("a", "b", "c", [Part(("b",), ("c",), True, ("a",))]),
    ],
)
def test_a_whole_value_is_one_sides_or_in_conflict(base, mine, theirs, parts):
    assert merge_whole(base, mine, theirs) == parts


def test_what_a_version_adds_is_marked_word_by_word():
    assert marked("It is a large cat.", "It was a very large dog.") == [
        (False, "It "), (True, "was"), (False, " a "), (True, "very "),
        (False, "large "), (True, "dog"), (False, "."),
    ]  # fmt: skip
    assert marked("", "new") == [(True, "new")]
    assert marked("word " * 3_000, "other " * 3_000)[0][0]
