"""Where the cards of a session come from: a subject, a topic, a search, or named questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.http import urlencode

from learn import search, study, topics
from learn.models import Question, Redirect, Subject, Topic
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
    topic: Topic | None = None

    def keys(self, walk: Walk) -> Sequence[int]:
        return self.draw(walk.seed, walk.size)

    def address(self, walk: Walk) -> str:
        return f"{self.path}?{walk.query(self.query)}"

    def start(self, size: int = 0) -> str:
        """Where a session is chosen; with a size, where another one begins at once."""
        asked = {"topic": self.topic.slug} if self.topic else {}
        query = urlencode(asked | ({"n": str(size)} if size else {}))
        return f"{self.path}?{query}" if query else self.path

    def clean_address(self, walk: Walk) -> str:
        """The session from its first card, without what somebody has done in it."""
        return f"{self.path}?{walk.session_query(self.query)}"

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


def of_topic(subject: Subject, topic: Topic) -> Source:
    """A topic's questions, shuffled by a seed.

    By their keys, which the topic's index holds: their places on the ring stand in rows of their
    own, 23 ms of 8,000 instead of 4.
    """

    def draw(seed: str, count: int) -> list[int]:
        members = topic.memberships.values_list("question_id", flat=True)
        # Twice as many, as some may wait for their day.
        drawn = study.drawn(((key, key) for key in members), seed, 2 * count)
        return _published(drawn)[:count]

    path, query = reverse("learn:study_subject", args=(subject.slug,)), {"topic": topic.slug}
    return Source(f"{topic.heading} in {subject.name}", path, draw, query, subject, topic)


def within(subject: Subject, asked: Mapping[str, str]) -> Source | None:
    """What an address's parameters ask of a subject; None where they name no topic that it has."""
    text = asked.get("topic")
    if not text:
        return of_subject(subject, asked.get("cards", ""))
    topic = topics.named(subject.pk, text)
    return of_topic(subject, topic) if topic else None


def of_names(cards: str) -> Source:
    """The questions that `cards` names, in its order; those that moved are followed."""
    path = reverse("learn:study")
    return Source(
        "Your cards", path, lambda _, count: _keys_at(study.names_in(cards)), {"cards": cards}
    )


def of_search(text: str, within: str = "") -> Source:
    """The best answers to a search, in all subjects or `within` one.

    In the order that a seed gives them; without one, best first.
    """
    subject = Subject.objects.filter(slug=within).first() if within else None

    def draw(seed: str, count: int) -> list[int]:
        best = search.search(text, subject=subject.pk if subject else None).keys[:count]
        return study.drawn([(key, key) for key in best], seed, count) if seed else best

    query = {"q": text} | ({"in": subject.slug} if subject else {})
    return Source(f"Search: {text}", reverse("learn:study"), draw, query)


def _keys_at(names: Sequence[Name]) -> list[int]:
    """The primary keys of the published questions at these addresses, or once there; each once."""
    found = _present(names)
    if missing := [name for name in names if name not in found]:
        found |= _moved(missing)
    return _published(list(dict.fromkeys(found[name] for name in names if name in found)))


def _published(keys: Sequence[int]) -> list[int]:
    """Those of the keys whose questions can be read now, in their order."""
    there = Question.objects.published().filter(pk__in=keys)
    public = set(there.values_list("pk", flat=True))
    return [key for key in keys if key in public]


def _present(names: Sequence[Name]) -> dict[Name, int]:
    """Published or not: a condition on the status would lead databases away from the address."""
    subjects = Subject.objects.filter(slug__in={subject for subject, _ in names})
    slugs = dict(subjects.values_list("pk", "slug"))
    rows = Question.objects.filter(subject__in=slugs, slug__in={slug for _, slug in names})
    found = rows.values_list("pk", "subject_id", "slug")
    return {(slugs[subject], slug): pk for pk, subject, slug in found}


def _moved(names: Sequence[Name]) -> dict[Name, int]:
    subjects, slugs = zip(*names, strict=True)
    rows = Redirect.objects.filter(subject_slug__in=set(subjects), slug__in=set(slugs))
    return {
        (subject, slug): pk
        for pk, subject, slug in rows.values_list("question_id", "subject_slug", "slug")
    }
