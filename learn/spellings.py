"""How files spell the name of their subject; most files decide."""

from __future__ import annotations

from collections import Counter

from learn.content import codec
from learn.models import ImportOutcome, ImportRun, Question, Subject


def spelled(subject_slug: str, spelling: str) -> str:
    """A file's spelling; what the folder is called where the file says nothing."""
    return spelling or subject_slug.replace("-", " ").capitalize()


def left_uncounted() -> dict[str, Counter[str]]:
    """Spellings in subjects that only the present import and failed ones before it have filled.

    An import names a new subject at its end, which a killed one never reached. A subject whose name
    no file of it spells was renamed here, and stays.
    """
    state = ImportRun.State
    runs = ImportRun.objects.filter(is_rehearsal=False)
    last = runs.filter(state=state.DONE).order_by("-id").values_list("pk", flat=True).first()
    open_ended = runs.filter(pk__gt=last or 0, state__in=(state.FAILED, state.RUNNING))
    created = ImportOutcome.objects.filter(
        run__in=open_ended, kind=ImportOutcome.Kind.CREATED, question__isnull=False
    ).values("question")
    older = Question.objects.exclude(pk__in=created).values("subject")
    subjects = Subject.objects.filter(questions__in=created).exclude(pk__in=older).distinct()
    counts = {subject: _counted(subject) for subject in subjects}
    return {subject.slug: count for subject, count in counts.items() if subject.name in count}


def _counted(subject: Subject) -> Counter[str]:
    sources = subject.questions.values_list("source", flat=True).iterator(chunk_size=500)
    return Counter(spelled(subject.slug, codec.parse(source).subject) for source in sources)
