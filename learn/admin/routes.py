"""Addresses of the desk beside those that Django gives a model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpResponseBase
from django.urls import URLPattern, path

View = Callable[..., HttpResponseBase]


def route(
    model_admin: ModelAdmin, address: str, view: View, name: str, allow: Callable[[Any], Any]
) -> URLPattern:
    """An address below the model's list, for staff; `allow` says which methods it has.

    Its view gets the model's admin first. Its name is the model's, then `name`.
    """
    checked = model_admin.admin_site.admin_view(allow(partial(view, model_admin)))
    model = model_admin.model._meta.model_name
    pattern: URLPattern = path(address, checked, name=f"learn_{model}_{name}")
    return pattern
