"""What makes the site one that is installed and read offline: worker, its page, manifest."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from learn import caching
from learn.seo import SITE_NAME, PageSeo
from learn.views.response import page

SCOPE = "/learn"
NAVY, PAPER = "#14213d", "#ffffff"
ICONS = (
    ("icon.svg", "any", "any"),
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: another release is another script, which browsers then install.

    It stands at the root, so that `/learn` itself is in its reach. Where OFFLINE_READING is off,
    the one that browsers have replaces itself by one that goes.
    """
    name = "reading" if settings.OFFLINE_READING else "retiring"
    told = {"release": caching.release().tag, "offline": reverse("learn:offline")}
    kind = "text/javascript; charset=utf-8"
    response = render(request, f"learn/worker/{name}.js", told, content_type=kind)
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the worker shows in place of a page that it does not have."""
    page_seo = PageSeo(title=f"You are offline | {SITE_NAME}", robots="noindex")
    return page(request, "learn/offline.html", page_seo)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    icons = [
        {
            "src": static(f"learn/img/{name}"),
            "sizes": sizes,
            "purpose": purpose,
            "type": "image/svg+xml" if name.endswith(".svg") else "image/png",
        }
        for name, sizes, purpose in ICONS
    ]
    told = {
        "name": SITE_NAME,
        "short_name": SITE_NAME.split()[0],
        "description": "Study questions, answered clearly.",
        "lang": "en",
        "id": SCOPE,
        "start_url": reverse("learn:index"),
        "scope": SCOPE,
        "display": "minimal-ui",
        "background_color": PAPER,
        "theme_color": NAVY,
        "icons": icons,
        "shortcuts": [
            {"name": "Study", "url": reverse("learn:study")},
            {"name": "Bookmarks", "url": reverse("learn:bookmarks")},
        ],
    }
    response = JsonResponse(told, content_type="application/manifest+json")
    patch_cache_control(response, public=True, max_age=86_400)
    return response
