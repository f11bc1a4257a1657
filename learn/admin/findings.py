"""Findings in the admin: the dashboard over the library, whose numbers lead to the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from learn import findings
from learn.models import Question

MOST = 50_000  # findings that are counted by subject, the gravest first: half a second
WIDTH, HEIGHT = 160, 32  # of a trend's picture, in its own units


@dataclass(frozen=True, slots=True)
class Kind:
    """A check's line on the dashboard; `points` draw its trend, empty with fewer than two days."""

    name: str
    code: str
    questions: int
    url: str
    points: str
    since: str


def dashboard(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """What is wrong in the library, by kind and by subject, with its trend."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    trend = findings.trend()
    counts = findings.counts()
    kinds = [_kind(code, number, trend.get(code, [])) for code, number in counts.items()]
    divided = _divided(counts)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Findings",
        "opts": Question._meta,
        "kinds": kinds,
        "subjects": [
            {
                "name": row.subject.name,
                "questions": row.questions,
                "url": _list_url(findings="some", subject=row.subject.slug),
                "cells": [
                    {
                        "kind": kind.name,
                        "number": row.by_code.get(kind.code, 0) if kind.code in divided else None,
                        "url": _list_url(findings=kind.code, subject=row.subject.slug),
                    }
                    for kind in kinds
                ],
            }
            for row in findings.by_subject(divided)
        ],
        "picture": f"0 0 {WIDTH} {HEIGHT}",
    }
    return render(request, "admin/learn/question/findings.html", context)


def _divided(counts: Mapping[str, int]) -> list[str]:
    """The kinds that are counted by subject: all of them, unless the library is very large."""
    left, kinds = MOST, []
    for code, number in counts.items():
        if number <= left:
            left -= number
            kinds.append(code)
    return kinds


def _kind(code: str, number: int, noted: Sequence[tuple[date, int]]) -> Kind:
    since = _since(*noted[0]) if noted else ""
    url = _list_url(findings=code)
    return Kind(findings.KINDS.get(code, code), code, number, url, _points(noted), since)


def _since(day: date, number: int) -> str:
    if day == timezone.now().date():
        return "counted since today"
    return f"{number:,} on {day:%Y-%m-%d}"


def _points(noted: Sequence[tuple[date, int]]) -> str:
    """The corners of a line through the counts, the largest at the top."""
    if len(noted) < 2:
        return ""
    first, days = noted[0][0], (noted[-1][0] - noted[0][0]).days or 1
    most = max(number for _, number in noted) or 1
    return " ".join(
        f"{(day - first).days / days * WIDTH:.1f},{HEIGHT - number / most * (HEIGHT - 2) - 1:.1f}"
        for day, number in noted
    )


def _list_url(**filters: object) -> str:
    return f"{reverse('admin:learn_question_changelist')}?{urlencode(filters)}"
