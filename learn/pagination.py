"""Pages of a list by real links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import EmptyPage, InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode

from learn.models import Question, QuestionQuerySet

PER_PAGE = 50


class OtherPage(Exception):  # noqa: N818 (nothing is wrong: a list has become shorter)
    """The list has no such page; `url` is the nearest one's. AddressMiddleware leads there."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class Questions(Sequence[Question]):
    """An ordered list of questions of which a page is read at a time.

    `ordered` is a queryset, or primary keys in order; `count` is its length. Keys come from an
    index alone, counted from the nearer end, so that the last page costs what the first does and
    the middle one 1 ms more in a subject of 36,000; then come the rows of that page.
    """

    def __init__(self, ordered: QuestionQuerySet | Sequence[int], count: int) -> None:
        self._ordered, self._count = ordered, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, part: Any) -> Any:
        keys = self._keys(*part.indices(self._count)[:2])
        found = Question.objects.for_listing().in_bulk(keys)
        return [found[key] for key in keys if key in found]

    def _keys(self, start: int, stop: int) -> list[int]:
        if not isinstance(self._ordered, QuerySet):
            return list(self._ordered[start:stop])
        keys = self._ordered.values_list("pk", flat=True)
        if start <= self._count - stop:
            return list(keys[start:stop])
        return list(keys.reverse()[self._count - stop : self._count - start])[::-1]


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page; `number` is None for a gap."""

    number: int | None
    url: str = ""
    is_current: bool = False


def paginated(
    rows: QuerySet[Any] | Sequence[Any],
    request: HttpRequest,
    count: int,
    *,
    per_page: int = PER_PAGE,
    kept: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The template's `page`, `page_links`, `previous_url` and `next_url`. Raises OtherPage.

    `count` is the number of rows, which the caller knows: it is not counted again. `kept` are the
    parameters that the links to other pages keep.
    """
    paginator = Paginator(rows, per_page)
    paginator.__dict__["count"] = count  # what its cached property would ask the database for
    kept, asked = kept or {}, request.GET.get("page", "1")
    try:
        page: Page[Any] = paginator.page(asked)
    except InvalidPage as error:
        is_beyond = isinstance(error, EmptyPage) and int(asked) > 0
        nearest = paginator.num_pages if is_beyond else 1
        raise OtherPage(_url(request.path, kept, nearest)) from None
    return {
        "page": page,
        "page_links": _links(page, request.path, kept),
        "previous_url": _url(request.path, kept, page.number - 1) if page.has_previous() else "",
        "next_url": _url(request.path, kept, page.number + 1) if page.has_next() else "",
    }


def _url(path: str, kept: Mapping[str, str], number: int) -> str:
    query = urlencode([*kept.items(), *([("page", str(number))] if number > 1 else [])])
    return f"{path}?{query}" if query else path


def _links(page: Page[Any], path: str, kept: Mapping[str, str]) -> list[PageLink]:
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [
        PageLink(number, _url(path, kept, number), number == page.number)
        if isinstance(number, int)
        else PageLink(None)
        for number in numbers
    ]
