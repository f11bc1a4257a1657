"""What to read after a question: where its file leads, then what is most like it.

Found when a page is read. Stored, it would have to be found anew for a whole subject whenever one
question comes or goes. Beside the file's own links that is two look-ups by indexes, four where
topics do not fill the list: 1 and 2 ms in a subject of 36,000.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from django.db import connection

from learn import search
from learn.models import Question, Topic, TopicQuestion

SHOWN = 5  # where the file names fewer
LOOKED_AT = 2 * SHOWN  # of those that are like it: some may wait for their day
RAREST = 4  # topics of a question that candidates are taken from
COMPARED = 12  # topics of a question that others may share: PostgreSQL's worst case is 2 ms
BESIDE = 24  # members of each, on either side of the question: an order that all pages share


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A related question as the page shows it."""

    title: str
    url: str
    subject_name: str
    lead: str


def of_question(question: Question, topics: Sequence[Topic]) -> list[RelatedItem]:
    """Questions that a student can read next; `topics` are the question's, the most used first."""
    linked = _linked(question)
    if len(linked) < SHOWN:
        known = {question.pk, *(target.pk for target in linked)}
        linked += islice(_like(question, topics, known), SHOWN - len(linked))
    return [
        RelatedItem(target.title, target.get_absolute_url(), target.subject.name, target.lead)
        for target in linked
    ]


def _linked(question: Question) -> list[Question]:
    """Where the file leads, in its order; a link that leads nowhere is left out."""
    targets = (
        Question.objects.published()
        .for_listing()
        .filter(related_from__question=question)
        .exclude(pk=question.pk)
        .order_by("related_from__position")
    )
    return list({target.pk: target for target in targets}.values())


def _like(question: Question, topics: Sequence[Topic], known: set[int]) -> Iterator[Question]:
    """Published questions of its subject that share its topics, then words of its title."""
    keys = list(islice(_new(_by_topics(question, topics), known), LOOKED_AT))
    if len(keys) < SHOWN:
        alike = search.alike(question.title, question.subject_id)
        keys += islice(_new(alike, known.union(keys)), LOOKED_AT - len(keys))
    # A condition on the status would lead databases away from the keys.
    there = Question.objects.for_listing("status", "publish_at")
    return (found for found in search.in_order(keys, there) if found.is_public)


def _new(keys: Iterable[int], known: Collection[int]) -> Iterator[int]:
    return (key for key in keys if key not in known)


def _by_topics(question: Question, topics: Sequence[Topic]) -> list[int]:
    """Those with the most topics of the question; of equals, with a rarer topic, then nearer."""
    rarest = [topic.pk for topic in reversed(topics)][:COMPARED]
    shared = _shared(question.pk, rarest) if rarest else {}

    def likest_first(key: int) -> tuple[int, int, int, int]:
        rarest_bit = shared[key] & -shared[key]
        return -shared[key].bit_count(), rarest_bit, abs(key - question.pk), key

    return sorted(shared, key=likest_first)


def _shared(question: int, rarest: Sequence[int]) -> dict[int, int]:
    """Which of these topics the questions have that stand beside one in the rarest of them.

    The first topic is bit 0, the second bit 1. One number a question, asked for in its own row: of
    a join PostgreSQL makes a pass over all members, 20 ms where a topic has 30,000.
    """
    table = f'"{TopicQuestion._meta.db_table}"'
    beside = [
        f"SELECT question_id FROM (SELECT question_id FROM {table}"  # noqa: S608
        f" WHERE topic_id = %s AND question_id {side} ORDER BY question_id {order}"
        f" LIMIT {BESIDE}) AS part"
        for _ in rarest[:RAREST]
        for side, order in ((">= %s", "ASC"), ("< %s", "DESC"))
    ]
    bits = " ".join(f"WHEN %s THEN {1 << place}" for place in range(len(rarest)))
    places = ", ".join(["%s"] * len(rarest))
    statement = (
        f"SELECT near.question_id, (SELECT SUM(CASE m.topic_id {bits} END) FROM {table} AS m"  # noqa: S608
        f" WHERE m.question_id = near.question_id AND m.topic_id IN ({places}))"
        f" FROM ({' UNION '.join(beside)}) AS near"
    )
    around = chain.from_iterable((topic, question) * 2 for topic in rarest[:RAREST])
    with connection.cursor() as cursor:
        cursor.execute(statement, [*rarest, *rarest, *around])
        return {key: int(found) for key, found in cursor.fetchall()}
