"""Questions, and which of them are read by whom."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone

from learn.content.addresses import MAX_SLUG
from learn.content.dates import LISTED, formatted, is_plain
from learn.models.metadata import SEOMetadata

if TYPE_CHECKING:
    from learn.models.topics import Topic


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    ARCHIVED = "archived", "Archived"


class Origin(models.TextChoices):
    """Where a version of a question came from."""

    IMPORT = "import", "Import"
    EDITOR = "editor", "Editor"
    RESTORE = "restore", "Restored"
    BATCH = "batch", "Batch"


# The columns by which the desk filters; learn/desk/census.py counts by them.
_FILTERS = (
    "status", "subject", "is_edited", "no_index", "origin", "has_math", "updated_by",
    "problem_count",
)  # fmt: skip
_LISTED = ("title", "slug", "date", "page_description", "subject__name", "subject__slug")


class QuestionQuerySet(models.QuerySet["Question"]):
    def locked(self) -> Self:
        """Locked in one order against other writers, and not against rows that link to them.

        Foreign keys are looked at when a transaction ends: there, an edit would wait for an import
        that waits for the edit.
        """
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)

    def due(self) -> QuestionQuerySet:
        """Leaves out what a `publish_at` that lies ahead keeps back."""
        return self.filter(Q(publish_at__isnull=True) | Q(publish_at__lte=timezone.now()))

    def published(self) -> QuestionQuerySet:
        """What students may read now."""
        return self.due().filter(status=Status.PUBLISHED)

    def scheduled(self) -> QuestionQuerySet:
        """Published questions that students may read later."""
        return self.filter(status=Status.PUBLISHED, publish_at__gt=timezone.now())

    def listed(self) -> QuestionQuerySet:
        """Published questions of the subjects that the home page names."""
        return self.published().filter(subject__is_listed=True)

    def indexable(self) -> QuestionQuerySet:
        """Published questions that search engines shall list at their own address."""
        path = Concat(
            Value("/learn/"), F("subject__slug"), Value("/questions/"), F("slug"),
            output_field=models.CharField(),
        )  # fmt: skip
        own = Q(canonical_url="") | Q(canonical_url=path)
        if settings.SITE_URL:
            own |= Q(canonical_url=Concat(Value(settings.SITE_URL), path))
        return self.published().filter(own, no_index=False)

    def newest_first(self) -> QuestionQuerySet:
        return self.order_by("-date", "-id")

    def by_title(self) -> QuestionQuerySet:
        return self.order_by("title", "id")

    def of_topic(self, topic: Topic) -> QuestionQuerySet:
        """What students may read now of a topic.

        A membership is of a published question; asked for the status too, SQLite reads all that
        are published.
        """
        members = topic.memberships.values_list("question_id", flat=True)
        return self.due().filter(pk__in=list(members))

    def before(self, question: Question) -> Question | None:
        """The question that stands before this one in `newest_first`.

        The range of dates is what an index begins at; an `or` alone is none, and reads a subject of
        36,000 up to here: 25 ms.
        """
        newer = Q(date__gt=question.date) | Q(pk__gt=question.pk)
        return self.filter(newer, date__gte=question.date).order_by("date", "id").first()

    def after(self, question: Question) -> Question | None:
        """The question that stands after this one in `newest_first`."""
        older = Q(date__lt=question.date) | Q(pk__lt=question.pk)
        return self.filter(older, date__lte=question.date).newest_first().first()

    def on_ring(self, start: int, count: int) -> list[tuple[int, int]]:
        """`(pk, shuffle)` of `count` questions from a place on the ring on, past its end too."""
        keys = self.order_by("shuffle", "id").values_list("pk", "shuffle")
        found = list(keys.filter(shuffle__gte=start)[:count])
        if len(found) < count:
            found += keys.filter(shuffle__lt=start)[: count - len(found)]
        return found

    def last_change(self) -> datetime.datetime:
        """When what students can read last changed: by a save, or because its time had come.

        Two look-ups by indexes. The beginning of time for an empty library.
        """
        began = datetime.datetime.fromtimestamp(0, datetime.UTC)
        saved = self.order_by("-updated_at", "-id").values_list("updated_at", flat=True).first()
        due = self.filter(publish_at__lte=timezone.now()).order_by("-publish_at")
        appeared = due.values_list("publish_at", flat=True).first()
        return max(saved or began, appeared or began)

    def for_listing(self, *more: str) -> QuestionQuerySet:
        """Only what a line in a list shows, and `more` columns: the texts stay in the database."""
        return self.select_related("subject").only(*_LISTED, *more)


class Question(SEOMetadata):
    """A study question with its answer.

    `answer` is Markdown; `answer_html`, `answer_text`, `headings`, `problems` and the numbers after
    them are rendered from it by `publishing`, the only writer. `source` is the whole file's text as
    it would be exported now, `imported_digest` the digest of the file that was last imported.
    """

    subject = models.ForeignKey(
        "Subject", on_delete=models.PROTECT, related_name="questions", db_index=False
    )  # the indexes below begin with it
    slug = models.CharField(max_length=MAX_SLUG)
    title = models.CharField(max_length=500)
    source_id = models.BigIntegerField("source id", null=True, blank=True, db_index=True)
    # Where it stands in the order that study draws from: see learn/study.py.
    shuffle = models.IntegerField(default=0, editable=False)
    date = models.DateField(default=datetime.date.today)
    date_format = models.CharField(max_length=60, blank=True, default="MMM DD, YYYY")
    post_on_text = models.CharField("text before the date", max_length=60, blank=True)
    author = models.CharField(max_length=200, blank=True)
    score = models.FloatField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    publish_at = models.DateTimeField("publish at", null=True, blank=True)
    status_before_prune = models.CharField(
        max_length=10, choices=Status, blank=True, editable=False
    )  # what it gets back when its file returns; empty unless an import archived it
    is_edited = models.BooleanField("edited since its import", default=False)
    imported_digest = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # asked only when a person is deleted
    )
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.EDITOR, editable=False)
    has_math = models.BooleanField(default=False)
    reading_minutes = models.PositiveSmallIntegerField(default=1)
    problem_count = models.PositiveSmallIntegerField("findings", default=0)
    renderer_version = models.PositiveSmallIntegerField(default=0)
    title_key = models.BigIntegerField(default=0, editable=False, db_index=True)
    description_key = models.BigIntegerField(default=0, editable=False, db_index=True)
    headings = models.JSONField(default=list, blank=True)
    problems = models.JSONField(default=list, blank=True)
    answer = models.TextField()
    answer_html = models.TextField(blank=True)
    answer_text = models.TextField(blank=True)
    source = models.TextField(blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "slug"), name="question_address"),
        )
        indexes = (
            models.Index(fields=("status", "-date", "-id"), name="question_newest"),
            # With publish_at at its end it alone counts a subject's published questions.
            models.Index(
                fields=("subject", "status", "-date", "-id", "publish_at"),
                name="question_subject_newest",
            ),
            models.Index(
                fields=("subject", "status", "title", "id", "publish_at"),
                name="question_subject_title",
            ),
            models.Index(fields=("status", "id"), name="question_status"),
            models.Index(
                fields=("publish_at",),
                name="question_publish_at",
                condition=Q(publish_at__isnull=False),
            ),
            models.Index(
                fields=("subject", "status", "shuffle", "id", "publish_at"),
                name="question_subject_shuffle",
            ),
            # The desk's list in its order, under any filter, from the index alone.
            models.Index(fields=("-updated_at", "-id", *_FILTERS), name="question_updated"),
            # The desk's filters in one order, so that a million are counted without sorting.
            models.Index(fields=_FILTERS, name="question_census"),
            models.Index(fields=("problem_count", "-id"), name="question_problems"),
            # All that search asks of what it found: a hundredth of the table (see learn/search).
            models.Index(
                fields=("id", "status", "publish_at", "subject", "title"), name="question_found"
            ),
        )
        permissions = (("publish_question", "Can publish, archive and move questions"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learn:question", args=(self.subject.slug, self.slug))

    @property
    def lead(self) -> str:
        """A line about the question for lists."""
        return self.page_description

    @property
    def posted_text(self) -> str:
        """The date as the file wants it: `Posted on Jan 31, 2025`.

        Where the file says no more than the date, in the form that lists have.
        """
        form = LISTED if is_plain(self.date_format) else self.date_format
        date = formatted(self.date, form)
        return f"{self.post_on_text} {date}" if self.post_on_text else date

    @property
    def is_public(self) -> bool:
        """Whether students may read it now: `published()` for one question."""
        due = self.publish_at is None or self.publish_at <= timezone.now()
        return self.status == Status.PUBLISHED and due
