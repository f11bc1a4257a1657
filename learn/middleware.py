"""HEAD without a body, whether this process is well, and one address for a page.

An address has no slash at its end, no NUL, no page that is too far.
"""

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

from learn import health
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


class HealthMiddleware:
    """Answer /healthz: 200 where pages can be served, else 503 and why.

    It stands before what asks for a known host and for HTTPS: who balances load may use neither.
    """

    PATH = "/healthz"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path != self.PATH:
            return self._get_response(request)
        problem = health.problem()
        status = 503 if problem else 200
        answer = HttpResponse(f"{problem or 'ok'}\n", status=status, content_type="text/plain")
        answer["Cache-Control"] = "no-store"
        return answer


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
