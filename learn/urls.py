"""The addresses under /learn. None ends in a slash."""

from django.urls import path, re_path

from learn import feeds
from learn.views import (
    decks,
    drafts,
    feedback,
    offline,
    pages,
    search,
    study,
    styleguide,
    subjects,
    takeaway,
)

app_name = "learn"

urlpatterns = [
    path("", pages.index, name="index"),
    path("/feed", feeds.library, name="feed"),
    path("/_draft/<str:token>", drafts.draft, name="draft"),
    path("/_styleguide", styleguide.styleguide, name="styleguide"),
    path("/_offline", offline.offline, name="offline"),
    path("/bookmarks", takeaway.bookmarks, name="bookmarks"),
    path("/study", study.hub, name="study"),
    path("/study/deck.apkg", decks.of_cards, name="study_deck"),
    path("/<str:slug>/study", study.subject, name="study_subject"),
    path("/<str:slug>/study/deck.apkg", decks.of_session, name="study_subject_deck"),
    path("/<str:slug>/deck.apkg", decks.of_subject, name="subject_deck"),
    path("/search", search.results, name="search"),
    path("/suggest", search.suggestions, name="suggest"),
    path("/opensearch.xml", search.description, name="opensearch"),
    path("/<str:slug>", subjects.subject, name="subject"),
    path("/<str:slug>/feed", feeds.subject, name="subject_feed"),
    path("/<str:slug>/topics", subjects.topics, name="topics"),
    path("/<str:subject>/topics/<str:slug>", subjects.topic, name="topic"),
    path("/<str:slug>/questions", subjects.questions, name="questions"),
    path("/<str:subject>/questions/<str:slug>", pages.question, name="question"),
    # A slug holds no slash: what follows one below a question can be no other question.
    path("/<str:subject>/questions/<str:slug>/markdown", takeaway.markdown, name="markdown"),
    path("/<str:subject>/questions/<str:slug>/helpful", feedback.helpful, name="helpful"),
    path("/<str:subject>/questions/<str:slug>/report", feedback.report, name="report"),
    re_path(
        r"^/.+/questions/undefined/learn/(?P<subject>[^/]+)/questions/(?P<slug>[^/]+)$",
        pages.broken_link,
        name="broken_link",
    ),
]
