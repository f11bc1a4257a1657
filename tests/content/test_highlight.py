"""Code in colours: the same characters, for a bounded time."""

import html
import re
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.content import highlight
from learn.content.highlight import highlighted
from learn.content.markdown import render
from tests.detector import defects


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("Python", "x = 1", 'x = <span class="n">1</span>'),
        ("Python", "def f(a):", '<span class="k">def</span> <span class="f">f</span>(a):'),
        ("Python", "not a  # why", '<span class="k">not</span> a  <span class="c"># why</span>'),
        ("C", "#define A 1", '<span class="k">#define A 1</span>'),
        ("SQL", "SELECT 'a' ", '<span class="k">SELECT</span> <span class="s">\'a\'</span> '),
        ("Bash", "cd a &amp;&amp; ls", '<span class="f">cd</span> a &amp;&amp; ls'),
        ("HTML", "&lt;p&gt;", '&lt;<span class="k">p</span>&gt;'),
        ("Mermaid", "graph TD; A--&gt;B", "graph TD; A--&gt;B"),
    ],
)  # fmt: skip
def test_words_are_marked_by_what_they_are(language, code, expected):
    assert highlighted(code, language) == expected


@pytest.mark.parametrize("language", highlight._LEXERS)
@pytest.mark.parametrize(
    "code", ["", "\n\n", "  x\t= 'é\u00a0\u2028漢' // \\ # ;\r\f\n", "&amp;&lt;a&gt;"]
)
def test_every_language_keeps_the_characters(language, code):
    code = code.replace("\u00a0", "&nbsp;")
    marked = highlighted(code, language)
    assert marked.replace("</span>", "").replace('<span class="', "").count("<") == 0
    assert _text(marked) == html.unescape(code)


CODE = st.text(
    st.sampled_from("ab1_ \t\n\"'`/*#\\(){}[]<>&;:=.$@%-+|!?é\u00a0\u2028\x0c"), max_size=60
)


@given(CODE, st.sampled_from(sorted(highlight._LEXERS)))
def test_any_code_keeps_its_characters_and_nothing_is_left_unescaped(code, language):
    escaped = html.escape(code, quote=False).replace("\u00a0", "&nbsp;")
    assert _text(highlighted(escaped, language)) == code


@pytest.mark.parametrize(
    "code",
    ["x" * 200, " " * 100, "\n" * 100, "a b " * 40, "x = 1\n" * 2000, "<b>x</b> = 1"],
    ids=["a long word", "blanks", "blank lines", "words", "too long", "markup"],
)
def test_code_that_no_person_wrote_stays_plain(code):
    assert highlighted(code, "Java") == code


@pytest.mark.parametrize("language", ["Java", "C#", "C", "MATLAB", "Python"])
@pytest.mark.parametrize(
    "unit", ["\n", "a b\n", "@a\n", "a[", '"', "(a", " " * 99 + ";", "a " * 59 + ";"]
)
def test_hostile_code_takes_a_bounded_time(language, unit):
    """Without limits the lexer for Java takes 21 seconds for 9,000 line ends."""
    started = time.process_time()
    highlighted((unit * 8000)[: highlight.MAX_CHARACTERS], language)
    assert time.process_time() - started < 4


def test_only_the_first_part_of_an_answers_code_is_marked():
    block = "```python\n" + "x = 1\n" * 500 + "```\n\n"
    assert render(block * 4).html.count('class="n"') == 1000


def test_what_was_taken_for_a_formula_in_code_is_code():
    answer = '<pre><code class="language-python">a = "$x$" < 1\n</code></pre>'
    assert defects(answer, render(answer).html) == []
    assert '<span class="s">"$x$"</span>' in render(answer).html


def test_pygments_is_loaded_only_for_code():
    script = (
        "import sys; from learn.content.markdown import render; render('`x` and\\n\\n    y');"
        " plain = 'pygments' in sys.modules; render('```c\\nint x;\\n```');"
        " print(plain, 'pygments' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert shown.stdout == "False True\n"


def _text(marked: str) -> str:
    """What a reader sees of HTML that holds only the spans of `highlighted`."""
    return html.unescape(re.sub(r'<span class="[cfkns]">|</span>', "", marked))
