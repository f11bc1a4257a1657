"""Every kind of bad file: one error with place and reason, nothing of it stored, the rest in.

Files below are numbered as the project's list of faults numbers them.
"""

from __future__ import annotations

import os
import time
from itertools import product
from pathlib import Path
from string import ascii_lowercase, digits

import pytest

from learn.content import frontmatter
from learn.importer import import_questions
from learn.models import Question, RelatedQuestion, Subject
from tests.files import import_files, line_of, question_file, related, write_tree

pytestmark = pytest.mark.django_db

FAULTY = "physics/faulty.md"
LINK = related("what-is-a-spring-tide", title="A related link of the faulty file")
GOOD = {
    "biology/why-are-leaves-green.md": question_file("Why are leaves green?", subject="Biology"),
    "zoology/why-do-geese-fly-in-a-v.md": question_file(
        "Why do geese fly in a V?", subject="Zoology"
    ),
}
GOOD_ADDRESSES = [
    "/learn/biology/questions/why-are-leaves-green",
    "/learn/zoology/questions/why-do-geese-fly-in-a-v",
]
TEXT = question_file("Is this the faulty file?", related_article1=LINK)


def stored() -> list[str]:
    questions = Question.objects.select_related("subject")
    return sorted(question.get_absolute_url() for question in questions)


def assert_refused(tree: Path, code: str, line: int, message: str, name: str = FAULTY) -> None:
    """Import a tree of one faulty file and two good ones, within 2 seconds."""
    write_tree(tree, GOOD)
    started = time.monotonic()

    run = import_files(tree)

    assert time.monotonic() - started < 2
    assert run.report["errors"] == [{"file": name, "line": line, "code": code, "message": message}]
    assert run.stderr == f"{name}:{line}: {message} [{code}]\n"
    assert (run.status, run.counts) == (1, {"created": 2, "rejected": 1})
    assert stored() == GOOD_ADDRESSES
    assert not Subject.objects.exclude(slug__in=("biology", "zoology")).exists()
    assert not RelatedQuestion.objects.filter(title=LINK["title"]).exists()


def assert_accepted(tree: Path, data: bytes, finding: str = "") -> Question:
    """Import a tree of this file and two good ones; the file's question, stored byte for byte.

    `finding` is what the import says that there is to mend in it.
    """
    write_tree(tree, {**GOOD, FAULTY: data})

    run = import_files(tree)

    said = f"{finding}: 1 file, first {FAULTY}\n" if finding else ""
    assert (run.status, run.stderr, run.counts) == (0, said, {"created": 3})
    question = Question.objects.get(slug="faulty", subject__slug="physics")
    assert question.source.encode() == data
    return question


def with_line(beginning: str, line: str, text: str = TEXT) -> str:
    """The text with another line in the place of the one that begins so."""
    lines = text.split("\n")
    lines[line_of(text, beginning) - 1] = line
    return "\n".join(lines)


AUTHOR = line_of(TEXT, "author:")
ID = line_of(TEXT, "id:")
DATE = line_of(TEXT, "date:")
BODY = TEXT.count("\n") + 1
LAST = BODY - 2  # the closing fence
# The front matter apart from the answer.
APART = len(frontmatter.split(TEXT).metadata) - len(
    "\n".join(TEXT.split("\n")[line_of(TEXT, "answer:") - 1 :][:2]) + "\n"
)

