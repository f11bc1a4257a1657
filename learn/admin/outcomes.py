"""What a rehearsal foretells: lists of outcomes, and one compared with what stands there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from learn.admin.sides import Side, side_from, side_of
from learn.content import frontmatter
from learn.content.differences import difference
from learn.content.document import ContentError
from learn.models import ImportOutcome, ImportRun, Question
from learn.pagination import paginated
from learn.uploads import file_of

Kind = ImportOutcome.Kind
SHOWN = 100  # files that came out otherwise than foretold
TEXTS = ("answer", "answer_html", "answer_text", "source", "headings", "problems")
# What each kind of outcome means before it has happened.
FORETOLD = {
    Kind.CREATED: "A new question.",
    Kind.UPDATED: "The question changes.",
    Kind.CONFLICTED: "It was edited here, and its file changed too: the edit is kept.",
    Kind.REJECTED: "The file cannot be taken.",
    Kind.ARCHIVED: "Its file is not in the archive: the question is archived.",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A link to the outcomes of one kind, or of all."""

    label: str
    count: int
    url: str
    is_current: bool


def counted(run: ImportRun) -> dict[str, int]:
    """How many outcomes of each kind a run has; kinds without any are left out."""
    rows = run.outcomes.values_list("kind").annotate(count=Count("pk")).order_by("kind")
    return dict(rows)


def otherwise(run: ImportRun) -> list[tuple[str, str, str]]:
    """Of which files an import made something else than its preview foretold: file, then, now.

    One more than SHOWN of them where there are so many. A file without an outcome is unchanged.
    """
    if run.upload is None or run.is_rehearsal or run.state != ImportRun.State.DONE:
        return []
    rehearsals = run.upload.runs.filter(is_rehearsal=True, state=ImportRun.State.DONE)
    rehearsal = rehearsals.filter(pk__lt=run.pk).first()
    if rehearsal is None:
        return []
    foretold, came = (
        each.outcomes.order_by().values_list("file", "kind") for each in (rehearsal, run)
    )
    then = dict(foretold.difference(came)[: SHOWN + 1])
    now = dict(came.difference(foretold)[: SHOWN + 1])
    files = sorted(then.keys() | now.keys())[: SHOWN + 1]
    return [(file, then.get(file, "unchanged"), now.get(file, "unchanged")) for file in files]


def listed(run: ImportRun, request: HttpRequest, wanted: str) -> dict[str, Any]:
    """A page of outcomes, all or of the `wanted` kind, and links to those of each kind."""
    if wanted and wanted not in Kind:
        raise Http404
    counts = counted(run)
    found = run.outcomes.select_related("question").defer(*(f"question__{t}" for t in TEXTS))
    found = found.filter(kind=wanted) if wanted else found
    count = counts.get(wanted, 0) if wanted else sum(counts.values())
    every = reverse("admin:learn_importrun_follow", args=(run.pk,))
    tabs = [Tab("All", sum(counts.values()), every, not wanted)]
    tabs += [
        Tab(
            str(kind.label),
            counts[kind],
            reverse("admin:learn_importrun_follow_kind", args=(run.pk, kind.value)),
            kind == wanted,
        )
        for kind in Kind
        if kind in counts
    ]
    return {"tabs": tabs, **paginated(found, request, count)}


# ---------------------------------------------------------------------- one of them


def outcome_of(pk: int) -> ImportOutcome:
    related = ("run__upload", "question__subject")
    return get_object_or_404(ImportOutcome.objects.select_related(*related), pk=pk)


def before(outcome: ImportOutcome) -> Side | None:
    """The question as it stands here now; None for a new one."""
    return side_of(outcome.question) if outcome.question else None


def after(outcome: ImportOutcome) -> Side | None:
    """What the file would make of it; None where there is no such file, or none any more."""
    if outcome.kind in (Kind.REJECTED, Kind.ARCHIVED):
        return None
    content = file_of(outcome.run, outcome.file)
    try:
        return None if content is None else side_from(frontmatter.text_from(content))
    except ContentError:
        return None


def compared(outcome: ImportOutcome) -> dict[str, Any]:
    """What the page of one outcome shows."""
    old, new = before(outcome), after(outcome)
    return {
        "outcome": outcome,
        "foretold": _foretold(outcome),
        "before": old,
        "after": new,
        "lines": difference(old.source if old else "", new.source) if new else [],
        "excerpt": _excerpt(outcome) if outcome.kind == Kind.REJECTED else [],
        "previous_url": _url(_others(outcome).filter(pk__lt=outcome.pk).order_by("-pk")),
        "next_url": _url(_others(outcome).filter(pk__gt=outcome.pk).order_by("pk")),
    }


def _foretold(outcome: ImportOutcome) -> str:
    upload = outcome.run.upload
    if outcome.kind == Kind.UPDATED and outcome.question and outcome.question.is_edited:
        overwrites = upload is not None and upload.on_conflict == upload.OnConflict.OVERWRITE
        if overwrites:
            return "The question was edited here; the file takes the edit's place."
    return FORETOLD[Kind(outcome.kind)]


def _others(outcome: ImportOutcome) -> QuerySet[ImportOutcome]:
    return ImportOutcome.objects.filter(run=outcome.run_id, kind=outcome.kind)


def _url(found: QuerySet[ImportOutcome]) -> str:
    pk = found.values_list("pk", flat=True).first()
    return reverse("admin:learn_importrun_outcome", args=(pk,)) if pk else ""


def _excerpt(outcome: ImportOutcome) -> list[tuple[int, str, bool]]:
    """The lines about the place of an error: number, text, whether it is the one."""
    content = file_of(outcome.run, outcome.file)
    if content is None:
        return []
    lines = content.decode("utf-8", "replace").splitlines()
    first = max(outcome.line - 3, 1)
    return [
        (number, line[:300], number == outcome.line)
        for number, line in enumerate(lines[first - 1 : outcome.line + 2], first)
    ]


def title_of(outcome: ImportOutcome) -> str:
    question: Question | None = outcome.question
    return question.title if question else outcome.file
