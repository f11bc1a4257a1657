"""Excerpts of findings: pieces of the Markdown that lead to what the finding speaks of."""

from __future__ import annotations

import pytest
from hypothesis import given

from learn.content import checks, places
from learn.content.markdown import render
from tests.content.test_checks import WORDS, document
from tests.content.test_markdown import MARKUP


def excerpts(answer: str, code: str) -> list[str]:
    found = checks.findings(document(WORDS + answer), render(WORDS + answer))
    return [finding.excerpt for finding in found if finding.code == code]


@pytest.mark.parametrize(
    ("code", "piece"),
    [
        ("vague-link", "[**here**](/x)"),
        ("vague-link", "[~~click~~&nbsp;`here`](/x?a=1&b=(2) 'A title')"),
        ("vague-link", '<a href="/x"><em>here</em></a>'),
        ("poor-alt", "![*image*](/media/x.png)"),
        ("poor-alt", "![image](https://example.org/\u00e9?a=1&b=(2) 'A title')"),
        ("poor-alt", "<img alt='image' src='/media/a&b.png'>"),
        ("missing-alt", "![](/media/a&b\\_c.png)"),
        ("external-image", "![A tide](https://example.org/a%20b.png)"),
        ("math-error", "$\\nosuch & <b>$"),
        ("math-error", "$$\n\\nosuch\n$$"),
        ("double-script", "$x_a_b$"),
        ("unclosed-math", "\\(x & <b>"),
    ],
)
def test_an_excerpt_stands_in_the_markdown_as_it_is_written(code: str, piece: str) -> None:
    assert excerpts(piece, code) == [piece]


@pytest.mark.parametrize(
    ("heads", "rule"),
    [
        ("| *a* & b | |", "|---|---|"),
        ("a | &nbsp;", "-- | --"),
        ("| $x_1$ | | c\\|d |", "| :- | :-: | --- |"),
        ("| [a](/x) | | ![A tide](/a.png) |", "| - | - | - |"),
    ],
)
@pytest.mark.parametrize(("before", "inside"), [("", ""), ("> ", "> "), ("- ", "  ")])
def test_so_does_the_line_of_headers(heads: str, rule: str, before: str, inside: str) -> None:
    table = f"\n\n{before}{heads}\n{inside}{rule}\n{inside}1 | 2"
    assert excerpts(table, "missing-header") == [heads]


def test_the_head_of_a_table_in_tags_is_found_too() -> None:
    head = "<tr><th>A &amp; b</th><th></th></tr>"
    table = f"<table><thead>{head}</thead><tr><td>1</td></tr></table>"
    assert excerpts(table, "missing-header") == [head]


@pytest.mark.parametrize(
    ("code", "piece"),
    [
        ("vague-link", "[here](/x)"),
        ("poor-alt", "![image](/x.png)"),
        ("missing-alt", "![](/x.png)"),
        ("math-error", "$\\nosuch$"),
        ("math-error", f"$\\nosuch{{{'x' * 300}}}$"),  # cut
    ],
)
def test_each_of_several_has_an_excerpt_that_leads_to_it(code: str, piece: str) -> None:
    answer = f"{WORDS}`{piece}` first {piece}, then\n{piece}.\n\nLast {piece}"
    begins = [answer.find(word) for word in ("first", "then", "Last")]
    ends = [*begins[1:], len(answer)]
    found = excerpts(answer.removeprefix(WORDS), code)
    assert len(found) == 3
    for begin, end, excerpt in zip(begins, ends, found, strict=True):
        assert len(excerpt) <= places.LONGEST
        assert piece[:50] in excerpt
        assert begin <= answer.find(excerpt) < end


def test_other_links_with_the_same_words_are_passed() -> None:
    answer = "`[here](/a)` $[here](/b)$ [here] ![here](/c.png) [here](/d)\n\n```\n[here](/e)\n```"
    assert excerpts(answer, "vague-link") == ["[here](/d)"]


def test_one_image_with_several_texts_is_told_apart() -> None:
    answer = "![A tide](/x.png) ![](/x.png) ![Fig.](/x.png) <img src='/x.png' alt='photo'>"
    assert excerpts(answer, "missing-alt") == ["![](/x.png)"]
    assert excerpts(answer, "poor-alt") == ["![Fig.](/x.png)", "<img src='/x.png' alt='photo'>"]


def test_the_same_words_twice_lead_to_the_first_of_them() -> None:
    text = "word " * 50 + "[here](/x) " + "word " * 50 + "[here](/x)"
    assert places.leading(text, len(text) - 10, len(text)) == "[here](/x)"


def test_what_is_not_found_keeps_the_words_of_the_page() -> None:
    assert excerpts("[he**r**e](/x)", "vague-link") == ["here"]


@given(MARKUP)
def test_any_answer_has_findings_of_bounded_length_without_tags(answer: str) -> None:
    for finding in checks.findings(document(answer), render(answer)):
        assert len(finding.excerpt) <= places.LONGEST
        assert len(finding.message) <= 2_100  # a formula's longest command, named
        assert finding.code == "math-error" or "<" not in finding.message


@pytest.mark.parametrize("unit", ["[", "![", "[a](", "[[a]", "<a ", "<thead>", "|", "| |\n", "]("])
def test_hostile_marks_are_read_in_one_go(unit: str) -> None:
    answer = "[here](/x) " + unit * (200_000 // len(unit))
    assert places.leading(answer, 0, 10) == "[here](/x)"
    found = checks.findings(document(answer), render(answer))
    assert all(len(finding.excerpt) <= places.LONGEST for finding in found)
