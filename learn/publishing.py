"""The only writer of questions: stores them with all that depends on them, in one transaction.

A bulk import and a single save in the admin are the same function over many editions or one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from learn import bulk, mapping
from learn.content import checks, codec
from learn.content.addresses import Address, address_in
from learn.content.document import Finding, QuestionDocument, RelatedLink
from learn.content.markdown import RENDERER_VERSION, Rendered, render
from learn.models import Origin, Question, Redirect, RelatedQuestion, Revision, Status, Subject

FEW = 20  # questions for which the links that lead to them are looked up one by one
BATCH = 200  # rows of one rendering or writing step: 0.1 s during which other writers wait


@dataclass(slots=True)
class Edition:
    """A question as it shall be stored: with what it says, as text and rendered."""

    question: Question
    document: QuestionDocument
    source: str
    rendered: Rendered
    findings: Sequence[Finding]


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
    rendered = render(document.answer)
    return Edition(question, document, source, rendered, checks.findings(document, rendered))


def _has_moved(question: Question, base: QuestionDocument) -> bool:
    """Whether a question stands elsewhere than it stood when its file's text was written."""
    now, told = mapping.address_of(question), address_in(base.url)
    before = _addresses([question]).get(question.pk)
    if before is None or before != now:
        return True
    former = Redirect.objects.filter(question=question)
    return told is not None and former.filter(subject_slug=told.subject, slug=told.slug).exists()


def _addresses(questions: Iterable[Question]) -> dict[int, Address]:
    """The stored addresses of questions by their primary keys."""
    stored = Question.objects.filter(pk__in=[question.pk for question in questions])
    rows = stored.values_list("pk", "subject__slug", "slug")
    return {pk: Address(subject, slug) for pk, subject, slug in rows}


def save(
    editions: Sequence[Edition],
    *,
    by: User | AnonymousUser | None = None,
    origin: Origin = Origin.EDITOR,
) -> None:
    """Store new and changed questions with their revisions, related links and redirects.

    Imported editions count as what the files say; others are marked as edited here, which a later
    import respects.
    """
    now = timezone.now()
    changed = [edition.question for edition in editions if edition.question.pk]
    created = [edition.question for edition in editions if not edition.question.pk]
    for edition in editions:
        question = edition.question
        mapping.fill(question, edition.document, edition.source)
        mapping.fill_rendered(question, edition.rendered, edition.findings)
        question.updated_at = now
        question.updated_by = _person(by)
        question.origin = origin
        question.is_edited = origin != Origin.IMPORT
    with transaction.atomic():
        if origin != Origin.IMPORT:
            _leave_redirects(changed)
        _keep_revisions(changed)
        _write(created, changed)
        _replace_related(editions, changed)
        link_related(editions)
    for question in created + changed:
        question._state.adding = False


def _write(created: list[Question], changed: list[Question]) -> None:
    for question, pk in zip(created, bulk.reserve_ids(Question, len(created)), strict=True):
        question.pk = pk
    bulk.insert(Question, created)
    bulk.replace(Question, changed, _UPDATED_FIELDS)


_UPDATED_FIELDS = [
    field.name for field in Question._meta.concrete_fields if field.name != "created_at"
]


def _keep_revisions(changed: list[Question]) -> None:
    """Put the texts that are about to be replaced by others where they can be had back."""
    texts = {question.pk: question.source for question in changed}
    stored = Question.objects.filter(pk__in=texts).select_for_update(of=("self",))
    Revision.objects.bulk_create(
        Revision(
            question_id=pk,
            packed=Revision.pack(source),
            made_at=made_at,
            made_by_id=made_by,
            origin=origin,
        )
        for pk, source, made_at, made_by, origin in stored.values_list(
            "pk", "source", "updated_at", "updated_by_id", "origin"
        )
        if source != texts[pk]
    )


def restored(revision: Revision) -> Edition:
    """The edition that gives a question an earlier text; its address stays what it is now."""
    question = revision.question
    question.source = revision.text
    mapping.fill(question, codec.parse(question.source), question.source)
    return edition_of(question)


