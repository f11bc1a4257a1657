"""Batches: one change of many questions; foretold, made in short transactions, undone.

Each phase (preview, run, undo) is worked by a process of its own, as imports are, unless it is
small. Every step stores what it did together with its mark that it did it, so that a phase which
was killed goes on where it was.
"""

from learn.batches.actions import Action, Intended
from learn.batches.starting import (
    INLINE,
    GoneError,
    again,
    chosen,
    confirm,
    discard,
    has_ended,
    may_undo,
    prepare,
    resume,
    stop,
    undo,
    waiting,
)
from learn.batches.working import action_of, take_up, work

__all__ = [
    "INLINE",
    "Action",
    "GoneError",
    "Intended",
    "action_of",
    "again",
    "chosen",
    "confirm",
    "discard",
    "has_ended",
    "may_undo",
    "prepare",
    "resume",
    "stop",
    "take_up",
    "undo",
    "waiting",
    "work",
]
