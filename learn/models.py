"""Subjects, questions and what belongs to them. Rules for reading are querysets, defined once."""

from __future__ import annotations

import datetime
import zlib

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils import timezone

from learn.content.addresses import MAX_SLUG
from learn.content.dates import formatted


class SEOMetadata(models.Model):
    """What search engines are told about a page."""

    seo_title = models.CharField("SEO title", max_length=500, blank=True)
    page_description = models.TextField("description", blank=True)
    page_keywords = models.TextField("keywords", blank=True)
    canonical_url = models.CharField(
        "canonical address",
        max_length=500,
        blank=True,
        help_text="Where the page that search engines shall list stands; empty for this one.",
    )
    no_index = models.BooleanField(
        "hide from search engines", default=False, help_text="The page says noindex."
    )

    class Meta:
        abstract = True


class SubjectQuerySet(models.QuerySet["Subject"]):
    def listed(self) -> SubjectQuerySet:
        """Subjects that the home page names."""
        return self.filter(is_listed=True)

    def indexable(self) -> SubjectQuerySet:
        """Subjects whose page search engines shall list at its own address."""
        return self.listed().filter(no_index=False, canonical_url="")

    def with_counts(self) -> SubjectQuerySet:
        """Adds `question_count`, the number of published questions."""
        published = Question.objects.published().filter(subject=models.OuterRef("pk"))
        counted = published.order_by().values("subject").annotate(count=models.Count("pk"))
        count = models.Subquery(counted.values("count"), output_field=models.IntegerField())
        return self.annotate(question_count=Coalesce(count, 0))


class Subject(SEOMetadata):
    """A subject: the folder of its files and the first part of its questions' addresses."""

    slug = models.CharField(max_length=MAX_SLUG, unique=True)
    name = models.CharField(max_length=200)
    introduction = models.TextField(blank=True, help_text="A line under the subject's title.")
    is_listed = models.BooleanField("on the home page", default=True)

    question_count: int  # from `with_counts()` only

    objects = SubjectQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("learn:subject", args=(self.slug,))


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    ARCHIVED = "archived", "Archived"


class Origin(models.TextChoices):
    """Where a version of a question came from."""

    IMPORT = "import", "Import"
    EDITOR = "editor", "Editor"
    RESTORE = "restore", "Restored"


_LISTED = ("title", "slug", "date", "page_description", "subject__name", "subject__slug")


class QuestionQuerySet(models.QuerySet["Question"]):
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
        members = TopicQuestion.objects.filter(topic=topic).values_list("question_id", flat=True)
        return self.due().filter(pk__in=list(members))

    def before(self, question: Question) -> Question | None:
        """The question that stands before this one in `newest_first`."""
        newer = Q(date__gt=question.date) | Q(date=question.date, pk__gt=question.pk)
        return self.filter(newer).order_by("date", "id").first()

    def after(self, question: Question) -> Question | None:
        """The question that stands after this one in `newest_first`."""
        older = Q(date__lt=question.date) | Q(date=question.date, pk__lt=question.pk)
        return self.filter(older).newest_first().first()

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
        Subject, on_delete=models.PROTECT, related_name="questions", db_index=False
    )  # the indexes below begin with it
    slug = models.CharField(max_length=MAX_SLUG)
    title = models.CharField(max_length=500)
    source_id = models.BigIntegerField("source id", null=True, blank=True, db_index=True)
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
            models.Index(fields=("-updated_at", "-id"), name="question_updated"),
            models.Index(fields=("problem_count", "-id"), name="question_problems"),
        )

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
        """The date as the file wants it: `Posted on Jan 31, 2025`."""
        date = formatted(self.date, self.date_format)
        return f"{self.post_on_text} {date}" if self.post_on_text else date

    @property
    def is_public(self) -> bool:
        """Whether students may read it now: `published()` for one question."""
        due = self.publish_at is None or self.publish_at <= timezone.now()
        return self.status == Status.PUBLISHED and due


class TopicQuerySet(models.QuerySet["Topic"]):
    def most_used(self) -> TopicQuerySet:
        return self.order_by("-question_count", "slug")


class Topic(models.Model):
    """A keyword that questions of a subject share. `topics` derives all of it from them.

    `name` is the most common spelling; `question_count` counts what students could read at the last
    refresh.
    """

    subject = models.ForeignKey(
        Subject, on_delete=models.CASCADE, related_name="topics", db_index=False
    )  # the constraint's index begins with it
    slug = models.CharField(max_length=MAX_SLUG)
    name = models.CharField(max_length=200)
    question_count = models.PositiveIntegerField(default=0)

    objects = TopicQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("subject", "slug"), name="topic_address"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("learn:topic", args=(self.subject.slug, self.slug))


