"""Question file <-> document: nothing is lost, and an edit changes only what it says."""

import datetime
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from learn.content import codec, frontmatter, strictyaml
from learn.content.document import ContentError, QuestionDocument, RelatedLink, Seo
from tests.files import ANSWER, CORPUS, FIXTURES, SEED, line_of, question_file, related

TITLE = "Why do tides come twice a day?"
DOCUMENT = QuestionDocument(
    schema="default",
    id=4101,
    date=datetime.date(2025, 1, 31),
    title=TITLE,
    article_title=TITLE,
    date_format="MMM DD, YYYY",
    post_on_text="Posted on",
    seo=Seo(
        "QuickTakes | Physics",
        "How the Moon and the Sun raise the sea, and why it rises twice.",
        "tides, Moon, gravity",
    ),
    author="QuickTakes",
    question=TITLE,
    answer=ANSWER,
    subject="Physics",
    file_name="why-do-tides-come-twice-a-day.md",
    url="/learn/physics/questions/why-do-tides-come-twice-a-day",
    score=-1.0,
)


def files_of_the_library() -> list:
    return [*sorted(FIXTURES.rglob("*.md")), *sorted(SEED.glob("*"))]


# --------------------------------------------------------------------------- reading


def test_a_question_file_says_a_document():
    assert codec.parse(question_file()) == DOCUMENT


def test_related_articles_are_read_by_their_position():
    text = question_file(
        related_article2=related("what-is-a-spring-tide", number=-7),
        related_article1=related("how-deep-is-the-sea", "earth-science"),
        related_article10=related("what-is-gravity"),
    )

    document = codec.parse(text)

    assert list(document.related) == [1, 2, 10]
    assert document.related[2] == RelatedLink(
        -7, "A related question?", "Physics", "/learn/physics/questions/what-is-a-spring-tide"
    )


def test_unknown_keys_are_kept_with_their_types_at_every_level():
    text = question_file(
        seo={"title": "T", "priority": "0.5"},
        related_article1={"title": "R", "rank": "3"},
        related_article0={"title": "not a position"},
        level="2",
        reviewed="True",
        reviewer="",
        tags="[sea, '12', 3, {moon: null}]",
        sources={"title": "Newton", "year": "1687"},
    )

    document = codec.parse(text)

    assert document.seo.extra == {"priority": 0.5}
    assert document.related[1].extra == {"rank": 3}
    assert document.extra == {
        "related_article0": {"title": "not a position"},
        "level": 2,
        "reviewed": True,
        "reviewer": None,
        "tags": ["sea", "12", 3, {"moon": None}],
        "sources": {"title": "Newton", "year": 1687},
    }


@pytest.mark.parametrize("value", ["no", "on", "12:30:45", "010", "1e3", "true", "2025-01-31", "1"])
def test_a_title_that_looks_like_something_else_is_text(value):
    text = question_file(title=value).replace(f"title: >-\n    {value}", f"title: {value}")

    assert codec.parse(text).title == value


@pytest.mark.parametrize("null", ["", " ~", " null", ' ""'])
def test_a_key_without_a_value_is_as_good_as_missing(null):
    text = question_file().replace("author: QuickTakes", f"author:{null}")

    assert codec.parse(text) == replace(DOCUMENT, author="")


