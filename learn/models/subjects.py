"""Subjects, the folders of the library."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse

from learn.content.addresses import MAX_SLUG
from learn.models.metadata import SEOMetadata
from learn.models.questions import Question


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
