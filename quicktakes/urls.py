"""The addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="learn:index", permanent=False)),
    path("learn", include("learn.urls")),
    path("admin/", admin.site.urls),
]

handler404 = "learn.views.not_found"
