"""Pages kept in memory for a minute, as long as nothing that they show has changed.

A page is asked for again and again where a class learns the same. Made anew, it costs the time of
a dozen look-ups and a template; kept, that of one look-up, which tells whether anybody has written
anything since. What is not told so (a vote, an answer that is rendered again) is a minute late at
most, as it is in the caches between (see `caching.PUBLIC`).
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hashlib import blake2b
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import parse_http_date_safe

from learn import caching
from learn.models import AuditEntry, Question

View = Callable[..., HttpResponse]


class Kept(NamedTuple):
    """A page as it was answered: plain, and packed for who takes that."""

    plain: bytes
    packed: bytes
    content_type: str
    tag: str
    modified: datetime | None


def kept(view: View) -> View:
    """A view whose pages are kept: those that are the same for everybody, at their own address."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _may_be_kept(request):
            return view(request, *args, **kwargs)
        key = _key(request)  # before the page is looked up: what changes meanwhile is not in it
        pages = caches["pages"]
        page: Kept | None = pages.get(key)
        if page is None:
            response = view(request, *args, **kwargs)
            if response.status_code == 200 and response.get("Cache-Control") == caching.PUBLIC:
                pages.set(key, _of(response))
            return response
        return caching.unchanged(request, page.tag, page.modified) or _again(request, page)

    return answered


def _may_be_kept(request: HttpRequest) -> bool:
    is_asked = request.method in ("GET", "HEAD") and not request.META.get("QUERY_STRING")
    return bool(is_asked and settings.PAGES_KEPT_SECONDS and not settings.DEBUG)


def _key(request: HttpRequest) -> str:
    told = (stamp(), request.scheme, request.get_host(), request.path)
    return blake2b(repr(told).encode(), digest_size=16).hexdigest()


def stamp() -> tuple[Any, ...]:
    """Another one after every save, import, batch and act at the desk, and when a page's time came.

    Three ends of indexes in one round trip.
    """
    question, entry = Question._meta.db_table, AuditEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT (SELECT MAX(updated_at) FROM "{question}"), (SELECT MAX(id) FROM "{entry}"),'  # noqa: S608
            f' (SELECT MAX(publish_at) FROM "{question}" WHERE publish_at <= %s)',
            [connection.ops.adapt_datetimefield_value(timezone.now())],
        )
        return tuple(cursor.fetchone())


def _of(response: HttpResponse) -> Kept:
    modified = parse_http_date_safe(response.get("Last-Modified", ""))
    return Kept(
        response.content,
        gzip.compress(response.content, 6, mtime=0),
        response["Content-Type"],
        response.get("ETag", ""),
        datetime.fromtimestamp(modified, timezone.get_fixed_timezone(0)) if modified else None,
    )


def _again(request: HttpRequest, page: Kept) -> HttpResponse:
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(page.packed if is_packed else page.plain, page.content_type)
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return caching.marked(response, page.tag, page.modified)
