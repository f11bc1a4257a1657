"""Markdown and math as HTML: one file of input and one of output for each construct.

`UPDATE_GOLDEN=1 python -m pytest tests/content/test_markdown.py` writes the outputs anew; read the
difference before it is committed.
"""

import os
from pathlib import Path

import comrak
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.content.document import Finding
from learn.content.markdown import (
    _CLEANER,
    _EXTENSIONS,
    _RENDERING,
    MAX_CHARACTERS,
    Heading,
    render,
    sanitised,
)
from tests.detector import defects

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in GOLDEN.glob("*.md"))


@pytest.mark.parametrize("name", CASES)
def test_markdown_becomes_this_html(name):
    html = render(_golden(name)).html + "\n"
    expected = GOLDEN / f"{name}.html"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        expected.write_text(html, encoding="utf-8")

    assert html == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_rendering_twice_gives_the_same(name):
    assert render(_golden(name)) == render(_golden(name))


def _golden(name: str) -> str:
    return (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


# ------------------------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("", ""),
        ("One *two* **three**.", "One two three."),
        ("One\ntwo", "One\ntwo"),
        ("One\n\n\n\ntwo", "One\ntwo"),
        ("One\\\ntwo", "One\ntwo"),
        ("# Why?\n\nBecause.", "Why?\nBecause."),
        ("- a\n- b\n  - c", "a\nb\nc"),
        ("| a | b |\n|---|---|\n| c | d |", "a\nb\nc\nd"),
        ("`x` and\n\n```py\ny = 1\n```", "x and\ny = 1"),
        ("Let $x_1$ be \\(\\alpha\\).", "Let x_1 be \\alpha."),
        ("$$\nx = 1\n$$", "x = 1"),
        ("H<sub>2</sub>O<br>ice", "H2O\nice"),
        ("A &amp; B &lt;c&gt; <iostream>", "A & B <c> <iostream>"),
        ("[a](https://example.org) ![b](/b.png)", "a"),
        ("<!-- hidden --> seen", "seen"),
        ("a  \t b", "a b"),
    ],
)
def test_text_is_the_words_of_an_answer_with_math_as_tex(markdown, text):
    assert render(markdown).text == text


# --------------------------------------------------------------------------- headings


def test_headings_carry_their_level_anchor_text_and_html():
    assert render("## Why *now*?\n\n### `f(x)`").headings == (
        Heading(2, "why-now", "Why now?", "Why <em>now</em>?"),
        Heading(3, "f-x", "f(x)", "<code>f(x)</code>"),
    )


def test_the_headings_of_an_answer_begin_below_the_pages_own():
    assert [heading.level for heading in render("# A\n\n## B\n\n# C").headings] == [2, 3, 2]
    assert [heading.level for heading in render("#### A\n\n##### B").headings] == [2, 3]


def test_no_level_is_skipped_on_the_way_down():
    assert [heading.level for heading in render("# A\n\n#### B\n\n###### C").headings] == [2, 3, 4]


def test_equal_headings_have_different_anchors():
    anchors = [heading.id for heading in render("# A\n\n# A\n\n# A 2\n\n# a!").headings]

    assert anchors == ["a", "a-2", "a-2-2", "a-3"]


def test_a_heading_does_not_take_an_anchor_of_the_page():
    anchors = [heading.id for heading in render("# Main\n\n# Answer\n\n# Related heading").headings]

    assert anchors == ["main-2", "answer-2", "related-heading-2"]


def test_a_heading_without_letters_has_an_anchor_all_the_same():
    assert [heading.id for heading in render("# !\n\n# 漢字\n\n# É").headings] == [
        "section",
        "漢字",
        "é",
    ]


def test_a_heading_with_math_names_it_as_tex_and_shows_it_as_math():
    heading = render("# Why $E_0$?").headings[0]

    assert (heading.id, heading.text) == ("why-e-0", "Why E_0?")
    assert heading.html.startswith("Why <math><msub>")


