"""The YAML of question files: strict, located, and text unless it must be something else."""

import re
from contextlib import suppress

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from learn.content import frontmatter, strictyaml
from learn.content.document import ContentError
from learn.content.strictyaml import MAX_DEPTH, Plain
from tests.files import FIXTURES, question_file

# ------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("metadata", "code", "line"),
    [
        ("", "empty-front-matter", 1),
        ("# only a comment\n", "empty-front-matter", 1),
        ("- a\n- b\n", "not-a-mapping", 2),
        ("just a sentence\n", "not-a-mapping", 2),
        ("'quoted'\n", "not-a-mapping", 2),
        ("{title: A}\n", "not-a-mapping", 2),
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 4),
        ("a: 1\n'a': 2\n", "duplicate-key", 3),
        ("seo:\n  title: A\n  title: B\n", "duplicate-key", 4),
        ("a: {b: 1, b: 2}\n", "duplicate-key", 2),
        ("a: 1\n\tb: 2\n", "tab-indentation", 3),
        ("seo:\n\ttitle: A\n", "tab-indentation", 3),
        ("seo:\n  title: A\n \tb: 2\n", "tab-indentation", 4),
        ("a: &x 1\n", "alias", 2),
        ("a: 1\nb: *x\n", "alias", 3),
        ("a: &x [*x]\n", "alias", 2),
        ("<<: {a: 1}\n", "merge-key", 2),
        ("a: 1\nseo:\n  <<: {b: 1}\n", "merge-key", 4),
        ("a: !!python/object/apply:os.system ['id']\n", "tag", 2),
        ("a: 1\nb: !!str 2\n", "tag", 3),
        ("a: !local b\n", "tag", 2),
        ("1: a\n", "invalid-key", 2),
        ("a: 1\n~: b\n", "invalid-key", 3),
        ("null: b\n", "invalid-key", 2),
        ("true: b\n", "invalid-key", 2),
        ("? \n: b\n", "invalid-key", 2),
        ("[a, b]: c\n", "invalid-key", 2),
        ("? {a: 1}\n: c\n", "invalid-key", 2),
        ("a: 1\nb: [1, 2\nc: 3\n", "invalid-yaml", 4),
        ("a: 1\nb: c: d\n", "invalid-yaml", 3),
        ("a: 1\nb: 'c\n", "invalid-yaml", 4),
        ("a: 1\nb: @c\n", "invalid-yaml", 3),
        ("a: 1\nb: 2\n  c: 3\n", "invalid-yaml", 4),
        ("a: 1\n...\nb: 2\n", "invalid-yaml", 4),
        ('a: 1\nb: "\\0"\n', "control-character", 3),
        ('a: 1\n"b\\x00": c\n', "control-character", 3),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_what_no_question_file_needs_is_refused_with_its_line(metadata, code, line):
    with pytest.raises(ContentError) as caught:
        strictyaml.load(metadata)

    assert (caught.value.code, caught.value.line) == (code, line)


def deep(levels: int) -> str:
    return "".join(f"{' ' * level}k:\n" for level in range(levels)) + f"{' ' * levels}k: v\n"


def test_twenty_levels_are_read_and_one_more_is_too_deep():
    strictyaml.load(deep(MAX_DEPTH - 1))

    with pytest.raises(ContentError) as caught:
        strictyaml.load(deep(MAX_DEPTH))
    assert (caught.value.code, caught.value.line) == ("too-deep", MAX_DEPTH + 1)


@pytest.mark.parametrize(
    "opening", ["[", "{a: ", "- ", "? ", "[{b: "], ids=["list", "map", "items", "keys", "mixed"]
)
def test_nesting_60_000_deep_is_refused_before_anything_recurses(opening):
    metadata = "answer:\n  " + opening * 60_000 + "\n"

    with pytest.raises(ContentError) as caught:
        strictyaml.load(metadata)
    assert caught.value.code in ("too-deep", "invalid-key", "invalid-yaml")


