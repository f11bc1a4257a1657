"""What a status and a time mean for students, in one sentence.

The form's script says the same words while somebody chooses: it gets them from here.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.utils import timezone

from learn.models import Status

# By status and where the time lies; `{at}` is the time. A form speaks of what it does.
STANDS = {
    "draft": "Draft: students do not see it.",
    "draft-past": "Draft: the time has no effect until it is published.",
    "draft-later": "Draft: the time has no effect until it is published.",
    "published": "Students read it now.",
    "published-past": "Students read it now: its time is past.",
    "published-later": "Scheduled: students read it from {at} on.",
    "archived": "Archived: students cannot read it.",
    "archived-past": "Archived: students cannot read it, whatever the time.",
    "archived-later": "Archived: students cannot read it, whatever the time.",
}
SAVED = STANDS | {
    "published": "Published: students read what is saved here at once.",
    "published-past": "This time is past: students read what is saved here at once.",
}
APPROVED = {
    "published": "Students read it as soon as it is approved.",
    "published-past": "This time is past: students read it as soon as it is approved.",
    "published-later": STANDS["published-later"],
}


def sentence(
    status: str, publish_at: datetime.datetime | None, words: Mapping[str, str] = STANDS
) -> str:
    """The sentence of `words` about a status and a time, as of now."""
    if publish_at is None:
        return words[status]
    place = "past" if publish_at <= timezone.now() else "later"
    return words[f"{status}-{place}"].format(at=written(publish_at))


def written(at: datetime.datetime) -> str:
    """`1 Dec 2026, 08:00 UTC`"""
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def advice(status: str, publish_at: datetime.datetime | None) -> str:
    """What to say after a save that set these: nothing where the time has no part in it."""
    return sentence(status, publish_at) if publish_at and status != Status.ARCHIVED else ""
