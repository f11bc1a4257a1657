"""The detector reports each kind of defect: what finds nothing proves nothing."""

import pytest

from tests.detector import KINDS, defects

BROKEN = [
    # kind, the answer's one line, a page that shows it badly
    ("dollar left", "Let $x$ be.", "<p>Let $x$ be.</p>"),
    ("dollar left", r"Sum $5x + 2$ up.", "<p>Sum $5x + 2$ up.</p>"),
    ("raw delimiter", r"The force \(F\).", r"<p>The force \(F\).</p>"),
    ("raw delimiter", r"\[F = ma\]", r"<p>\[F = ma\]</p>"),
    ("visible command", r"So $a \times b$.", r"<p>So <b>a \times b</b>.</p>"),
    ("literal newline", r"One.\n\nTwo.", r"<p>One.\n\nTwo.</p>"),
    ("emphasis left", r"A **bold** word", "<p>A **bold** word</p>"),
    ("emphasis left", r"A __bold__ word", "<p>A __bold__ word</p>"),
    ("fence left", r"```c\nint x;\n```", "<p>```c int x; ```</p>"),
    ("table left", r"|a|b|\n|---|---|\n|c|d|", "<p>|a|b|\n|---|---|\n|c|d|</p>"),
    ("heading left", r"Text.\n### Why", "<p>Text.\n### Why</p>"),
    ("list left", r"Then:\n3. go", "<p>Then:\n3. go</p>"),
    ("link left", "[here](https://example.org)", "<p>[here](https://example.org)</p>"),
    ("visible entity", "A &amp; B", "<p>A &amp;amp; B</p>"),
    ("visible tag", "H<sub>2</sub>O", "<p>H&lt;sub&gt;2&lt;/sub&gt;O</p>"),
    ("error in a formula", "$x$", "<p><math><merror><mtext>x</mtext></merror></math></p>"),
    ("error in a formula", "$x$", '<p><math><mi class="math-color-red">x</mi></math></p>'),
    ("error in a formula", "$x$", "<p><math><mrow>x</mrow></math></p>"),
    ("command in a formula", r"$\foo$", r"<p><math><mtext>\foo</mtext></math></p>"),
    (
        "row gap in a formula",
        r"$$\begin{matrix}a\\[5pt]b\end{matrix}$$",
        "<p><math><mi>a</mi><mo>[</mo><mn>5</mn><mi>p</mi><mi>t</mi><mo>]</mo><mi>b</mi></math></p>",
    ),
    ("formula count", "$x$ and $y$", "<p><math><mi>x</mi></math> and</p>"),
    ("formula count", "it costs $5 or $6", "<p>it costs <math><mi>or</mi></math>6</p>"),
    ("lost symbol", r"$\nabla V$", "<p><math><mi>abla</mi><mi>V</mi></math></p>"),
    ("lost symbol", r"$p \land \neg p$", "<p><math><mi>p</mi><mo>∧</mo><mi>p</mi></math></p>"),
    ("lost symbol", r"$$\nu = 1$$", "<p><math><mi>u</mi><mo>=</mo><mn>1</mn></math></p>"),
    ("lost digits", r"$\text{50% of 20}$", "<p><math><mn>50</mn></math></p>"),
    ("lost words", "One torque two", "<p>One two</p>"),
    ("lost words", r"$F_{\text{net}}$", "<p><math><mi>F</mi></math></p>"),
    ("lost words", r"Not this\nor that", "<p>Not this\nr that</p>"),
    ("strange words", "One", "<p>One more</p>"),
    ("formula not set", r"$\foo$", r'<p><code class="math-source">$\foo$</code></p>'),
    (
        "cut literal",
        r"```c\nputs(\"a\nb\");\n```",
        '<pre><code class="language-c">puts("a\nb");\n</code></pre>',
    ),
    ("cut literal", r"Print `\n` last.", "<p>Print <code> </code> last.</p>"),
    ("placeholder", "$x$", "<p>\ue0000\ue001 <math><mi>x</mi></math></p>"),
    ("placeholder", "[a]($x$)", '<p><a href="%EE%80%800%EE%80%81">a</a></p>'),
    ("unsafe", "Hi", "<p>Hi</p><script>alert(1)</script>"),
    ("unsafe", "Hi", '<p style="color:red">Hi</p>'),
    ("unsafe", "Hi", '<p onclick="alert(1)">Hi</p>'),
    ("unsafe", "[Hi](x)", '<p><a href="javascript:alert(1)">Hi</a></p>'),
    ("unbalanced", "Hi", "<p>Hi"),
    ("unbalanced", "Hi", "<p>Hi</p></div>"),
    ("unbalanced", "Hi", "<p><b><i>Hi</b></i></p>"),
    ("unbalanced", "Hi", "<p>Hi <div>Hi</div></p>"),
    ("duplicate id", r"# A\n# A", '<h2 id="a">A</h2><h2 id="a">A</h2>'),
]
SOUND = [
    ("It costs $5, or US$6 (about $7.50).", "<p>It costs $5, or US$6 (about $7.50).</p>"),
    ("The dollar sign ($) stays.", "<p>The dollar sign ($) stays.</p>"),
    (
        r"Let $x \neq 1$ and \(y\).\n\nSo **yes**.",
        "<p>Let <math><mi>x</mi><mo>≠</mo><mn>1</mn></math> and <math><mi>y</mi></math>.</p>"
        "<p>So <strong>yes</strong>.</p>",
    ),
    (r"Use `\n` and `\textbf{x}`.", r"<p>Use <code>\n</code> and <code>\textbf{x}</code>.</p>"),
    (
        r"```py\nprint(\"a\nb\")  # it's 5\"\n```",
        r'<pre><code class="language-py">print("a\nb")  # it' "'" r's 5"' "\n</code></pre>",
    ),
    ("Include <iostream> first.", "<p>Include &lt;iostream&gt; first.</p>"),
    (
        "The C++ `vector<int>` &amp; 2 < 3.",
        "<p>The C++ <code>vector&lt;int&gt;</code> &amp; 2 &lt; 3.</p>",
    ),
    (r"$$\nu = 2\n$$", "<p><math><mi>u</mi><mo>=</mo><mn>2</mn></math></p>"),
    (r"Not this\nor that", "<p>Not this\nor that</p>"),
    ("Call `f(x)` 2*3*4 times", "<p>Call <code>f(x)</code> 2<em>3</em>4 times</p>"),
    ("Write \\*\\*p, as in \\$1.", "<p>Write **p, as in $1.</p>"),
]


@pytest.mark.parametrize(("kind", "answer", "html"), BROKEN)
def test_a_broken_page_is_reported_with_its_kind(kind, answer, html):
    assert kind in {defect.partition(":")[0] for defect in defects(answer, html)}


@pytest.mark.parametrize(("answer", "html"), SOUND)
def test_a_sound_page_is_not_reported(answer, html):
    assert defects(answer, html) == []


def test_every_kind_has_a_broken_page_that_proves_it():
    assert {kind for kind, _, _ in BROKEN} == set(KINDS)