def test_the_answer_may_be_long_and_nothing_else():
    long = "x" * strictyaml.MAX_METADATA_CHARACTERS

    assert strictyaml.load(f"title: A\nanswer: >-\n    {long}\nurl: /\n")["answer"] == long
    with pytest.raises(ContentError) as caught:
        strictyaml.load(f"answer: A\ntitle: >-\n    {long}\nurl: /\n")
    assert (caught.value.code, caught.value.line) == ("metadata-too-large", 1)


# ----------------------------------------------------------------------------- types


@pytest.mark.parametrize(
    "value",
    [
        "no", "No", "yes", "on", "off", "y", "n", "12:30:45", "010", "0x1F", "0b11", "0o17",
        "1_000", "2025-01-31", "2025-01-31 10:00:00", "1.5.2", "+1", "=", ".5",
        ".nan", ".NaN", "1e", "e5", "--1", "1,5", "tRue", "none", "None",
    ],
)  # fmt: skip
def test_what_yaml_1_1_would_coerce_stays_text(value):
    assert strictyaml.resolve(strictyaml.load(f"key: {value}\n")) == {"key": value}


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("0", 0),
        ("-7", -7),
        ("168572", 168572),
        ("9" * 18, 10**18 - 1),
        ("-1.0", -1.0),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-2.5E-3", -0.0025),
        (".inf", float("inf")),
        ("-.inf", float("-inf")),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_a_plain_scalar_means_what_yaml_1_2_says(value, meaning):
    resolved = strictyaml.resolve(strictyaml.load(f"key: {value}\n")["key"])

    assert (type(resolved), resolved) == (type(meaning), meaning)


@pytest.mark.parametrize("written", ["'{}'", '"{}"', ">-\n    {}", "|-\n    {}"])
@pytest.mark.parametrize("value", ["1", "true", "~", "null", "-1.0", "2025-01-31"])
def test_a_scalar_with_quotes_or_in_a_block_is_text(written, value):
    assert strictyaml.resolve(strictyaml.load(f"key: {written.format(value)}\n")["key"]) == value


@pytest.mark.parametrize("number", ["1" * 19, "-" + "9" * 5_000])
def test_a_number_of_more_than_18_digits_is_refused(number):
    with pytest.raises(ValueError, match="a number of more than 18 digits"):
        strictyaml.resolve(Plain(number))


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029", "\U000f0085", "\U000f2028"])
@pytest.mark.parametrize(
    "style", ["a{}b", '"a{}b"', "'a{}b'", ">-\n    a{}b", "|-\n    a{}b\n    c"]
)
def test_a_unicode_line_separator_breaks_no_line(character, style):
    metadata = f"key: {style.format(character)}\nnext: 1\n"

    assert strictyaml.load(metadata)["key"].removesuffix("\nc") == f"a{character}b"
    assert [entry.value for entry in strictyaml.locate(metadata)] == [
        *strictyaml.load(metadata).values()
    ]


# ---------------------------------------------------------------------------- places


def test_every_entry_knows_its_style_and_its_lines():
    metadata = (
        "# a comment\n"
        "plain: a\n"
        "folded: >-\n    b\n"
        "literal: |-\n    c\n    d\n"
        "quoted: 'e'\n"
        "\n"
        "# about the block\n"
        "seo:\n  title: f\n  # inside\n  words: >-\n    g\n"
        "flow: [h]\n"
        "items:\n- i\n"
    )

    entries = strictyaml.locate(metadata)

    assert [(entry.key, entry.style, entry.start, entry.end) for entry in entries] == [
        ("plain", "plain", 1, 2),
        ("folded", "folded", 2, 4),
        ("literal", "literal", 4, 7),
        ("quoted", "quoted", 7, 8),
        ("seo", "block", 10, 15),
        ("flow", "flow", 15, 16),
        ("items", "flow", 16, 18),
    ]
    assert [(entry.key, entry.start, entry.end) for entry in entries[4].entries] == [
        ("title", 11, 12),
        ("words", 13, 15),
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("seo",), 3),
        (("seo", "title"), 4),
        (("seo", "nothing"), 3),
        (("nothing",), 1),
        ((), 1),
    ],
)
def test_a_path_leads_to_the_nearest_line_of_the_file(path, line):
    assert strictyaml.line_of("title: A\nseo:\n  title: B\n", *path) == line


