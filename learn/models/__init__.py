"""Subjects, questions and what belongs to them. Rules for reading are querysets, defined once."""

from learn.models.links import Redirect, RelatedQuestion
from learn.models.metadata import SEOMetadata
from learn.models.proposals import Proposal
from learn.models.questions import Origin, Question, QuestionQuerySet, Status
from learn.models.revisions import Revision
from learn.models.runs import ImportOutcome, ImportRun
from learn.models.subjects import Subject, SubjectQuerySet
from learn.models.writing import ImageUpload, Presence, UnsavedWork

__all__ = [
    "ImageUpload",
    "ImportOutcome",
    "ImportRun",
    "Origin",
    "Presence",
    "Proposal",
    "Question",
    "QuestionQuerySet",
    "Redirect",
    "RelatedQuestion",
    "Revision",
    "SEOMetadata",
    "Status",
    "Subject",
    "SubjectQuerySet",
    "UnsavedWork",
]
