"""What every page of the editors' desk shows."""

from __future__ import annotations

from typing import Any

from django import template

from learn import roles
from learn.desk import draft_links
from learn.models import Proposal, Question

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_for_me(context: dict[str, Any]) -> int:
    """How many proposals wait for the word of the person who is signed in."""
    return roles.waiting_for(context["request"].user).count()


@register.simple_tag
def draft_link_to(shown: Question | Proposal) -> str:
    """The path under which whoever holds it reads a draft, or a proposal as it is handed in."""
    return draft_links.link_to(shown)
