r"""The one-line answer of a file and the Markdown that it means, as a table of traps.

In a file a newline is the two characters `\n` and nothing else is escaped: a LaTeX command that
begins with n and a string literal in code look just like newlines.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from learn.content.answers import COMMANDS, encoded_from, markdown_from

PROSE = [
    (r"One line.", "One line."),
    (r"One.\nTwo.", "One.\nTwo."),
    (r"One.\n\nTwo.", "One.\n\nTwo."),
    (r"\nOne.\n", "\nOne.\n"),
    (r"- one\n- two\n  - three", "- one\n- two\n  - three"),
    (r"It rains\nor it snows,\nnot both.", "It rains\nor it snows,\nnot both."),
    (
        r"Here\nwhere\neven\nnow\nnever",
        "Here\nwhere\neven\nnow\nnever",
    ),
    (r"(A) Neon  \n(B) Tin  \n(C)  \ne) Silicon", "(A) Neon  \n(B) Tin  \n(C)  \ne) Silicon"),
    (r"An electric field\nu is not a command here", "An electric field\nu is not a command here"),
    (r"Price: $5\nor $6", "Price: $5\nor $6"),
    (r"Price: $5\nu and $6\nu", "Price: $5\nu and $6\nu"),
    ("é ü 中\\n→ ≠", "é ü 中\n→ ≠"),
]
OTHER_ESCAPES = [
    (r"$\text{net} \times \theta \to \tau$", r"$\text{net} \times \theta \to \tau$"),
    (r"$\rho \rightarrow \right)$", r"$\rho \rightarrow \right)$"),
    (r"a\tb \r \" \\ \u00e9 \x41 \0", r"a\tb \r \" \\ \u00e9 \x41 \0"),
    (r"$$\na \\\nb\n$$", "$$\na \\\\\nb\n$$"),
    (r"$$\na \\ \nb\n$$", "$$\na \\\\ \nb\n$$"),
    (r"$$\na \\\n\nabla b\n$$", "$$\na \\\\\n\\nabla b\n$$"),
    (r"50\% of\n\$5", "50\\% of\n\\$5"),
]
COMMANDS_IN_MATH = [
    (r"The field is $-\nabla V$ here.", r"The field is $-\nabla V$ here."),
    (r"$p \land \neg q$", r"$p \land \neg q$"),
    (r"$ \neg p $", r"$ \neg p $"),
    (r"$\neg p$ and $\nu = 1$", r"$\neg p$ and $\nu = 1$"),
    (r"$a \neq b \ne c$", r"$a \neq b \ne c$"),
    (r"$x \notin A$, $3 \nmid 7$, $x \not= y$", r"$x \notin A$, $3 \nmid 7$, $x \not= y$"),
    (r"\(\nabla \cdot E\)", r"\(\nabla \cdot E\)"),
    (r"\[\nu = E/h\]", r"\[\nu = E/h\]"),
    (r"$$\nabla f = 0$$", r"$$\nabla f = 0$$"),
    (r"$$\nu = \frac{E}{h}$$", r"$$\nu = \frac{E}{h}$$"),
    (r"$$\n\nabla f = 0\n$$", "$$\n\\nabla f = 0\n$$"),
    (r"$$\n\nu = E/h\n$$", "$$\n\\nu = E/h\n$$"),
    (r"$$\na = b \neq c\n$$", "$$\na = b \\neq c\n$$"),
    (r"Then:\n$$\nE = -\nabla V\n$$\nnow go on", "Then:\n$$\nE = -\\nabla V\n$$\nnow go on"),
    (r"> $$\n> -\nabla V\n> $$", "> $$\n> -\\nabla V\n> $$"),
    (r"| $p$ | $\neg p$ |\n|---|---|", "| $p$ | $\\neg p$ |\n|---|---|"),
    (r"Since $5 \neq 3$ and $2 \nmid 7$,\ngo on", "Since $5 \\neq 3$ and $2 \\nmid 7$,\ngo on"),
    (r"$\nRightarrow$ and $\nexists x$", r"$\nRightarrow$ and $\nexists x$"),
    (r"$5 each,\nbut $\neg p$ holds", "$5 each,\nbut $\\neg p$ holds"),
    (
        r"$\begin{aligned}a &= b \nonumber\end{aligned}$",
        r"$\begin{aligned}a &= b \nonumber\end{aligned}$",
    ),
]
NEWLINES_IN_MATH = [
    (r"$$\nx = 1\n$$", "$$\nx = 1\n$$"),
    (r"\[\nx = 1\n\]", "\\[\nx = 1\n\\]"),
    (r"$$\nabc = 1\n$$", "$$\nabc = 1\n$$"),
    (r"$$\numerator = 1\n$$", "$$\numerator = 1\n$$"),
    (r"$$\negative = 1\n$$", "$$\negative = 1\n$$"),
    # who closes on a line of its own also opened so: a newline and the variable u, e or i
    (r"$$\nu(t) = K_p e(t)\n$$", "$$\nu(t) = K_p e(t)\n$$"),
    (r"$$\ne(t) = r(t) - y(t)\n$$", "$$\ne(t) = r(t) - y(t)\n$$"),
    (r"$$\ni = v / r\n$$", "$$\ni = v / r\n$$"),
    (r"\[\nu(t) = 1\n\]", "\\[\nu(t) = 1\n\\]"),
    (r"   $$\nu(t) = 1\n   $$", "   $$\nu(t) = 1\n   $$"),
    # a longer command is one even there: `abla f` would be no formula
    (r"$$\nabla f = 0\n$$", "$$\\nabla f = 0\n$$"),
    (r"$$\neg p\n$$", "$$\\neg p\n$$"),
]
OUTSIDE_MATH = [
    (r"`\nabla`", "`\\nabla`"),
    (r"```latex\n$x$\n\\neq\n```", "```latex\n$x$\n\\\neq\n```"),
    (r"It was $5\neg", "It was $5\neg"),
    (r"$x$\neg and $y$", "$x$\neg and $y$"),
    (r"$x\n\nabla$", "$x\n\nabla$"),
]
LITERALS = [
    # C: a format, two on a line, an escaped quote, a comment with an apostrophe or a quote
    (r'```c\nprintf("hi\n");\n```', '```c\nprintf("hi\\n");\n```'),
    (r'```c\nprintf("a\nb\n");\nreturn 0;\n```', '```c\nprintf("a\\nb\\n");\nreturn 0;\n```'),
    (r'```c\nf("a\n", "b\n");\n```', '```c\nf("a\\n", "b\\n");\n```'),
    (r'```c\nputs("say \"hi\"\n");\n```', '```c\nputs("say \\"hi\\"\\n");\n```'),
    (r'```c\nputs("\\\\n");\n```', '```c\nputs("\\\\\\\\n");\n```'),
    (r"```c\nif (c == '\n') n++;\n```", "```c\nif (c == '\\n') n++;\n```"),
    (r"```c\nchar q = '\"';\nint n;\n```", "```c\nchar q = '\\\"';\nint n;\n```"),
    (r"```c\n// it" "'" r's 5" long\nint n;\n```', "```c\n// it's 5\" long\nint n;\n```"),
    (
        r'```c\n/* a "word\n   don' "'" r"t */\nint n;\n```",
        "```c\n/* a \"word\n   don't */\nint n;\n```",
    ),
    (r'```cpp\ncout << "a\n" << endl;\n```', '```cpp\ncout << "a\\n" << endl;\n```'),
    (r'```csharp\nConsole.Write("a\n");\n```', '```csharp\nConsole.Write("a\\n");\n```'),
    (r'```go\nfmt.Printf("%d\n", n)\n```', '```go\nfmt.Printf("%d\\n", n)\n```'),
    # Java, JavaScript
    (r'```java\nSystem.out.print("a\n");\n```', '```java\nSystem.out.print("a\\n");\n```'),
    (r"```java\nchar c = '\n';\n```", "```java\nchar c = '\\n';\n```"),
    (r"```js\nlog('a\n' + b);\n```", "```js\nlog('a\\n' + b);\n```"),
    (r"```javascript\n// don't\nf();\n```", "```javascript\n// don't\nf();\n```"),
    # Python: both quotes, a comment, a docstring, f-strings
    (r'```python\nprint("a\nb")\nprint(1)\n```', '```python\nprint("a\\nb")\nprint(1)\n```'),
    (r"```python\nprint('a\nb')\n```", "```python\nprint('a\\nb')\n```"),
    (r"```py\n# don't\nprint(1)\n```", "```py\n# don't\nprint(1)\n```"),
    (r'```python\nx = 1  # 5" wide\ny = 2\n```', '```python\nx = 1  # 5" wide\ny = 2\n```'),
    (
        r'```python\n"""It' "'" r's\na "doc".\n"""\nx = 1\n```',
        '```python\n"""It\'s\na "doc".\n"""\nx = 1\n```',
    ),
    (r"```python\ns = '''a\nb'''\n```", "```python\ns = '''a\nb'''\n```"),
    (r'```python\ns = f"{a}\n{b}"\nt = 2\n```', '```python\ns = f"{a}\\n{b}"\nt = 2\n```'),
    (r'```python\nx = a // b  # "q\ny = 1\n```', '```python\nx = a // b  # "q\ny = 1\n```'),
    # shells: a literal may span lines of its own
    (r'```bash\nprintf "a\n"\nls\n```', '```bash\nprintf "a\\n"\nls\n```'),
    (r"```bash\nprintf 'a\n'\nls\n```", "```bash\nprintf 'a\\n'\nls\n```"),
    (r"```sh\n# don" "'" r"t\nls\n```", "```sh\n# don't\nls\n```"),
    (
        "```bash\\nawk '{\\n  print $1\\n}' f\\n```",
        "```bash\nawk '{\n  print $1\n}' f\n```",
    ),
    # an apostrophe or an inch mark is no literal
    (r"```\nIt's\nhere\n```", "```\nIt's\nhere\n```"),
    (r'```\n5" wide\n6 long\n```', '```\n5" wide\n6 long\n```'),
    (r"```sql\n-- it's\nSELECT 1;\n```", "```sql\n-- it's\nSELECT 1;\n```"),
    # other fences, and fences in lists and quotes
    (r'~~~c\nputs("a\n");\n~~~', '~~~c\nputs("a\\n");\n~~~'),
    (r'- run\n  ```c\n  puts("a\n");\n  ```', '- run\n  ```c\n  puts("a\\n");\n  ```'),
    (r'Say "a\nb" outside.', 'Say "a\nb" outside.'),
]
CODE_SPANS = [
    (r"Use `\n` to end.", r"Use `\n` to end."),
    (r'Use `"\n"` to end.', r'Use `"\n"` to end.'),
    (r'Call `printf("a\n")` now.', r'Call `printf("a\n")` now.'),
    (r"Both `a\nb` and `c` stay.", r"Both `a\nb` and `c` stay."),
    (r"The `\n`, the `\t` and the `\r` count.", r"The `\n`, the `\t` and the `\r` count."),
    (r"`a`\n`b`", "`a`\n`b`"),
    (r"- `a`\n- `b`", "- `a`\n- `b`"),
    (r"A stray ` mark\n- `b` follows", "A stray ` mark\n- `b` follows"),
    (r"One `a`\n\nand `b`", "One `a`\n\nand `b`"),
]
SEVERAL_SPANS_IN_A_LINE = [
    (r"Either `\n` or `\r\n` ends it.", r"Either `\n` or `\r\n` ends it."),
    (r'Use `f("a\n")` and `\n` alike.', r'Use `f("a\n")` and `\n` alike.'),
]
TABLE = [
    *PROSE,
    *OTHER_ESCAPES,
    *COMMANDS_IN_MATH,
    *NEWLINES_IN_MATH,
    *OUTSIDE_MATH,
    *LITERALS,
    *CODE_SPANS,
    *SEVERAL_SPANS_IN_A_LINE,
]