@pytest.mark.parametrize(
    ("overrides", "code", "key"),
    [
        ({"id": "4101.5"}, "wrong-type", "id"),
        ({"id": "010"}, "wrong-type", "id"),
        ({"id": "'4101'"}, "wrong-type", "id"),
        ({"id": "true"}, "wrong-type", "id"),
        ({"id": "9" * 5_000}, "wrong-type", "id"),
        ({"id": "[1]"}, "wrong-type", "id"),
        ({"date": "2026-13-45"}, "wrong-type", "date"),
        ({"date": "2025-02-29"}, "wrong-type", "date"),
        ({"date": "2025-1-31"}, "wrong-type", "date"),
        ({"date": "2025-01-31 10:00:00"}, "wrong-type", "date"),
        ({"date": "0000-01-01"}, "wrong-type", "date"),
        ({"date": "31.01.2025"}, "wrong-type", "date"),
        ({"date": "20250131"}, "wrong-type", "date"),
        ({"no_index": "no"}, "wrong-type", "no_index"),
        ({"no_index": "1"}, "wrong-type", "no_index"),
        ({"no_index": "'True'"}, "wrong-type", "no_index"),
        ({"score": "high"}, "wrong-type", "score"),
        ({"score": "True"}, "wrong-type", "score"),
        ({"score": ".nan"}, "wrong-type", "score"),
        ({"author": "[A, B]"}, "wrong-type", "author"),
        ({"author": {"name": "A"}}, "wrong-type", "author"),
        ({"seo": "T"}, "wrong-type", "seo"),
        ({"seo": "[T]"}, "wrong-type", "seo"),
        ({"seo": {"page_keywords": "[a]", "title": "{a: b}"}}, "wrong-type", "  title"),
        ({"related_article1": "text"}, "wrong-type", "related_article1"),
        ({"related_article1": {"id": "x", "title": "T"}}, "wrong-type", "    id"),
        ({"unknown": "1" * 19}, "wrong-type", "unknown"),
        ({"title": "t" * 501}, "too-long", "title"),
        ({"author": "a" * 201}, "too-long", "author"),
        ({"url": "/" * 1001}, "too-long", "url"),
        ({"seo": {"title": "t" * 501}}, "too-long", "  title"),
        ({"title": "' '"}, "missing-key", "title"),
        ({"answer": ""}, "missing-key", "answer"),
        ({"date": "~"}, "missing-key", "date"),
    ],
)
def test_a_wrong_value_is_refused_on_the_line_of_its_key(overrides, code, key):
    text = question_file(**overrides)
    if overrides.get("title") == "' '":
        text = text.replace("title: >-\n    ' '", "title: ' '")

    with pytest.raises(ContentError) as caught:
        codec.parse(text, "physics/tides.md")

    error = caught.value
    assert (error.file, error.code, error.line) == (
        "physics/tides.md",
        code,
        line_of(text, f"{key}:"),
    )
    assert f"'{key.strip()}'" in error.message or f".{key.strip()}'" in error.message


@pytest.mark.parametrize("key", ["title", "answer", "date"])
def test_a_question_needs_its_title_its_answer_and_its_date(key):
    with pytest.raises(ContentError) as caught:
        codec.parse(re.sub(rf"(?m)^{key}:.*\n( .*\n)*", "", question_file()))

    error = caught.value
    assert (error.code, error.message) == ("missing-key", f"the key '{key}' is missing or empty")


def test_a_key_so_long_that_an_edit_would_not_find_it_is_refused():
    with pytest.raises(ContentError):
        codec.parse(question_file(**{"k" * 1_100: "x"}))


def test_an_answer_of_newlines_only_is_no_answer():
    with pytest.raises(ContentError) as caught:
        codec.parse(question_file(answer="\n\n"))

    assert caught.value.code == "missing-key"


# ------------------------------------------------------------------- new files, and back


def test_a_document_is_written_as_quicktakes_writes_it():
    links = {"related_article1": related("what-is-a-spring-tide")}

    assert codec.serialise(codec.parse(question_file(**links))) == question_file(**links)


def characters() -> st.SearchStrategy[str]:
    return st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        st.sampled_from(list("'\"\\:#-?,[]{}&*!|>%@` \n\t\r\x85\u2028\u2029\xa0\ufeff\x7f\x1b😀é")),
    )


