"""From what was typed to questions, best first, in steps that each cost little.

A word may stand in half of a large library, so that nothing here reads all that matches: titles
come first, ranked; then what has all but one of the words in its head; then answers, unranked up to
a cap. The few that can be shown are then ranked by their titles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice, product

from django.db.models.functions import Left

from learn.models import Question, QuestionQuerySet
from learn.search import spelling, vocabulary
from learn.search.backend import Among, Backend, Groups, Hit, Place
from learn.search.query import Query, Term, parse
from learn.search.ranking import Judge
from learn.search.words import STOP_WORDS

COUNTED = 1000  # matches; of more it is only said that there are more
RANKED = 2500  # questions with the rarest word, of which all that match are ranked: 10 ms
SHOWN = 200  # results, so that the last page costs what the first does
JUDGED = 80  # of each step whose titles are compared
READ = 60  # of the best, which are looked through for signs as they were typed: 3 ms
READ_LETTERS = 3_000  # of each answer
FEW = 3  # results, of which so few make a misspelling likely
COMPLETIONS = 8
TELLING = 120  # titles and keywords that may have a title's rare words together: 1 ms
ALIKE = 0.4  # of a title's weight, at least, is what another one says too
MOST_MISTAKES = 3  # words of one query that are mended
ELIDED = ("d", "l", "o")  # as in d'Alembert, L'Hôpital, O'Brien
MOST_TRIES = 9  # of what they may have meant together


@dataclass(frozen=True, slots=True)
class Results:
    """What was found. `keys` are at most SHOWN questions, best first.

    `query` is what was looked for: where `is_mended`, not what was typed but what was meant;
    `meant` is then empty, and else what may have been meant. `has_all`: whether some have all the
    words; others may have all but one. `subjects` counts the results by subject, also where
    those of one subject are wanted.
    """

    query: Query
    keys: list[int] = field(default_factory=list)
    total: int = 0
    subjects: Counter[int] = field(default_factory=Counter)
    is_mended: bool = False
    has_all: bool = True
    meant: str = ""

    @property
    def is_full(self) -> bool:
        """Whether there are questions with all that was asked for."""
        return self.has_all and bool(self.subjects)

    @property
    def has_more(self) -> bool:
        return self.total > COUNTED


@dataclass(frozen=True, slots=True)
class _Pool:
    """Hits of one query by the step that found them."""

    query: Query
    titles: Sequence[Hit] = ()
    near: Sequence[Hit] = ()
    texts: Sequence[Hit] = ()

    def __len__(self) -> int:
        return len(self.titles) + len(self.texts)

    def hits(self) -> list[Hit]:
        return list(dict.fromkeys(chain(self.titles, self.near, self.texts)))


class Finder:
    """Finds among these questions in this index. One finder is for one query."""

    def __init__(self, backend: Backend, among: QuestionQuerySet) -> None:
        self._backend, self._questions, self._among = backend, among, Among.these(among)
        self._numbers: dict[str, int] = {}  # of the words that were looked up

    def results(self, text: str, subject: int | None = None) -> Results:
        query = parse(text)
        if not query.terms:
            return Results(query)
        self._look_up(query.terms)
        pool, meant, has_all = self._best(query)
        is_mended = meant is not None and pool.query is meant
        hits = pool.hits()
        subjects = Counter(hit.subject for hit in hits)
        if subject is not None:
            pool, hits = self._within(subject, pool, hits, has_all)
        return Results(
            query=pool.query,
            keys=self._ranked(pool, hits),
            total=len(hits),
            subjects=subjects,
            is_mended=is_mended,
            has_all=has_all,
            meant=meant.text if meant and not is_mended else "",
        )

    def titles(self, text: str, most: int) -> list[int]:
        """Questions whose titles hold what is being typed, for the list below a search field."""
        query = parse(text, keep_last=True)
        if not query.terms:
            return []
        self._look_up(query.terms)
        query = self._opened(query)
        hits = self._find([query.terms], Place.TITLE, JUDGED)
        if not hits:
            hits = self._find([query.terms], Place.HEAD, JUDGED)
        if not hits and (apart := self._apart(query)):
            hits = self._find([apart.terms], Place.TITLE, JUDGED)
            query = apart if hits else query
        if not hits and (mended := self._mended(query)):
            query, hits = mended.query, mended.hits()
        if not hits and (groups := _all_but_one(query)):
            hits = self._find(groups, Place.TITLE, JUDGED)
        return self._ranked(_Pool(query, hits), hits)[:most]

    def alike(self, title: str, subject: int) -> list[int]:
        """Questions of a subject that share rare words of a title, the likest first.

        Words that many have are not looked for: they tell little and cost most.
        """
        query = parse(title)
        terms = tuple(term for term in query.terms if term.word)
        self._look_up(terms)
        rare: list[Term] = []
        for term in sorted(terms, key=self._frequency):
            if sum(map(self._frequency, [*rare, term])) <= TELLING:
                rare.append(term)
        if not rare:
            return []
        groups = [[term] for term in rare]
        hits = self._find(groups, Place.TITLE, TELLING, subject, ranked=True)
        judge = Judge(replace(query, terms=terms), self._numbers)
        marks = {hit.pk: judge.mark(hit.title, has_all=False) for hit in hits}
        enough = (pk for pk, mark in marks.items() if mark >= ALIKE)
        return sorted(enough, key=lambda pk: (-marks[pk], -pk))

    # -- words

    def _look_up(self, terms: Iterable[Term]) -> None:
        words = {word for term in terms for phrase in term.phrases for word in phrase}
        self._numbers |= vocabulary.numbers(words - set(self._numbers))

    def _opened(self, query: Query) -> Query:
        """The query with the last word as the beginning of others too."""
        if not query.last:
            return query
        place = len(query.terms) - 1
        longer = vocabulary.completions(query.last, COMPLETIONS)
        self._numbers |= longer
        words = [(word,) for word in longer if word not in STOP_WORDS or place == 0]
        return query.with_term(place, query.terms[place].or_else(words))

    def _apart(self, query: Query) -> Query | None:
        """The query with an unknown `lhopital` as `l hopital` too; None where there is none."""
        elided = {
            place: (term.word[0], term.word[1:])
            for place, term in enumerate(query.terms)
            if term.word not in self._numbers and term.word[:1] in ELIDED and len(term.word) > 3
        }
        known = vocabulary.numbers({rest for _, rest in elided.values()})
        apart = query
        for place, phrase in elided.items():
            if phrase[1] in known:
                apart = apart.with_term(place, apart.terms[place].or_else([phrase]))
        return apart if apart != query else None

    def _frequency(self, term: Term) -> int:
        """About how many heads may hold a term."""
        return sum(min(self._numbers.get(word, 0) for word in phrase) for phrase in term.phrases)

    # -- steps

    def _best(self, query: Query) -> tuple[_Pool, Query | None, bool]:
        """The hits, what was meant by mistyped words, and whether there are some with all words."""
        if query.last and query.last not in self._numbers:
            query = self._opened(query)
        pool = self._pool(query)
        if not len(pool) and (apart := self._apart(query)) and len(found := self._pool(apart)):
            return found, None, True
        mended = self._mended(query) if len(pool) < FEW else None
        meant = mended.query if mended else None
        if len(pool):
            return pool, meant, True
        if mended:
            return mended, meant, True
        opened = self._opened(query)
        if opened != query and len(longer := self._pool(opened)):
            return longer, None, True
        if pool.near:
            return pool, None, False
        return self._any(query), None, False

    def _pool(self, query: Query, subject: int | None = None) -> _Pool:
        is_rare = min(map(self._frequency, query.terms)) <= RANKED
        titles = self._find([query.terms], Place.TITLE, COUNTED + 1, subject, ranked=is_rare)
        if len(titles) > COUNTED:
            return _Pool(query, titles)
        groups = _all_but_one(query) if len(titles) < SHOWN else []
        near = self._find(groups, Place.HEAD, SHOWN, subject) if groups else []
        texts = self._find([query.terms], Place.TEXT, COUNTED + 1, subject)
        return _Pool(query, titles, near, texts)

    def _any(self, query: Query) -> _Pool:
        """Questions with one of the words, the rarest first: those cost least and tell most."""
        hits: dict[Hit, None] = {}
        for term in sorted(query.terms, key=self._frequency):
            for place in (Place.HEAD, Place.TEXT):
                if len(hits) < SHOWN:
                    hits |= dict.fromkeys(self._find([[term]], place, SHOWN))
        return _Pool(query, near=list(hits))

    def _within(
        self,
        subject: int,
        pool: _Pool,
        hits: list[Hit],
        has_all: bool,
    ) -> tuple[_Pool, list[Hit]]:
        """The hits of one subject; where not all hits are known, those are looked for anew."""
        if has_all and len(hits) > COUNTED:
            pool = self._pool(pool.query, subject)
            return pool, pool.hits()
        return pool, [hit for hit in hits if hit.subject == subject]

    def _mended(self, query: Query) -> _Pool | None:
        """Hits of the query with its unknown words as they were meant; None where there are none.

        What is meant by each word is tried in the order of likelihood, titles first.
        """
        unknown = [
            place
            for place, term in enumerate(query.terms)
            if term.word and term.word not in self._numbers and len(term.phrases) == 1
        ]
        meant = [spelling.meant_by(query.terms[place].word) for place in unknown]
        if not unknown or len(unknown) > MOST_MISTAKES or not all(meant):
            return None
        words = [query.terms[place].word for place in unknown]
        likely = islice(product(*meant), MOST_TRIES)
        tries = [query.saying(dict(zip(words, chosen, strict=True))) for chosen in likely]
        self._look_up(term for mended in tries for term in mended.terms)
        for mended in tries:
            if titles := self._find([mended.terms], Place.TITLE, SHOWN):
                return _Pool(mended, titles, texts=self._find([mended.terms], Place.TEXT, SHOWN))
        for mended in tries[:FEW]:
            pool = self._pool(mended)
            if len(pool) or pool.near:
                return replace(pool, texts=pool.texts or pool.near)
        return None

    def _find(
        self,
        groups: Groups,
        place: Place,
        most: int,
        subject: int | None = None,
        *,
        ranked: bool = False,
    ) -> list[Hit]:
        among = self._among
        if subject is not None:
            among = Among.these(self._questions.filter(subject=subject))
        return self._backend.find(groups, place, among, most, ranked=ranked)

    def _ranked(self, pool: _Pool, hits: list[Hit]) -> list[int]:
        """At most SHOWN keys: those that are judged by their titles, then the rest as found."""
        wanted = set(hits)
        steps = (pool.titles, pool.near, pool.texts)
        judged = [hit for step in steps for hit in step[:JUDGED] if hit in wanted]
        complete = {*pool.titles, *pool.texts}
        judge = Judge(pool.query, self._numbers)
        marks = {hit.pk: judge.mark(hit.title, has_all=hit in complete) for hit in judged}
        best = _by_mark(marks)
        if pool.query.signed:
            for pk, title, answer in _beginnings(best[:READ]):
                marks[pk] += judge.signs(f"{title} {answer}")
            best = _by_mark(marks)
        rest = (hit.pk for hit in hits if hit.pk not in marks)
        return list(chain(best, rest))[:SHOWN]


def _beginnings(keys: Sequence[int]) -> Iterable[tuple[int, str, str]]:
    """The keys with the titles and the beginnings of the answers."""
    beginning = Left("answer_text", READ_LETTERS)
    return Question.objects.filter(pk__in=keys).values_list("pk", "title", beginning)


def _by_mark(marks: Mapping[int, float]) -> list[int]:
    return sorted(marks, key=lambda pk: (-marks[pk], -pk))


def _all_but_one(query: Query) -> list[Sequence[Term]]:
    """Each way to leave one term out, where enough are left to tell something."""
    terms = query.terms
    if len(terms) < 3:
        return []
    return [(*terms[:place], *terms[place + 1 :]) for place in range(len(terms))]


def in_order(keys: Sequence[int], questions: QuestionQuerySet) -> Iterator[Question]:
    """The questions with these keys, in their order."""
    found = questions.in_bulk(list(keys))
    return (found[key] for key in keys if key in found)
