"""The only writer of questions: stores them with all that depends on them, in one transaction.

A bulk import and a single save in the admin are the same function over many editions or one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from learn import bulk, findings, history, linking, mapping, search, study, topics
from learn.content import codec
from learn.content.addresses import Address, address_in
from learn.content.document import ContentError, QuestionDocument, RelatedLink
from learn.content.markdown import RENDERER_VERSION
from learn.content.record import Link, Record, links_of, record_of
from learn.content.scan import digest_of
from learn.history import Place, Version
from learn.models import Origin, Question, Redirect, RelatedQuestion, Revision, Status, Subject

# Rows of one writing step, during which other writers wait: about 0.15 s. Steps of 200 take an
# import an eighth longer, as the index of words is merged more often; steps of 800 take no less.
BATCH = 400


@dataclass(slots=True)
class Edition:
    """A question as it shall be stored: where it stands, and what its file says.

    `pk` is None for a new question until it is saved. `digest` is that of the file that was last
    imported. A `question` that is given has its columns set anew once it is saved. `is_edited`:
    whether it counts as edited here since; where it is not given, all but imports do.
    """

    place: Place
    address: Address
    record: Record
    links: Sequence[Link]
    digest: str = ""
    pk: int | None = None
    question: Question | None = None
    is_edited: bool | None = None


def edition_of(question: Question, related: Mapping[int, RelatedLink] | None = None) -> Edition:
    """The edition that a question's columns describe; `related` replaces its links where given.

    Of the file's text only the lines of changed keys change (see `codec.edited`). Raises
    ContentError where the question cannot stand in a file.
    """
    base = codec.parse(question.source) if question.source else mapping.new_document(question)
    document = mapping.document_from(question, base, moved=_has_moved(question, base))
    if related is not None:
        document = replace(document, related=related)
    source = codec.edited(question.source, document) if question.source else ""
    source = source or codec.serialise(document)
    document = codec.parse(source)  # what is stored can be read back, or is not stored
    return Edition(
        _place_of(question),
        mapping.address_of(question),
        record_of(document, source),
        links_of(document),
        question.imported_digest,
        question.pk,
        question,
    )


def _place_of(question: Question) -> Place:
    """What was archived by an import and given another status here keeps that one."""
    place = Place(*(getattr(question, name) for name in Place._fields))
    return place if place.status == Status.ARCHIVED else place._replace(status_before_prune="")


def _has_moved(question: Question, base: QuestionDocument) -> bool:
    """Whether a question stands elsewhere than it stood when its file's text was written."""
    now, told = mapping.address_of(question), address_in(base.url)
    before = _addresses([question.pk]).get(question.pk)
    if before is None or before != now:
        return True
    former = Redirect.objects.filter(question=question)
    return told is not None and former.filter(subject_slug=told.subject, slug=told.slug).exists()


def _addresses(keys: Iterable[int | None]) -> dict[int | None, Address]:
    """The stored addresses of questions by their primary keys."""
    stored = Question.objects.filter(pk__in=[key for key in keys if key])
    rows = stored.values_list("pk", "subject__slug", "slug")
    return {pk: Address(subject, slug) for pk, subject, slug in rows}


def save(
    editions: Sequence[Edition],
    *,
    by: User | AnonymousUser | None = None,
    origin: Origin = Origin.EDITOR,
    topics_later: bool = False,
    placed_by: User | None = None,
) -> None:
    """Store new and changed questions with their revisions, related links and redirects.

    Imported editions count as what the files say; others are marked as edited here, which a later
    import respects. Who saves many by turns has their topics refreshed at the end: `topics_later`.
    `placed_by` is who decided about the place, where that is another than who wrote.
    """
    waits = topics_later or origin == Origin.IMPORT
    changed = [edition for edition in editions if edition.pk]
    created = [edition for edition in editions if not edition.pk]
    with transaction.atomic(), topics.following(() if waits else editions):
        # Within: what is written later has a later time, by which kept pages are told (`kept`).
        version = Version(timezone.now(), _person(by), origin, placed_by)
        if origin != Origin.IMPORT:
            _leave_redirects(changed)
        _keep(changed, version)
        _insert(created, version)
        _update(changed, version)
        search.index(map(_entry, created), are_new=True)
        search.index(map(_entry, changed))
        _replace_related(editions, changed)
        findings.replace(_problems(changed))
        findings.add(_problems(created))
        # What an import creates it links at its end: nobody reads these pages yet.
        linked = changed if origin == Origin.IMPORT else editions
        linking.resolve({edition.pk: edition.address for edition in linked if edition.pk})
    for edition in editions:
        if edition.question:
            _refresh(edition.question, edition, version)


