"""Actions that change questions' texts: move, hide and show, find and replace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User

from learn import mapping, publishing
from learn.batches.actions import Action, Intended, digest, place_of, record_from
from learn.content import codec
from learn.content.addresses import Address
from learn.content.document import ContentError, QuestionDocument
from learn.content.record import Record, links_of
from learn.content.replacing import FIELDS, Replacer, Search, texts_of
from learn.content.scan import digest_of
from learn.models import BatchQuestion, Origin, Question, Redirect, Revision, Subject
from learn.publishing import Edition


class ChangeText(Action):
    """Gives a question another text, and perhaps another place, through `publishing`."""

    columns = (*Action.columns, "source", "imported_digest", "is_edited")

    def rendered(self, intended: Intended) -> Intended:
        return replace(intended, record=record_from(intended.source))

    def before(self, question: Question) -> dict[str, Any]:
        return {
            "subject": question.subject_id,
            "slug": question.slug,
            "is_edited": question.is_edited,
            "digest": question.imported_digest,
        }

    def packed(self, question: Question) -> bytes | None:
        return Revision.pack(question.source)

    def standing(self, question: Question) -> str:
        return digest(question.source, question.subject_id, question.slug)

    def written(self, intended: Intended) -> str:
        return digest(intended.source, intended.place.subject_id, intended.place.slug)

    def store(self, changes: Sequence[tuple[Question, Intended]], by: User | None) -> None:
        slugs = _slugs(made.place.subject_id for _, made in changes)
        editions = [_edition(question, made, slugs) for question, made in changes]
        publishing.save(editions, by=by, origin=Origin.BATCH, topics_later=True)

    def recall(self, rows: Iterable[BatchQuestion]) -> None:
        self._former: dict[int, Record] = {}
        for row in rows:
            with suppress(ContentError):
                self._former[row.pk] = record_from(row.text)

    def hindrance(self, row: BatchQuestion, question: Question) -> str:
        return "" if row.pk in self._former else "its former text cannot be read any more"

    def put_back(self, rows: Sequence[tuple[BatchQuestion, Question]], by: User | None) -> None:
        """As each was before the batch; what it became otherwise since, it stays."""
        slugs = _slugs(row.before["subject"] for row, _ in rows)
        editions = []
        for row, question in rows:
            subject, slug = row.before["subject"], row.before["slug"]
            place = place_of(question)._replace(subject_id=subject, slug=slug)
            former = Intended("", place, row.text, self._former[row.pk])
            edition = _edition(question, former, slugs)
            edition.is_edited = _was_edited(row, question)
            editions.append(edition)
        publishing.save(editions, by=by, origin=Origin.RESTORE, topics_later=True)


def _slugs(subjects: Iterable[int]) -> dict[int, str]:
    return dict(Subject.objects.filter(pk__in=set(subjects)).values_list("pk", "slug"))


def _edition(question: Question, made: Intended, slugs: Mapping[int, str]) -> Edition:
    return Edition(
        made.place,
        Address(slugs[made.place.subject_id], made.place.slug),
        made.record or record_from(made.source),
        links_of(codec.parse(made.source)),
        question.imported_digest,
        question.pk,
    )


def _was_edited(row: BatchQuestion, question: Question) -> bool:
    """As before; where an import has looked at it since, whether it differs from its file."""
    if question.imported_digest == row.before["digest"]:
        return bool(row.before["is_edited"])
    return digest_of(row.text.encode()) != question.imported_digest


def _rewritten(question: Question, document: QuestionDocument) -> str:
    """The question's text, changed so that it says `document`; it can be read back."""
    source = codec.edited(question.source, document)
    codec.parse(source)
    return source


# ---------------------------------------------------------------------- hide and show


class SetNoIndex(ChangeText):
    def __init__(self, parameters: dict[str, Any], no_index: bool) -> None:
        super().__init__(parameters)
        self._no_index = no_index

    def intended(self, question: Question) -> Intended | None:
        base = codec.parse(question.source)
        if bool(base.no_index) == self._no_index:
            return None
        document = replace(base, no_index=True if self._no_index else None)
        note = "Hidden from search engines" if self._no_index else "Shown to search engines"
        return Intended(note, place_of(question), _rewritten(question, document))


# ---------------------------------------------------------------------- move