REFUSED = {
    "1 no front matter": (
        b"Tides rise twice a day.\n",
        "no-front-matter",
        1,
        "the file does not begin with a line '---'",
    ),
    "1 an empty file": (b"", "no-front-matter", 1, "the file does not begin with a line '---'"),
    "2 unterminated": (
        TEXT.replace("\n---\n", "\n"),
        "unterminated-front-matter",
        1,
        "no second line '---' ends the front matter",
    ),
    "3 tab indentation": (
        with_line("  page_description:", "\tpage_description: >-"),
        "tab-indentation",
        line_of(TEXT, "  page_description:"),
        "the line is indented with a tab; use spaces",
    ),
    "4 duplicate key": (
        with_line("author:", "author: Ann\nauthor: Ben"),
        "duplicate-key",
        AUTHOR + 1,
        "the key 'author' stands twice",
    ),
    "4 duplicate key in a block": (
        with_line("  page_keywords:", "  title: Again\n  page_keywords: >-"),
        "duplicate-key",
        line_of(TEXT, "  page_keywords:"),
        "the key 'title' stands twice",
    ),
    "7 UTF-16": (TEXT.encode("utf-16"), "utf-16", 1, "the file is UTF-16; save it as UTF-8"),
    "7 UTF-16 without a mark": (
        TEXT.encode("utf-16-le"),
        "nul-character",
        1,
        "the file holds a NUL character",
    ),
    "8 invalid UTF-8": (
        TEXT.encode().replace(b"author: QuickTakes", b"author: Ren\xe9"),
        "invalid-utf-8",
        AUTHOR,
        "byte 0xe9 is not UTF-8",
    ),
    "9 NUL in the YAML": (
        with_line("author:", "author: Ann\0"),
        "nul-character",
        AUTHOR,
        "the file holds a NUL character",
    ),
    "10 NUL in the body": (
        TEXT + "\0",
        "nul-character",
        BODY,
        "the file holds a NUL character",
    ),
    "11 a list": (
        "---\n- title\n- answer\n---\n\n&nbsp;",
        "not-a-mapping",
        2,
        "the front matter is not a list of 'key: value' lines",
    ),
    "11 a scalar": (
        "---\nonly a sentence\n---\n\n&nbsp;",
        "not-a-mapping",
        2,
        "the front matter is not a list of 'key: value' lines",
    ),
    "12 empty front matter": (
        "---\n---\n\n&nbsp;",
        "empty-front-matter",
        1,
        "there is nothing between the two lines '---'",
    ),
    "14 an integer key": (
        with_line("author:", "7: Ann"),
        "invalid-key",
        AUTHOR,
        "the key '7' is not text",
    ),
    "14 a null key": (
        with_line("author:", "~: Ann"),
        "invalid-key",
        AUTHOR,
        "the key '~' is not text",
    ),
    "15 a date that no calendar has": (
        with_line("date:", "date: 2026-13-45"),
        "wrong-type",
        DATE,
        "'date' is '2026-13-45', which is not a date like 2025-01-31",
    ),
    "16 an octal id": (
        with_line("id:", "id: 010"),
        "wrong-type",
        ID,
        "'id' is '010', which is not a whole number",
    ),
    "16 no where true or false is meant": (
        with_line("score:", "no_index: no"),
        "wrong-type",
        line_of(TEXT, "score:"),
        "'no_index' is 'no', which is not true or false",
    ),
    "17 a Python tag": (
        with_line("author:", "author: !!python/object/apply:os.system ['true']"),
        "tag",
        AUTHOR,
        "the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed",
    ),
    "18 an alias bomb": (
        with_line(
            "author:",
            "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)),
        ),
        "alias",
        AUTHOR,
        "the anchor '&a0' is not allowed",
    ),
    "19 a merge-key bomb": (
        with_line(
            "author:",
            "m0: &m0 {x: 1}\n"
            + "\n".join(
                f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 10)}]}}" for n in range(1, 12)
            ),
        ),
        "alias",
        AUTHOR,
        "the anchor '&m0' is not allowed",
    ),
    "19 a merge key": (
        with_line("author:", "<<: {author: Ann}"),
        "merge-key",
        AUTHOR,
        "the merge key '<<' is not allowed",
    ),
    "20 a recursive alias": (
        with_line("author:", "tags: &tags [*tags]"),
        "alias",
        AUTHOR,
        "the anchor '&tags' is not allowed",
    ),
    "21 nesting 100,000 deep": (
        with_line("author:", "tags: " + "[" * 100_000 + "]" * 100_000),
        "metadata-too-large",
        1,
        f"the front matter apart from the answer has {APART + 200_000 - 12:,} characters;"
        " 65,536 are allowed",
    ),
    "21 nesting 30,000 deep": (
        with_line("author:", "tags: " + "[" * 30_000 + "]" * 30_000),
        "too-deep",
        AUTHOR,
        "nested more than 20 deep",
    ),
    "21 nesting 100,000 deep as an answer": (
        with_line("answer:", "answer:\n  " + "[" * 100_000 + "]" * 100_000 + "\nnote: >-"),
        "too-deep",
        line_of(TEXT, "answer:") + 1,
        "nested more than 20 deep",
    ),
    "22 an id of 5,000 digits": (
        with_line("id:", "id: " + "7" * 5_000),
        "wrong-type",
        ID,
        "'id' holds a number of more than 18 digits",
    ),
    "22 an unknown key of 5,000 digits": (
        with_line("author:", "visits: -" + "7" * 5_000),
        "wrong-type",
        AUTHOR,
        "'visits' holds a number of more than 18 digits",
    ),
    "23 a line of 5 MB": (
        question_file(answer="x" * 5_000_000),
        "too-large",
        1,
        "the file holds more than 1,000,000 bytes",
    ),
    "25 a JSON fence": (
        '{\n"title": "Tides"\n}\n\n&nbsp;',
        "no-front-matter",
        1,
        "the file does not begin with a line '---'",
    ),
    "25 JSON between the fences": (
        '---\n{"title": "Tides"}\n---\n\n&nbsp;',
        "not-a-mapping",
        2,
        "the front matter is not a list of 'key: value' lines",
    ),
    "25 a TOML fence": (
        "+++\ntitle = 'Tides'\n+++\n\n&nbsp;",
        "no-front-matter",
        1,
        "the file does not begin with a line '---'",
    ),
    "26 binary": (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
        "invalid-utf-8",
        1,
        "byte 0x89 is not UTF-8",
    ),
    "32 no title": (
        with_line("title:", "x_title: >-"),
        "missing-key",
        1,
        "the key 'title' is missing or empty",
    ),
    "32 no answer": (
        with_line("answer:", "x_answer: >-"),
        "missing-key",
        1,
        "the key 'answer' is missing or empty",
    ),
    "32 no date": (
        with_line("date:", "x_date: 2025-01-31"),
        "missing-key",
        1,
        "the key 'date' is missing or empty",
    ),
    "32 an empty answer": (
        question_file(answer=""),
        "missing-key",
        line_of(question_file(), "answer:"),
        "the key 'answer' is missing or empty",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_faulty_file_is_one_error_and_the_rest_goes_in(kind, tmp_path):
    content, code, line, message = REFUSED[kind]
    write_tree(tmp_path, {FAULTY: content})

    assert_refused(tmp_path, code, line, message)


@pytest.mark.parametrize(
    "beginning", ["title:", "answer:", "  title:", "author:", "    subject:", "unknown:"]
)
def test_9_a_nul_written_as_an_escape_is_refused_too(beginning, tmp_path):
    text = with_line("score:", "unknown: 1").replace(": >-\n    ", ": ")
    key, _, value = text.split("\n")[line_of(text, beginning) - 1].partition(": ")
    write_tree(tmp_path, {FAULTY: with_line(beginning, f'{key}: "{value}\\0"', text)})

    assert_refused(
        tmp_path,
        "control-character",
        line_of(text, beginning),
        "the text holds a NUL character",
    )


def short_keys(count: int) -> list[str]:
    letters = product(ascii_lowercase, *[ascii_lowercase + digits] * 3)
    return ["".join(key) for _, key in zip(range(count), letters, strict=False)]


def test_23_a_file_of_50_mb_is_not_read(tmp_path):
    write_tree(tmp_path, {FAULTY: TEXT})
    os.truncate(tmp_path / FAULTY, 50_000_000)

    assert_refused(tmp_path, "too-large", 1, "the file holds more than 1,000,000 bytes")


def test_24_a_hundred_thousand_keys_are_refused(tmp_path):
    keys = "".join(f"{key}:\n" for key in short_keys(100_000))
    write_tree(tmp_path, {FAULTY: f"---\n{keys}---\n"})

    assert_refused(
        tmp_path,
        "metadata-too-large",
        1,
        "the front matter apart from the answer has 600,000 characters; 65,536 are allowed",
    )


@pytest.mark.parametrize(
    "answer",
    [
        "answer:\n" + "".join(f" {key}:\n" for key in short_keys(100_000)),
        "answer: {" + ", ".join(short_keys(100_000)) + "}\n",
        "answer: [" + ", ".join(short_keys(100_000)) + "]\n",
    ],
    ids=["block", "flow mapping", "flow list"],
)
def test_24_a_hundred_thousand_keys_in_the_place_of_an_answer_are_refused(answer, tmp_path):
    write_tree(tmp_path, {FAULTY: f"---\ntitle: A\ndate: 2025-01-31\n{answer}---\n", **GOOD})
    started = time.monotonic()

    run = import_files(tmp_path)

    assert time.monotonic() - started < 2
    assert [error["file"] for error in run.report["errors"]] == [FAULTY]
    assert stored() == GOOD_ADDRESSES


# --------------------------------------------------------------------- names and places

FORBIDDEN = "holds a character that an address cannot have"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (f"physics/{'a' * 201}.md", f"the slug '{'a' * 60}' has more than 200 characters"),
        ("physics/undefined.md", "the slug 'undefined' is reserved"),
        ("physics/ .md", f"the slug ' ' {FORBIDDEN}"),
        ("physics/a b.md", f"the slug 'a b' {FORBIDDEN}"),
        ("physics/a%2f..%2fetc.md", f"the slug 'a%2f..%2fetc' {FORBIDDEN}"),
        ("physics/a\\b.md", f"the slug 'a\\b' {FORBIDDEN}"),
        ("physics/a\u202eb.md", f"the slug 'a\u202eb' {FORBIDDEN}"),
        ("search/tides.md", "the subject 'search' is reserved"),
        ("physics & more/tides.md", f"the subject 'physics & more' {FORBIDDEN}"),
        ("physics/cafe\u0301.md", "the slug 'cafe\u0301' is not in Unicode's composed form (NFC)"),
    ],
)
def test_27_a_name_that_cannot_stand_in_an_address_is_refused(name, message, tmp_path):
    write_tree(tmp_path, {name: TEXT})

    assert_refused(tmp_path, "invalid-slug", 1, message, name)


