"""What every page of the editors' desk shows."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from learn import findings, roles
from learn.admin import waiting
from learn.content import differences
from learn.content.differences import Piece
from learn.desk import draft_links
from learn.desk.census import MOST
from learn.models import Proposal, Question, people

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_for_me(context: dict[str, Any]) -> int:
    """How many proposals wait for the word of the person who is signed in."""
    return roles.waiting_for(context["request"].user).count()


@register.inclusion_tag("admin/learn/components/waiting.html", takes_context=True)
def what_waits(context: dict[str, Any]) -> dict[str, Any]:
    """What there is to do for the person who is signed in, each a link with its number."""
    person = context["request"].user
    return {"person": person, "waiting": waiting.waiting_for(person)}


@register.filter
def name_of(person: Any) -> str:
    """What others call a person; nobody who is still known is somebody."""
    return people.name_of(person)


@register.filter
def up_to_most(number: int) -> str:
    """A number that was counted up to one more than MOST."""
    return f"{MOST:,}+" if number > MOST else f"{number:,}"


@register.filter
def empty_heads_as_cells(table: str) -> SafeString:
    """The HTML of a table whose empty head cells are plain ones."""
    empty = '<th class="original"></th>'
    return mark_safe(table.replace(empty, '<td class="original"></td>'))  # noqa: S308  as it came


@register.filter
def finding_name(code: str) -> str:
    """What a check's code means to an editor, as the dashboard calls it."""
    return findings.KINDS.get(code, code)


@register.filter
def by_words(lines: list[tuple[str, str]]) -> list[tuple[str, list[Piece]]]:
    """The lines of a difference with the words that changed in them."""
    return list(differences.by_words(lines))


@register.simple_tag
def draft_link_to(shown: Question | Proposal) -> str:
    """The path under which whoever holds it reads a draft, or a proposal as it is handed in."""
    return draft_links.link_to(shown)
