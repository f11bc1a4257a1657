"""Bytes -> text -> metadata and body: what is a question file, and where a bad one is bad."""

import pytest

from learn.content import frontmatter
from learn.content.document import ContentError
from tests.files import question_file


def refusal(data: bytes) -> tuple[str, int]:
    with pytest.raises(ContentError) as caught:
        frontmatter.parse(frontmatter.normalised(frontmatter.text_from(data)))
    return caught.value.code, caught.value.line


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "no-front-matter", 1),
        (b"Tides rise.\n", "no-front-matter", 1),
        (b"--\ntitle: A\n--\n", "no-front-matter", 1),
        (b"----\ntitle: A\n----\n", "no-front-matter", 1),
        (b" ---\ntitle: A\n---\n", "no-front-matter", 1),
        (b"\n---\ntitle: A\n---\n", "no-front-matter", 1),
        (b"---json\n{}\n---\n", "no-front-matter", 1),
        (b'{\n"title": "A"\n}\n', "no-front-matter", 1),
        (b"+++\ntitle = 'A'\n+++\n", "no-front-matter", 1),
        (b"---", "no-front-matter", 1),
        (b"---\n", "unterminated-front-matter", 1),
        (b"---\ntitle: A\n", "unterminated-front-matter", 1),
        (b"---\ntitle: A\n----\n", "unterminated-front-matter", 1),
        (b"---\ntitle: A\n ---\n", "unterminated-front-matter", 1),
        (b"---\n---\n", "empty-front-matter", 1),
        (b"---\n\n# nothing yet\n\n---\n", "empty-front-matter", 1),
        ("---\ntitle: A\n---\n".encode("utf-16"), "utf-16", 1),
        ("\ufeff---\ntitle: A\n---\n".encode("utf-16-be"), "utf-16", 1),
        (b"---\ntitle: A\nauthor: Ren\xe9\n---\n", "invalid-utf-8", 3),
        (b"---\ntitle: A\n---\n\n\xff\n", "invalid-utf-8", 5),
        (b"---\ntitle: \xed\xa0\x80\n---\n", "invalid-utf-8", 2),
        (b"---\r\ntitle: A\r\nauthor: \xe9\r\n---\r\n", "invalid-utf-8", 3),
        (b"---\ntitle: A\nauthor: \0\n---\n", "nul-character", 3),
        (b"---\ntitle: A\n---\n\n\0", "nul-character", 5),
        (b"---\ntitle: A\nauthor: a\x07b\n---\n", "control-character", 3),
        (b"---\ntitle: A\nauthor: a\x7fb\n---\n", "control-character", 3),
    ],
)
def test_what_is_no_question_file_is_refused_with_its_reason_and_line(data, code, line):
    assert refusal(data) == (code, line)


def test_lines_of_a_file_with_old_mac_line_ends_are_counted_too():
    assert refusal(b"---\rtitle: A\rauthor: \xe9\r---\r") == ("invalid-utf-8", 3)


def test_a_file_of_a_megabyte_is_read_and_one_byte_more_is_not():
    text = question_file()
    full = text + " " * (frontmatter.MAX_FILE_BYTES - len(text.encode()))

    assert frontmatter.text_from(full.encode()) == full
    assert refusal(full.encode() + b" ") == ("too-large", 1)


def test_a_byte_order_mark_stays_in_the_text_and_is_no_part_of_the_metadata():
    text = frontmatter.text_from(b"\xef\xbb\xbf---\ntitle: A\n---\n")

    assert text == "\ufeff---\ntitle: A\n---\n"
    assert frontmatter.parse(frontmatter.normalised(text)) == ({"title": "A"}, "")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read_as_lf(newline):
    assert frontmatter.normalised(f"a{newline}b{newline}") == "a\nb\n"


def test_a_question_file_is_cut_at_its_fences():
    parts = frontmatter.split("---\ntitle: A\n---\n\n&nbsp;")

    assert parts == frontmatter.Parts("title: A\n", "\n&nbsp;")


def test_a_fence_may_be_followed_by_blanks():
    assert frontmatter.split("--- \ntitle: A\n---\t \nB") == frontmatter.Parts("title: A\n", "B")


def test_a_rule_in_the_body_ends_nothing():
    assert frontmatter.split("---\ntitle: A\n---\nB\n\n---\n\nC").body == "B\n\n---\n\nC"


@pytest.mark.parametrize(
    "body", ["", "\n", "\n\n", "&nbsp;\n", "\n&nbsp;\n", "\n&nbsp;  ", " x ", "\n\u2028", "\xa0"]
)
def test_the_body_is_kept_to_its_last_blank(body):
    assert frontmatter.parse(f"---\ntitle: A\n---\n{body}") == ({"title": "A"}, body)


@pytest.mark.parametrize("key", ["content", "handler", "self", "metadata", "encoding", "text"])
def test_no_key_is_special_to_the_reader(key):
    assert frontmatter.parse(f"---\n{key}: A\n---\n") == ({key: "A"}, "")
