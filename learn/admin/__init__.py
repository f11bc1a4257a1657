"""The editors' desk: Django's admin, extended with its own hooks."""

from learn.admin import (
    audit,
    batches,
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
    "batches",
    "feedback",
    "people",
    "proposals",
    "questions",
    "redirects",
    "runs",
    "signing",
    "subjects",
]
