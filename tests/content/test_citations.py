"""A page as a reference list wants it, by the handbooks of APA (7th) and MLA (9th edition)."""

import datetime
from dataclasses import replace

import pytest

from learn.content.citations import Citation, Work, citations

WORK = Work(
    "Why does ice float on water?",
    "QuickTakes",
    "QuickTakes Learn",
    datetime.date(2025, 9, 3),
    "https://learn.example.org/learn/chemistry/questions/ice",
)

MAY = datetime.date(2025, 5, 1)


def cited(**changes: object) -> dict[str, str]:
    """The citations as plain text, the italic part between asterisks."""
    made = citations(replace(WORK, **changes))
    return {one.style: f"{one.before}*{one.italic}*{one.after}" for one in made}


def test_a_page_by_an_organisation_in_apa():
    assert citations(WORK)[0] == Citation(
        "APA",
        "QuickTakes. (2025, September 3). ",
        "Why does ice float on water?",
        " QuickTakes Learn. https://learn.example.org/learn/chemistry/questions/ice",
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": "Ice"}, "QuickTakes. (2025, September 3). *Ice*. QuickTakes Learn. https://x"),
        ({"author": "", "title": "I?"}, "*I?* (2025, September 3). QuickTakes Learn. https://x"),
        ({"author": "A Co.", "title": "I"}, "A Co. (2025, September 3). *I*. QuickTakes Learn. https://x"),
        ({"site": "QuickTakes", "title": "I"}, "QuickTakes. (2025, September 3). *I*. https://x"),
    ],
)  # fmt: skip
def test_what_apa_says_of_odd_pages(changes, expected):
    assert cited(url="https://x", **changes)["APA"] == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "“Why Does Ice Float on Water?” *QuickTakes Learn*, 3 Sept. 2025, x/y."),
        ({"title": "Ice"}, "“Ice.” *QuickTakes Learn*, 3 Sept. 2025, x/y."),
        ({"author": "A Co.", "title": "I?"}, "A Co. “I?” *QuickTakes Learn*, 3 Sept. 2025, x/y."),
        ({"author": "", "title": "I!"}, "“I!” *QuickTakes Learn*, 3 Sept. 2025, x/y."),
        ({"date": MAY, "title": "I"}, "“I.” *QuickTakes Learn*, 1 May 2025, x/y."),
    ],
)  # fmt: skip
def test_a_page_in_mla(changes, expected):
    assert cited(url="https://x/y", **changes)["MLA"] == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("what is it for?", "What Is It For?"),
        ("How do you get from A to b?", "How Do You Get from A to b?"),
        ("What is the derivative of sin x?", "What Is the Derivative of sin x?"),
        ("why 5 kg of pH-neutral iMacs don't rust", "Why 5 kg of pH-Neutral iMacs Don't Rust."),
        ('What does "free will" mean?', "What Does ‘Free Will’ Mean?"),
        ("Is $\\frac{area}{b}$ so?", "Is $\\frac{area}{b}$ so?"),
        ("", "."),
    ],
)  # fmt: skip
def test_a_title_in_mla_has_capitals_where_words_are_plain(title, expected):
    assert citations(replace(WORK, title=title))[1].before == f"“{expected}” "


def test_a_page_in_bibtex():
    assert citations(replace(WORK, title="What are 5 % of {a_b} & Öl?"))[2].before == (
        "@misc{quicktakes2025what,\n"
        "  author = {{QuickTakes}},\n"
        "  title = {{What are 5 \\% of \\{a\\_b\\} \\& Öl?}},\n"
        "  year = {2025},\n"
        "  month = sep,\n"
        "  howpublished = {QuickTakes Learn},\n"
        "  url = {https://learn.example.org/learn/chemistry/questions/ice}\n"
        "}"
    )


@pytest.mark.parametrize(
    ("author", "apa", "mla", "bibtex"),
    [
        ("Jane Doe", "Doe, J.", "Doe, Jane.", "{Doe, Jane}"),
        ("Jane Mary Doe", "Doe, J. M.", "Doe, Jane Mary.", "{Doe, Jane Mary}"),
        ("Jane M. Doe", "Doe, J. M.", "Doe, Jane M.", "{Doe, Jane M.}"),
        ("Jean-Luc O'Brien", "O'Brien, J.-L.", "O'Brien, Jean-Luc.", "{O'Brien, Jean-Luc}"),
        ("Zoë McÁrd", "McÁrd, Z.", "McÁrd, Zoë.", "{McÁrd, Zoë}"),
        ("The Physics Team", "The Physics Team.", "The Physics Team.", "{{The Physics Team}}"),
        ("Harvest School", "Harvest School.", "Harvest School.", "{{Harvest School}}"),
        ("jane doe", "jane doe.", "jane doe.", "{{jane doe}}"),
        ("J.- Anne- Doe", "J.- Anne- Doe.", "J.- Anne- Doe.", "{{J.- Anne- Doe}}"),
        ("Anne--Marie- Doe", "Doe, A.-M.", "Doe, Anne--Marie-.", "{Doe, Anne--Marie-}"),
        ("漢字 名前", "漢字 名前.", "漢字 名前.", "{{漢字 名前}}"),
        ("Jane", "Jane.", "Jane.", "{{Jane}}"),
        ("Jane van Doe", "Jane van Doe.", "Jane van Doe.", "{{Jane van Doe}}"),
        ("Jane Mary Ann Doe", "Jane Mary Ann Doe.", "Jane Mary Ann Doe.", "{{Jane Mary Ann Doe}}"),
        ("Jane D.", "Jane D.", "Jane D.", "{{Jane D.}}"),
        ("ABC Editor", "ABC Editor.", "ABC Editor.", "{{ABC Editor}}"),
        ("Room 101", "Room 101.", "Room 101.", "{{Room 101}}"),
        ("QuickTakes Europe", "QuickTakes Europe.", "QuickTakes Europe.", "{{QuickTakes Europe}}"),
    ],
)  # fmt: skip
def test_a_person_is_cited_by_the_family_name_and_all_others_as_they_are(author, apa, mla, bibtex):
    made = cited(author=author)
    assert made["APA"].startswith(f"{apa} (2025, September 3). ")
    assert made["MLA"].startswith(f"{mla} “Why ")
    assert f"  author = {bibtex},\n" in made["BibTeX"]


def test_the_key_of_a_person_s_page_is_the_family_name():
    assert cited(author="Jane Doe")["BibTeX"].startswith("@misc{doe2025does,\n")


def test_a_page_without_an_author_in_bibtex_is_named_after_its_site():
    assert citations(replace(WORK, author="", title="漢字"))[2].before.split("\n")[:2] == [
        "@misc{quicktakeslearn2025,",
        "  title = {{漢字}},",
    ]
