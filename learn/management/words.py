"""What a machine may do to a command, told in words instead of a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError

Handle = TypeVar("Handle", bound=Callable[..., Any])
AGAIN = "What was stored by then is whole and stays; the same command again does the rest."


def in_words(handle: Handle) -> Handle:
    """Make a full disk, a database that is gone or busy, and Ctrl-C ends with a sentence.

    Exit status 2, and 130 for Ctrl-C as shells have it. Faults of ours keep their traceback.
    """

    @wraps(handle)
    def told(*args: Any, **options: Any) -> Any:
        try:
            return handle(*args, **options)
        except (OperationalError, InterfaceError) as error:
            reason = str(error).strip().split("\n")[0]
            raise CommandError(f"the database failed: {reason}. {AGAIN}", returncode=2) from None
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            raise CommandError(f"{place}{error.strerror or error}. {AGAIN}", returncode=2) from None
        except KeyboardInterrupt:
            raise CommandError(f"interrupted. {AGAIN}", returncode=130) from None

    return told  # type: ignore[return-value]
