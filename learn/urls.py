"""The addresses under /learn. None ends in a slash."""

from django.urls import path, re_path

from learn.views import drafts, pages

app_name = "learn"

urlpatterns = [
    path("", pages.index, name="index"),
    path("/_draft/<str:token>", drafts.draft, name="draft"),
    path("/<str:slug>", pages.subject, name="subject"),
    path("/<str:subject>/questions/<str:slug>", pages.question, name="question"),
    re_path(
        r"^/.+/questions/undefined/learn/(?P<subject>[^/]+)/questions/(?P<slug>[^/]+)$",
        pages.broken_link,
    ),
]
