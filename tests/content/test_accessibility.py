"""Checks of what an answer says to readers who cannot see it."""

from __future__ import annotations

import pytest

from learn.content import checks
from learn.content.document import Finding
from learn.content.markdown import render
from tests.content.test_checks import document

CODES = ("vague-link", "poor-alt", "missing-header", "bold-heading")


def findings(answer: str) -> list[Finding]:
    found = checks.findings(document(answer), render(answer))
    return [finding for finding in found if finding.code in CODES]


def found(answer: str) -> list[tuple[str, str]]:
    """Codes and excerpts."""
    return [(finding.code, finding.excerpt) for finding in findings(answer)]


@pytest.mark.parametrize(
    "words",
    [
        "here",
        "Click here",
        "click&nbsp;here",
        "this link",
        "*more*",
        "Read more\u2026",
        "&lt;here>",
    ],
)
def test_a_link_whose_words_say_nothing_is_found(words: str) -> None:
    link = f"[{words}](https://example.org/tides)"
    assert found(f"See {link} for it.") == [("vague-link", link)]


@pytest.mark.parametrize("link", ["[here][1]", "[here]", '<a href="/x" title="a > b">here</a>'])
def test_so_is_one_by_reference_or_written_as_a_tag(link: str) -> None:
    assert found(f"See {link}.\n\n[1]: /learn/physics\n[here]: /x") == [("vague-link", link)]


@pytest.mark.parametrize(
    "link",
    ["[](/x)", "[\u2192](/x)", "[&nbsp;](/x)", "[![](/a.png)](/x)", "[![image](/a.png)](/x)"],
)
def test_so_is_one_without_a_word(link: str) -> None:
    [finding] = [finding for finding in findings(f"See {link}.") if finding.code == "vague-link"]
    assert finding.message == "a link has no words that say where it leads"
    assert finding.excerpt == link


LONG_ADDRESS = f"https://example.org/{'a' * 21}"


@pytest.mark.parametrize(
    "link",
    [
        LONG_ADDRESS,
        f"<{LONG_ADDRESS}?a=1&b=2>",
        f"[{LONG_ADDRESS}](/x)",
        f"www.example.org/{'a' * 25}",
    ],
)
def test_so_is_one_that_shows_a_long_address(link: str) -> None:
    assert found(f"See {link} there.") == [("vague-link", link)]
    assert found(f"See {LONG_ADDRESS[:-1]} there.") == []


def test_a_message_names_words_alone_however_the_link_is_written() -> None:
    hostile = "<b>" + "&lt;" * 500 + "here</b>"
    [finding] = findings(f"See [{hostile}](/x).")
    assert finding.message == "the link 'here' does not say where it leads"
    assert len(finding.excerpt) == 200
    [finding] = findings(f"See {LONG_ADDRESS}/{'b' * 5_000}")
    assert (len(finding.message), len(finding.excerpt)) == (66, 200)


@pytest.mark.parametrize(
    "answer",
    [
        "See [the tables of tides](https://example.org/tides).",
        "See https://example.org/here for it.",
        "## Here\n\nA heading has a link of its own.",
        "Write `[here](/x)` to link.",
        "[![A tide table](/media/tides.png)](/learn/physics)",
        "[$\\to$](/x), [1](/y)",
        "![A tide](https://example.org/tide.png)",
    ],
)
def test_a_link_that_says_where_it_leads_is_none(answer: str) -> None:
    assert found(answer) == []


@pytest.mark.parametrize(
    "text", ["image", "Diagram", "IMG_2041.jpg", "cell-division.png", "Fig.", "-", "&nbsp;photo"]
)
@pytest.mark.parametrize("address", ["/media/x.png", "https://example.org/x.png"])
def test_alternative_text_that_says_nothing_is_found(text: str, address: str) -> None:
    image = f"![{text}]({address})"
    assert found(f"See {image}") == [("poor-alt", image)]


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
        ("| a | &nbsp; |", True),
        ("| &nbsp; | b |", False),
        ("| $x$ | ![Mass](/media/x.png) |", False),
    ],
)
def test_columns_without_a_header_are_found(heads: str, is_found: bool) -> None:
    table = f"{heads}\n| - | - |\n| 1 | 2 |"
    assert found(table) == [("missing-header", heads)] * is_found


def test_a_table_is_called_by_the_number_that_its_page_gives_it() -> None:
    plain = "<table><tr><td>1</td></tr></table>"
    [finding] = findings(f"{plain}\n\n| a | |\n| - | - |\n| 1 | 2 |")
    assert finding.message == "table 2 has columns without a header"


BOLD = "**Causes**\n\nThere are two.\n\n**Effects:**\n- Rain"


def test_lines_in_bold_in_place_of_headings_are_found_once() -> None:
    assert found(BOLD) == [("bold-heading", "**Causes**")]
    assert found(f"Of **Causes**\n# Tides\n{BOLD}") == [("bold-heading", "Tides\n**Causes**")]


@pytest.mark.parametrize(
    ("above", "marks"),
    [
        ("", "##"),
        ("Text.\n\n", "##"),
        ("# Tides\n\n", "##"),
        ("## Tides\n\n### Springs\n\n## Neaps\n\n", "###"),
        ("###### Tides\n\n", "######"),
        ("```\n### no heading\n```\n\n", "##"),
    ],
)
def test_they_are_to_be_headings_below_the_one_above(above: str, marks: str) -> None:
    [finding] = findings(above + BOLD)
    said = f"2 lines in bold stand where headings are meant: begin them with {marks}"
    assert finding.message == said


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
