"""What to read after a question: its neighbours, where its file leads, then what is most like it.

Found when a page is read. Stored, it would have to be found anew for a whole subject whenever one
question comes or goes. Indexes tell the keys, and one look-up what lists show of them; two more
where topics do not fill the list: 1 and 2 ms in a subject of 36,000.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from django.db import connection

from learn import search
from learn.models import Question, RelatedQuestion, Status, Topic, TopicQuestion

SHOWN = 5  # where the file names fewer
LOOKED_AT = 2 * SHOWN  # of those that are like it: some may wait for their day
RAREST = 4  # topics of a question that candidates are taken from
COMPARED = 12  # topics of a question that others may share: PostgreSQL's worst case is 2 ms
BESIDE_READ = 3  # neighbours on either side: most are due
BESIDE = 24  # members of each, on either side of the question: an order that all pages share


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A related question as the page shows it."""

    title: str
    url: str
    subject_name: str
    lead: str


class WaysOn(NamedTuple):
    """Where a student goes on from a question; `before` and `after` it in its subject's order."""

    before: Question | None
    after: Question | None
    related: list[RelatedItem]


def of_question(question: Question, topics: Sequence[Topic]) -> list[RelatedItem]:
    """Questions that a student can read next; `topics` are the question's, the most used first."""
    return _related(question, topics, _Public())


def ways_on(question: Question, topics: Sequence[Topic]) -> WaysOn:
    """The same with the question's neighbours, all looked up together."""
    public = _Public()
    beside = [_beside(question, is_after=is_after) for is_after in (False, True)]
    public.expect(chain(*beside))
    related = _related(question, topics, public)
    before, after = (next(public.of(keys), None) for keys in beside)
    neighbours = question.subject.questions.published().for_listing()
    if before is None and len(beside[0]) == BESIDE_READ:  # those next to it wait for their day
        before = neighbours.before(question)
    if after is None and len(beside[1]) == BESIDE_READ:
        after = neighbours.after(question)
    return WaysOn(before, after, related)


class _Public:
    """Questions as lists show them, those that can be read: looked up once, many at a time.

    By keys alone: a condition on the status would lead databases away from them.
    """

    def __init__(self) -> None:
        self._there: dict[int, Question | None] = {}
        self._expected: list[int] = []

    def expect(self, keys: Iterable[int]) -> None:
        """Look these up with whatever is asked for next."""
        self._expected += keys

    def of(self, keys: Iterable[int]) -> Iterator[Question]:
        keys = list(keys)
        if unknown := [key for key in keys if key not in self._there]:
            unknown += self._expected
            self._expected = []
            found = Question.objects.for_listing("status", "publish_at").in_bulk(unknown)
            self._there |= dict.fromkeys(unknown) | found
        there = (self._there[key] for key in keys)
        return (found for found in there if found and found.is_public)


def _related(question: Question, topics: Sequence[Topic], public: _Public) -> list[RelatedItem]:
    linked = _linked(question)
    like: list[int] = []
    if len(linked) < SHOWN:
        like = list(islice(_new(_by_topics(question, topics), {question.pk, *linked}), LOOKED_AT))
        public.expect(like)
    shown = list(public.of(linked))
    if len(shown) < SHOWN:
        shown += islice(_like(question, topics, linked, like, public), SHOWN - len(shown))
    return [
        RelatedItem(each.title, each.get_absolute_url(), each.subject.name, each.lead)
        for each in shown
    ]


def _linked(question: Question) -> list[int]:
    """Where the file leads, in its order; a link that leads nowhere is left out."""
    links = f'"{RelatedQuestion._meta.db_table}"'
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT target_id FROM {links} WHERE question_id = %s AND target_id <> %s"  # noqa: S608
            " ORDER BY position",
            [question.pk, question.pk],
        )
        return list(dict.fromkeys(key for (key,) in cursor.fetchall()))


def _beside(question: Question, *, is_after: bool) -> list[int]:
    """The published questions of its subject next to it, the nearest first.

    As `QuestionQuerySet.before` and `after` say it, whose query takes twenty times as long to make
    as to answer. Whether they are due is asked of their rows.
    """
    side, order = ("<", "DESC") if is_after else (">", "ASC")
    date = connection.ops.adapt_datefield_value(question.date)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id FROM "{Question._meta.db_table}"'  # noqa: S608
            f" WHERE subject_id = %s AND status = %s AND date {side}= %s"
            f" AND (date {side} %s OR id {side} %s) ORDER BY date {order}, id {order} LIMIT %s",
            [question.subject_id, Status.PUBLISHED, date, date, question.pk, BESIDE_READ],
        )
        return [key for (key,) in cursor.fetchall()]


def _like(
    question: Question,
    topics: Sequence[Topic],
    linked: Sequence[int],
    like: list[int],
    public: _Public,
) -> Iterator[Question]:
    """Published questions of its subject that share its topics, then words of its title."""
    known = {question.pk, *linked}
    like = like or list(islice(_new(_by_topics(question, topics), known), LOOKED_AT))
    if len(like) < SHOWN:
        alike = search.alike(question.title, question.subject_id)
        like += islice(_new(alike, known.union(like)), LOOKED_AT - len(like))
    return public.of(like)


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
