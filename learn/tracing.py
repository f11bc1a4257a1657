"""Where an address goes: what a visitor gets who asks for it, step by step and in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, ResolverMatch, resolve

from learn import destinations
from learn.content.addresses import Address, without_end
from learn.destinations import Moved, Outcome
from learn.models import Question, Status
from learn.nearest import nearest

MAX_LENGTH = 2_000  # characters of an address that is looked at
MOST = 6  # steps; no chain of this site has more than three
# Addresses whose views build files or read a secret: they are named, not tried.
_UNTRIED = frozenset(("draft", "study_deck", "study_subject_deck", "subject_deck"))


class Step(NamedTuple):
    """One answer of the site: `status` is 0 where the address was not tried."""

    path: str
    status: int
    why: str
    leads_to: str = ""
    question: Question | None = None


@dataclass(slots=True)
class Trace:
    """All answers up to the last; `nearest` are the questions that its page offers in its place."""

    host: str = ""
    is_foreign: bool = False
    steps: list[Step] = field(default_factory=list)
    nearest: list[Question] = field(default_factory=list)


class NoAddressError(Exception):
    """What was given is no address; the sentence says why."""


def trace(written: str, own_host: str = "") -> Trace:
    """Follow an address, whole or from its path on, as a browser would. Raises NoAddressError.

    The views themselves decide; nothing is counted as a hit.
    """
    host, path = _parts_of(written.strip())
    found = Trace(host, bool(host) and not _is_ours(host, own_host))
    while path and len(found.steps) < MOST:
        step = _step(path)
        found.steps.append(step)
        path = step.leads_to
    found.nearest = _offered(found.steps[-1])
    return found


def _parts_of(written: str) -> tuple[str, str]:
    """Host and path, as a server takes them from an address."""
    if not written or len(written) > MAX_LENGTH:
        raise NoAddressError(f"An address has 1 to {MAX_LENGTH:,} characters.")
    if "://" not in written and not written.startswith("/"):
        head, _, rest = written.partition("/")
        written = f"//{written}" if "." in head and rest else f"/{written}"
    try:
        parts = urlsplit(written)
    except ValueError as error:
        raise NoAddressError(f"This is no address: {error}.") from None
    if parts.scheme not in ("", "http", "https"):
        raise NoAddressError(f"No page has an address that begins with {parts.scheme}:")
    return parts.netloc.rpartition("@")[2], unquote(parts.path) or "/"


def _is_ours(host: str, own_host: str) -> bool:
    domain, _ = split_domain_port(host.lower())
    named = {own_host.lower(), urlsplit(settings.SITE_URL).netloc.lower()}
    return host.lower() in named or validate_host(domain, settings.ALLOWED_HOSTS)


def _step(path: str) -> Step:
    if "\0" in path:
        return Step(path, 400, "No address holds the character NUL.")
    if (page := without_end(path)) != path:
        return Step(path, 301, "No address ends in a slash.", page)
    try:
        match = resolve(path)
    except Resolver404:
        return Step(path, 404, "No page of this site has such an address.")
    if match.view_name == "learn:question":
        return _of_question(path, **match.kwargs)
    if match.view_name == "learn:broken_link":
        return _of_broken_link(path, **match.kwargs)
    if match.app_name != "learn" or match.url_name in _UNTRIED:
        return Step(path, 0, "This is an address of the site, but no question's. It was not tried.")
    return _of_page(path, match)


def _of_question(path: str, subject: str, slug: str) -> Step:
    outcome, question, moved = destinations.at(subject, slug)
    if moved:
        return Step(path, 301, _once(question), moved.address.path)
    if question is None:
        return _of_nothing(path, destinations.meant_by(Address(subject, slug)))
    title = f"\u201c{question.title}\u201d"
    if outcome == Outcome.PAGE:
        return Step(path, 200, f"The question {title} stands here.", question=question)
    if outcome == Outcome.GONE:
        why = f"The question {title} is archived, and no redirect leads on from here."
        return Step(path, 410, why, question=question)
    return Step(path, 404, f"{title} is not public: {_waits(question)}.", question=question)


def _once(archived: Question | None) -> str:
    if archived:
        return f"\u201c{archived.title}\u201d is archived here, and a redirect leads on."
    return "A redirect leads from here to where its question stands now."


def _waits(question: Question) -> str:
    if question.status == Status.PUBLISHED and question.publish_at:
        return f"it appears at {question.publish_at:%Y-%m-%d %H:%M} UTC"
    return "it is a draft"


def _of_nothing(path: str, meant: Address | Moved | None) -> Step:
    if meant is None:
        return Step(path, 404, "No question stands here, and none that is known ever did.")
    return _led_on(path, "Written carelessly: it means a question's address.", meant)


def _of_broken_link(path: str, subject: str, slug: str) -> Step:
    found = destinations.found_at(Address(subject, slug))
    if found is None:
        return Step(path, 404, "A broken link of an earlier site, and its end leads nowhere.")
    return _led_on(path, "A broken link of an earlier site: its end is the good address.", found)


def _led_on(path: str, why: str, found: Address | Moved) -> Step:
    if isinstance(found, Moved):
        return Step(path, 301, f"{why} A redirect leads on from there.", found.address.path)
    return Step(path, 301, why, found.path)


def _of_page(path: str, match: ResolverMatch) -> Step:
    """What another view answers to somebody who is not signed in."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    request.user, request.resolver_match = AnonymousUser(), match
    try:
        response = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return Step(path, 404, "There is nothing at this address.")
    if leads_to := response.get("Location", ""):
        return Step(path, response.status_code, "This address leads on.", leads_to)
    if response.status_code == 405:
        return Step(path, 405, "This address takes what a form sends; it is no page to open.")
    return Step(path, response.status_code, "This is a page of the site, but no question's.")


def _offered(last: Step) -> list[Question]:
    if last.status not in (404, 410):
        return []
    try:
        asked = resolve(last.path).kwargs
    except Resolver404:
        return []
    return nearest(asked["subject"], asked["slug"]) if {"subject", "slug"} <= asked.keys() else []
