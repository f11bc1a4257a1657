"""Keeping what somebody writes before it is saved. No version of a question is made of it."""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from learn.models import Question, UnsavedWork

MAX_CHARACTERS = 1_500_000  # of JSON: an answer has at most a million characters
MAX_KEPT = 200  # forms of one person: older ones make way
KEPT_FOR = datetime.timedelta(days=60)  # and as long it is known that a form was saved
Fields = Mapping[str, str]


class FinishedError(Exception):
    """The form was saved or given up: what arrives after that is not kept."""


class TooLargeError(Exception):
    """The fields are larger than what is kept."""


def new_key() -> str:
    return secrets.token_urlsafe(12)


def keep(
    person: User, key: str, question: Question | None, fields: Fields, stamp: int | None = None
) -> UnsavedWork:
    """Keep the fields of a form, unless a later message (a higher `stamp`) has arrived already.

    Without a `stamp` they are a form that was sent off: nothing is later than that. Raises
    FinishedError and TooLargeError.
    """
    fields = {name: value.replace("\0", "") for name, value in fields.items()}
    if len(json.dumps(fields)) > MAX_CHARACTERS:
        raise TooLargeError
    work, is_new = UnsavedWork.objects.get_or_create(
        person=person,
        key=key,
        defaults={"question": question, "fields": fields, "stamp": stamp or 0},
    )
    if is_new:
        _clean_up(person)
        return work
    if work.is_done:
        raise FinishedError
    same = UnsavedWork.objects.filter(pk=work.pk, is_done=False)
    if stamp is not None:
        same.filter(stamp__lt=stamp).update(fields=fields, stamp=stamp, saved_at=timezone.now())
    else:
        same.update(fields=fields, saved_at=timezone.now())
    work.refresh_from_db()
    return work


def finish(person: User, key: str) -> None:
    """Note that a form was saved. Its question holds the text now."""
    UnsavedWork.objects.update_or_create(
        person=person,
        key=key,
        defaults={"is_done": True, "fields": {}, "saved_at": timezone.now()},
    )


def give_up(work: UnsavedWork) -> None:
    """Put work aside; its fields stay for a while, so that it can be had back."""
    UnsavedWork.objects.filter(pk=work.pk).update(is_done=True, saved_at=timezone.now())


def take_up(work: UnsavedWork) -> None:
    """Go on with work, even if it was put aside."""
    if work.is_done and work.fields:
        work.is_done = False
        work.save(update_fields=["is_done"])


def _clean_up(person: User) -> None:
    waiting = UnsavedWork.objects.filter(person=person, is_done=False).order_by("-saved_at")
    beyond = list(waiting.values_list("pk", flat=True)[MAX_KEPT : 2 * MAX_KEPT])
    old = Q(saved_at__lt=timezone.now() - KEPT_FOR)
    UnsavedWork.objects.filter(Q(pk__in=beyond) | old).delete()
