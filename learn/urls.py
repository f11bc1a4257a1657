"""The addresses under /learn. None ends in a slash."""

from django.urls import path

from learn import views

app_name = "learn"

urlpatterns = [
    path("", views.index, name="index"),
    path("/<str:slug>", views.subject, name="subject"),
    path("/<str:subject>/questions/<str:slug>", views.question, name="question"),
]
