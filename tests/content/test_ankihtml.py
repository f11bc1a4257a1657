"""An answer as the field of an Anki card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.content.ankihtml import anki_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Let $x^2$ be.", r"<p>Let \(x^2\) be.</p>"),
        (r"Let \(a\) be.", r"<p>Let \(a\) be.</p>"),
        ("$$\nx = 1\n$$", "<p>\\[\nx = 1\n\\]</p>"),
        ("It is $a < b & c$.", r"<p>It is \(a &lt; b \&amp; c\).</p>"),
        ("$50\\%$ of $20%$", r"<p>\(50\%\) of \(20\%\)</p>"),
        (r"$\ce{H2O}$", r"<p>\(\ce{H2O}\)</p>"),
        ("$x_a_b$", r"<p>\(x_a{}_b\)</p>"),
        (
            "$$a &= b \\\\ c &= d$$",
            "<p>\\[\\begin{aligned}a &amp;= b \\\\ c &amp;= d\\end{aligned}\\]</p>",
        ),
        ("$\\unknowncommand{x}$", r"<p>\(\unknowncommand{x}\)</p>"),
        ("It costs $5 and $6.", "<p>It costs $5 and $6.</p>"),
        ("`$x$`", "<p><code>$x$</code></p>"),
    ],
)
def test_formulas_are_tex_between_the_delimiters_of_ankis_mathjax(markdown, html):
    assert anki_html(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# Why *now*?\n\n### So", "<h2>Why <em>now</em>?</h2>\n<h3>So</h3>"),
        ("```python\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
        ("```\nplain\n```", "<pre><code>plain\n</code></pre>"),
        (
            "| a |\n|--:|\n| $x$ |",
            '<div class="scroll"><table>\n<thead>\n<tr>\n'
            '<th class="align-right" scope="col">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
            '<td class="align-right">\\(x\\)</td>\n</tr>\n</tbody>\n'
            "</table></div>",
        ),
        ("<script>alert(1)</script>x", "<p>&lt;script&gt;alert(1)&lt;/script&gt;x</p>"),
    ],
)
def test_a_card_has_no_anchors_and_no_markup_for_the_sites_stylesheet(markdown, html):
    assert anki_html(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("[a](/learn/b)", '<p><a href="https://site.example/learn/b">a</a></p>'),
        ("[a](https://other.example/b)", '<p><a href="https://other.example/b">a</a></p>'),
        ("[a](//other.example/b)", '<p><a href="//other.example/b">a</a></p>'),
        ('`<a href="/b">`', '<p><code>&lt;a href="/b"&gt;</code></p>'),
    ],
)
def test_links_lead_to_the_site(markdown, html):
    assert anki_html(markdown, "https://site.example") == html


def test_an_image_is_shown_from_the_site():
    html = anki_html("![A lens](/media/lens.png)", "https://site.example")
    assert '<img src="https://site.example/media/lens.png" alt="A lens"' in html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("[sound:x.mp3]", "<p>&#91;sound:x.mp3]</p>"),
        ("[latex]x[/LaTeX]", "<p>&#91;latex]x&#91;/LaTeX]</p>"),
        (r"[\$]x[/\$]", "<p>&#91;$]x&#91;/$]</p>"),
        ("[a] [1]", "<p>[a] [1]</p>"),
    ],
)
def test_what_anki_itself_would_read_in_a_field_is_text(markdown, html):
    assert anki_html(markdown) == html


@given(st.text(alphabet="$\\()[]{}^_ab1 \n#|`*<>&%\ue000\ue001", max_size=80))
def test_no_answer_is_an_error(markdown):
    assert "\ue000" not in anki_html(markdown, "https://site.example")