@pytest.mark.parametrize(("value", "markdown"), TABLE)
def test_an_answers_line_means_this_markdown(value, markdown):
    assert markdown_from(value) == markdown


@pytest.mark.parametrize("value", [value for value, _ in TABLE])
def test_what_was_decoded_is_encoded_to_the_same_line(value):
    assert encoded_from(markdown_from(value)) == value


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_that_begins_with_n_survives_inside_math(name):
    assert markdown_from(rf"Let $a \{name} b$ be.\nSo") == f"Let $a \\{name} b$ be.\nSo"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_that_begins_with_n_is_a_newline_outside_math(name):
    assert markdown_from(rf"one\{name} two $x$") == f"one\n{name[1:]} two $x$"


@pytest.mark.parametrize("word", ["nor", "neven", "nwhere", "now", "need", "note", "notice", "nub"])
def test_a_word_that_begins_like_a_command_is_a_newline_and_a_word_even_inside_math(word):
    assert markdown_from(rf"$$\{word} = 1\n$$") == f"$$\n{word[1:]} = 1\n$$"


def test_an_answer_with_real_newlines_is_markdown_as_it_stands():
    assert markdown_from("One\\nabla\n`\\n`\n") == "One\\nabla\n`\\n`"


def test_markdown_that_would_not_come_back_has_no_one_line_form():
    assert encoded_from("It is \\nowhere") is None
    assert encoded_from('```c\nputs("a\nb");\n```') is None


TRICKY = st.lists(
    st.sampled_from(
        [
            *r"\n \nu \neq \nabla \ $ $$ ` ``` ```c ```py \( \) \[ \] # // /* */ - é a 5".split(),
            *("\n", '"', "'", " ", "\ue000"),
        ]
    ),
    max_size=25,
).map("".join)


@given(TRICKY)
@example("\ue000\\nu $\\nu$")
def test_a_decoded_line_encodes_to_itself_or_to_nothing(value):
    assert encoded_from(markdown_from(value)) in (value, None) or "\n" in value


@given(TRICKY)
def test_an_encoded_answer_decodes_to_the_same_markdown(markdown):
    value = encoded_from(markdown)

    assert value is None or markdown_from(value) == markdown


@given(st.text())
def test_decoding_keeps_every_character_but_newlines(value):
    assert markdown_from(value).replace("\n", "") == value.replace("\\n", "").replace("\n", "")


@given(TRICKY.filter(lambda value: "\n" not in value))
def test_decoding_only_turns_the_two_characters_into_newlines(value):
    assert markdown_from(value).replace("\n", "\\n") == value
