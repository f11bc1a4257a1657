"""The rows of related questions in a form that somebody overtook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from learn.admin.keys import key_from
from learn.content import codec
from learn.content.addresses import address_in
from learn.content.document import RelatedLink
from learn.models import Question, RelatedQuestion

_PREFIX = "related"
MOST = 99  # what the inline takes, and what a file's keys can number


@dataclass(frozen=True, slots=True)
class MergedRows:
    """The rows as a browser would send them. `lost` names mine where theirs had to be taken."""

    fields: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def merged(question: Question, base_text: str, mine: Mapping[str, str]) -> MergedRows:
    """My rows where nobody else changed the links, theirs otherwise.

    Saving writes all links of a question anew: mine are then told by the names of the new rows.
    """
    if f"{_PREFIX}-TOTAL_FORMS" not in mine:
        return MergedRows()
    base, now = (codec.parse(text).related for text in (base_text, question.source))
    rows = list(question.related.select_related("target"))
    if base == now:
        kept = {name: value for name, value in mine.items() if name.startswith(f"{_PREFIX}-")}
        kept |= {f"{_PREFIX}-{number}-id": str(row.pk) for number, row in enumerate(rows)}
        return MergedRows(kept)
    written = _written(mine)
    is_mine = written != sorted((str(place), _target_of(link)) for place, link in base.items())
    return MergedRows(_fields(rows, question), _names(written) if is_mine else [])


def _fields(rows: list[RelatedQuestion], question: Question) -> dict[str, str]:
    fields = {
        f"{_PREFIX}-TOTAL_FORMS": str(len(rows)),
        f"{_PREFIX}-INITIAL_FORMS": str(len(rows)),
        f"{_PREFIX}-MIN_NUM_FORMS": "0",
        f"{_PREFIX}-MAX_NUM_FORMS": "99",
    }
    for number, row in enumerate(rows):
        values = {
            "id": row.pk, "question": question.pk, "position": row.position,
            "target": row.target_id or "",
        }  # fmt: skip
        fields |= {f"{_PREFIX}-{number}-{name}": str(value) for name, value in values.items()}
    return fields


def _written(mine: Mapping[str, str]) -> list[tuple[str, str]]:
    """Position and target of each row that stays."""
    rows = []
    for number in range(MOST):
        position, target, delete = (
            mine.get(f"{_PREFIX}-{number}-{name}", "") for name in ("position", "target", "DELETE")
        )
        if position and not delete:
            rows.append((position, target))
    return sorted(rows)


def _target_of(link: RelatedLink) -> str:
    address = address_in(link.url)
    if address is None:
        return ""
    there = Question.objects.filter(subject__slug=address.subject, slug=address.slug)
    return str(there.values_list("pk", flat=True).first() or "")


def _names(written: list[tuple[str, str]]) -> list[str]:
    keys = [key_from(target) for _, target in written]
    titles = dict(Question.objects.filter(pk__in=keys).values_list("pk", "title"))
    return [titles[key] for key in keys if key in titles]