class Move(ChangeText):
    """The old address leads to the new one for ever, as after every change of an address."""

    follows_topics = True

    def __init__(self, parameters: dict[str, Any]) -> None:
        super().__init__(parameters)
        self._subject = Subject.objects.get(pk=parameters["subject"])
        self._claimed: dict[str, int] = {}  # by which question that was looked at before
        self._taken: set[str] = set()
        self._led: dict[Address, int] = {}

    def look(self, questions: Sequence[Question]) -> None:
        slugs = [question.slug for question in questions]
        there = Question.objects.filter(subject=self._subject, slug__in=slugs)
        self._taken = set(there.values_list("slug", flat=True))
        self._led = _redirects([Address(self._subject.slug, slug) for slug in slugs])

    def intended(self, question: Question) -> Intended | None:
        if question.subject_id == self._subject.pk:
            return None
        new = Address(self._subject.slug, question.slug)
        if new.slug in self._taken:
            raise ContentError("address-taken", f"another question stands at {new.path}")
        if self._claimed.setdefault(new.slug, question.pk) != question.pk:
            raise ContentError("address-taken", f"this batch moves another one to {new.path}")
        old = mapping.address_of(question)
        place = place_of(question)._replace(subject_id=self._subject.pk)
        moved = Question(slug=question.slug, subject=self._subject)
        base = codec.parse(question.source)
        document = replace(base, **mapping.placed(moved, base))
        leads = "; an old address leads elsewhere until then" if new in self._led else ""
        note = f"{old.path} \u2192 {new.path}{leads}"
        return Intended(note[:500], place, _rewritten(question, document))

    def before(self, question: Question) -> dict[str, Any]:
        new = Address(self._subject.slug, question.slug)
        led = {"led": self._led[new]} if new in self._led else {}
        return {**super().before(question), **led}

    def hindrance(self, row: BatchQuestion, question: Question) -> str:
        """An address that was left may have been taken by another question."""
        subject = Subject.objects.filter(pk=row.before["subject"])
        if not subject.exists():
            return "its former subject is gone"
        former = Question.objects.filter(subject__in=subject, slug=row.before["slug"])
        if former.exclude(pk=question.pk).exists():
            return "another question stands at its former address"
        return super().hindrance(row, question)

    def put_back(self, rows: Sequence[tuple[BatchQuestion, Question]], by: User | None) -> None:
        """The address of the meantime leads on, to the question or to where it led before."""
        super().put_back(rows, by)
        led = {
            Address(self._subject.slug, row.before["slug"]): row.before["led"]
            for row, _ in rows
            if "led" in row.before
        }
        there = Question.objects.filter(pk__in=led.values()).values_list("pk", flat=True)
        publishing.redirect({old: pk for old, pk in led.items() if pk in set(there)})


def _redirects(addresses: Sequence[Address]) -> dict[Address, int]:
    """Where each of these addresses, at which no question stands, leads to."""
    wanted = set(addresses)
    rows = Redirect.objects.filter(slug__in=[address.slug for address in addresses])
    found = rows.values_list("subject_slug", "slug", "question_id")
    return {Address(*old): pk for *old, pk in found if Address(*old) in wanted}


# ---------------------------------------------------------------------- find and replace


class Replace(ChangeText):
    """Making one raises PatternError."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        super().__init__(parameters)
        fields = parameters["fields"]
        search = {name: parameters[name] for name in parameters if name != "fields"}
        self._replacer = Replacer(Search(**search), fields)
        self.follows_topics = "page_keywords" in fields

    def intended(self, question: Question) -> Intended | None:
        found = self._replacer.apply(codec.parse(question.source))
        if found is None:
            return None
        _check_address(found.document.canonical_url, found.counts)
        source = _rewritten(question, found.document)
        read = codec.parse(source)
        for name in found.counts:
            if texts_of(read, name) != texts_of(found.document, name):
                message = f"a file cannot hold this as its {FIELDS[name].lower()}"
                raise ContentError("unstorable", message)
        counts = (f"{count:,} in {FIELDS[name].lower()}" for name, count in found.counts.items())
        return Intended(", ".join(counts)[:500], place_of(question), source)


def _check_address(url: str, counts: Any) -> None:
    """What the form of a question asks of a canonical address."""
    if "canonical_url" not in counts or not url:
        return
    is_path = url.startswith("/") and not url.startswith(("//", "/\\"))
    if not is_path and not url.startswith(("https://", "http://")):
        message = "its canonical address would begin neither with https:// nor with /"
        raise ContentError("wrong-address", message)