_VERSION_COLUMNS = ("is_edited", "updated_at", "updated_by_id", "origin", "imported_digest")
_COLUMNS = (*Place._fields, "shuffle", *Record._fields, *_VERSION_COLUMNS)


def _rows(editions: Iterable[Edition], version: Version) -> Iterable[list[Any]]:
    """The values of _COLUMNS."""
    written = [
        bulk.stored_time(version.made_at),
        version.made_by.pk if version.made_by else None,
        str(version.origin),
    ]
    for edition in editions:
        subject, slug, status, publish_at, before_prune = edition.place
        place = (subject, slug, status, bulk.stored_time(publish_at), before_prune)
        shuffle = study.place_of("/".join(edition.address))
        is_edited = version.is_edited if edition.is_edited is None else edition.is_edited
        yield [*place, shuffle, *edition.record, is_edited, *written, edition.digest]


def _insert(created: list[Edition], version: Version) -> None:
    if not created:
        return
    keys = bulk.reserve_ids(Question, len(created))
    made_at = bulk.stored_time(version.made_at)
    rows = [[*row, made_at, pk] for row, pk in zip(_rows(created, version), keys, strict=True)]
    bulk.insert(Question, (*_COLUMNS, "created_at", "id"), rows)
    for edition, pk in zip(created, keys, strict=True):
        edition.pk = pk
    slugs = [edition.address.slug for edition in created]
    if shadowed := Redirect.objects.filter(slug__in=slugs):  # a question stands there now
        addresses = {edition.address for edition in created}
        gone = [row.pk for row in shadowed if Address(row.subject_slug, row.slug) in addresses]
        Redirect.objects.filter(pk__in=gone).delete()


def _update(changed: list[Edition], version: Version) -> None:
    keys = [edition.pk for edition in changed]
    rows = [[*row, pk] for row, pk in zip(_rows(changed, version), keys, strict=True)]
    bulk.update(Question, _COLUMNS, rows)


def _entry(edition: Edition) -> search.Entry:
    record = edition.record
    assert edition.pk
    return search.Entry(edition.pk, record.title, record.page_keywords, record.answer_text)


def _refresh(question: Question, edition: Edition, version: Version) -> None:
    """Set the columns of a question as they have been stored."""
    mapping.fill(question, edition.record)
    if question.pk is None:
        question.pk, question.created_at = edition.pk, version.made_at
        question._state.adding = False
    question.is_edited = version.is_edited
    question.updated_at, question.updated_by = version.made_at, version.made_by
    question.origin = version.origin


def _keep(changed: list[Edition], version: Version) -> None:
    texts = {edition.pk: edition.record.source for edition in changed if edition.pk}
    places = {edition.pk: edition.place for edition in changed if edition.pk}
    history.keep(texts, places, version)


def restored(revision: Revision) -> Edition:
    """The edition that gives a question an earlier text; its address stays what it is now.

    Raises ContentError for a text that an earlier version of this software could read.
    """
    question = revision.question
    document = codec.parse(revision.text)
    mapping.fill(question, record_of(document, revision.text))
    return edition_of(question)


def _replace_related(editions: Sequence[Edition], changed: list[Edition]) -> None:
    if changed:
        keys = [edition.pk for edition in changed]
        RelatedQuestion.objects.filter(question__in=keys).delete()
    rows = [(edition.pk, *link) for edition in editions for link in edition.links]
    bulk.insert(RelatedQuestion, ("question_id", *Link._fields), rows)


def _problems(editions: Iterable[Edition]) -> dict[int, str]:
    return {edition.pk: edition.record.problems for edition in editions if edition.pk}


def _leave_redirects(changed: list[Edition]) -> None:
    before = _addresses(edition.pk for edition in changed)
    for edition in changed:
        old, new = before.get(edition.pk), edition.address
        if old is None or old == new or not edition.pk:
            continue
        Redirect.objects.filter(subject_slug=new.subject, slug=new.slug).delete()
        Redirect.objects.update_or_create(
            subject_slug=old.subject, slug=old.slug, defaults={"question_id": edition.pk}
        )


