"""The addresses under /learn. None ends in a slash."""

from django.urls import path, re_path

from learn import feeds
from learn.views import pages, subjects

app_name = "learn"

urlpatterns = [
    path("", pages.index, name="index"),
    path("/feed", feeds.library, name="feed"),
    path("/<str:slug>", subjects.subject, name="subject"),
    path("/<str:slug>/feed", feeds.subject, name="subject_feed"),
    path("/<str:slug>/topics", subjects.topics, name="topics"),
    path("/<str:subject>/topics/<str:slug>", subjects.topic, name="topic"),
    path("/<str:subject>/questions/<str:slug>", pages.question, name="question"),
    re_path(
        r"^/.+/questions/undefined/learn/(?P<subject>[^/]+)/questions/(?P<slug>[^/]+)$",
        pages.broken_link,
    ),
]
