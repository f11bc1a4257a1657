"""What a page tells search engines and link previews, as plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from learn.content.authors import person_of
from learn.models import Question, Subject, Topic

SITE_NAME = "QuickTakes Learn"


@dataclass(frozen=True, slots=True)
class PageSeo:
    """The head of a page. `json_ld` is JSON that is safe inside a script element."""

    title: str
    description: str = ""
    keywords: str = ""
    canonical: str = ""
    robots: str = ""
    og_type: str = "website"
    json_ld: str = ""


def absolute(request: HttpRequest, path: str) -> str:
    """The address that the outside world uses for a path: SITE_URL's where that is set."""
    if path.startswith(("https://", "http://")):
        return path
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


def for_home(request: HttpRequest, path: str) -> PageSeo:
    return PageSeo(
        title=f"{SITE_NAME}: study questions, answered clearly",
        description="Study questions with full answers, by subject.",
        canonical=absolute(request, path),
        json_ld=_script_json(_website(request, path)),
    )


def for_search(text: str) -> PageSeo:
    """Results are no pages that others should list: the questions are."""
    return PageSeo(
        title=f"{text or 'Search'} | {SITE_NAME}",
        description=f"Search {SITE_NAME}: study questions with full answers.",
        robots="noindex" if text else "",
    )


def for_subject(
    request: HttpRequest, subject: Subject, page_number: int, *, is_sorted: bool = False
) -> PageSeo:
    """Each page of a subject is its own canonical address, as its questions stand nowhere else.

    The same questions in another order are not for search engines.
    """
    path = _page_path(subject.get_absolute_url(), page_number)
    return PageSeo(
        title=(subject.seo_title or f"{subject.name} questions and answers")
        + f"{_page_words(page_number)} | {SITE_NAME}",
        description=subject.page_description
        or subject.introduction
        or f"Study questions in {subject.name}, each with a full answer.",
        keywords=subject.page_keywords,
        canonical="" if is_sorted else absolute(request, subject.canonical_url or path),
        robots="noindex" if subject.no_index or is_sorted else "",
        json_ld=_script_json(_breadcrumbs(request, *_trail(subject))),
    )


def for_study(
    request: HttpRequest, path: str, subject: Subject | None = None, topic: Topic | None = None
) -> PageSeo:
    """Where a session begins; `subject` is None for the choice of one.

    Each topic has such a page, all alike: not for search engines.
    """
    what = subject.name if subject else "any subject"
    if topic:
        what = f"{topic.heading} in {what}"
    return PageSeo(
        title=(f"Study {what} with cards" if subject else "Study with cards") + f" | {SITE_NAME}",
        description=f"Questions of {what} as cards to learn with, and as decks for Anki.",
        canonical=absolute(request, path),
        robots="noindex" if topic or (subject and subject.no_index) else "",
    )


def for_card(request: HttpRequest, title: str, place: str, start: str, number: int) -> PageSeo:
    """A card of a session. Every seed makes others: search engines keep to where sessions start."""
    return PageSeo(
        title=f"{place}: {title} | {SITE_NAME}",
        description=f"A card to learn with, of {place}: {title}",
        canonical=absolute(request, start),
        robots="noindex" if number > 1 else "",
    )


def for_topics(request: HttpRequest, subject: Subject) -> PageSeo:
    path = reverse("learn:topics", args=(subject.slug,))
    return PageSeo(
        title=f"Topics in {subject.name} | {SITE_NAME}",
        description=f"What the questions in {subject.name} are about, from A to Z.",
        canonical=absolute(request, path),
        robots="noindex" if subject.no_index else "",
        json_ld=_script_json(_breadcrumbs(request, *_trail(subject), ("Topics", path))),
    )


def for_topic(request: HttpRequest, topic: Topic, page_number: int) -> PageSeo:
    subject, path = topic.subject, topic.get_absolute_url()
    return PageSeo(
        title=f"{topic.heading} in {subject.name}{_page_words(page_number)} | {SITE_NAME}",
        description=f"Questions and answers about {topic.name} in {subject.name}.",
        canonical=absolute(request, _page_path(path, page_number)),
        robots="noindex" if subject.no_index else "",
        json_ld=_script_json(
            _breadcrumbs(
                request,
                *_trail(subject),
                ("Topics", reverse("learn:topics", args=(subject.slug,))),
                (topic.heading, path),
            )
        ),
    )


def _page_path(path: str, number: int) -> str:
    return f"{path}?page={number}" if number > 1 else path


def _page_words(number: int) -> str:
    return f", page {number}" if number > 1 else ""


def for_question(request: HttpRequest, question: Question) -> PageSeo:
    path = question.get_absolute_url()
    return PageSeo(
        title=question_title(question),
        description=question.page_description,
        keywords=question.page_keywords,
        canonical=absolute(request, question.canonical_url or path),
        robots="noindex" if question.no_index else "",
        og_type="article",
        json_ld=_script_json(
            {
                "@context": "https://schema.org",
                "@graph": [
                    _question_data(question),
                    _breadcrumbs(request, *_trail(question.subject), (question.title, path)),
                ],
            }
        ),
    )


def _website(request: HttpRequest, path: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": SITE_NAME,
        "url": absolute(request, path),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": absolute(request, f"{path}/search") + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def question_title(question: Question) -> str:
    """The SEO title, which in the files is the section's ("QuickTakes | Biology"), after the
    question's own; one that an editor wrote for this question stands alone."""
    section = question.seo_title
    if not section:
        return f"{question.title} | {SITE_NAME}"
    is_section = section.rpartition("|")[2].strip().casefold() == question.subject.name.casefold()
    return f"{question.title} | {section}" if is_section else section


def _question_data(question: Question) -> dict[str, Any]:
    kind = "Person" if person_of(question.author, SITE_NAME) else "Organization"
    author = {"@type": kind, "name": question.author} if question.author else None
    published = question.date.isoformat()
    answer = {"@type": "Answer", "text": question.answer_text, "author": author}
    return {
        "@type": "QAPage",
        "mainEntity": _present(
            {
                "@type": "Question",
                "name": question.title,
                "text": question.title,
                "answerCount": 1,
                "datePublished": published,
                "author": author,
                "acceptedAnswer": _present({**answer, "datePublished": published}),
            }
        ),
    }


def _trail(subject: Subject) -> list[tuple[str, str]]:
    return [("Subjects", reverse("learn:index")), (subject.name, subject.get_absolute_url())]


def _breadcrumbs(request: HttpRequest, *trail: tuple[str, str]) -> dict[str, Any]:
    """The way to a page: names and paths."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(request, path)}
            for place, (name, path) in enumerate(trail, 1)
        ],
    }


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _script_json(data: dict[str, Any]) -> str:
    """JSON without the characters that could end a script element or begin a comment in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