@pytest.mark.parametrize(
    ("url", "code", "message"),
    [
        (
            "/learn/physics/questions/../../../etc/passwd",
            "no-address",
            "the file stands in no subject folder and its url"
            " '/learn/physics/questions/../../../etc/passwd' names none",
        ),
        (
            "/etc/passwd",
            "no-address",
            "the file stands in no subject folder and its url '/etc/passwd' names none",
        ),
        (
            "/learn/physics/questions/",
            "no-address",
            "the file stands in no subject folder and its url"
            " '/learn/physics/questions/' names none",
        ),
        ("/learn/../questions/tides", "invalid-slug", f"the subject '..' {FORBIDDEN}"),
        ("/learn/physics/questions/..", "invalid-slug", f"the slug '..' {FORBIDDEN}"),
    ],
)
def test_27_a_url_that_leads_out_of_the_library_is_refused(url, code, message, tmp_path):
    write_tree(tmp_path, {"loose.md": question_file(url=url)})

    assert_refused(tmp_path, code, 1, message, "loose.md")


def test_27_a_name_that_is_not_utf_8_is_refused(tmp_path):
    (tmp_path / "physics").mkdir()
    with open(os.fsencode(tmp_path) + b"/physics/caf\xe9.md", "wb") as file:
        file.write(TEXT.encode())

    assert_refused(
        tmp_path,
        "invalid-slug",
        1,
        f"the slug 'caf\\xe9' {FORBIDDEN}",
        "physics/caf\\xe9.md",
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("biology/Why-are-leaves-green.md", "biology/why-are-leaves-green.md"),
        ("Biology/why-are-leaves-green.md", "biology/why-are-leaves-green.md"),
    ],
)
def test_28_of_names_that_collide_only_the_first_goes_in(first, second, tmp_path):
    write_tree(tmp_path, {first: GOOD[second], **GOOD})

    run = import_files(tmp_path)

    assert run.report["errors"] == [
        {
            "file": second,
            "line": 1,
            "code": "name-collision",
            "message": f"its address differs from that of '{first}' only by case or Unicode form",
        }
    ]
    assert (run.status, run.counts) == (1, {"created": 2, "rejected": 1})


