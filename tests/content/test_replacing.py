"""Find and replace: what is found, what stands there afterwards, what is refused."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from learn.content import codec
from learn.content.document import ContentError
from learn.content.replacing import (
    FIELDS,
    LONGEST_PATTERN,
    PatternError,
    Replaced,
    Replacer,
    Search,
    texts_of,
)
from tests.files import question_file

DOCUMENT = codec.parse(question_file("Why do tides rise?", "The tide of the sea.\n\nTides, tides."))


def replaced(
    find: str, replacement: str, *fields: str, answer: str = "", **choices: Any
) -> Replaced | None:
    document = codec.parse(question_file(answer=answer)) if answer else DOCUMENT
    search = Search(find, replacement, **choices)
    return Replacer(search, fields or ("answer",)).apply(document)


def answer(find: str, replacement: str, text: str, **choices: Any) -> str:
    found = replaced(find, replacement, answer=text, **choices)
    return found.document.answer if found else text


def expression(find: str, replacement: str, text: str, **choices: Any) -> str:
    return answer(find, replacement, text, is_expression=True, **choices)


# ------------------------------------------------------------------------ what is found


def test_plain_text_is_found_wherever_it_stands() -> None:
    assert answer("tide", "wave", "A tide, tides, Tide.") == "A wave, waves, Tide."


def test_case_can_be_left_out_of_account() -> None:
    assert answer("tide", "wave", "A tide, Tide.", match_case=False) == "A wave, wave."


def test_a_whole_word_is_not_found_within_another() -> None:
    assert answer("tide", "wave", "tide tides a-tide", whole_words=True) == "wave tides a-wave"


def test_signs_mean_nothing_in_plain_text() -> None:
    assert answer("a+b", r"\1 $x", "a+b aab") == r"\1 $x aab"
    assert answer("\\frac", "\\dfrac", "$\\frac12$") == "$\\dfrac12$"


def test_an_expression_has_groups_and_ends_of_lines() -> None:
    assert expression(r"(\w+) (?P<last>\w+)", r"\g<last> \1", "one two") == "two one"
    assert expression(r"^- ", r"\t* ", "- a\n- b") == "\t* a\n\t* b"
    assert expression(r"\n\n+", r"\n", "a\n\n\nb") == "a\nb"
    assert expression("alpha", r"\\alpha", "alpha") == r"\alpha"


def test_a_group_that_took_no_part_is_nothing() -> None:
    assert expression("(x)?tide", r"[\1]", "tide xtide") == "[] [x]"


def test_an_alternative_is_a_whole_word_as_a_whole() -> None:
    assert expression("tide|sea", "x", "tides seas tide", whole_words=True) == "tides seas x"


# ------------------------------------------------------------------------ where it is found


def test_only_the_fields_that_were_chosen_change() -> None:
    found = replaced("ides", "IDES", "answer", "page_keywords")
    assert found is not None
    assert found.counts == {"answer": 2, "page_keywords": 1}
    assert found.document.title == DOCUMENT.title
    assert found.document.seo.page_keywords == "tIDES, Moon, gravity"


def test_what_repeats_the_title_follows_it() -> None:
    found = replaced("tides", "waves", "title")
    assert found is not None
    document = found.document
    assert (document.title, document.article_title) == ("Why do waves rise?",) * 2
    assert document.question == "Why do waves rise?"
    assert found.counts == {"title": 1}


_LINKED = question_file(
    related_article1={"id": 7, "title": "Why do tides rise?", "url": "http://a.example/tides"},
    related_article2={"title": "Tides", "subject": "Physics", "url": "/learn/art/questions/tides"},
)


def test_related_links_are_searched_one_by_one() -> None:
    search = Search("tides", "waves", match_case=False)
    found = Replacer(search, ["related_titles", "related_urls"]).apply(codec.parse(_LINKED))
    assert found is not None
    assert found.counts == {"related_titles": 2, "related_urls": 2}
    assert texts_of(found.document, "related_titles") == ("Why do waves rise?", "waves")
    assert texts_of(found.document, "related_urls") == (
        "http://a.example/waves",
        "/learn/art/questions/waves",
    )


def test_a_replacement_in_a_link_leaves_all_other_lines_as_they_are() -> None:
    found = Replacer(Search("http://", "https://"), ["related_urls"]).apply(codec.parse(_LINKED))
    assert found is not None
    text = codec.edited(_LINKED, found.document)
    assert text == _LINKED.replace("http://a.example", "https://a.example")


def test_nothing_found_and_nothing_changed_is_none() -> None:
    assert replaced("lava", "x", *FIELDS) is None
    assert replaced("tide", "tide", *FIELDS) is None


# ------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("find", "message"),
    [
        ("", "there is nothing to find"),
        ("x" * (LONGEST_PATTERN + 1), "this has more than 500 characters"),
        ("(tide", "missing ) at character 6"),
        ("tide**", "multiple repeat at character 6"),
        (r"\p{Foo}", "unknown property at character 8"),
        ("(" * 499, "this expression cannot be read"),
        (
            "(?:(?:a{1000}){1000}){1000}",
            "what it repeats is more than 1,000 times altogether, at character 15",
        ),
        (
            "(?x)(?:(?:a{900 }){900 }){9 }",
            "the flag x, which lets spaces stand in an expression, cannot be used, at character 1",
        ),
        (
            "a(?:\\\\(?six-m:b{1#c\n0}))",
            "the flag x, which lets spaces stand in an expression, cannot be used, at character 7",
        ),
    ],
)
def test_an_expression_that_cannot_be_is_refused_with_its_place(find: str, message: str) -> None:
    with pytest.raises(PatternError) as caught:
        replaced(find, "", is_expression=True)
    assert (caught.value.part, caught.value.message) == ("find", message)


def test_an_expression_for_which_memory_does_not_suffice_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def compile_(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(regex, "compile", compile_)
    with pytest.raises(PatternError) as caught:
        replaced("tide", "", is_expression=True)
    assert caught.value.message == "this expression needs too much memory"


def test_a_bracket_before_an_x_is_no_flag() -> None:
    assert expression(r"f\(?x\)(?-x:y)", "z", "f(x)y fx)y") == "z z"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (r"\frac", r"'\f' at character 1 means nothing; write \\f for a backslash"),
        ("a\\", "'\\' at character 2 means nothing; write \\\\ for a backslash"),
        (r"\2", "the expression has no group '2', at character 1"),
        (r"x\g<last>", "the expression has no group 'last', at character 2"),
    ],
)
def test_a_replacement_that_cannot_be_is_refused_with_its_place(
    template: str, message: str
) -> None:
    with pytest.raises(PatternError) as caught:
        replaced("(a)", template, is_expression=True)
    assert (caught.value.part, caught.value.message) == ("replacement", message)


def test_an_expression_that_never_ends_is_stopped() -> None:
    document = codec.parse(question_file(answer="a" * 60 + "!"))
    replacer = Replacer(Search("(a|a)*b|(a+)+$", "", True), ["answer"], seconds=0.02)
    with pytest.raises(ContentError, match="takes too long") as caught:
        replacer.apply(document)
    assert caught.value.code == "too-slow"


def test_a_text_that_would_fill_the_memory_is_stopped() -> None:
    with pytest.raises(ContentError) as caught:
        replaced("a", "x" * 5000, answer="a" * 500)
    assert caught.value.code == "too-long"


# ------------------------------------------------------------------------ generated

_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60)
_UNUSED = "\u2603"  # what no generated text holds


@settings(deadline=None)
@given(text=_TEXTS.filter(lambda t: t.strip() and _UNUSED not in t), data=st.data())
def test_what_was_replaced_by_a_new_word_can_be_replaced_back(text: str, data: Any) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    word = text[start : data.draw(st.integers(start + 1, len(text)))]
    fields = ["title", "answer", "page_keywords"]
    before = codec.parse(codec.serialise(_with(text)))
    there = Replacer(Search(word, _UNUSED), fields).apply(before)
    assert there is not None
    assert there.counts["answer"] == text.count(word)
    assert texts_of(there.document, "answer") == (text.replace(word, _UNUSED),)

    back = Replacer(Search(_UNUSED, word), fields).apply(there.document)

    assert back is not None
    assert back.counts == there.counts
    assert back.document == before


@settings(deadline=None)
@given(find=_TEXTS.filter(bool), replacement=_TEXTS, is_expression=st.booleans())
def test_whatever_is_asked_is_done_or_refused_in_words(
    find: str, replacement: str, is_expression: bool
) -> None:
    with suppress(PatternError, ContentError):
        Replacer(Search(find, replacement, is_expression), FIELDS).apply(DOCUMENT)


def _with(text: str) -> Any:
    seo = replace(DOCUMENT.seo, page_keywords=text)
    return replace(DOCUMENT, title=text, answer=text, seo=seo)