class TopicQuestion(models.Model):
    """A published question's membership in a topic of its subject.

    Two numbers and one index: three times as quick to write as a row with a key of its own.
    """

    pk = models.CompositePrimaryKey("topic", "question")
    topic = models.ForeignKey(
        Topic, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    question = models.ForeignKey(
        Question,
        on_delete=models.CASCADE,
        related_name="memberships",
        db_constraint=False,  # its check would wait for the question that somebody is saving
        db_index=False,  # a question's topics are found by its keywords
    )

    def __str__(self) -> str:
        return f"{self.question} in {self.topic}"


class Revision(models.Model):
    """What a question's file said before it was changed: who had written that, when, from where.

    The present text stands in `Question.source`; saving another one moves it here. So a question
    that never changed has no revision, and no text is stored twice.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="revisions")
    packed = models.BinaryField()  # the text, UTF-8, deflated: 4.4 KB become 1.9
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )
    origin = models.CharField(max_length=10, choices=Origin)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("question", "-id"), name="revision_newest"),)

    def __str__(self) -> str:
        return f"{self.question} as of {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def text(self) -> str:
        return zlib.decompress(self.packed).decode()

    @staticmethod
    def pack(text: str) -> bytes:
        return zlib.compress(text.encode(), 6)


class RelatedQuestion(models.Model):
    """A link from one question to another, as a file gave it, and the question it leads to.

    `target_subject` and `target_slug` are the address that `url` names; `target` is the question
    there, null where the library has none.
    """

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="related", db_index=False
    )  # the constraint's index begins with it
    position = models.PositiveSmallIntegerField()
    target = models.ForeignKey(
        Question, on_delete=models.SET_NULL, null=True, blank=True, related_name="related_from"
    )
    source_id = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=500, blank=True)
    subject_name = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    target_subject = models.CharField(max_length=MAX_SLUG, blank=True)
    target_slug = models.CharField(max_length=MAX_SLUG, blank=True)

    class Meta:
        ordering = ("position",)
        indexes = (
            models.Index(
                fields=("target_slug", "target_subject"),
                name="related_waiting",
                condition=Q(target=None),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("question", "position"), name="related_position"),
        )

    def __str__(self) -> str:
        return self.title


class Redirect(models.Model):
    """An address that a question once had. It points at the question, so chains cannot form."""

    subject_slug = models.CharField(max_length=MAX_SLUG)
    slug = models.CharField(max_length=MAX_SLUG)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="redirects")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    hits = models.PositiveIntegerField(default=0, editable=False)
    last_hit_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject_slug", "slug"), name="redirect_address"),
        )

    def __str__(self) -> str:
        return f"/learn/{self.subject_slug}/questions/{self.slug}"


class ImportRun(models.Model):
    """One run of an import: by whom, of what, with what result. A running one is the lock.

    `holder` says which process runs it; `beat_at` is when it was last heard of. A rehearsal (a dry
    run whose outcomes somebody wants to look at) holds no lock. `refusal` says why nothing was
    written, `notes` what was left as it was.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    is_rehearsal = models.BooleanField("rehearsal", default=False)
    holder = models.CharField(max_length=200, blank=True)
    source = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    conflicted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    pruned = models.PositiveIntegerField("archived", default=0)
    refusal = models.TextField(blank=True)
    notes = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("state",),
                condition=Q(state="running", is_rehearsal=False),
                name="one_import_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"Import of {self.started_at:%Y-%m-%d %H:%M}"


class ImportOutcome(models.Model):
    """What a run made of one file. A file that changed nothing has no row.

    `code`, `message` and `line` say why a file was rejected. `question` is null where there is
    none: for a rejected file, and for one that a rehearsal would create.
    """

    class Kind(models.TextChoices):
        CREATED = "created", "Created"
        UPDATED = "updated", "Updated"
        CONFLICTED = "conflicted", "Conflicted"
        REJECTED = "rejected", "Rejected"
        ARCHIVED = "archived", "Archived"

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="outcomes", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    file = models.TextField()
    question = models.ForeignKey(
        Question,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # asked only when a question is deleted, which nobody does
    )
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    line = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("run", "kind", "id"), name="outcome_kind"),)

    def __str__(self) -> str:
        return f"{self.file}: {self.get_kind_display()}"