def test_a_link_in_a_heading_is_no_link_in_the_contents():
    heading = render("# See [this](https://example.org)").headings[0]

    assert (heading.text, heading.html) == ("See this", "See this")


def test_an_empty_heading_is_none():
    assert render("#\n\nText").headings == ()


# --------------------------------------------------------------------------- problems


@pytest.mark.parametrize(
    ("markdown", "problems"),
    [
        ("It is $x$ and costs $5.", []),
        ("A $\\nosuch$ one", [("math-error", "$\\nosuch$")]),
        ("Open \\(x and on\nnext", [("unclosed-math", "\\(x and on")]),
        ("Open $$x", [("unclosed-math", "$$x")]),
        ("$x_a_b$", [("double-script", "$x_a_b$")]),
        ("![](/a.png)", [("missing-alt", "/a.png")]),
        ("![a](https://example.org/a.png)", [("external-image", "https://example.org/a.png")]),
        ("![a](/a.png)", []),
        ("$x^$ and $\\frac{1}$", [("math-error", "$x^$"), ("math-error", "$\\frac{1}$")]),
    ],
)
def test_what_an_editor_should_mend_is_a_finding(markdown, problems):
    assert [(found.code, found.excerpt) for found in render(markdown).problems] == problems


def test_a_finding_names_the_engines_reason():
    assert render("$\\nosuch$").problems == (
        Finding("math-error", 'Unknown command "\\nosuch".', "answer", "$\\nosuch$"),
    )


def test_an_excerpt_has_at_most_200_characters():
    found = render(f"$\\nosuch {'x' * 500}$").problems[0]

    assert len(found.excerpt) == 200


def test_an_answer_that_is_too_long_is_refused_with_a_finding():
    rendered = render("x" * (MAX_CHARACTERS + 1))

    assert (rendered.html, [found.code for found in rendered.problems]) == ("", ["too-long"])


@pytest.mark.parametrize(
    "tex",
    ["{" * 60 + "}" * 60, "\\frac{" * 3000, "x" * 5000, "\\left(" * 60, "^" * 100, "\\sqrt" * 400],
)
def test_a_hostile_formula_is_shown_as_its_source(tex):
    rendered = render(f"${tex}$")

    assert "math-source" in rendered.html
    assert [found.code for found in rendered.problems] == ["math-error"]


# ------------------------------------------------------------------- counts and safety


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (220, 1), (440, 2), (660, 3)])
def test_reading_takes_a_minute_for_220_words(words, minutes):
    assert render("word " * words).reading_minutes == minutes


def test_formulas_are_counted():
    assert render("$a$ \\(b\\) $$c$$ `$d$` $5").formulas == 3


MARKUP = st.lists(
    st.sampled_from(
        [
            *"$ $$ \\( \\) \\[ ` ``` * ** _ # - 1. | |---| > < ]( [ ! ~~ \\ { } ^".split(),
            *"& = x 5 é <b> </b> <script> <p> <img &lt; \\frac{a}{b}".split(),
            *"javascript: onclick= style=".split(),
            *("\n", " ", '"', "'", "\ue000", "\ue001"),
        ]
    ),
    max_size=40,
).map("".join)


@given(MARKUP)
def test_no_text_raises_or_leaves_unsafe_markup(markdown):
    found = {defect.partition(":")[0] for defect in defects(markdown, render(markdown).html)}

    assert found & {"unsafe", "placeholder", "duplicate id"} == set()


@pytest.mark.parametrize(
    "answer",
    [
        "&#36;&#xE000;5&#xE001;&#36;",
        "$x$ &#36;&#57344;0&#57345;&#36;",
        "[a](&#xe000;0&#xe001;) &#xE002;script>",
        '<a title="&#36;&#xE000;9&#xE001;&#36;">x</a>',
    ],
)
def test_a_placeholder_cannot_be_forged(answer):
    html = render(answer).html
    assert not any(mark in html for mark in "\ue000\ue001\ue002")
    assert html.count("<math") == answer.count("$x$")


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<blockquote>\n\n", "<p><span>"])
def test_tags_nested_without_end_are_text(tag):
    """40,000 nested <div> held the sanitiser for 8 seconds."""
    html = render(tag * 40_000).html
    assert html.count(tag.strip()) < 100


