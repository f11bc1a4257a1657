"""The editors' desk: Django's admin, extended with its own hooks."""

from django.contrib import admin

from learn.admin import batches, feedback, proposals, questions, runs, subjects

__all__ = ["batches", "feedback", "proposals", "questions", "runs", "subjects"]

admin.site.site_header = "QuickTakes Learn"
admin.site.site_title = "QuickTakes Learn"
admin.site.index_title = "Library"
