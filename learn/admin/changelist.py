"""A page of the list of questions, at the same cost however long the list is.

Keys come first, from an index alone and at most MOST of them; then the rows of the page. The last
page of a longer list is reached by turning its order round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import EmptyResultSet
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from learn import findings
from learn.admin import searching
from learn.admin.filters import Choice, DeskFilter, FindingsFilter
from learn.admin.paging import CappedPaginator, Exactly, Least
from learn.desk import census
from learn.desk.census import MOST
from learn.models import LastSeen

VIEW_VAR = "view"  # empty: no view, not even one's default


class QuestionList(ChangeList):
    """Django's list with counted filters, searched by the library's own index."""

    def get_filters(self, request: HttpRequest) -> Any:
        self.request = request
        found = super().get_filters(request)
        self._is_restricted = bool(found[2])  # by an address that none of the filters wrote
        return found

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        asked: dict[str, Any] = super().get_filters_params(params)
        asked.pop(VIEW_VAR, None)
        return asked

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """The address of another list; one without parameters would be the person's default."""
        query: str = super().get_query_string(new_params, [*(remove or []), VIEW_VAR])
        return query if query != "?" else f"?{VIEW_VAR}="

    def get_ordering_field_columns(self) -> Any:
        """The columns that are marked as sorted: none where the search's own order stands."""
        return {} if self.is_best_first else super().get_ordering_field_columns()

    @property
    def is_best_first(self) -> bool:
        return self.found is not None and ORDER_VAR not in self.params

    # -- the rows

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        """All that filters and search leave, as bulk actions take it."""
        asked, self.query = self.query, ""
        questions = super().get_queryset(request, exclude_parameters)
        self.query = asked
        self.filtered: Any = questions
        if not asked.strip():
            self.found = None
            return questions
        self.found = searching.found(asked, questions)
        return questions.filter(pk__in=self.found.keys)

    def get_results(self, request: HttpRequest) -> None:
        rows: Sequence[Any] = self._listed() if self.found is None else self._searched()
        paginator = CappedPaginator(rows, self.list_per_page)
        page = paginator.get_page(self.page_num)
        self.page_num = page.number
        shown = list(page.object_list)
        self.result_list = self._complete(shown) if self.found is None else shown
        for question in self.result_list:
            question.is_news = self._is_news(question)
        self.paginator = paginator
        self.result_count = self._count(len(rows))
        self.multi_page = paginator.num_pages > 1
        self.can_show_all = False
        self.show_full_result_count = self.model_admin.show_full_result_count
        self.show_admin_actions = True
        self.full_result_count = None

    def _listed(self) -> list[int]:
        """The keys, of at most MOST questions; whether there are more stands in `is_cut`.

        Where the census of the library does not tell what the filters leave, that of these does.
        """
        self.is_within = self._is_restricted or any(f.is_beyond for f in self._counting)
        columns = census.COLUMNS if self.is_within else ()
        try:
            rows = list(self.queryset.values_list("pk", *columns)[: MOST + 1])
        except EmptyResultSet:
            rows = []
        self.is_cut = len(rows) > MOST
        self.census = census.Census.of(r[1:] for r in rows) if self.is_within else self._library
        self.keys = [row[0] for row in rows[:MOST]]
        return self.keys

    def _searched(self) -> list[Any]:
        """What the search found, the best first unless another order is asked for.

        So few that all are read: the filters count them.
        """
        assert self.found is not None
        questions = list(self._rows(self.queryset))
        self.keys = [question.pk for question in questions]
        self.is_within, self.is_cut = True, self.found.is_cut
        told = ([getattr(each, name) for name in census.COLUMNS] for each in questions)
        self.census = census.Census.of(told)
        if not self.is_best_first:
            return questions
        places = {pk: place for place, pk in enumerate(self.found.keys)}
        return sorted(questions, key=lambda question: places[question.pk])

    def _complete(self, keys: Sequence[int]) -> list[Any]:
        there = self._rows(self.root_queryset).in_bulk(keys)
        return [there[key] for key in keys if key in there]

    def _rows(self, questions: QuerySet[Any]) -> QuerySet[Any]:
        """All that a line of the list shows."""
        looked = LastSeen.objects.filter(person=self.request.user.pk, question=OuterRef("pk"))
        seen = questions.annotate(seen_version=Subquery(looked.values("version")))
        rows: QuerySet[Any] = seen.select_related("subject", "updated_by")
        return rows

    def _is_news(self, question: Any) -> bool:
        """Whether others changed it since this person looked at it."""
        is_newer = question.seen_version is not None and question.seen_version < question.updated_at
        return is_newer and question.updated_by_id != self.request.user.pk

    def _count(self, number: int) -> int:
        if self.is_cut and self.found is None and not self.is_within:
            return Exactly(max(self.census.total(self._chosen()), number))
        return Least(number) if self.is_cut else Exactly(number)

    # -- what the filters tell

    @property
    def _counting(self) -> list[DeskFilter]:
        return [spec for spec in self.filter_specs if isinstance(spec, DeskFilter)]

    def _chosen(self) -> dict[str, Any]:
        asked = ((spec.column, spec.chosen) for spec in self._counting if spec.column)
        return {column: value for column, value in asked if value is not None}

    @cached_property
    def _library(self) -> census.Census:
        return census.taken()

    def counts(self, spec: DeskFilter) -> Counter[Any]:
        """The numbers behind the values of a filter's column."""
        return self.census.counts(spec.column, {} if self.is_within else self._chosen())

    def number(self, spec: DeskFilter, choice: Choice) -> int | None:
        """How many questions stand behind a choice; None where nobody counted."""
        if choice.value == spec.said:
            return self.result_count
        if spec.column and choice.key is not None:
            if self.is_within and spec.said:
                return None  # among those of another choice
            number = self.counts(spec)[choice.key]
            return Least(number) if self.is_within and self.is_cut else Exactly(number)
        if isinstance(spec, FindingsFilter):
            return self._of_kind(spec, choice)
        return self._beside.get((str(spec.parameter_name), choice.value))

    @cached_property
    def _beside(self) -> Mapping[tuple[str, str], int]:
        """The numbers behind choices that the census does not know; one query for all of them.

        A large library is not asked again for what is left of a filter, nor any for what is left of
        one that is dear.
        """
        is_dear = any(spec.said and not spec.is_counted for spec in self._counting)
        if self.found is None:
            is_dear = is_dear or (self.is_restricting and self._library.is_large)
        if is_dear:
            return {}
        asked = [
            (spec, choice)
            for spec in self._counting
            if not spec.said and spec.is_counted and not isinstance(spec, FindingsFilter)
            for choice in spec.shown(self)
            if not spec.column or choice.key is None
        ]
        there = self.filtered if self.found is None else self.queryset
        rows = [spec.rows(there, choice.value) for spec, choice in asked]
        numbers = census.counted(rows, self.request.user)  # type: ignore[arg-type]
        return {
            (str(spec.parameter_name), choice.value): self._told(n)
            for (spec, choice), n in zip(asked, numbers, strict=True)
        }

    def _told(self, number: int) -> int:
        """Of a search whose best are listed there are more, whatever is counted."""
        if number > MOST:
            return Least(MOST)
        return Least(number) if self.found is not None and self.is_cut else Exactly(number)

    @cached_property
    def _of_kinds(self) -> Mapping[str, int]:
        """Questions by the checks that speak of them: of the library, or of a list that ends."""
        if self.found is None and not self.is_restricting:
            found = census.kept("kinds", findings.counts, self.census)
        else:
            found = findings.counts_among(self.keys)
        return {code: self._told(number) for code, number in found.items()}

    def _of_kind(self, spec: DeskFilter, choice: Choice) -> int | None:
        is_counted = self.found is not None or not (self.is_restricting and self.is_cut)
        if spec.said not in ("", "some") or not is_counted:
            return None
        return self._of_kinds.get(choice.value, self._told(0))

    @property
    def is_restricting(self) -> bool:
        return self._is_restricted or any(spec.said for spec in self._counting)

    # -- what the page says

    @property
    def page_numbers(self) -> Any:
        return self.paginator.get_elided_page_range(self.page_num, on_each_side=2, on_ends=1)

    @property
    def listed(self) -> Exactly:
        return Exactly(self.paginator.count)

    @property
    def kept_by_search(self) -> list[tuple[str, str]]:
        return self.kept(SEARCH_VAR)

    @property
    def without_search(self) -> str:
        return self.get_query_string({SEARCH_VAR: None})

    def kept(self, name: str) -> list[tuple[str, str]]:
        """The parameters that a form for one of them has to carry along."""
        left = (name, PAGE_VAR, VIEW_VAR)
        return [
            (key, value)
            for key, values in self.filter_params.items()
            if key not in left
            for value in values
        ]
