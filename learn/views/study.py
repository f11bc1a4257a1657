"""Study: choosing a session, its cards one by one, its end."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from learn import cards, decks, seo
from learn import study as sessions
from learn.cards import Source
from learn.models import Question, Subject
from learn.seo import PageSeo
from learn.study import SessionError, Walk
from learn.views.lookup import cards_within
from learn.views.response import page


@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """`/learn/study`: choose a subject, or go on with what the browser remembers."""
    if chosen := request.GET.get("subject"):
        size = _walk(request).size
        subject = get_object_or_404(Subject.objects.only("slug"), slug=chosen)
        return _begin(reverse("learn:study_subject", args=(subject.slug,)), size)
    if "q" in request.GET:
        found = cards.of_search(request.GET["q"], request.GET.get("in", ""))
        if "seed" in request.GET:
            return session(request, found)
        return _begin(found.path, _walk(request).size, **found.query)
    if "cards" in request.GET:
        return session(request, cards.of_names(request.GET["cards"]))
    return page(
        request,
        "learn/study.html",
        seo.for_study(request, reverse("learn:study")),
        subjects=[
            found for found in Subject.objects.listed().with_counts() if found.question_count
        ],
        sizes=sessions.SIZES,
    )


@require_safe
def subject(request: HttpRequest, slug: str) -> HttpResponse:
    """`/learn/<subject>/study`, `?topic=`: with a seed a session, without one the way to one."""
    begins = not {"seed", "n"}.intersection(request.GET)
    subjects = Subject.objects.with_counts() if begins else Subject.objects.all()
    found = get_object_or_404(subjects, slug=slug)
    source = cards_within(found, request)
    if "seed" in request.GET:
        return session(request, source)
    if "n" in request.GET:
        return _begin(source.path, _walk(request).size, **source.query)
    topic = source.topic
    count = Question.objects.of_topic(topic).count() if topic else found.question_count
    return page(
        request,
        "learn/study_subject.html",
        seo.for_study(request, source.start(), found, topic),
        subject=found,
        topic=topic,
        question_count=count,
        sizes=[(size, source.start(size)) for size in sessions.sizes_for(count)],
        deck_parts=range(1, decks.parts_of(count) + 1),
        deck_count=min(count, decks.MOST_OF_TOPIC),
    )


def _begin(path: str, size: int, **query: str) -> HttpResponse:
    """On to a session with a seed of its own, which no cache may hand to the next one."""
    seed = {"seed": secrets.token_hex(3), "n": size}
    response = HttpResponseRedirect(f"{path}?{urlencode({**query, **seed}, safe='/')}")
    response["Cache-Control"] = "no-store"
    return response


def _walk(request: HttpRequest) -> Walk:
    try:
        return sessions.walk_from(request.GET)
    except SessionError as error:
        raise Http404(str(error)) from None


def session(request: HttpRequest, source: Source) -> HttpResponse:
    """The card of a session that the address asks for, or the session's end."""
    walk = _walk(request)
    keys = source.keys(walk)
    positions = walk.positions(len(keys))
    if not positions:
        raise Http404("no question of this session can be read")
    if walk.card is None:
        return _end(request, source, walk, keys)
    if walk.card > len(positions):
        raise Http404(f"the session has {len(positions)} cards")
    return _card(request, source, walk, keys[positions[walk.card - 1] - 1], positions)


def _card(
    request: HttpRequest, source: Source, walk: Walk, key: int, positions: sessions.Positions
) -> HttpResponse:
    assert walk.card is not None
    number, length, position = walk.card, len(positions), positions[walk.card - 1]
    shown = Question.objects.published().select_related("subject")
    question = get_object_or_404(shown.defer("answer", "source", "problems", "answer_text"), pk=key)
    onward = walk.at(number + 1, length)
    return page(
        request,
        "learn/study_card.html",
        seo.for_card(request, question.title, f"Card {number} of {length}", source.path, number),
        question=question,
        source=source,
        number=number,
        length=length,
        previous_url=source.address(walk.at(number - 1, length)) if number > 1 else "",
        next_url=source.address(onward),
        again_url=source.address(onward.graded(position, knew=False)),
        knew_url=source.address(onward.graded(position, knew=True)),
        share_url=source.clean_address(walk) if number == 1 and not walk.only else "",
    )


def _end(
    request: HttpRequest, source: Source, walk: Walk, keys: sessions.Positions
) -> HttpResponse:
    missed = [keys[position - 1] for position in walk.again if position <= len(keys)]
    found = Question.objects.published().for_listing().in_bulk(missed)
    return page(
        request,
        "learn/study_end.html",
        PageSeo(title=f"End of the session: {source.title} | {seo.SITE_NAME}", robots="noindex"),
        source=source,
        length=len(walk.positions(len(keys))),
        missed=[found[key] for key in missed if key in found],
        missed_url=source.address(walk.missed()) if missed else "",
        same_url=source.address(Walk(walk.seed, walk.size)),
        deck_url=source.deck_address(walk),
        share_url=source.clean_address(walk),
        other_url=source.start(walk.size) if source.subject else "",
        has_others=len(keys) == walk.size,
        size=walk.size,
    )