def _replace_related(editions: Sequence[Edition], changed: list[Question]) -> None:
    if changed:
        RelatedQuestion.objects.filter(question__in=changed).delete()
    rows = [
        row
        for edition in editions
        for row in mapping.related_rows(edition.question, edition.document)
    ]
    bulk.insert_values(RelatedQuestion, mapping.RELATED_COLUMNS, rows)


def _leave_redirects(changed: list[Question]) -> None:
    before = _addresses(changed)
    for question in changed:
        old, new = before.get(question.pk), mapping.address_of(question)
        if old is None or old == new:
            continue
        Redirect.objects.filter(subject_slug=new.subject, slug=new.slug).delete()
        Redirect.objects.update_or_create(
            subject_slug=old.subject, slug=old.slug, defaults={"question": question}
        )


def link_related(editions: Sequence[Edition] | None = None) -> None:
    """Point related links without a target at the question that is, or once was, at their address.

    With `editions`, only the links of these questions and those that lead to them.
    """
    waiting = RelatedQuestion.objects.filter(target=None).exclude(target_slug="")
    if editions is not None:
        questions = [edition.question for edition in editions]
        wanted = Q(question__in=questions)
        if len(questions) <= FEW:  # an import resolves all at its end
            for question in questions:
                address = mapping.address_of(question)
                wanted |= Q(target_subject=address.subject, target_slug=address.slug)
        waiting = waiting.filter(wanted)
    there = Question.objects.filter(
        slug=OuterRef("target_slug"), subject__slug=OuterRef("target_subject")
    ).values("pk")[:1]
    waiting.filter(Exists(there)).update(target=Subquery(there))
    once = Redirect.objects.filter(
        slug=OuterRef("target_slug"), subject_slug=OuterRef("target_subject")
    ).values("question_id")[:1]
    waiting.filter(Exists(once)).update(target=Subquery(once))


def _person(by: User | AnonymousUser | None) -> User | None:
    return by if isinstance(by, User) else None


def redirect(targets: Mapping[Address, int]) -> None:
    """Lead each address to the question with this primary key, for ever."""
    Redirect.objects.bulk_create(
        [
            Redirect(subject_slug=old.subject, slug=old.slug, question_id=pk)
            for old, pk in targets.items()
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["subject_slug", "slug"],
        update_fields=["question"],
    )


def set_status(
    questions: QuerySet[Question], status: Status, *, by: User | AnonymousUser | None = None
) -> int:
    """Give questions a status, which no file holds; how many had another."""
    changed = Question.objects.filter(pk__in=questions.values("pk")).exclude(status=status)
    return changed.update(status=status, updated_at=timezone.now(), updated_by=_person(by))


def name_subject(slug: str, name: str) -> None:
    """Give a subject the name that most of its files spell."""
    Subject.objects.filter(slug=slug).exclude(name=name).update(name=name[:200])


def mark_imported(pk: int, digest: str) -> None:
    """Note that a question stands in a file just as it is here."""
    Question.objects.filter(pk=pk).update(imported_digest=digest, is_edited=False)


def subject_for(slug: str, name: str) -> Subject:
    """The subject with this slug, made with this name where there is none."""
    subject, _ = Subject.objects.get_or_create(slug=slug, defaults={"name": name[:200]})
    return subject


def rerender(questions: QuerySet[Question]) -> int:
    """Render again what an older renderer wrote, in batches; how many were brought up to date."""
    done = 0
    outdated = questions.filter(renderer_version__lt=RENDERER_VERSION).order_by("pk")
    while batch := list(outdated[:BATCH]):
        for question in batch:
            document = codec.parse(question.source)
            rendered = render(document.answer)
            mapping.fill_rendered(question, rendered, checks.findings(document, rendered))
        with transaction.atomic():
            bulk.replace(Question, batch, _RENDERED_FIELDS)
        done += len(batch)
    return done


_RENDERED_FIELDS = [
    "answer_html", "answer_text", "headings", "problems", "problem_count", "has_math",
    "reading_minutes", "renderer_version",
]  # fmt: skip
