"""What stands where files want to go: looked up before they are read, and again to store them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from learn import bulk
from learn.content.addresses import Address
from learn.history import Place
from learn.models import Question, Redirect, Subject


class Standing(NamedTuple):
    """A question that is there already. `is_former`: it was found by an address it once had."""

    pk: int
    address: Address
    digest: str
    is_edited: bool
    is_pruned: bool
    is_former: bool = False


_STANDING = ("slug", "id", "imported_digest", "is_edited", "status_before_prune")


def found_at(addresses: Iterable[Address]) -> dict[Address, Standing]:
    """The questions at these addresses, or that once stood there."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        if _can_be_stored(address):
            wanted[address.subject].append(address.slug)
    found = standing_at(wanted)
    for subject, slugs in wanted.items():
        if gone := [slug for slug in slugs if Address(subject, slug) not in found]:
            found |= _once_at(subject, gone)
    return found


def standing_at(wanted: Mapping[str, list[str]]) -> dict[Address, Standing]:
    """The questions that stand under these slugs of each subject now."""
    keys = dict(Subject.objects.filter(slug__in=list(wanted)).values_list("slug", "pk"))
    found: dict[Address, Standing] = {}
    for subject, slugs in wanted.items():
        key = ("subject_id", keys.get(subject))
        for slug, pk, digest, *marks in bulk.select(Question, _STANDING, key, "slug", slugs):
            address = Address(subject, slug)
            found[address] = Standing(pk, address, digest, *map(bool, marks))
    return found


def _can_be_stored(address: Address) -> bool:
    """Whether an address is text: a file's name need not be."""
    try:
        return bool(address.subject.encode() and address.slug.encode())
    except UnicodeEncodeError:
        return False


def _once_at(subject: str, slugs: list[str]) -> dict[Address, Standing]:
    key = ("subject_slug", subject)
    moved = bulk.select(Redirect, ("slug", "question_id"), key, "slug", slugs)
    if not moved:
        return {}
    questions = (
        Question.objects.select_related("subject")
        .only("subject__slug", *_STANDING)
        .in_bulk([pk for _, pk in moved])
    )
    return {
        Address(subject, old): Standing(
            pk,
            Address(there.subject.slug, there.slug),
            there.imported_digest,
            there.is_edited,
            bool(there.status_before_prune),
            is_former=True,
        )
        for old, pk in moved
        if (there := questions.get(pk))
    }


class Locked:
    """Questions that are about to be replaced, locked, as they are now."""

    def __init__(self, keys: list[int]) -> None:
        columns = ("pk", "imported_digest", "is_edited", *Place._fields)
        rows = Question.objects.filter(pk__in=keys).locked().values_list(*columns)
        self._rows = {pk: rest for pk, *rest in rows} if keys else {}

    def is_as(self, there: Standing, on_conflict: str) -> bool:
        """Whether nobody has changed a question since the look-up."""
        digest, is_edited, *_ = self._rows[there.pk]
        unchanged = is_edited == there.is_edited or on_conflict == "overwrite"
        return bool(digest == there.digest and unchanged)

    def place(self, pk: int) -> Place:
        """Where it stands; one that an import archived gets back the status that it had."""
        place = Place(*self._rows[pk][2:])
        if not place.status_before_prune:
            return place
        return place._replace(status=place.status_before_prune, status_before_prune="")


class Marks:
    """A set of primary keys, a bit for each: an import of any size keeps it in memory."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, key: int) -> None:
        index = key >> 3
        if index >= len(self._bits):
            self._bits.extend(bytes(index - len(self._bits) + 1024))
        self._bits[index] |= 1 << (key & 7)

    def __contains__(self, key: int) -> bool:
        index = key >> 3
        return index < len(self._bits) and bool(self._bits[index] >> (key & 7) & 1)