def _person(by: User | AnonymousUser | None) -> User | None:
    return by if isinstance(by, User) else None


def redirect(targets: Mapping[Address, int]) -> None:
    """Lead each address, and the links that wait for it, to the question with this primary key."""
    rows = [
        Redirect(subject_slug=old.subject, slug=old.slug, question_id=pk)
        for old, pk in targets.items()
    ]
    with transaction.atomic():
        Redirect.objects.bulk_create(
            rows,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["subject_slug", "slug"],
            update_fields=["question"],
        )
        linking.resolve_at(targets)


def set_statuses(
    statuses: Mapping[int, tuple[str, str]],
    *,
    by: User | AnonymousUser | None = None,
    origin: Origin = Origin.BATCH,
) -> None:
    """Give each question a status, and the one that it had before an import archived it.

    The topics of their subjects are the caller's to refresh, once for many. `origin` is that of the
    change: a question keeps its text's.
    """
    columns = ("status", "status_before_prune", "updated_at", "updated_by_id")
    with transaction.atomic():
        version = Version(timezone.now(), _person(by), origin)
        written = (bulk.stored_time(version.made_at), version.made_by and version.made_by.pk)
        rows = [(str(status), was, *written, pk) for pk, (status, was) in statuses.items()]
        history.keep_statuses({pk: str(status) for pk, (status, _) in statuses.items()}, version)
        bulk.update(Question, columns, rows)


def prune(keys: Sequence[int]) -> None:
    """Archive questions whose file has vanished, so that they come back as they were with it."""
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        with transaction.atomic():
            version = Version(timezone.now(), None, Origin.IMPORT)
            history.keep_statuses(dict.fromkeys(some, str(Status.ARCHIVED)), version)
            Question.objects.filter(pk__in=some).update(
                status_before_prune=F("status"), status=Status.ARCHIVED, updated_at=version.made_at
            )


def name_subject(slug: str, name: str) -> None:
    """Give a subject the name that most of its files spell."""
    Subject.objects.filter(slug=slug).exclude(name=name).update(name=name[:200])


def mark_imported(pk: int, source: str) -> None:
    """Note that a question stands in a file just as it is here, unless it says more by now."""
    digest = digest_of(source.encode())
    Question.objects.filter(pk=pk, source=source).update(imported_digest=digest, is_edited=False)


def subject_for(slug: str, name: str) -> Subject:
    """The subject with this slug, made with this name where there is none."""
    subject, _ = Subject.objects.get_or_create(slug=slug, defaults={"name": name[:200]})
    return subject


def rerender(questions: QuerySet[Question]) -> tuple[int, list[ContentError]]:
    """Render again what an older renderer wrote, in batches.

    How many were brought up to date, and what could not be read. A question that somebody saves
    meanwhile is left as that save rendered it.
    """
    done, errors, last = 0, [], 0
    outdated = questions.filter(renderer_version__lt=RENDERER_VERSION).order_by("pk")
    outdated = outdated.select_related("subject").only("source", "slug", "subject__slug")
    while batch := list(outdated.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        renderings = {}
        for question in batch:
            try:
                renderings[question.pk] = record_of(codec.parse(question.source), question.source)
            except ContentError as error:
                errors.append(replace(error, file=mapping.address_of(question).path))
        done += store_renderings(renderings)
    return done, errors


class Rendering(NamedTuple):
    """The columns that are computed from a question's text, and the text."""

    source: str
    answer_html: str
    answer_text: str
    headings: str
    problems: str
    problem_count: int
    has_math: bool
    reading_minutes: int
    renderer_version: int
    title_key: int
    description_key: int


def store_renderings(renderings: Mapping[int, Record | Rendering]) -> int:
    """Store what was rendered from texts that questions still have; how many had."""
    rows = [
        (*(getattr(made, name) for name in Rendering._fields[1:]), pk, made.source)
        for pk, made in renderings.items()
    ]
    with transaction.atomic():
        done = bulk.update(Question, Rendering._fields[1:], rows, where=("id", "source"))
        search.refresh(list(renderings))
        stored = Question.objects.filter(pk__in=list(renderings)).values_list("pk", "problems")
        findings.replace({pk: json.dumps(problems) for pk, problems in stored})
    return done
