"""What is not public yet, shown as it will be to whoever holds a link to it."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from learn import mapping, related, seo, topics
from learn.content import codec
from learn.content.record import record_of
from learn.desk import draft_links
from learn.models import Proposal, Question, Status
from learn.seo import PageSeo
from learn.views.pages import question_page
from learn.views.response import page

_FORGED = (
    "This link is not complete",
    "A part of it is missing or was changed on its way. Ask for it to be sent once more.",
)
_EXPIRED = (
    "This link has expired",
    f"Links to drafts are good for {draft_links.VALID_FOR.days} days. Ask for a new one.",
)
_WITHDRAWN = (
    "There is nothing to see here any more",
    "What this link led to was withdrawn or archived.",
)


@require_safe
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """A draft as stored, or a proposal as handed in; what is public has a page of its own."""
    try:
        shared = draft_links.read(token)
    except draft_links.ForgedError:
        response = _in_words(request, _FORGED, 403)
    except draft_links.ExpiredError:
        response = _in_words(request, _EXPIRED, 410)
    else:
        if shared.model is Proposal:
            response = _proposal(request, shared.pk)
        else:
            response = _question(request, shared.pk)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"  # the address itself is the permission
    return response


def _question(request: HttpRequest, pk: int) -> HttpResponse:
    question = Question.objects.select_related("subject").filter(pk=pk).first()
    if question is None or question.status == Status.ARCHIVED:
        return _in_words(request, _WITHDRAWN, 410)
    if question.is_public:
        return redirect(question)
    scheduled = question.publish_at if question.status == Status.PUBLISHED else None
    return _shown(request, question, scheduled=scheduled)


def _proposal(request: HttpRequest, pk: int) -> HttpResponse:
    shared = Proposal.objects.select_related("question__subject", "by", "replaced_by__by")
    proposal = shared.filter(pk=pk).first()
    if proposal and proposal.replaced_by:
        proposal.replaced_by.question = proposal.question
        proposal = proposal.replaced_by
    if proposal is None or proposal.state == Proposal.State.WITHDRAWN:
        return _in_words(request, _WITHDRAWN, 410)
    question = proposal.question
    if proposal.state == Proposal.State.APPROVED:
        return _question(request, question.pk)
    mapping.fill(question, record_of(codec.parse(proposal.text), proposal.text))
    return _shown(request, question, proposal=proposal)


def _shown(request: HttpRequest, question: Question, **context: object) -> HttpResponse:
    page_seo = replace(
        seo.for_question(request, question), robots="noindex, nofollow", canonical="", json_ld=""
    )
    own_topics = topics.of_question(question)
    read_next = related.of_question(question, own_topics)
    return question_page(
        request, question, page_seo, own_topics, read_next, "learn/draft.html", **context
    )


def _in_words(request: HttpRequest, words: tuple[str, str], status: int) -> HttpResponse:
    heading, sentence = words
    page_seo = PageSeo(title=f"{heading} | {seo.SITE_NAME}", robots="noindex, nofollow")
    return page(
        request, "learn/draft_closed.html", page_seo, status, heading=heading, sentence=sentence
    )