def test_28_of_two_unicode_forms_the_composed_one_goes_in(tmp_path):
    write_tree(tmp_path, {"physics/caf\u00e9.md": TEXT, "physics/cafe\u0301.md": TEXT})

    run = import_files(tmp_path)

    assert stored() == ["/learn/physics/questions/caf%C3%A9"]
    assert [(error["file"], error["code"]) for error in run.report["errors"]] == [
        ("physics/cafe\u0301.md", "name-collision")
    ]


def a_link_to_itself(path: Path) -> str:
    path.symlink_to(path.name)
    return "a symbolic link, which is not followed"


def a_link_to_its_folder(path: Path) -> str:
    path.symlink_to(path.parent)
    return "a symbolic link, which is not followed"


def a_link_out_of_the_tree(path: Path) -> str:
    secret = path.parents[2] / "secret.md"
    secret.write_text(TEXT)
    path.symlink_to(secret)
    return "a symbolic link, which is not followed"


def a_pipe(path: Path) -> str:
    os.mkfifo(path)
    return "a pipe, socket or device"


def a_folder(path: Path) -> str:
    write_tree(path, {"inside.md": TEXT})
    return "a folder"


@pytest.mark.parametrize(
    "make",
    [a_link_to_itself, a_link_to_its_folder, a_link_out_of_the_tree, a_pipe, a_folder],
)
def test_29_what_only_has_the_name_of_a_file_is_refused(make, tmp_path):
    tree = write_tree(tmp_path / "tree", GOOD)
    (tree / FAULTY).parent.mkdir()
    what = make(tree / FAULTY)

    assert_refused(tree, "not-a-file", 1, f"this is {what}")


