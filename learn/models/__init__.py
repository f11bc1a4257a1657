"""Subjects, questions and what belongs to them. Rules for reading are querysets, defined once."""

from learn.models.audit import AuditEntry, Verb
from learn.models.batches import Batch, BatchQuestion
from learn.models.feedback import Feedback, FeedbackQuerySet, MistakeReport, Vote
from learn.models.findings import FindingCount, QuestionFinding
from learn.models.links import Redirect, RelatedQuestion
from learn.models.metadata import SEOMetadata
from learn.models.missed import MissedAddress, MissedSearch
from learn.models.proposals import Proposal
from learn.models.questions import Origin, Question, QuestionQuerySet, Status
from learn.models.revisions import PlaceChange, Revision
from learn.models.runs import ImportOutcome, ImportRun, Upload
from learn.models.subjects import Subject, SubjectQuerySet
from learn.models.topics import Topic, TopicQuerySet, TopicQuestion
from learn.models.views import DefaultView, LastSeen, SavedView, WayBack
from learn.models.writing import ImageUpload, Presence, UnsavedWork

__all__ = [
    "AuditEntry",
    "Batch",
    "BatchQuestion",
    "DefaultView",
    "Feedback",
    "FeedbackQuerySet",
    "FindingCount",
    "ImageUpload",
    "ImportOutcome",
    "ImportRun",
    "LastSeen",
    "MissedAddress",
    "MissedSearch",
    "MistakeReport",
    "Origin",
    "PlaceChange",
    "Presence",
    "Proposal",
    "Question",
    "QuestionFinding",
    "QuestionQuerySet",
    "Redirect",
    "RelatedQuestion",
    "Revision",
    "SEOMetadata",
    "SavedView",
    "Status",
    "Subject",
    "SubjectQuerySet",
    "Topic",
    "TopicQuerySet",
    "TopicQuestion",
    "UnsavedWork",
    "Upload",
    "Verb",
    "Vote",
    "WayBack",
]
