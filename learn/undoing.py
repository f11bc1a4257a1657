"""Ways back: from deleted and imported redirects, a deleted view, a change of place."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from learn import bulk, destinations, mapping, moves, publishing
from learn.content.addresses import Address
from learn.models import (
    DefaultView,
    Origin,
    PlaceChange,
    Question,
    Redirect,
    SavedView,
    WayBack,
)
from learn.moves import Kind, Move, Verdict

Rows = Sequence[dict[str, Any]]
_BATCH = 500


class NoWayBackError(Exception):
    """Why nothing can be brought back, as a sentence."""


class BroughtBack(NamedTuple):
    """How many things are as they were, and how many somebody has changed since."""

    done: int
    left: int


def keep(kind: WayBack.Kind, words: str, rows: Iterable[dict[str, Any]], by: User) -> None:
    """Remember how things stood before; what is closed by now is forgotten."""
    WayBack.objects.filter(at__lt=timezone.now() - WayBack.OPEN).delete()
    if rows := list(rows):
        WayBack.objects.create(kind=kind, words=words[:300], rows=rows, person=by)


def bring_back(way: WayBack) -> BroughtBack:
    """Go it, once. Raises NoWayBackError."""
    with transaction.atomic():
        if not WayBack.objects.filter(pk=way.pk).delete()[0]:
            raise NoWayBackError("That was brought back already.")
        return _WAYS[WayBack.Kind(way.kind)](way.rows)


# ---------------------------------------------------------------------- places


def put_back(
    question: Question, change: PlaceChange, changed: Sequence[str], *, by: User | AnonymousUser
) -> str:
    """Give a question back the columns that a change took from its place; why not, if it cannot be.

    What became of the rest of its place since, it stays.
    """
    if "subject_id" in changed or "slug" in changed:
        subject = change.subject or question.subject
        slug = change.slug if "slug" in changed else question.slug
        if problem := destinations.problem_with(subject, slug, question.pk):
            return problem
    for name in changed:
        setattr(question, name, getattr(change, name))
    publishing.save([publishing.edition_of(question)], by=by, origin=Origin.RESTORE)
    return ""


# ---------------------------------------------------------------------- redirects


def redirect_rows(redirects: Iterable[Redirect]) -> Iterable[dict[str, Any]]:
    """What is kept of redirects that are about to be deleted."""
    for each in redirects:
        yield {
            "old": [each.subject_slug, each.slug],
            "question": each.question_id,
            "hits": each.hits,
            "last_hit_at": each.last_hit_at and each.last_hit_at.isoformat(),
            "created_at": each.created_at.isoformat(),
        }


def import_rows(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """What is kept of moves that are about to be applied: where the addresses led before."""
    applied = [verdict for verdict in verdicts if verdict.kind in (Kind.NEW, Kind.CHANGED)]
    before = moves.leads_of(verdict.move.old for verdict in applied)
    return [
        {"old": list(move.old), "question": before.get(move.old), "now": pk}
        for move, _, pk, _ in applied
    ]


def _redirects_again(rows: Rows) -> BroughtBack:
    """Each leads where it led, unless a question stands there now or it leads elsewhere."""
    kept = {Address(*row["old"]): row for row in rows}
    there = _questions(row["question"] for row in rows)
    found = [
        Move(0, old, mapping.address_of(there[row["question"]]))
        for old, row in kept.items()
        if row["question"] in there
    ]
    again = [verdict.move.old for verdict in moves.judged(found) if verdict.kind == Kind.NEW]
    publishing.redirect({old: kept[old]["question"] for old in again})
    _count_on({old: kept[old] for old in again})
    return BroughtBack(len(again), len(rows) - len(again))


def _questions(keys: Iterable[int]) -> dict[int, Question]:
    """By primary key, with what their addresses need."""
    wanted = sorted(set(keys))
    columns = Question.objects.select_related("subject").only("slug", "subject__slug")
    return {
        pk: question
        for start in range(0, len(wanted), _BATCH)
        for pk, question in columns.in_bulk(wanted[start : start + _BATCH]).items()
    }


def _count_on(kept: Mapping[Address, Mapping[str, Any]]) -> None:
    """Redirects that are back go on counting where they stopped."""
    addresses = list(kept)
    for start in range(0, len(addresses), _BATCH):
        slugs = [address.slug for address in addresses[start : start + _BATCH]]
        redirects = [
            redirect
            for redirect in Redirect.objects.filter(slug__in=slugs)
            if Address(redirect.subject_slug, redirect.slug) in kept
        ]
        for redirect in redirects:
            row = kept[Address(redirect.subject_slug, redirect.slug)]
            redirect.hits = row["hits"]
            redirect.created_at = datetime.datetime.fromisoformat(row["created_at"])
            if row["last_hit_at"]:
                redirect.last_hit_at = datetime.datetime.fromisoformat(row["last_hit_at"])
        Redirect.objects.bulk_update(redirects, ["hits", "created_at", "last_hit_at"])


def _import_taken_back(rows: Rows) -> BroughtBack:
    """What it added is deleted, what it changed leads where it led; another's change stays."""
    leads = moves.leads_of(Address(*row["old"]) for row in rows)
    mine = [row for row in rows if leads.get(Address(*row["old"])) == row["now"]]
    added = [row["old"] for row in mine if row["question"] is None]
    bulk.delete(Redirect, ("subject_slug", "slug"), added)
    changed = {Address(*row["old"]): row["question"] for row in mine if row["question"]}
    there = _questions(changed.values())
    publishing.redirect({old: pk for old, pk in changed.items() if pk in there})
    return BroughtBack(len(mine), len(rows) - len(mine))


# ---------------------------------------------------------------------- views


def view_row(view: SavedView) -> dict[str, Any]:
    """What is kept of a view that is about to be deleted, and for whom the list opens with it."""
    people = DefaultView.objects.filter(view=view).values_list("person", flat=True)
    return {
        "owner": view.owner_id,
        "name": view.name,
        "query": view.query,
        "is_shared": view.is_shared,
        "people": list(people),
    }


def _views_again(rows: Rows) -> BroughtBack:
    for row in rows:
        name, owner = row["name"], row["owner"]
        if SavedView.objects.filter(owner=owner, name=name).exists():
            raise NoWayBackError(f"There is a view named \u201c{name}\u201d by now.")
        if not User.objects.filter(pk=owner).exists():
            raise NoWayBackError("The person whose view it was is gone.")
        view = SavedView.objects.create(
            owner_id=owner, name=name, query=row["query"], is_shared=row["is_shared"]
        )
        others = DefaultView.objects.filter(person__in=row["people"]).values("person")
        people = User.objects.filter(pk__in=row["people"]).exclude(pk__in=others)
        DefaultView.objects.bulk_create(DefaultView(person=who, view=view) for who in people)
    return BroughtBack(len(rows), 0)


_WAYS = {
    WayBack.Kind.REDIRECTS_DELETED: _redirects_again,
    WayBack.Kind.REDIRECTS_IMPORTED: _import_taken_back,
    WayBack.Kind.VIEW_DELETED: _views_again,
}
