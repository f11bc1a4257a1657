"""What search engines are told, the same for subjects and questions."""

from __future__ import annotations

from django.db import models


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
