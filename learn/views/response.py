"""The answer that every page of the site gives."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learn import caching, seo
from learn.seo import PageSeo

_KEPT = (200, 404, 410)  # what caches may keep; a refusal is one browser's


def page(
    request: HttpRequest,
    template: str,
    page_seo: PageSeo,
    status: int = 200,
    last_modified: datetime.datetime | None = None,
    **context: Any,
) -> HttpResponse:
    """A template with its head's `seo` and the site's name; 304 to who has this very page.

    `last_modified` is when what the page is about last changed, for clients that know no ETag.
    """
    context |= {
        "seo": page_seo,
        "site_name": seo.SITE_NAME,
        "reads_offline": settings.OFFLINE_READING,
    }
    tag = caching.etag(template, context) if request.method in ("GET", "HEAD") else ""
    modified = max(last_modified, caching.release().at) if last_modified else None
    if status == 200 and (answer := caching.unchanged(request, tag, modified)):
        return answer
    response = render(request, template, context, status=status)
    if not tag or status not in _KEPT or caching.is_personal(request, response):
        return response
    return caching.marked(response, *((tag, modified) if status == 200 else ()))
