"""A question's text as students would see it, alone in a frame, to stand beside another."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learn.content import codec
from learn.content.markdown import render as rendered
from learn.models import Question


@dataclass(frozen=True, slots=True)
class Side:
    """A question as it is, or as a text would have it: what a reader sees of it."""

    title: str
    source: str
    rendered_html: str


def side_of(question: Question) -> Side:
    return Side(question.title, question.source, question.answer_html)


def side_from(source: str) -> Side:
    """Raises ContentError for a text that is no question file."""
    document = codec.parse(source)
    return Side(document.title, source, rendered(document.answer).html)


def framed(request: HttpRequest, side: Side) -> HttpResponse:
    """The page in the frame: the same renderer and the same partial as the public one."""
    return render(request, "admin/learn/components/side.html", {"side": side})