looks_like_something_else = st.sampled_from(
    ["", " ", "\n", "~", "null", "true", "no", "0", "-1", "-1.0", "010", "1e3", "12:30:45", "-",
     "--- ", "---", "...", "2025-01-31", "a: b", "a:", "a #b", "#a", "- a", "? a", "<<", "=", "[a]",
     "{a: b}", "&a", "*a", "!a", "'", "''", '"', '"a"', "'a'", ">-", "|", "%a", "@a", "`a`", " a",
     "a ", "\ta", "a\n", "\na", "a\n\n", "a\\nb", "\\n", "\\", "\\\\n", "$\\nabla f$", "a\nb",
     "it\x92s", "\ufffe", "\U000f0085", "\u2028😀", "x" * 2_000, "word " * 400]
)  # fmt: skip
texts = st.one_of(st.text(characters(), max_size=30), looks_like_something_else)
answer_pieces = st.sampled_from(
    ["Text", " ", "\n", "\n\n", "\\n", "\\nabla", "\\neq", "\\nu", "$", "$$", "\\(", "\\)", "`",
     "```c\n", "```\n", 'printf("hi\\n")', '"', "'", "|a|b|\n|-|-|\n", "- ", "> ", "é", "😀",
     "\u2028", "\x85", "\t", ": ", " #", "---\n", "a $6 floor"]
)  # fmt: skip
answers = st.one_of(texts, st.lists(answer_pieces, min_size=1, max_size=12).map("".join))
scalars = st.one_of(
    texts,
    st.booleans(),
    st.none(),
    st.integers(-(10**18) + 1, 10**18 - 1),
    st.floats(allow_nan=False),
)
keys = st.one_of(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,8}", fullmatch=True),
    st.text(characters(), max_size=12),
    st.sampled_from(["content", "handler", "self", "null", "true", "1", "-1", "<<", "~", "no", ""]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)


def extras(*known: str) -> st.SearchStrategy[dict[str, object]]:
    unknown = keys.filter(lambda key: key not in known and not codec._RELATED.fullmatch(key))
    return st.dictionaries(unknown, values, max_size=3)


def at_most(key: str) -> st.SearchStrategy[str]:
    return texts.map(lambda text: text[: codec.LIMITS[key]])


seos = st.builds(
    Seo, at_most("title"), texts, texts, extras("title", "page_description", "page_keywords")
)
numbers = st.one_of(st.none(), st.integers(-(10**18) + 1, 10**18 - 1))
links = st.builds(
    RelatedLink,
    numbers,
    at_most("title"),
    at_most("subject"),
    at_most("url"),
    extras("id", "title", "subject", "url"),
)
documents = st.builds(
    QuestionDocument,
    title=at_most("title").filter(str.strip),
    answer=answers.filter(str.strip),
    date=st.dates(),
    schema=at_most("_schema"),
    id=numbers,
    article_title=texts,
    date_format=at_most("date_format"),
    post_on_text=at_most("post_on_text"),
    seo=seos,
    author=at_most("author"),
    question=texts,
    no_index=st.none() | st.booleans(),
    subject=at_most("subject"),
    file_name=texts,
    url=at_most("url"),
    canonical_url=at_most("canonical_url"),
    score=st.none() | st.floats(allow_nan=False),
    related=st.dictionaries(st.integers(1, 99), links, max_size=3).map(
        lambda by_position: dict(sorted(by_position.items()))
    ),
    extra=extras(*codec.FIELDS),
    body=texts.map(lambda text: text.replace("\r", "\n")),
)
slow = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@slow
@given(documents)
@example(replace(DOCUMENT, title="Tides\u2028😀"))
@example(replace(DOCUMENT, title="it\x92s"))
@example(replace(DOCUMENT, body="\n&nbsp;\n"))
@example(replace(DOCUMENT, answer="\\nabla begins a line of prose"))
@example(replace(DOCUMENT, answer="first\n\nlast\n\n"))
def test_every_document_can_be_written_and_read_back(document):
    assert codec.parse(codec.serialise(document)) == document


@slow
@given(documents)
@example(replace(DOCUMENT, title="Tides\u2028😀"))
def test_reading_and_writing_settles_at_once(document):
    text = codec.serialise(document)

    assert codec.serialise(codec.parse(text)) == text


# ----------------------------------------------------------------------------- edits


def test_an_unchanged_document_leaves_its_file_alone():
    text = question_file(related_article1=related("what-is-a-spring-tide"), unknown="[a, {b: 1}]")

    assert codec.edited(text, codec.parse(text)) == text


@pytest.mark.parametrize("path", files_of_the_library(), ids=lambda path: path.stem[:60])
def test_no_fixture_changes_unless_it_is_edited(path):
    text = path.read_bytes().decode()
    document = codec.parse(text)

    assert codec.edited(text, document) == text
    assert codec.parse(codec.serialise(document)) == document


