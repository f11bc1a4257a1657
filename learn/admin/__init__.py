"""The editors' desk: Django's admin, extended with its own hooks."""

from django.contrib import admin

from learn.admin import feedback, proposals, questions, redirects, runs, subjects

__all__ = ["feedback", "proposals", "questions", "redirects", "runs", "subjects"]

admin.site.site_header = "QuickTakes Learn"
admin.site.site_title = "QuickTakes Learn"
admin.site.index_title = "Library"
