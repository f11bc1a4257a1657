"""A question as Markdown, as a citation, as a letter."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from learn import publishing
from tests import library

pytestmark = pytest.mark.django_db


def test_a_question_as_markdown_has_title_answer_and_source(client: Client) -> None:
    library.question("Why <x>?", "It is $E = m c^2$.\n\n- **a**", slug="q")
    response = client.get("/learn/physics/questions/q/markdown")
    source = "https://learn.example.org/learn/physics/questions/q"
    assert response.content.decode() == (
        f"# Why <x>?\n\nIt is $E = m c^2$.\n\n- **a**\n\nSource: <{source}>\n"
    )
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Link"] == f'<{source}>; rel="canonical"'


def test_a_question_that_moved_is_found_as_markdown_too(client: Client) -> None:
    question = library.question("Why?", slug="old")
    question.slug = "new"
    publishing.save([publishing.edition_of(question)])
    text = client.get("/learn/physics/questions/old/markdown").content.decode()
    assert text.endswith("/learn/physics/questions/new>\n")


def test_the_address_of_the_markdown_is_no_questions(client: Client) -> None:
    library.question("Named so", slug="markdown")
    library.question("Dotted", slug="q.md")
    for slug, title in (("markdown", "Named so"), ("q.md", "Dotted")):
        assert (
            f'<h1 id="question-title">{title}</h1>'
            in client.get(f"/learn/physics/questions/{slug}").content.decode()
        )
        markdown = client.get(f"/learn/physics/questions/{slug}/markdown").content.decode()
        assert markdown.startswith(f"# {title}\n")


def test_a_page_says_how_to_cite_it(client: Client) -> None:
    library.question("What is <light>?", slug="q", author="QuickTakes")
    page = client.get("/learn/physics/questions/q").content.decode()
    shown = re.findall(r'<dd id="cite-\d">(.*?)</dd>', page, re.S)
    address = "learn.example.org/learn/physics/questions/q"
    assert shown[:2] == [
        "QuickTakes. (2025, January 31). <i>What is &lt;light&gt;?</i> QuickTakes Learn."
        f" https://{address}",
        f"“What Is &lt;light&gt;?” <i>QuickTakes Learn</i>, 31 Jan. 2025, {address}.",
    ]
    assert shown[2].startswith("@misc{quicktakes2025what,\n")


def test_a_letter_passes_a_page_on_whatever_its_title_holds(client: Client) -> None:
    library.question('A "b" & c? 100 %\u00e9', slug="q")
    page = client.get("/learn/physics/questions/q").content.decode()
    [letter] = re.findall(r'href="(mailto:[^"]*)"', page)
    assert letter == (
        "mailto:?subject=A%20%22b%22%20%26%20c%3F%20100%20%25%C3%A9&amp;body="
        "https%3A//learn.example.org/learn/physics/questions/q"
    )


def test_bookmarks_have_a_page_that_is_no_subject(client: Client) -> None:
    page = client.get("/learn/bookmarks").content.decode()
    assert "<h1>Bookmarks</h1>" in page
    assert '<meta name="robots" content="noindex">' in page
