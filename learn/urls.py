"""The addresses under /learn. None ends in a slash."""

from django.urls import path, re_path

from learn.views import pages, search

app_name = "learn"

urlpatterns = [
    path("", pages.index, name="index"),
    path("/search", search.results, name="search"),
    path("/suggest", search.suggestions, name="suggest"),
    path("/opensearch.xml", search.description, name="opensearch"),
    path("/<str:slug>", pages.subject, name="subject"),
    path("/<str:subject>/questions/<str:slug>", pages.question, name="question"),
    re_path(
        r"^/.+/questions/undefined/learn/(?P<subject>[^/]+)/questions/(?P<slug>[^/]+)$",
        pages.broken_link,
    ),
]
