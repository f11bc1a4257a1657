"""The answer that every page of the site gives."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learn import seo
from learn.seo import PageSeo


def page(
    request: HttpRequest, template: str, page_seo: PageSeo, status: int = 200, **context: Any
) -> HttpResponse:
    """A template with its head's `seo` and the site's name."""
    context |= {"seo": page_seo, "site_name": seo.SITE_NAME}
    return render(request, template, context, status=status)