@pytest.mark.skipif(not CORPUS.exists(), reason="the real corpus is not beside this checkout")
def test_no_file_of_the_real_corpus_changes_unless_it_is_edited():
    changed = []
    for path in list(CORPUS.rglob("*.md"))[::3]:
        text = path.read_bytes().decode()
        if codec.edited(text, codec.parse(text)) != text:
            changed.append(path.name)

    assert changed == []


@pytest.mark.skipif(not CORPUS.exists(), reason="the real corpus is not beside this checkout")
def test_the_simple_reader_reads_the_real_corpus_as_libyaml_does():
    different = []
    for path in list(CORPUS.rglob("*.md"))[1::3]:
        metadata = frontmatter.split(path.read_bytes().decode()).metadata
        values = {entry.key: entry.value for entry in strictyaml.locate(metadata)}
        if strictyaml.load(metadata) != values:
            different.append(path.name)

    assert different == []


HAND_WRITTEN = """\
---
# kept by hand
title: Plain title   # with a reason
article_title: >-
    Folded title
question: |-
    Literal
    question
author: 'Ann O''Hara'

# about search engines
seo:
  title: "Quoted title"
  # inside the block
  page_description: >-
    Described

  unknown: [1, 2]
answer: >-
    One\\nTwo
date: 2025-01-31
zz_unknown:
- a
- b: c
related_article1:
    title: Another
    url: /learn/physics/questions/another
---

&nbsp;"""


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ({"title": "Changed"}, "title: Plain title   # with a reason\n", "title: Changed\n"),
        (
            {"title": "Now: quoted"},
            "title: Plain title   # with a reason\n",
            "title: >-\n    Now: quoted\n",
        ),
        ({"article_title": "Changed"}, "    Folded title\n", "    Changed\n"),
        ({"question": "One\n\nThree"}, "    Literal\n    question\n", "    One\n\n    Three\n"),
        ({"author": "Ann"}, "author: 'Ann O''Hara'\n", 'author: "Ann"\n'),
        ({"author": ""}, "author: 'Ann O''Hara'\n", ""),
        ({"answer": "One\nTwo\nThree"}, "    One\\nTwo\n", "    One\\nTwo\\nThree\n"),
        ({"date": datetime.date(2025, 2, 1)}, "date: 2025-01-31\n", "date: 2025-02-01\n"),
        (
            {"seo": Seo("Changed", "Described", "", {"unknown": [1, 2]})},
            '  title: "Quoted title"\n',
            '  title: "Changed"\n',
        ),
        (
            {"seo": Seo("Quoted title", "Changed", "", {"unknown": [1, 2]})},
            "    Described\n",
            "    Changed\n",
        ),
        (
            {"seo": Seo("Quoted title", "Described", "new, words", {"unknown": [1, 2]})},
            "    Described\n",
            "    Described\n  page_keywords: >-\n    new, words\n",
        ),
        (
            {"seo": Seo("Quoted title", "Described", "", {"unknown": [1, 3]})},
            "  unknown: [1, 2]\n",
            "  unknown: [1, 3]\n",
        ),
        (
            {"extra": {"zz_unknown": ["a"]}},
            "zz_unknown:\n- a\n- b: c\n",
            'zz_unknown: ["a"]\n',
        ),
        ({"extra": {}}, "zz_unknown:\n- a\n- b: c\n", ""),
        (
            {"related": {1: RelatedLink(None, "Another", "Physics", "/x")}},
            "    url: /learn/physics/questions/another\n",
            "    subject: Physics\n    url: /x\n",
        ),
        (
            {"no_index": True},
            "    Literal\n    question\n",
            "    Literal\n    question\nno_index: True\n",
        ),
        ({"score": -1.0}, "    One\\nTwo\n", "    One\\nTwo\nscore: -1.0\n"),
        ({"body": "\nNotes\n"}, "---\n\n&nbsp;", "---\n\nNotes\n"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_an_edit_changes_only_the_lines_of_its_keys(change, old, new):
    document = replace(codec.parse(HAND_WRITTEN), **change)

    text = codec.edited(HAND_WRITTEN, document)

    assert HAND_WRITTEN.count(old) == 1
    assert text == HAND_WRITTEN.replace(old, new)
    assert codec.parse(text) == document


def test_a_missing_key_is_put_where_quicktakes_has_it():
    text = question_file(id=None, author=None, score=None)

    document = replace(codec.parse(text), id=7, author="Ann", no_index=True, score=-1.0)

    assert codec.edited(text, document) == question_file(
        id=7, author="Ann", no_index="True", score="-1.0"
    )


def test_a_block_that_is_missing_is_written_whole():
    text = question_file(seo=None)

    document = replace(codec.parse(text), seo=DOCUMENT.seo)

    assert codec.edited(text, document) == question_file()


def test_a_body_is_added_to_a_file_that_ends_at_its_fence():
    text = question_file().removesuffix("\n\n&nbsp;")

    edited = codec.edited(text, replace(codec.parse(text), body="\n&nbsp;"))

    assert edited == question_file()


def test_related_links_are_added_in_order_and_taken_away():
    one, two = related("what-is-a-spring-tide"), related("what-is-gravity")
    text = question_file(related_article1=one, unknown="1")
    more = codec.parse(question_file(related_article1=one, related_article2=two, unknown="1"))

    longer = codec.edited(text, more)

    assert longer == question_file(related_article1=one, related_article2=two, unknown="1")
    assert codec.edited(longer, codec.parse(text)) == text


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_an_edit_keeps_the_line_ends_of_its_file(newline):
    text = question_file().replace("\n", newline)

    edited = codec.edited(text, replace(codec.parse(text), author="Ann"))

    assert edited == question_file(author="Ann").replace("\n", newline)


def test_an_edit_keeps_a_byte_order_mark():
    text = "\ufeff" + question_file()

    edited = codec.edited(text, replace(codec.parse(text), author="Ann"))

    assert edited == "\ufeff" + question_file(author="Ann")


@pytest.mark.parametrize(
    "text",
    [
        question_file() + "\n",
        question_file() + "\n\n",
        question_file().removesuffix("\n\n&nbsp;"),
        question_file().removesuffix("\n&nbsp;"),
        question_file().replace("---\n\n", "---  \n\n"),
        question_file().replace("\n\n&nbsp;", "\r\n\r\n&nbsp;"),
        question_file().replace("author: QuickTakes\n", "author: QuickTakes\r\n"),
        question_file().replace("\n", "\r\n").replace("&nbsp;", "a\nb"),
        question_file(answer="It\x92s the Moon"),
        question_file(answer="It is the \U000f0085 Moon"),
    ],
    ids=[
        "final newline", "blank line at the end", "ends at the fence", "no body", "blanks",
        "body with CRLF", "one CRLF", "CRLF with LF in the body", "C1", "private use",
    ],
)  # fmt: skip
def test_a_file_that_is_read_can_be_written_back_as_it_was(text):
    assert codec.edited(text, codec.parse(text)) == text


@slow
@given(documents, documents)
@example(replace(DOCUMENT, extra={"a": {"b": 1}}), replace(DOCUMENT, extra={"a": {}}))
@example(replace(DOCUMENT, extra={"a": {"b": {"c": 1}}}), replace(DOCUMENT, extra={"a": {"b": {}}}))
@example(replace(DOCUMENT, extra={"a": 1, "b": 2}), replace(DOCUMENT, extra={"b": 2, "a": 1}))
@example(replace(DOCUMENT, extra={"a": 1}), replace(DOCUMENT, extra={"a": True}))
@example(replace(DOCUMENT, seo=Seo("", "", "", {"a": {}})), DOCUMENT)
@example(  # the blank lines at the end of a block are its text; a key came between
    QuestionDocument(title="x", answer="\\n\n", date=DOCUMENT.date, related={}, extra={}, body=""),
    QuestionDocument(
        title="x", answer="\\n\n", date=DOCUMENT.date, related={}, extra={}, body="", score=1.0
    ),
)
def test_any_file_can_be_edited_to_say_any_document(before, after):
    assert codec.parse(codec.edited(codec.serialise(before), after)) == after


@slow
@given(documents, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
@example(replace(DOCUMENT, title="Tides\u2028😀"), "\n", "")
def test_an_edit_of_nothing_changes_nothing(document, newline, bom):
    text = bom + codec.serialise(document).replace("\n", newline)

    assert codec.edited(text, codec.parse(text)) == text
