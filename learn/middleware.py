"""One address for a page: no trailing slash, no NUL, no number of a page that a list has not."""

from __future__ import annotations

from collections.abc import Callable

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path

from learn.content.addresses import without_end
from learn.pagination import OtherPage


class AddressMiddleware:
    """Redirect `/learn/...//` to the address without slashes at its end, the query kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path
        if "\0" in path:  # PostgreSQL refuses it in a comparison
            return HttpResponse("Bad address", status=400, content_type="text/plain")
        if (page := without_end(path)) != path:
            query = request.META.get("QUERY_STRING", "")
            address = escape_uri_path(page) + (f"?{query}" if query else "")
            return HttpResponsePermanentRedirect(address)
        return self._get_response(request)

    def process_exception(self, _: HttpRequest, error: Exception) -> HttpResponse | None:
        """Lead to the nearest page of a list: the one that was asked for may come again."""
        return HttpResponseRedirect(error.url) if isinstance(error, OtherPage) else None
