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
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from learn import search, seo
from learn.models import Question, Subject
from learn.pagination import paginated
from learn.views.response import page

PER_PAGE = 20
NEWEST = 5
FILTERS = 6  # subjects that are offered at once
SUGGESTIONS_AGE = 300


@dataclass(frozen=True, slots=True)
class Found:
    """A result as the page shows it; `title` and `passage` are HTML with the words marked."""

    title: SafeString
    passage: SafeString
    question: Question


@dataclass(frozen=True, slots=True)
class Filter:
    """A link to the results of one subject, or of all."""

    name: str
    url: str
    count: int
    is_current: bool


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    chosen = Subject.objects.filter(slug=_subject_slug(request)).first()
    found = search.search(text, subject=chosen.pk if chosen else None)
    kept = {"q": text} | ({"subject": chosen.slug} if chosen else {})
    listed = paginated(found.keys, request, len(found.keys), per_page=PER_PAGE, kept=kept)
    filters = _filters(text, found.subjects, chosen)
    return page(
        request,
        "learn/search.html",
        seo.for_search(text[: search.MAX_CHARACTERS]),
        text=text[: search.MAX_CHARACTERS],
        results=found,
        found=_shown(found, listed["page"].object_list),
        count=min(found.total, search.COUNTED),
        filters=filters[: FILTERS + 1],
        more_filters=filters[FILTERS + 1 :],
        subject=chosen,
        meant_url=_url(q=found.meant),
        limits={"characters": search.MAX_CHARACTERS, "terms": search.MAX_TERMS},
        shown=search.SHOWN,
        **_ways_on(found),
        **listed,
    )


def _subject_slug(request: HttpRequest) -> str:
    return request.GET.get("subject", "").replace("\0", "")  # PostgreSQL refuses it


def _shown(found: search.Results, keys: list[int]) -> list[Found]:
    marker = search.Marker(found.query)
    columns = ("title", "slug", "date", "answer_text", "subject__name", "subject__slug")
    questions = Question.objects.published().select_related("subject").only(*columns)
    return [
        Found(marker.marked(question.title), marker.snippet(question.answer_text), question)
        for question in search.in_order(keys, questions)
    ]


def _filters(text: str, counts: Counter[int], chosen: Subject | None) -> list[Filter]:
    """All subjects, then each with results, most first; none where there is nothing to choose."""
    subjects = Subject.objects.in_bulk(list(counts))
    most = sorted(subjects.values(), key=lambda subject: (-counts[subject.pk], subject.name))
    if chosen and chosen.pk in subjects:  # in sight, wherever it stands among the others
        most.sort(key=lambda subject: subject != chosen)
    if len(most) < 2 and not chosen:
        return []
    everything = Filter("All subjects", _url(q=text), sum(counts.values()), chosen is None)
    return [
        everything,
        *(
            Filter(
                subject.name,
                _url(q=text, subject=subject.slug),
                counts[subject.pk],
                subject == chosen,
            )
            for subject in most
        ),
    ]


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
    """Titles for the list below a search field, as JSON."""
    found = search.suggest(request.GET.get("q", ""))
    response = JsonResponse(
        {
            "questions": [
                {
                    "title": question.title,
                    "subject": question.subject.name,
                    "url": question.get_absolute_url(),
                }
                for question in found
            ]
        },
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
