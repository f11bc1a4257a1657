"""The lines of one entry, in the style of question files."""

import pytest

from learn.content.emitter import entry_lines


def written(key: str, value: object, *, indent: int = 0, style: str = "plain") -> str:
    return "\n".join(entry_lines(key, value, indent=indent, style=style))


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("Physics", "k: Physics"),
        ("/learn/physics/questions/tides", "k: /learn/physics/questions/tides"),
        ("QuickTakes | Physics", "k: QuickTakes | Physics"),
        ("What's 3:4?", "k: What's 3:4?"),
        ("no", "k: >-\n    no"),
        ("12:30:45", "k: >-\n    12:30:45"),
        ("-5 °C", "k: -5 °C"),
        ("潮汐 😀", "k: 潮汐 😀"),
        (4101, "k: 4101"),
        (-1.0, "k: -1.0"),
        (1e16, "k: 1e+16"),
        (float("-inf"), "k: -.inf"),
        (True, "k: True"),
        (None, "k: null"),
        ({}, "k: {}"),
        ([], "k: []"),
        (["a", 1, {"b": None}], 'k: ["a", 1, {"b": null}]'),
        ("", 'k: ""'),
        (" a", 'k: " a"'),
        ("a\nb", 'k: "a\\nb"'),
        ("a\u2028b", 'k: "a\\u2028b"'),
        ("a\x7fb", 'k: "a\\x7fb"'),
        ("\u2028😀", 'k: "\\u2028😀"'),
    ],
)
def test_a_value_stands_on_the_line_of_its_key(value, line):
    assert written("k", value) == line


@pytest.mark.parametrize(
    "value",
    [
        "a: b",
        "a #b",
        "a:",
        "#a",
        "- a",
        "'a'",
        "[a]",
        "true",
        "null",
        "~",
        "1",
        "-1.0",
        "2025-01-31",
    ],
)
def test_text_that_would_be_read_as_something_else_is_folded(value):
    assert written("k", value) == f"k: >-\n    {value}"


@pytest.mark.parametrize(
    ("value", "style", "lines"),
    [
        ("a", "folded", "k: >-\n    a"),
        ("a ", "folded", "k: >-\n    a "),
        ("a", "literal", "k: |-\n    a"),
        ("a\nb", "literal", "k: |-\n    a\n    b"),
        ("a\n\nb\n", "literal", "k: |\n    a\n\n    b"),
        ("a\n\n", "literal", "k: |+\n    a\n"),
        ("a", "quoted", 'k: "a"'),
        ('a "b" \\c', "quoted", 'k: "a \\"b\\" \\\\c"'),
        ("a\nb", "folded", 'k: "a\\nb"'),
        (" a\nb", "literal", 'k: " a\\nb"'),
    ],
)
def test_a_style_is_kept_where_it_can_hold_the_text(value, style, lines):
    assert written("k", value, style=style) == lines


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("content", "content: a"),
        ("x-y", "x-y: a"),
        ("yes", "yes: a"),
        ("null", '"null": a'),
        ("true", '"true": a'),
        ("1", '"1": a'),
        ("<<", '"<<": a'),
        ("", '"": a'),
        ("two words", '"two words": a'),
        ("a: b", '"a: b": a'),
    ],
)
def test_a_key_is_quoted_where_it_is_no_word(key, line):
    assert written(key, "a") == line


def test_seo_is_indented_by_two_and_other_blocks_by_four():
    seo = {"title": "T", "page_description": "D"}
    link = {"id": 7, "title": "T", "subject": "S", "url": "/x"}

    assert written("seo", seo) == "seo:\n  title: T\n  page_description: >-\n    D"
    assert written("related_article1", link) == (
        "related_article1:\n    id: 7\n    title: >-\n        T\n    subject: S\n    url: /x"
    )


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("One\n\n- two", "answer: >-\n    One\\n\\n- two"),
        ("$\\nabla f$\nand more", "answer: >-\n    $\\nabla f$\\nand more"),
        ("a literal \\n in prose", "answer: |\n    a literal \\n in prose"),
        ("a literal \\n\nand a newline", "answer: |\n    a literal \\n\n    and a newline"),
    ],
)
def test_an_answer_is_one_line_unless_that_would_read_back_differently(markdown, lines):
    assert written("answer", markdown, style="folded") == lines


def test_an_answer_below_the_top_is_text_like_any_other():
    assert written("answer", "a\nb", indent=2) == '  answer: "a\\nb"'
