"""The addresses under /learn. None ends in a slash."""

from django.urls import path

from learn.views import pages

app_name = "learn"

urlpatterns = [
    path("", pages.index, name="index"),
    path("/<str:slug>", pages.subject, name="subject"),
    path("/<str:subject>/questions/<str:slug>", pages.question, name="question"),
]
