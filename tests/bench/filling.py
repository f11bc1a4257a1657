"""A large library for benchmarks: generated questions, or copies of those of a folder.

Rows go in as `learn.bulk` writes them, without the importer: a million in minutes. Titles are put
together from a vocabulary in which, as in a language, few words are frequent and most are rare;
answers are some hundred texts, each rendered once.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

BATCH = 5_000  # questions of one transaction
SUBJECTS = 40
TEXTS = 400
STATUSES = ["published"] * 94 + ["draft"] * 4 + ["archived"] * 2
SYLLABLES = (
    "ba be bi cal co cre da del di du fa fer fi ga gen gra ho hy in ka la lec li lo ma me mi mo na "
    "ne ni no or os pa per phi po ra re ri ro sa sen si sol ta ter ti to tra tri ul va ve vi xi zo"
).split()


class Text(NamedTuple):
    """What copies are made of."""

    record: Any
    subject: str
    slug: str


def fill(count: int, folder: Path | None = None, seed: int = 5) -> None:
    """Make a library of so many questions, of two editors, with all that the desk lists."""
    from django.db import connection, transaction

    from learn import publishing
    from learn.models import Question

    rng = random.Random(seed)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-200000")
    texts = list(read(folder)) if folder else list(generated(rng))
    slugs = sorted({text.subject for text in texts})
    subjects = {
        slug: publishing.subject_for(slug, slug.replace("-", " ").title()) for slug in slugs
    }
    people = staff()
    words = vocabulary(rng)
    started = Question.objects.count()
    for first in range(started, count, BATCH):
        with transaction.atomic():
            store(range(first, min(first + BATCH, count)), texts, subjects, people, words, rng)
        print(f"\r{min(first + BATCH, count):,} questions", end="", flush=True)
    print()


def staff() -> list[int]:
    from django.contrib.auth.models import Group, User

    from learn import roles

    roles.grant()
    made = []
    for name in ("pat", "kim"):
        person, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        person.groups.add(Group.objects.get(name=roles.ADMIN))
        made.append(person.pk)
    return made


# -- texts


def vocabulary(rng: random.Random) -> list[str]:
    """Three thousand words, of which the first are the most frequent when drawn by `said`."""
    return sorted({"".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(3_000)})


def said(words: Sequence[str], number: int, rng: random.Random) -> str:
    places = (int(len(words) * rng.random() ** 3) for _ in range(number))
    return " ".join(words[place] for place in places)


def generated(rng: random.Random) -> Iterator[Text]:
    from learn.content import codec
    from learn.content.record import record_of

    words = vocabulary(rng)
    for number in range(TEXTS):
        lines = [f"{said(words, rng.randint(12, 40), rng).capitalize()}." for _ in range(4)]
        if number % 2:
            lines.insert(1, "$x^2 + y^2 = r^2$" if number % 7 else "$\\frac{1}{$")
        title = f"What is {said(words, 4, rng)}?"
        text = (
            f"---\nid: {number}\ntitle: >-\n    {title}\nsubject: Subject\ndate: 2025-01-31\n"
            f"seo:\n  page_description: >-\n    {lines[0] if number % 20 else ''}\n"
            f"  page_keywords: >-\n    {said(words, 3, rng)}\n"
            "answer: >-\n    " + "\\n\\n".join(lines) + "\n---\n"
        )
        record = record_of(codec.parse(text), text)
        yield Text(record, f"subject-{number % SUBJECTS + 1}", f"question-{number}")


def read(folder: Path) -> Iterator[Text]:
    from learn.content import codec
    from learn.content.record import record_of

    for file in sorted(folder.glob("*/*.md")):
        source = file.read_bytes().decode()
        record = record_of(codec.parse(source), source)
        yield Text(record, file.parent.name, file.stem)


# -- rows


def store(
    numbers: range,
    texts: Sequence[Text],
    subjects: dict[str, Any],
    people: Sequence[int],
    words: Sequence[str],
    rng: random.Random,
) -> None:
    from learn import bulk, findings, search
    from learn.content.record import Record, likeness_key
    from learn.models import Question

    columns = (
        "subject_id", "slug", "status", "status_before_prune", "shuffle", *Record._fields,
        "is_edited", "updated_at", "updated_by_id", "origin", "imported_digest", "created_at", "id",
    )  # fmt: skip
    keys = bulk.reserve_ids(Question, len(numbers))
    rows, entries, problems = [], [], {}
    title = ""
    for number, pk in zip(numbers, keys, strict=True):
        text = texts[number % len(texts)]
        if number < len(texts):
            title = text.record.title
        elif number % 100 or not title:  # each hundredth has the title of the one before it
            title = f"{text.record.title.split(' ', 1)[0]} {said(words, 5, rng)} {number}?"
        record = text.record._replace(
            title=title,
            title_key=likeness_key(title),
            source_id=number,
            no_index=number % 200 == 0,
        )
        edited = number % 100 == 0
        status = rng.choice(STATUSES)
        at = bulk.stored_time(moment(number, rng))
        rows.append(
            (
                subjects[text.subject].pk, f"{text.slug}-{number}", status, "", rng.getrandbits(31),
                *record, edited, at, people[number % 2] if edited else None,
                "editor" if edited else "import", "", at, pk,
            )
        )  # fmt: skip
        entries.append(search.Entry(pk, title, record.page_keywords, record.answer_text))
        problems[pk] = record.problems
    bulk.insert(Question, columns, rows)
    findings.add(problems)
    search.index(entries, are_new=True)
    beside(keys, people)


def moment(number: int, rng: random.Random) -> datetime.datetime:
    """A time within two years, a tenth of the questions within the last month."""
    from django.utils import timezone

    days = rng.random() * (30 if number % 10 == 0 else 730)
    return timezone.now() - datetime.timedelta(days=days)


def beside(keys: Sequence[int], people: Sequence[int]) -> None:
    """What the desk lists beside questions, of every hundredth one."""
    from learn.models import (
        Feedback,
        ImportOutcome,
        ImportRun,
        MissedAddress,
        MissedSearch,
        MistakeReport,
        Proposal,
        Question,
        Redirect,
        Revision,
        Topic,
    )

    some = list(keys[::100])
    questions = list(Question.objects.filter(pk__in=some).only("slug", "source", "updated_at"))
    packed = [Revision.pack(question.source) for question in questions]
    both = list(zip(questions, packed, strict=True))
    Revision.objects.bulk_create(
        Revision(question=q, packed=p, made_at=q.updated_at, origin="import") for q, p in both
    )
    Proposal.objects.bulk_create(
        Proposal(question=q, packed=p, packed_base=p, by_id=people[0]) for q, p in both[::5]
    )
    Redirect.objects.bulk_create(
        Redirect(subject_slug="once", slug=f"{q.slug}-once", question=q) for q in questions
    )
    Feedback.objects.bulk_create(
        Feedback(question=q, helpful=q.pk % 7, unhelpful=q.pk % 5, score=q.pk % 7 / 10)
        for q in questions
    )
    MistakeReport.objects.bulk_create(
        MistakeReport(question=q, text="This is wrong.") for q in questions[::5]
    )
    MissedSearch.objects.bulk_create(
        MissedSearch(words=f"words {pk}", text=f"Words {pk}", number=pk % 9) for pk in keys[:5_000]
    )
    MissedAddress.objects.bulk_create(
        MissedAddress(subject_slug="lost", slug=f"lost-{pk}", number=pk % 9) for pk in keys[:5_000]
    )
    run = ImportRun.objects.create(state="done", source="a folder", created=len(keys))
    ImportOutcome.objects.bulk_create(
        ImportOutcome(run=run, kind="created", file=f"{pk}.md", question_id=pk) for pk in keys
    )
    subject = Question.objects.only("subject_id").get(pk=keys[0]).subject_id
    Topic.objects.bulk_create(
        Topic(subject_id=subject, slug=f"topic-{pk}", name=f"Topic {pk}", question_count=1)
        for pk in some
    )
