"""What is found in a document, and how much of it is told."""

from __future__ import annotations

import datetime

from learn.content import checks
from learn.content.document import QuestionDocument, Seo
from learn.content.markdown import render
from learn.content.record import record_of


def document(answer: str, title: str = "Why?") -> QuestionDocument:
    date, seo = datetime.date(2025, 1, 31), Seo("", "It is so.", "")
    return QuestionDocument(title=title, answer=answer, date=date, seo=seo, related={}, extra={})


WORDS = "one two three four five six seven eight nine ten eleven twelve more words than these. "


def test_of_many_findings_of_a_kind_the_first_are_told_and_how_many_more() -> None:
    hostile = document(WORDS + "\\(" * 10_000 + "\n\n![](/media/a.png)")
    found = checks.findings(hostile, render(hostile.answer))
    unclosed = [finding.message for finding in found if finding.code == "unclosed-math"]
    assert len(unclosed) == checks.MOST + 1
    assert unclosed[-1] == "9,950 more of this kind"
    assert [finding.code for finding in found].count("missing-alt") == 1  # none hides another kind
    assert len(record_of(hostile, "").problems) < 30_000


def test_as_many_findings_as_are_told_are_told_alone() -> None:
    some = document(WORDS + "\\(" * checks.MOST)
    found = checks.findings(some, render(some.answer))
    assert len(found) == checks.MOST
