"""Where the cards of a session come from: a subject by a seed, or questions by their addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F
from django.urls import reverse

from learn import study
from learn.models import Question, Subject
from learn.study import Walk

Name = tuple[str, str]  # subject and slug: a question's address


@dataclass(frozen=True, slots=True)
class Source:
    """A source of cards.

    `query` is what its addresses say beside a walk's own parameters; `draw` gives the primary keys
    of a session of at most so many published questions, in order, the same each time.
    """

    title: str
    path: str
    draw: Callable[[str, int], Sequence[int]]
    query: Mapping[str, str] = field(default_factory=dict)
    subject: Subject | None = None

    def keys(self, walk: Walk) -> Sequence[int]:
        return self.draw(walk.seed, walk.size)

    def address(self, walk: Walk) -> str:
        return f"{self.path}?{walk.query(self.query)}"

    def deck_address(self, walk: Walk) -> str:
        """The cards of a walk as a deck."""
        return f"{self.path}/deck.apkg?{walk.query(self.query)}"


def of_subject(subject: Subject, cards: str = "") -> Source:
    """A subject's questions as a seed draws them; those that `cards` names come first."""

    def draw(seed: str, count: int) -> list[int]:
        first = _keys_at(study.names_in(cards))
        places = subject.questions.published().on_ring(study.start_of(seed), study.WINDOW)
        rest = study.drawn(places, seed, count + len(first))
        return [*first, *(key for key in rest if key not in first)][:count]

    path = reverse("learn:study_subject", args=(subject.slug,))
    return Source(subject.name, path, draw, {"cards": cards} if cards else {}, subject)


def of_names(cards: str) -> Source:
    """The questions that `cards` names, in its order; those that moved are followed."""
    path = reverse("learn:study")
    return Source(
        "Your cards", path, lambda _, count: _keys_at(study.names_in(cards)), {"cards": cards}
    )


def _keys_at(names: Sequence[Name]) -> list[int]:
    """The primary keys of the published questions at these addresses, or once there; each once."""
    if not names:
        return []
    found = _present(names)
    if missing := [name for name in names if name not in found]:
        found |= _moved(missing)
    return list(dict.fromkeys(found[name] for name in names if name in found))


def _present(names: Sequence[Name]) -> dict[Name, int]:
    subjects, slugs = zip(*names, strict=True)
    rows = Question.objects.published().filter(subject__slug__in=set(subjects), slug__in=slugs)
    return {
        (place, slug): pk for pk, place, slug in rows.values_list("pk", "subject__slug", "slug")
    }


def _moved(names: Sequence[Name]) -> dict[Name, int]:
    subjects, slugs = zip(*names, strict=True)
    rows = Question.objects.published().filter(
        redirects__subject_slug__in=set(subjects), redirects__slug__in=slugs
    )
    once = rows.annotate(place=F("redirects__subject_slug"), name=F("redirects__slug"))
    return {(place, slug): pk for pk, place, slug in once.values_list("pk", "place", "name")}
