"""Who signs in and out, and who fails to, for the audit log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from learn import audit
from learn.limits import Limit
from learn.models import Verb
from learn.network import sender_of

# Noted of one address and process: whoever guesses must not fill the log.
failures = Limit(20, seconds=600)


@receiver(user_logged_in)
def _signed_in(request: HttpRequest | None, user: User, **options: Any) -> None:
    audit.record(Verb.SIGNED_IN, user, request=request, by=user)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest | None, user: User | None, **options: Any) -> None:
    if user:
        audit.record(Verb.SIGNED_OUT, user, request=request, by=user)


@receiver(user_login_failed)
def _failed(
    credentials: dict[str, Any], request: HttpRequest | None = None, **options: Any
) -> None:
    """With the account that was meant; what is no account's name may be a password."""
    if request is None or not failures.allows(str(sender_of(request))):
        return
    name = str(credentials.get("username", ""))[:150].replace("\0", "")
    account = User.objects.filter(username=name).first()
    words = "" if account else "no account has this name"
    audit.record(Verb.SIGN_IN_FAILED, account, request=request, kind="user", words=words)
