"""Decks for Anki: a subject's, a topic's, those of a session of study."""

from __future__ import annotations

import re
from io import BytesIO
from typing import IO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from learn import cards, decks, seo, topics
from learn.cards import Source
from learn.decks import Deck, DeckBusyError
from learn.models import Subject
from learn.seo import PageSeo
from learn.study import SessionError, walk_from
from learn.views.lookup import cards_within
from learn.views.response import page

_PART = re.compile(r"[1-9][0-9]{0,2}")
WAIT = 5  # seconds after which a browser asks again for a deck while another is being built


@require_safe
def of_subject(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/learn/<subject>/deck.apkg`, `?part=2` of a large one, `?topic=` for one of its topics."""
    subject = get_object_or_404(Subject, slug=slug)
    site = _site(request)
    if asked := request.GET.get("topic"):
        topic = topics.named(subject.pk, asked)
        if topic is None:
            raise Http404("the subject has no such topic")
        return _served(request, decks.of_topic(subject, topic, site), f"{slug}-{topic.slug}")
    part = request.GET.get("part", "1")
    if not _PART.fullmatch(part):
        raise Http404("parts are numbered from 1")
    name = slug if part == "1" else f"{slug}-{part}"
    return _served(request, decks.of_subject(subject, site, int(part)), name, keep=True)


@require_safe
def of_session(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The cards of a session of a subject: its address with `/deck.apkg` before the query."""
    source = cards_within(get_object_or_404(Subject, slug=slug), request)
    return _of_walk(request, source, f"{slug}-session")


@require_safe
def of_cards(request: HttpRequest) -> HttpResponseBase:
    """The cards that an address names, or a search finds: all, or with a seed a session's."""
    if "q" in request.GET:
        found = cards.of_search(request.GET["q"], request.GET.get("in", ""))
        if "seed" in request.GET:
            return _of_walk(request, found, "search-session")
        return _served(request, decks.of_search(found, _site(request)), "search")
    return _of_walk(request, cards.of_names(request.GET.get("cards", "")), "cards")


def _of_walk(request: HttpRequest, source: Source, name: str) -> HttpResponseBase:
    try:
        walk = walk_from(request.GET)
    except SessionError as error:
        raise Http404(str(error)) from None
    return _served(request, decks.of_source(source, walk, _site(request)), name)


def _site(request: HttpRequest) -> str:
    return seo.absolute(request, "/").removesuffix("/")


def _served(request: HttpRequest, deck: Deck, name: str, *, keep: bool = False) -> HttpResponseBase:
    """A deck as a download; 304 without building it where the browser has the same."""
    fingerprint = deck.fingerprint()
    if not fingerprint:
        raise Http404("no question here can be read")
    etag = f'"{fingerprint}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    try:
        if keep:
            file: IO[bytes] = decks.kept(deck, fingerprint).open("rb")
        else:
            file = BytesIO(decks.packed(deck))
    except (DeckBusyError, FileNotFoundError):  # or a newer one has just taken its place
        return _busy(request)
    response = FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.apkg",
        content_type="application/octet-stream",
    )
    response["Content-Encoding"] = "identity"  # it is packed: no middleware shall try again
    response["ETag"] = etag
    return response


def _busy(request: HttpRequest) -> HttpResponse:
    title = f"The deck is being made | {seo.SITE_NAME}"
    response = page(
        request, "learn/deck_busy.html", PageSeo(title=title, robots="noindex"), status=503
    )
    response["Retry-After"] = str(WAIT)
    response["Refresh"] = str(WAIT)
    return response
