"""Topics: keywords that several published questions of a subject share, computed set-wise.

Nothing here is written by hand: topics and memberships follow from the questions' keywords and
status. An import refreshes the subjects that it touched once, at its end; an edit refreshes its
subject only where it changed one of these.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, Protocol

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from learn import bulk
from learn.models import Question, Subject, Topic, TopicQuestion

LEAST = 3  # questions that make a topic: a list of one or two leads nowhere
MOST = 200  # topics of a subject, the most used ones: a page of them is read in one go
LONGEST = 60  # characters of a topic's name; 48 of 72,544 keywords of the library are over 40
PER_QUESTION = 50  # keywords of one question that count; the library's longest list has 30


def folded(keyword: str) -> str:
    """Equal for the spellings of one keyword: by case, spaces and hyphens they do not differ."""
    return " ".join(keyword.casefold().replace("-", " ").split())


def refresh(subjects: Iterable[int]) -> None:
    """Bring the topics of the subjects with these keys up to what their questions say now.

    One pass over the keywords of a subject's published questions; only what differs is written.
    """
    for pk in sorted(set(subjects)):  # in one order: two of them cannot deadlock
        _refresh(pk)


class _Edition(Protocol):
    """What `following` asks of what is to be saved; `pk` is set once it is."""

    pk: int | None


@contextmanager
def following(editions: Sequence[_Edition]) -> Iterator[None]:
    """Refresh the subjects whose topics may have changed by what is done within.

    An edit of an answer costs two look-ups; one of a keyword, a status or a place costs a pass
    over its subject.
    """
    before = _standing(editions)
    yield
    changed = before.items() ^ _standing(editions).items()
    refresh(facts.subject for _, facts in changed)


@contextmanager
def refreshing(questions: QuerySet[Question]) -> Iterator[None]:
    """Refresh the subjects of these questions, as they are chosen before, after what is within."""
    subjects = set(questions.order_by().values_list("subject_id", flat=True))
    yield
    refresh(subjects)


class _Facts(NamedTuple):
    """What topics follow from."""

    subject: int
    status: str
    keywords: str
    publish_at: datetime.datetime | None


def _standing(editions: Sequence[_Edition]) -> dict[int, _Facts]:
    rows = Question.objects.filter(pk__in=[edition.pk for edition in editions if edition.pk])
    columns = ("pk", "subject_id", "status", "page_keywords", "publish_at")
    return {pk: _Facts(*facts) for pk, *facts in rows.values_list(*columns)}


def of_question(question: Question) -> list[Topic]:
    """The topics of its subject that a question's keywords name, the most used one first.

    One look-up by their addresses: a table of memberships has no index by questions. Where two
    keywords would have one address, the second one's topic (`c-plus-2`) is found too.
    """
    keys = {folded(word) for word in _words(question.page_keywords)}
    slugs = {slug for key in keys if (slug := _slug(key))}
    if not slugs:
        return []
    there = Topic.objects.filter(subject=question.subject_id, slug__in=_with_second(slugs))
    return [topic for topic in there.most_used() if folded(topic.name) in keys]


def named(subject: int, text: str) -> Topic | None:
    """The topic of a subject at this address, or else of this keyword in any spelling."""
    text = text.replace("\0", "")  # PostgreSQL refuses it
    key = folded(text)
    there = Topic.objects.filter(subject=subject, slug__in=_with_second([text, _slug(key)]))
    found = {topic.slug: topic for topic in there}
    spelled = (topic for topic in found.values() if folded(topic.name) == key)
    return found.get(text) or next(spelled, None)


def _with_second(slugs: Iterable[str]) -> list[str]:
    return [written for slug in slugs for written in (slug, f"{slug}-2")]


class _Said(NamedTuple):
    """What one question says: its keywords as they are spelled, and the same without case."""

    question: int
    spelled: str
    plain: str


def _said(subject: int) -> list[_Said]:
    """What the subject's published questions say, those that are due later among them."""
    columns = ("id", "page_keywords")
    rows = bulk.select(Question, columns, ("subject_id", subject), "status", ["published"])
    return [_Said(pk, keywords, _plain(keywords)) for pk, keywords in rows]


def _plain(keywords: str) -> str:
    """All keywords of a question at once, half folded: the most of what `folded` does to each.

    A library has three different keywords for every four that it has in all, so that what is done
    to each of them is most of a refresh: 0.9 s of 6,000 questions, 0.2 s so.
    """
    return keywords.casefold().replace("-", " ").replace(", ", ",")


def _words(keywords: str) -> list[str]:
    return keywords.split(",", PER_QUESTION)[:PER_QUESTION]


def _candidates(questions: list[_Said], subject_name: str) -> dict[str, str]:
    """The keywords that may be topics: the folded form of each half folded one.

    The name of the subject says nothing within it.
    """
    counts: Counter[str] = Counter()
    for said in questions:
        counts.update(_words(said.plain))
    keys = {word: " ".join(word.split()) for word in counts}
    totals: Counter[str] = Counter()
    for word, count in counts.items():
        totals[keys[word]] += count
    del totals[folded(subject_name)]
    return {word: key for word, key in keys.items() if totals[key] >= LEAST and len(key) <= LONGEST}


