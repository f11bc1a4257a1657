"""Checks of what an answer says to readers who cannot see it."""

from __future__ import annotations

import pytest

from learn.content import accessibility
from learn.content.markdown import render


def found(answer: str) -> list[tuple[str, str]]:
    """Codes and excerpts."""
    findings = accessibility.findings(answer, render(answer))
    return [(finding.code, finding.excerpt) for finding in findings]


@pytest.mark.parametrize("words", ["here", "Click here", "this link", "*more*", "Read more\u2026"])
def test_a_link_whose_words_say_nothing_is_found(words: str) -> None:
    [(code, excerpt)] = found(f"See [{words}](https://example.org/tides) for it.")
    assert (code, excerpt) == ("vague-link", words.strip("*"))


def test_so_is_one_by_reference_or_written_as_a_tag() -> None:
    assert found("See [here][1].\n\n[1]: /learn/physics") == [("vague-link", "here")]
    assert found('See <a href="/learn/physics">here</a>.') == [("vague-link", "here")]


@pytest.mark.parametrize(
    "answer",
    [
        "See [the tables of tides](https://example.org/tides).",
        "See https://example.org/here for it.",
        "## Here\n\nA heading has a link of its own.",
        "Write `[here](/x)` to link.",
        "[![A tide table](/media/tides.png)](/learn/physics)",
    ],
)
def test_a_link_that_says_where_it_leads_is_none(answer: str) -> None:
    assert found(answer) == []


@pytest.mark.parametrize("text", ["image", "Diagram", "IMG_2041.jpg", "cell-division.png", "Fig."])
def test_alternative_text_that_says_nothing_is_found(text: str) -> None:
    assert found(f"![{text}](/media/x.png)") == [("poor-alt", text)]


@pytest.mark.parametrize("text", ["A cell divides", "Diagram of a cell", "Table 2.png of contents"])
def test_alternative_text_that_says_something_is_none(text: str) -> None:
    assert found(f"![{text}](/media/x.png)") == []


@pytest.mark.parametrize(
    ("heads", "is_found"),
    [
        ("| a | b |", False),
        ("| | b |", False),  # a corner
        ("| a | |", True),
        ("| | |", True),
        ("| $x$ | ![Mass](/media/x.png) |", False),
    ],
)
def test_columns_without_a_header_are_found(heads: str, is_found: bool) -> None:
    table = f"{heads}\n| - | - |\n| 1 | 2 |"
    assert [code for code, _ in found(table)] == ["missing-header"] * is_found


BOLD = "**Causes**\n\nThere are two.\n\n**Effects:**\n- Rain"


def test_lines_in_bold_in_place_of_headings_are_found_once() -> None:
    assert found(BOLD) == [("bold-heading", "Causes")]
    assert found(f"# Tides\n{BOLD}") == [("bold-heading", "Causes")]
    [finding] = accessibility.findings(BOLD, render(BOLD))
    assert finding.message == ("2 lines in bold stand where headings are meant: begin them with ##")


@pytest.mark.parametrize(
    "answer",
    [
        "**Causes**\n\nThere is one line in bold.",
        "**Never do this.**\n\nIt hurts.\n\n**Never ever!**\n\nIt does.",
        "1. **Causes**\n\n   Two.\n\n2. **Effects**\n\n   One.",  # items of a list
        "**Causes**\nThe text goes on.\n\n**Effects**\nHere too.",
        "Text\n**Causes**\n\nText\n**Effects**\n\nIts lines are one paragraph.",
        f"```\n{BOLD}\n```",
        f"**{'x' * 81}**\n\nText\n\n**{'y' * 81}**\n\nText",
        "**1**\n\nText\n\n**2**\n\nText",
        "Text\n\n**Causes**\n\nText\n\n**The end**",
    ],
)
def test_other_words_in_bold_are_none(answer: str) -> None:
    assert found(answer) == []


def test_a_skipped_level_and_an_empty_heading_are_mended_by_the_renderer() -> None:
    answer = "## One\n\n#### Two\n\n##\n\nText"
    assert found(answer) == []
    assert [heading.level for heading in render(answer).headings] == [2, 3]
    assert "<h2></h2>" not in render(answer).html
