"""Links to what is not public yet: signed, so that nobody guesses one, and for seven days."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

from learn.models import Proposal, Question

VALID_FOR = datetime.timedelta(days=7)
_SIGNER = TimestampSigner(sep=".", salt="learn.draft")
_KINDS: dict[str, type[Question] | type[Proposal]] = {"q": Question, "p": Proposal}


class ForgedError(Exception):
    """The link was not made here, or was changed on its way."""


class ExpiredError(Exception):
    """The link is older than `VALID_FOR`."""


class Shared(NamedTuple):
    """What a link leads to: a question as it is stored, or a proposal as it is handed in."""

    model: type[Question] | type[Proposal]
    pk: int


def link_to(shown: Question | Proposal) -> str:
    """The path of a link that shows a question or a proposal to whoever holds it."""
    kind = "p" if isinstance(shown, Proposal) else "q"
    return reverse("learn:draft", args=(_SIGNER.sign(f"{kind}{shown.pk}"),))


def read(token: str) -> Shared:
    """Raises ForgedError and ExpiredError."""
    try:
        value = _SIGNER.unsign(token, max_age=VALID_FOR)
    except SignatureExpired:
        raise ExpiredError from None
    except BadSignature:
        raise ForgedError from None
    return Shared(_KINDS[value[0]], int(value[1:]))