def _gathered(questions: list[_Said], candidates: dict[str, str]) -> dict[str, list[int]]:
    """The questions of each keyword that may be a topic, by its folded form."""
    gathered: dict[str, list[int]] = {key: [] for key in candidates.values()}
    list_of = {word: gathered[key] for word, key in candidates.items()}
    for said in questions:
        for word in _words(said.plain):
            if word in list_of:
                members = list_of[word]
                if not members or members[-1] != said.question:  # it may say one thing twice
                    members.append(said.question)
    return gathered


def _counted(gathered: dict[str, list[int]], later: set[int]) -> dict[str, int]:
    """The MOST used topics, the most used one first, and how many questions each has.

    What students can read only `later` does not count.
    """
    counts = {
        key: len(members) - (len(later.intersection(members)) if later else 0)
        for key, members in gathered.items()
    }
    best = sorted((-count, key) for key, count in counts.items() if count >= LEAST)
    return dict(islice(((key, -count) for count, key in best if _slug(key)), MOST))


def _names(
    questions: list[_Said], candidates: dict[str, str], counts: dict[str, int]
) -> dict[str, str]:
    """The commonest spelling of each topic."""
    spellings: dict[str, Counter[str]] = {key: Counter() for key in counts}
    counter_of = {word: spellings[key] for word, key in candidates.items() if key in counts}
    for said in questions:
        for word, spelling in zip(_words(said.plain), _words(said.spelled), strict=True):
            if word in counter_of:
                counter_of[word][" ".join(spelling.split())] += 1
    return {key: _most_common(found) for key, found in spellings.items()}


def _most_common(spellings: Counter[str]) -> str:
    return max(spellings, key=lambda spelling: (spellings[spelling], spelling))


def _refresh(pk: int) -> None:
    with transaction.atomic():
        # Two at once would each add what the other adds.
        locked = Subject.objects.select_for_update(no_key=True).filter(pk=pk)
        name = locked.values_list("name", flat=True).first()
        if name is None:
            return
        stored = list(Topic.objects.filter(subject=pk))
        questions = _said(pk)
        later = Question.objects.scheduled().filter(subject=pk).values_list("pk", flat=True)
        candidates = _candidates(questions, name)
        gathered = _gathered(questions, candidates)
        counts = _counted(gathered, set(later))
        names = _names(questions, candidates, counts)
        keys = _store_topics(pk, stored, names, counts)
        _store_memberships(stored, {keys[key]: gathered[key] for key in counts})
        if gone := {topic.pk for topic in stored} - set(keys.values()):
            Topic.objects.filter(pk__in=gone).delete()


def _store_topics(
    subject: int, stored: Iterable[Topic], names: dict[str, str], counts: dict[str, int]
) -> dict[str, int]:
    """Insert what is new, update what differs; the primary keys by the folded names.

    A topic that stays keeps its address, whatever else comes.
    """
    there = {folded(topic.name): topic for topic in stored}
    new = [key for key in names if key not in there]
    slugs = _free_slugs(new, {topic.slug for topic in there.values()})
    made = dict(zip(new, bulk.reserve_ids(Topic, len(new)), strict=True))
    bulk.insert(
        Topic,
        ("id", "subject_id", "slug", "name", "question_count"),
        [(made[key], subject, slugs[key], names[key], counts[key]) for key in new],
    )
    kept = {key: topic for key, topic in there.items() if key in names}
    bulk.update(
        Topic,
        ("name", "question_count"),
        [
            (names[key], counts[key], topic.pk)
            for key, topic in kept.items()
            if (topic.name, topic.question_count) != (names[key], counts[key])
        ],
    )
    return {key: topic.pk for key, topic in kept.items()} | made


def _free_slugs(keys: Iterable[str], taken: set[str]) -> dict[str, str]:
    """A slug for each key; `C+` and `c plus` would have the same, so that one gets a number."""
    slugs: dict[str, str] = {}
    for key in keys:
        slug, number = _slug(key), 1
        while slug in taken:
            number += 1
            slug = f"{_slug(key)}-{number}"
        taken.add(slug)
        slugs[key] = slug
    return slugs


@lru_cache(maxsize=10_000)  # asked for twice: 0.1 s of 6,000 questions' refresh
def _slug(key: str) -> str:
    """The topic's part of an address: ASCII where the keyword has a Latin form."""
    spoken = re.sub(r"\++", lambda plus: " plus" * len(plus[0]), key).replace("#", " sharp")
    return (slugify(spoken) or slugify(spoken, allow_unicode=True))[:100]


def _store_memberships(stored: Iterable[Topic], topics: dict[int, list[int]]) -> None:
    """Insert and delete the memberships that differ from those that are stored."""
    columns = ("topic_id", "question_id")
    known = [topic.pk for topic in stored]
    there = set(bulk.select(TopicQuestion, columns, None, "topic_id", known))
    wanted = {(topic, member) for topic, members in topics.items() for member in members}
    bulk.delete(TopicQuestion, columns, sorted(there - wanted))
    bulk.insert(TopicQuestion, columns, sorted(wanted - there))
