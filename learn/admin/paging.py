"""Pages of a list whose length nobody needs to know: counting ends after MOST rows."""

from __future__ import annotations

from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import QuerySet

from learn.desk.census import MOST


class Least(int):
    """A count that stopped: there are more."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class Exactly(int):
    def __str__(self) -> str:
        return f"{int(self):,}"


class CappedPaginator(Paginator):
    """Counts no further than MOST rows, and has no pages beyond them."""

    @cached_property
    def count(self) -> int:
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        number = self.object_list.order_by().values("pk")[: MOST + 1].count()
        return Least(MOST) if number > MOST else Exactly(number)
