"""The editors' desk: Django's admin, extended with its own hooks."""

from learn.admin import (
    audit,
    batches,
    feedback,
    missed,
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
    "missed",
    "people",
    "proposals",
    "questions",
    "redirects",
    "runs",
    "signing",
    "subjects",
]
