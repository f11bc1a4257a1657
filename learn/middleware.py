"""HEAD without a body, and one address for a page: no slash at its end, no NUL, no page too far."""

from __future__ import annotations

from collections.abc import Callable

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path

from learn.content.addresses import without_end
from learn.pagination import OtherPage


class HeadMiddleware:
    """Answer HEAD as GET is answered, without the body: gunicorn logs a warning of each with one.

    It stands before all others, which tell a body's length and packing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if request.method == "HEAD":
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = ()
            elif isinstance(response, HttpResponse):
                response.content = b""
        return response


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