def test_the_hundredth_inequality_is_set_like_the_first():
    html = render("If $a<b$ then `b<c`.\n\n" * 100).html

    assert html.splitlines() == [html.splitlines()[0]] * 100


def test_an_image_in_a_heading_is_an_image_like_any_other():
    rendered = render("## ![](https://other.example/x.png)\n\n## A ![tide](/media/x.png)")
    assert '<img src="/media/x.png" alt="tide" loading="lazy"' in rendered.html
    assert [problem.code for problem in rendered.problems] == ["missing-alt", "external-image"]


@pytest.mark.parametrize(
    ("answer", "html"),
    [
        (
            "[![A cat](https://a.org/c.png)](/x) and ![A bee](https://a.org/b.png)",
            '<p><a href="/x">A cat</a> and <a href="https://a.org/b.png">A bee</a></p>',
        ),
        (
            "[a ![b](https://a.org/b.png) c ![d](https://a.org/d.png)](/x) [e](/y)",
            '<p><a href="/x">a b c d</a> <a href="/y">e</a></p>',
        ),
    ],
)
def test_an_image_of_another_site_is_no_link_within_a_link(answer: str, html: str) -> None:
    assert render(answer).html == html


@pytest.mark.parametrize(
    "source", ["/\\\\evil.example/x.png", "/&#9;/evil.example/x.png", "//evil"]
)
def test_an_image_that_only_looks_local_is_a_link(source):
    assert "<img" not in render(f'<img src="{source}" alt="x">').html


BLOCKS = (
    *("- a\n", "1. b\n", "> c\n", "# d\n", "|e|f|\n|-|:-:|\n", "`g`", "\n", "***h**", "~~i~~"),
    *("    j\n", "&nbsp;", "&lt;k&gt;", '"', "![l](m)", "[n](javascript:o)", "\\\n", "---\n"),
    *("https://p.example\n", "```q\n"),
)
PROSE = st.text("aZ1 \n\t*_`#-+.:|~()[]!\\&;\"'>\u00a0\u2028\x0c\x00", max_size=200)


@given(st.text() | PROSE | st.lists(st.sampled_from(BLOCKS), max_size=30).map("".join))
def test_html_that_needs_no_cleaning_is_written_as_the_sanitiser_writes_it(markdown):
    raw = comrak.markdown_to_html(
        markdown, extension_options=_EXTENSIONS, render_options=_RENDERING
    )
    assert sanitised(raw, markdown) == _CLEANER.clean(raw)


def test_an_uploaded_image_has_its_size_before_it_arrives():
    name = f"/media/{'0a' * 16}-640x480.webp"
    assert render(f"![A lens]({name})").html == (
        f'<p><img src="{name}" alt="A lens" width="640" height="480" loading="lazy"'
        ' decoding="async"></p>'
    )


@pytest.mark.parametrize(
    ("markdown", "joined"),
    [
        ("It is $x$, so", '<span class="math-joined">{x},</span> so'),
        ("It ($x$). So", '<span class="math-joined">({x}).</span> So'),
        ("An $x$-axis", 'An <span class="math-joined">{x}-</span>axis'),
        ("It is $x$ so", "It is {x} so"),
    ],
)
def test_a_formula_keeps_the_points_and_brackets_that_touch_it(markdown: str, joined: str) -> None:
    assert joined.format(x="<math><mi>x</mi></math>") in render(markdown).html


def test_a_formula_that_scrolls_and_one_on_its_own_stand_alone() -> None:
    html = render("So $a+b+c+d+e+f+g+h+i+j+k+l$, and\n\n$$x$$.").html
    assert "math-joined" not in html
