"""Who may do what: four roles, which are groups of permissions, and the questions asked of them.

A Viewer looks. An Editor writes drafts, and proposes changes to what is published. A Publisher
decides what students see. An Admin manages people too.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, Permission, User
from django.db.models import Q, QuerySet

from learn.models import Proposal, Question, Status

VIEWER, EDITOR, PUBLISHER, ADMIN = "Viewer", "Editor", "Publisher", "Admin"
Person = User | AnonymousUser | AbstractBaseUser

# Permissions of each role beside those of the one before it; `*` stands for all of a model's.
_GRANTED: dict[str, tuple[str, ...]] = {
    VIEWER: ("view_*",),
    EDITOR: (
        "add_question", "change_question", "add_proposal", "change_proposal",
        "change_mistakereport", "change_missedsearch", "change_missedaddress",
        "add_relatedquestion", "change_relatedquestion", "delete_relatedquestion",
    ),
    PUBLISHER: (
        "publish_question", "add_subject", "change_subject", "add_importrun",
        "add_redirect", "change_redirect", "delete_redirect",
    ),
    ADMIN: ("*",),
}  # fmt: skip
_OF_ADMINS = ("view_auditentry",)  # though every role may view everything else


def grant() -> None:
    """Make the roles' groups, each with its permissions; those that it has besides stay."""
    granted = Q(pk__in=())
    for role, codenames in _GRANTED.items():
        granted |= _matching(codenames)
        permissions = Permission.objects.filter(content_type__app_label="learn").filter(granted)
        if role != ADMIN:
            permissions = permissions.exclude(codename__in=_OF_ADMINS)
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.add(*permissions)
    people = Permission.objects.filter(content_type__app_label="auth").exclude(
        content_type__model="permission"
    )
    Group.objects.get(name=ADMIN).permissions.add(*people)


def _matching(codenames: Iterable[str]) -> Q:
    wanted = Q(codename__in=[name for name in codenames if not name.endswith("*")])
    for name in codenames:
        if name.endswith("*"):
            wanted |= Q(codename__startswith=name[:-1])
    return wanted


def may_write(person: Person) -> bool:
    """Whether a person writes questions, be it as proposals."""
    return isinstance(person, User) and person.has_perm("learn.change_question")


def may_publish(person: Person) -> bool:
    """Whether a person decides what students see."""
    return isinstance(person, User) and person.has_perm("learn.publish_question")


def writes_live(person: Person, question: Question) -> bool:
    """Whether what a person saves is the question's text at once, and no proposal.

    A draft is its editors'; what students can read, will read or once read is the publishers'.
    """
    return question.status == Status.DRAFT or may_publish(person)


def waiting_for(person: Person) -> QuerySet[Proposal]:
    """The proposals that wait for a person's word: a publisher's, or the editor's own again."""
    if not isinstance(person, User):
        return Proposal.objects.none()
    theirs = Proposal.objects.sent_back_to(person)
    return theirs | Proposal.objects.waiting() if may_publish(person) else theirs
