"""The quick reader of QuickTakes' own files: the same documents as the readers of all YAML."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from learn.content import codec, house
from learn.content.document import ContentError
from tests.files import CORPUS, FIXTURES, SEED, question_file, related

FIELDS = ("_schema", "id", "date", "date_format", "author", "subject", "file_name", "url", "score")
TEXT = st.text() | st.text("aB1:# -~'\"\t&*>|%@\\n\u00e9\u2028\x85", max_size=12)


@pytest.mark.parametrize(
    "path",
    [*sorted(FIXTURES.rglob("*.md")), *sorted(SEED.glob("*"))],
    ids=lambda path: path.stem[:40],
)
def test_files_of_the_house_are_read_at_once(path):
    text = path.read_bytes().decode()
    assert house.document_in(text) == codec.parse_any(text)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_every_file_of_the_corpus_is_read_at_once_and_alike():
    texts = [path.read_bytes().decode() for path in CORPUS.rglob("*.md")]
    differing = [text for text in texts if house.document_in(text) != codec.parse_any(text)]
    assert (len(texts), differing) == (5947, [])


@given(st.sampled_from(FIELDS), TEXT)
@example("author", "~")
@example("author", "null")
@example("author", "Chemistry: a start")
@example("author", "No. #1 and No. # 2")
@example("author", "'quoted'")
@example("author", "ends in a colon:")
@example("author", "ends in a space ")
@example("author", "a\ttab")
@example("author", "two\n  lines")
@example("id", "007")
@example("id", "9" * 19)
@example("date", "2026-13-45")
@example("score", "1e5")
@example("_schema", "x" * 61)
@example("url", "x" * 1001)
def test_a_value_is_read_as_by_the_other_readers_or_left_to_them(key, value):
    text = question_file(**{key: value})
    assert_same(text)


@given(TEXT, TEXT, TEXT)
@example("a title", "an answer", "\u3000")
@example("\u3000", "an answer", "a title")
@example("a" * 501, "an answer", "a title")
def test_texts_are_read_as_by_the_other_readers_or_left_to_them(title, answer, linked):
    assert_same(question_file(title, answer, related_article1=related("x", title=linked)))


@given(st.integers(0, 2_000), TEXT)
def test_so_is_a_file_with_anything_put_anywhere(place, text):
    whole = question_file(related_article2=related("a"), related_article1=related("b"))
    assert_same(whole[:place] + text + whole[place:])


@pytest.mark.parametrize(
    "text",
    [
        question_file().replace("\n", "\r\n"),
        "\ufeff" + question_file(),
        question_file(unknown="kept"),
        question_file(author=None),
        question_file(related_article1=related("a")).replace(
            "---\n\n", "related_article1:\n---\n\n"
        ),
        question_file(title="x" * 70_000),
    ],
)
def test_anything_else_is_left_to_the_other_readers(text):
    assert house.document_in(text) is None


def assert_same(text: str) -> None:
    document = house.document_in(text)
    if document is not None:
        assert document == codec.parse_any(text)
        return
    with suppress(ContentError):
        codec.parse_any(text)