# ------------------------------------------------- the simple reader and libyaml agree


def composed(metadata: str) -> dict[str, object]:
    return {entry.key: entry.value for entry in strictyaml.locate(metadata)}


def types_of(value: object) -> object:
    if isinstance(value, dict):
        return {key: types_of(inner) for key, inner in value.items()}
    return type(value)


def assert_readers_agree(metadata: str) -> None:
    simple = strictyaml._read_simple(metadata)
    if simple is not None:
        values = composed(metadata)
        assert (simple, types_of(simple)) == (values, types_of(values))


def test_the_simple_reader_reads_our_own_format():
    metadata = frontmatter.split(question_file()).metadata

    assert strictyaml._read_simple(metadata) == composed(metadata)


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.md")), ids=lambda path: path.stem)
def test_the_two_readers_agree_on_every_fixture(path):
    metadata = frontmatter.split(path.read_text(encoding="utf-8")).metadata

    assert strictyaml.load(metadata) == composed(metadata)


def has_no_controls(text: str) -> bool:
    """`frontmatter.text_from` lets none through."""
    return re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text) is None


pieces = st.sampled_from(
    ["a", "b", "key", "title", "seo", "answer", "yes", "null", "true", "1", "-1", "-1.0", "010",
     ":", ": ", ":\n", ": >-\n", ": |-\n", ": '", ": \"", " ", "  ", "    ", "\n", "\n\n", "\t",
     "- ", "-", "--- ", "...", "#", " #", "# ", "'", '"', "\\", "\\n", ",", "[", "]", "{", "}",
     "&a", "*a", "!", "!!str ", "|", ">", ">-", "%", "@", "`", "?", "? ", "<<", "~", "é", "😀",
     "\x85", "\u2028", "\xa0", "\ufeff", "\u3000", "/learn/x", "a: b", "2025-01-31", "12:30:45"]
)  # fmt: skip
values = st.one_of(
    st.lists(pieces, max_size=6).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20).filter(has_no_controls),
)
keys = st.sampled_from(["a", "b", "title", "seo", "a_b", "A9", "yes", "null", "x-y", "1a"])
lines = st.builds(
    lambda indent, key, style, value, blank: f"{indent}{key}:{style}{value}\n{blank}",
    st.sampled_from(["", "", "", "  ", "    ", " "]),
    keys,
    st.sampled_from([" ", " ", "", " >-\n  ", " >-\n    ", " >-\n      ", " >-\n"]),
    values,
    st.sampled_from(["", "", "", "\n", "  \n", "    more\n"]),
)
metadata_texts = st.one_of(
    st.lists(lines, min_size=1, max_size=6).map("".join),
    st.lists(pieces, max_size=25).map(lambda parts: "".join(parts) + "\n"),
)


@given(metadata_texts)
@example("a: b\n\n\nc: d\n")
@example("a: >-\n  b \n")
@example("a:\n  b: >-\n   c\n  d: -1.0\n")
@example("a: -1: 2\n")
@example("a: b:\n")
@example("a: \xa0b\n")
@example("a: b \n")
@example("a: it\x92s\n")
@example("a: \ufffe\n")
@example("a: \U000f0085\n")
def test_what_the_simple_reader_accepts_libyaml_reads_the_same(metadata):
    try:
        strictyaml.load(metadata)
    except ContentError:
        return
    assert_readers_agree(metadata)


@given(metadata_texts)
def test_what_is_read_has_the_text_that_pyyaml_gives(metadata):
    """An independent reader: PyYAML's own composer, with every scalar as text."""
    try:
        ours = strictyaml.load(metadata)
    except ContentError:
        return
    with suppress(yaml.YAMLError):  # it refuses some tabs and characters that libyaml takes
        theirs = yaml.load(metadata, Loader=yaml.BaseLoader)
        assert ours == theirs or any(character in metadata for character in "\x85\u2028\u2029")


@given(metadata_texts)
def test_any_text_is_read_or_refused_and_nothing_else_happens(metadata):
    line = 1
    try:
        strictyaml.load(metadata)
    except ContentError as error:
        line = error.line
    assert 1 <= line <= metadata.count("\n") + 2
