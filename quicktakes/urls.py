"""The addresses of the whole site."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from learn import sitemaps
from learn.views import offline
from learn.views.images import image


def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this where a page names no icon, as the admin's do."""
    return redirect(static("learn/img/icon-48.png"))


admin.autodiscover()

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="learn:index", permanent=False)),
    path("favicon.ico", favicon),
    path("service-worker.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-subjects.xml", sitemaps.subjects, name="sitemap_subjects"),
    path("sitemap-questions-<int:chunk>.xml", sitemaps.questions, name="sitemap_questions"),
    path("learn", include("learn.urls")),
    path("media/<str:name>", image, name="image"),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]

handler403 = "learn.views.errors.refused"
handler404 = "learn.views.errors.not_found"
