"""Where math and code stand in Markdown, and where a dollar is money, as tables."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.content.mathspans import fences, spans

DELIMITERS = [
    # text, what is math in it (display math begins with a !)
    ("$x$", ["x"]),
    ("$ x $", [" x "]),
    ("Let $x$ and $y$ be.", ["x", "y"]),
    ("$a$$b$", ["a", "b"]),
    (r"\(x\) and \( y \)", ["x", " y "]),
    (r"\[x\]", ["!x"]),
    (r"so \[x\] here", ["x"]),
    ("$$x$$", ["!x"]),
    ("$$x$$.", ["!x"]),
    ("  $$x$$ ,", ["!x"]),
    ("so $$x$$ here", ["x"]),
    ("so $$x$$", ["x"]),
    ("$$\nx\n$$", ["!\nx\n"]),
    ("Then:\n$$\nx\n$$\nSo", ["!\nx\n"]),
    ("Then $$x\n+ y$$ so", ["!x\n+ y"]),
    ("1. one\n   $$\n   x\n   $$\n2. two", ["!\n   x\n   "]),
    ("- $$x$$", ["!x"]),
    ("- a\n  1. $$x$$\n", ["!x"]),
    ("> $$x$$", ["!x"]),
    ("\\[\nx\n\\]", ["!\nx\n"]),
    ("\\(x\n+ y\\)", ["x\n+ y"]),
    ("**$x$** and *$y$* and _$z$_", ["x", "y", "z"]),
    ("[$x$](https://example.org/$y)", ["x"]),
    ("($x$), “$y$”; $z$!", ["x", "y", "z"]),
    ("# Why $x$?", ["x"]),
    ("the $n$th and the $2$nd, $n$-fold", ["n", "2", "n"]),
    ("CO$_2$ at 25$^\\circ$C", ["_2", "^\\circ"]),
    (r"$\text{if } x$", [r"\text{if } x"]),
    (r"$a \$ b$", [r"a \$ b"]),
    (r"$\{x\}$ and $\left\{ x \right.$", [r"\{x\}", r"\left\{ x \right."]),
    (r"$$a \\ b$$", [r"!a \\ b"]),
    (r"\(a \\ b\)", [r"a \\ b"]),
    (r"\[a \\[5pt] b\]", [r"!a \\[5pt] b"]),
    (r"\(f(x)\) and \(g\)", ["f(x)", "g"]),
    ("$x$ é → 中 $y$", ["x", "y"]),
    ("$é$ and $中$", ["é", "中"]),
]
TABLES = [
    ("| $x$ | \\(y\\) |\n|---|---|\n| $|z|$ | $a \\mid b$ |", ["x", "y", "|z|", "a \\mid b"]),
    ("| cost | $5 |\n|---|---|\n| gain | $6 |", []),
    ("| $p$ | costs $5 |\n|---|---|\n| $q$ | $6 |", ["p", "q"]),
]
MONEY = [
    ("It costs $5.", []),
    ("It costs $5", []),
    ("From $5 to $10 a day", []),
    ("A $6 floor, a price of $8 and $10.", []),
    ("US$5 or A$6 or HK$7.50", []),
    ("US$5 per $x$", ["x"]),
    ("$1,000.50 and -$3 and ~$4", []),
    ("$5-$10, $5–$10, $5/$10, ($5)", []),
    ("$5 million, $3.2 billion, $5k and $6M", []),
    ("$79 to $132 a head", []),
    ("profit is $5 - $3 = $2", []),
    ("the dollar sign ($) and the $ again", []),
    ("**$5** and *$6*", []),
    ("$5 a piece,\n$6 a pair", []),
    ("$20 off the price$", []),
    ("$20 per unit sold$ today", []),
    ("price P = $5 at quantity Q = $6", []),
    ("win $0 with a chance of 0.5, lose $20 with the rest", []),
]
MONEY_AND_MATH = [
    ("It costs $5, and $x$ is more.", ["x"]),
    ("Let $x$ be $5.", ["x"]),
    ("Let $x$ be $5 and $y$ be $6.", ["x", "y"]),
    ("A $5 bill; let $p = 3$ be.", ["p = 3"]),
    ("Costs $C(q) = 5q$ at $8 each, $9 at most", ["C(q) = 5q"]),
    ("Sell at $5: then $$x = 5$$ is due", ["x = 5"]),
    (r"Sell at $5: then \(x = 5\) is due", ["x = 5"]),
    ("$5 buys $n$ of them at $p$ each", ["n", "p"]),
    ("$5$ and $10$", ["5", "10"]),
    ("$50\\%$ of it", ["50\\%"]),
    ("$5x + 3$", ["5x + 3"]),
    ("$2 \\times 3$", ["2 \\times 3"]),
    ("$5 < 6$, $5/6$, $2^n$, $7_2$", ["5 < 6", "5/6", "2^n", "7_2"]),
    ("$3 \\text{ cm}$", ["3 \\text{ cm}"]),
    ("$5a$, $2\\pi$, $3!$", ["5a", "2\\pi", "3!"]),
    ("$7xy$ and $6xy$", ["7xy", "6xy"]),
    ("3 $\\times$ 10, $\\pm$5, $\\approx$20, $\\geq$18", ["\\times", "\\pm", "\\approx", "\\geq"]),
    ("$\\alpha $ and $ \\beta$", ["\\alpha ", " \\beta"]),
]
ESCAPED = [
    (r"\$5 and \$x\$", []),
    (r"\$x and $y$", ["y"]),
    (r"\\$x$", ["x"]),
    (r"\\(x\\)", []),
    (r"\`$x$\`", ["x"]),
    (r"$x\$ y", []),
]
CODE = [
    ("`$x$`", []),
    ("``$x$ ` \\(y\\)``", []),
    ("`a` $x$ `b`", ["x"]),
    ("a ` b $x$ c", ["x"]),
    ("`` ` $x$", ["x"]),
    ("`$` and $x$ and `$`", ["x"]),
    ("```\n$x$\n```\n$y$", ["y"]),
    ("```py\n# $x$\n```", []),
    ("~~~\n$x$\n```\n$y$\n~~~\n$z$", ["z"]),
    ("````\n```\n$x$\n```\n````\n$y$", ["y"]),
    ("```\n$x$", []),
    ("- ```\n  $x$\n  ```\n- $y$", ["y"]),
    ("> ```\n> $x$\n> ```\n> $y$", ["y"]),
    ("```inline``` $x$", ["x"]),
]
NOT_CLOSED = [
    ("$x", []),
    ("$x\ny$", []),
    ("$$x", []),
    ("$$\nx\n\ny", []),
    ("\\(x", []),
    ("\\[x", []),
    ("x\\)", []),
    ("x\\]", []),
    ("\\(x\n\ny\\)", []),
    ("\\(a \\(b\\)", ["b"]),
    ("$$", []),
    ("$$$$", []),
    ("\\(\\)", []),
    ("\\( \\)", []),
    ("", []),
]
TABLE = [
    *DELIMITERS,
    *TABLES,
    *MONEY,
    *MONEY_AND_MATH,
    *ESCAPED,
    *CODE,
    *NOT_CLOSED,
]


def math_of(text: str) -> list[str]:
    return [
        "!" * span.display + text[span.inner : span.outer]
        for span in spans(text)
        if span.kind == "math"
    ]


@pytest.mark.parametrize(("text", "formulas"), TABLE)
def test_this_is_the_math_of_a_text(text, formulas):
    assert math_of(text) == formulas


@pytest.mark.parametrize(
    ("text", "opener"),
    [("a $$x", "$$"), ("a \\(x", "\\("), ("a \\[x\n\ny\\]", "\\["), ("$$\nx\n\ny", "$$")],
)
def test_a_delimiter_that_never_closes_is_a_span_of_its_own(text, opener):
    found = [text[span.start : span.end] for span in spans(text) if span.kind == "unclosed"]

    assert found == [opener]


def test_a_lone_dollar_is_no_unclosed_math():
    assert spans("It costs $5") == []


def test_spans_say_where_delimiters_and_body_stand():
    span = spans("Let $$x$$ be")[0]

    assert (span.start, span.inner, span.outer, span.end) == (4, 6, 7, 9)


def test_a_fence_says_where_its_code_stands():
    text = "a\n```py\nx = 1\n```\nb"

    assert [text[span.inner : span.outer] for span in fences(text)] == ["x = 1\n"]


@given(
    st.lists(
        st.sampled_from("$ $$ \\( \\) \\[ \\] ` ``` ~~~ \n \\ 5 x - >".split(" ")), max_size=40
    )
)
def test_spans_are_in_order_and_do_not_overlap(pieces):
    text = "".join(pieces)
    position = 0
    for span in spans(text):
        assert position <= span.start <= span.inner <= span.outer <= span.end <= len(text)
        position = span.end


HOSTILE = {
    "dollars": "$",
    "pairs of dollars": "$$",
    "dollars and spaces": "$ ",
    "dollars and letters": "$a",
    "money": "$5 and ",
    "money in lines": "$5\n",
    "openers": "\\(",
    "closers": "\\)",
    "brackets": "\\[",
    "openers of both kinds": "\\(a\\[",
    "openers and blank lines": "$$a\n\n",
    "openers and lines": "\\(a\n",
    "escaped openers": "\\\\(",
    "backslashes": "\\",
    "escaped dollars": "\\$",
    "escaped closers": "\\\\]\\[",
    "backticks": "`",
    "backticks and spaces": "` ",
    "runs of backticks": "` `` ``` ```` ",
    "fences": "```\n",
    "fences of both kinds": "```\n~~~\n",
    "quotes": "> ",
    "list markers": "- ",
    "numbers": "1. ",
    "blank lines": "\n \n",
    "spaces": " \t",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_costs_no_more_than_its_length(unit):
    """100 KB take 0.3 s at most where the work is linear, and minutes where it is quadratic."""
    assert seconds_for(unit * (100_000 // len(unit))) < 5


def seconds_for(text: str) -> float:
    start = time.perf_counter()
    spans(text)
    return time.perf_counter() - start
