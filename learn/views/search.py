"""Search: results, what a search field suggests, and how a browser's own field asks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from learn import missed, search, seo, study
from learn.models import Question, Subject
from learn.pagination import paginated
from learn.views.response import page

PER_PAGE = 20
NEWEST = 5
FILTERS = 6  # subjects that are offered at once
STUDIED = study.SIZES[1]  # results in a session of cards
SUGGESTIONS_AGE = 300


@dataclass(frozen=True, slots=True)
class Filter:
    """A link to the results of one subject, or of all."""

    name: str
    url: str
    count: str
    is_current: bool
    is_one: bool


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    chosen = _subject(request)
    found = search.search(text, subject=chosen.pk if chosen else None)
    if request.method == "GET" and found.query.terms and not found.is_full:
        missed.note_search(text, has_near=bool(found.subjects))
    kept = {"q": text} | ({"subject": chosen.slug} if chosen else {})
    listed = paginated(found.keys, request, len(found.keys), per_page=PER_PAGE, kept=kept)
    filters = _filters(text, found.subjects, chosen)
    return page(
        request,
        "learn/search.html",
        seo.for_search(text[: search.MAX_CHARACTERS]),
        text=text[: search.MAX_CHARACTERS],
        results=found,
        found=search.lines(found.query, listed["page"].object_list),
        count=min(found.total, search.COUNTED),
        filters=filters[: FILTERS + 1],
        more_filters=filters[FILTERS + 1 :],
        subject=chosen,
        meant_url=_url(q=found.meant),
        limits={"characters": search.MAX_CHARACTERS, "terms": search.MAX_TERMS},
        shown=search.SHOWN,
        **_cards(found, text[: search.MAX_CHARACTERS], chosen),
        **_ways_on(found),
        **listed,
    )


def _subject(request: HttpRequest) -> Subject | None:
    slug = request.GET.get("subject", "").replace("\0", "")  # PostgreSQL refuses it
    return Subject.objects.filter(slug=slug).first() if slug else None


def _filters(text: str, counts: Counter[int], chosen: Subject | None) -> list[Filter]:
    """All subjects, then each with results, most first; none where there is nothing to choose."""
    pks = {*counts, chosen.pk} if chosen else set(counts)
    rows = Subject.objects.filter(pk__in=pks).values_list("pk", "slug", "name")
    most = sorted(rows, key=lambda row: (-counts[row[0]], row[2]))
    if chosen:  # in sight, wherever it stands among the others, and where it has no results
        most.sort(key=lambda row: row[0] != chosen.pk)
    if len(most) < 2 and not chosen:
        return []
    all_url, own = _url(q=text), chosen.pk if chosen else None
    return [
        _filter("All subjects", all_url, sum(counts.values()), is_current=chosen is None),
        *(
            _filter(name, f"{all_url}&subject={slug}", counts[pk], is_current=pk == own)
            for pk, slug, name in most
        ),
    ]


def _filter(name: str, url: str, count: int, *, is_current: bool) -> Filter:
    return Filter(name, url, f"{count:,}", is_current, count == 1)


def _cards(found: search.Results, text: str, subject: Subject | None) -> dict[str, Any]:
    """Where the results are learned: the best as a session, all that are shown as a deck."""
    asked = {"q": text} | ({"in": subject.slug} if subject else {})
    studied = str(min(len(found.keys), STUDIED))
    return {
        "studied": studied,
        "study_url": f"{reverse('learn:study')}?{urlencode({**asked, 'n': studied})}",
        "deck_url": f"{reverse('learn:study_deck')}?{urlencode(asked)}",
    }


def _ways_on(found: search.Results) -> dict[str, Any]:
    """Where to go where nothing was found, or nothing was asked."""
    if found.keys:
        return {}
    newest = Question.objects.published().newest_first().for_listing()[:NEWEST]
    return {"subjects": Subject.objects.listed().with_counts(), "newest": newest}


def _url(**parameters: str) -> str:
    return f"{reverse('learn:search')}?{urlencode(parameters)}"


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles for the list below a search field, as JSON; of one subject where it has one."""
    among = Question.objects.published()
    if chosen := _subject(request):
        among = among.filter(subject=chosen)
    found = search.suggest(request.GET.get("q", ""), among=among)
    response = JsonResponse(
        {"questions": [suggestion._asdict() for suggestion in found]},
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, public=True, max_age=SUGGESTIONS_AGE)
    return response


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """What a browser reads that offers this search in its address bar."""
    context = {
        "site_name": seo.SITE_NAME,
        "search_url": seo.absolute(request, reverse("learn:search")),
    }
    media_type = "application/opensearchdescription+xml"
    response = render(request, "learn/opensearch.xml", context, content_type=media_type)
    patch_cache_control(response, public=True, max_age=86_400)
    return response
