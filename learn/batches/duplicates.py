"""Merging questions into one: they are archived, and what led to them leads to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User

from learn import bulk, linking, mapping, moves, publishing
from learn.batches.actions import Intended, SetStatus, place_of
from learn.content.addresses import Address
from learn.content.document import ContentError
from learn.models import BatchQuestion, Question, Redirect, RelatedQuestion, Status


class Merge(SetStatus):
    """Archive questions that say what another one says, `into`, and lead their readers there.

    Their own addresses, those that they had before and the related links of others lead to the one
    that stays. Nothing of them is lost: an archived question keeps its text, its file and its
    votes.
    """

    def __init__(self, parameters: dict[str, Any]) -> None:
        super().__init__(parameters, Status.ARCHIVED)
        columns = ("title", "slug", "status", "publish_at", "subject__slug")
        kept = Question.objects.select_related("subject").only(*columns)
        self._into = kept.get(pk=parameters["into"])
        self._led: dict[int, int] = {}  # where the address of an archived question leads
        self._redirects: dict[int, list[list[str]]] = {}  # the addresses that a question had
        self._links: dict[int, list[int]] = {}  # the related links of others to it

    def look(self, questions: Sequence[Question]) -> None:
        keys = [question.pk for question in questions]
        leads = moves.leads_of(map(mapping.address_of, questions))
        self._led = {
            question.pk: leads[mapping.address_of(question)]
            for question in questions
            if mapping.address_of(question) in leads
        }
        self._redirects, self._links = defaultdict(list), defaultdict(list)
        for row in Redirect.objects.filter(question__in=keys).order_by("pk"):
            self._redirects[row.question_id].append([row.subject_slug, row.slug])
        links = RelatedQuestion.objects.filter(target__in=keys).exclude(question=self._into.pk)
        for target, pk in links.order_by("pk").values_list("target", "pk"):
            self._links[target].append(pk)

    def intended(self, question: Question) -> Intended | None:
        if question.pk == self._into.pk:
            return None
        if not self._into.is_public:
            raise ContentError("not-public", "what it would lead to cannot be read by students")
        if question.status == Status.ARCHIVED and self._led.get(question.pk) == self._into.pk:
            return None
        archived = super().intended(question)
        old, new = mapping.address_of(question), mapping.address_of(self._into)
        note = f"{old.path} \u2192 {new.path}"
        return Intended(note[:500], archived.place if archived else place_of(question))

    def before(self, question: Question) -> dict[str, Any]:
        return {
            **super().before(question),
            "led": self._led.get(question.pk),
            "redirects": self._redirects.get(question.pk, []),
            "links": self._links.get(question.pk, []),
        }

    def store(self, changes: Sequence[tuple[Question, Intended]], by: User | None) -> None:
        super().store(changes, by)
        into = self._into.pk
        led = [mapping.address_of(question) for question, _ in changes]
        for question, _ in changes:
            led += [Address(*old) for old in self._redirects.get(question.pk, ())]
        publishing.redirect(dict.fromkeys(led, into))
        links = [pk for question, _ in changes for pk in self._links.get(question.pk, ())]
        linking.lead(dict.fromkeys(links, into))

    def put_back(self, rows: Sequence[tuple[BatchQuestion, Question]], by: User | None) -> None:
        """Whatever still leads to the one that stayed leads where it led before."""
        super().put_back(rows, by)
        into = self._into.pk
        own = {mapping.address_of(question): row.before["led"] for row, question in rows}
        before = {address: pk for address, pk in own.items() if pk}
        for row, question in rows:
            before |= {Address(*old): question.pk for old in row.before["redirects"]}
        still = moves.leads_of([*own, *before])
        publishing.redirect({old: pk for old, pk in before.items() if still.get(old) == into})
        bulk.delete(
            Redirect,
            ("subject_slug", "slug", "question_id"),
            [(*address, into) for address, pk in own.items() if not pk],
        )
        linking.lead(
            {pk: question.pk for row, question in rows for pk in row.before["links"]}, after=into
        )
