"""Django's admin site, with the methods that its pages have and a word in the audit log.

Not in `learn.admin`, whose modules register with it as they are imported.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.middleware.csrf import get_token
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe

from learn import audit
from learn.models import Verb

METHODS = ("GET", "HEAD", "POST")
View = Callable[..., Any]


def token(request: HttpRequest) -> HttpResponse:
    """What a form needs that was open while its person signed in anew; and who is signed in now."""
    return JsonResponse({"token": get_token(request), "person": request.user.pk})


class DeskSite(AdminSite):
    site_header = site_title = "QuickTakes Learn"
    index_title = "Library"

    def admin_view(self, view: View, cacheable: bool = False) -> Any:
        """Django's pages answer any method as if it were GET: these answer 405."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            return inner(request, *args, **kwargs)

        return answered

    def get_urls(self) -> list[URLResolver | URLPattern]:
        given = path("token", self.admin_view(require_safe(token)), name="token")
        return [given, *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return super().login(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        response = super().password_change(request, extra_context)
        if response.status_code == 302 and request.user.is_authenticated:
            audit.record(Verb.PASSWORD, request.user, request=request)
        return response
