"""The editors' desk: Django's admin, extended with its own hooks."""

from learn.admin import (
    audit,
    feedback,
    people,
    proposals,
    questions,
    redirects,
    runs,
    signing,
    subjects,
)

__all__ = [
    "audit",
    "feedback",
    "people",
    "proposals",
    "questions",
    "redirects",
    "runs",
    "signing",
    "subjects",
]
