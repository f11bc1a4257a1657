"""TeX as authors write it, as the engine reads it."""

import pytest

from learn.content.mathml import FormulaError, formula_from
from learn.content.tex import MAX_DEPTH, TexError, prepared

SAME = [
    "x^2",
    r"\frac{a}{b} \\ \text{in } \R".replace(r" \\ ", " "),
    r"\begin{pmatrix}1 & 2 \\ 3 & 4\end{pmatrix}",
    r"50\% \text{ of } x",
    r"\begin{cases}x & y\end{cases}",
    r"\left[ \frac{1}{2} \right]",
]

REWRITTEN = [
    ("50% of x", r"50\% of x"),
    ("#1", r"\#1"),
    ("x &lt; y", "x < y"),
    ("√{2}", r"\sqrt {2}"),
    ("a ∴ b", r"a \therefore  b"),
    (r"\text{if $x$ is}", r"\text{if }x\text{ is}"),
    (r"\text{a_b}", r"\text{a\_b}"),
    (r"\mbox{a}", r"\text {a}"),
    (r"\widetilde{x}", r"\tilde {x}"),
    (r"\large x", r"  x"),
    (r"\Tr A", r"\operatorname{Tr} A"),
    (r"\operatorname{\mathbb{E}}", r"\mathbb{E}"),
    (r"\substack{a \\ b}", r"\begin{subarray}{c}a \\ b\end{subarray}"),
    (r"\cancelto{0}{x}", r"{\cancel{x}}^{0}"),
    (r"\abs{\norm{x}}", r"\left|\left\|x\right\|\right|"),
    (r"\href{u}{x}", "{x}"),
    (r"\label{eq}x", "x"),
    (r"\SI{3}{m}", r"3\,\mathrm{m}"),
    (r"\left< x \right>", r"\left\langle  x \right\rangle "),
    (r"x = 1 \tag{2}", r"x = 1 \qquad\text{(2)}"),
    (r"\begin{align}x\end{align}", r"\begin{align*}x\end{align*}"),
    (r"\begin{align}x\tag{1}\end{align}", r"\begin{align}x\tag{1}\end{align}"),
    (r"\begin{split}a&=b\end{split}", r"\begin{aligned}a&=b\end{aligned}"),
    (r"\begin{alignat}{2}a&=b\end{alignat}", r"\begin{aligned}a&=b\end{aligned}"),
    (r"\begin{pmatrix}[r]1\end{pmatrix}", r"\begin{pmatrix}1\end{pmatrix}"),
    (r"\begin{bmatrix}1\\[5pt]2\end{bmatrix}", r"\begin{bmatrix}1\\2\end{bmatrix}"),
    (r"a = b \\ c = d", r"\begin{aligned}&a = b \\& c = d\end{aligned}"),
    (r"a &= b \\ c &= d", r"\begin{aligned}a &= b \\ c &= d\end{aligned}"),
    (r"a &= b", r"\begin{aligned}a &= b\end{aligned}"),
    ("A & B", r"A \& B"),
]


@pytest.mark.parametrize("tex", SAME)
def test_what_the_engine_reads_passes_unchanged(tex):
    assert prepared(tex) == tex


@pytest.mark.parametrize(("written", "read"), REWRITTEN)
def test_the_same_formula_is_said_in_other_words(written, read):
    assert prepared(written) == read


@pytest.mark.parametrize("written", [written for written, _ in REWRITTEN])
@pytest.mark.parametrize("display", [False, True])
def test_the_engine_reads_what_was_rewritten(written, display):
    assert formula_from(written, display=display).mathml.startswith("<math")


@pytest.mark.parametrize("tex", [r"\cases", r"\abs x", r"\substack{a", r"\href{u}", "{", "}", "\\"])
def test_arguments_that_are_missing_are_left_as_they_are(tex):
    assert prepared(tex) == tex


@pytest.mark.parametrize("opening", ["{", r"\begin{matrix}", "x^{"])
def test_deep_nesting_is_refused_before_the_engine_sees_it(opening):
    with pytest.raises(TexError, match=f"more than {MAX_DEPTH} deep"):
        prepared(opening * (MAX_DEPTH + 1))
    with pytest.raises(FormulaError, match=f"more than {MAX_DEPTH} deep"):
        formula_from(opening * (MAX_DEPTH + 1), display=True)


def test_a_long_formula_is_refused():
    with pytest.raises(FormulaError, match="2,001 characters; 2,000 are allowed"):
        formula_from("x" * 2_001, display=False)


def test_rewriting_ends():
    assert len(prepared(r"\abs{" * 40 + "x" + "}" * 40)) < 1_000
    assert prepared(r"\href{\href{u}{v}}{\href{u}{v}}") == "{{v}}"