def test_30_a_file_that_is_gone_when_it_is_read_is_one_error(tmp_path):
    write_tree(tmp_path, {FAULTY: TEXT, **GOOD})

    def and_one_vanishes(found):
        yield from found
        (tmp_path / FAULTY).unlink()

    report = import_questions([tmp_path], progress=and_one_vanishes)

    assert [str(error) for error in report.errors] == [
        f"{FAULTY}:1: No such file or directory [unreadable]"
    ]
    assert (report.created, report.rejected) == (2, 1)
    assert stored() == GOOD_ADDRESSES


def test_30_a_file_that_changes_before_it_is_read_is_stored_as_it_is_then(tmp_path):
    write_tree(tmp_path, {FAULTY: TEXT})
    later = question_file("Is this a later text?")

    def and_one_changes(found):
        yield from found
        (tmp_path / FAULTY).write_text(later)

    import_questions([tmp_path], progress=and_one_changes)

    assert Question.objects.get().source == later


# --------------------------------------------------------------------- strange but legal


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(),
        TEXT.encode() + b"\n",
    ],
    ids=["5 BOM", "6 CRLF", "6 CR", "5 and 6 both", "a final newline"],
)
def test_5_and_6_marks_and_line_ends_are_accepted_and_kept(data, tmp_path):
    question = assert_accepted(tmp_path, data)

    assert question.title == "Is this the faulty file?"
    assert question.related.get().title == LINK["title"]
    assert question.answer == (
        "Tides are the slow rise and fall of the sea.\n\n"
        "- The **Moon** pulls the nearer water more than the Earth.\n"
        "- The Sun adds a little less than half of that."
    )


@pytest.mark.parametrize("key", ["content", "handler", "self"])
def test_13_a_key_that_python_frontmatter_trips_over_is_kept(key, tmp_path):
    assert_accepted(tmp_path, question_file(**{key: "a value"}).encode())


@pytest.mark.parametrize("value", ["no", "12:30:45", "010", "true", "1e3", "2025-01-31", "-1.0"])
def test_16_what_yaml_1_1_would_coerce_is_text_where_text_is_meant(value, tmp_path):
    text = question_file("x", author=value, post_on_text=value, subject=value)

    question = assert_accepted(
        tmp_path, text.replace("title: >-\n    x", f"title: {value}").encode()
    )

    assert question.title == value
    assert (question.author, question.post_on_text) == (value, value)
    assert question.subject.name == value


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\u2066", "\ufeff"])
def test_31_an_invisible_character_in_a_title_is_a_finding(character, tmp_path):
    title = f"Why do {character}tides turn?"

    data = question_file(title).encode()
    question = assert_accepted(tmp_path, data, "Titles with invisible characters")

    name = f"U+{ord(character):04X}"
    assert question.title == title
    assert question.problems == [
        {
            "code": "invisible-character",
            "message": f"the title holds the invisible character {name}",
            "field": "title",
            "excerpt": "",
        }
    ]


@pytest.mark.parametrize("opening", ["\\(", "\\[", "$$"])
def test_33_math_that_never_closes_is_a_finding(opening, tmp_path):
    answer = (
        f"The force is {opening}F = ma and it is the Moon's.\n\nThe sea is slow to follow it up."
    )

    data = question_file(answer=answer).encode()
    question = assert_accepted(tmp_path, data, "Math that never closes")

    assert [(finding["code"], finding["message"]) for finding in question.problems] == [
        ("unclosed-math", f"'{opening}' opens math that never closes")
    ]


# ------------------------------------------------------- what one database takes and another not


@pytest.mark.parametrize(
    "overrides",
    [
        {"related_article1": related("a" * 300)},
        {"related_article1": {"url": f"/learn/{'a' * 300}/questions/tides"}},
        {"score": "1e999"},
        {"score": "-.inf"},
        {"id": "-" + "9" * 18},
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"title": "t" * 500},
        {"author": "😀" * 200},
        {"related_article99": related("tides")},
    ],
    ids=lambda overrides: next(f"{key}={str(overrides[key])[:20]}" for key in overrides),
)
def test_a_value_at_its_limit_is_stored_or_refused_and_never_stops_the_import(overrides, tmp_path):
    write_tree(tmp_path, {FAULTY: question_file(**overrides), **GOOD})

    run = import_files(tmp_path)

    assert sum(run.counts.values()) == 3
    assert set(GOOD_ADDRESSES) <= set(stored())
