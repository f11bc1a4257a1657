"""The addresses of questions: `/learn/<subject>/questions/<slug>`, and what a slug may be."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MAX_SLUG = 200  # characters; the library's longest has 176
# What stands, or will stand, directly under /learn/ beside the subjects.
RESERVED_SUBJECTS = frozenset(
    (
        "_draft",
        "_offline",
        "_styleguide",
        "bookmarks",
        "feed",
        "opensearch.xml",
        "search",
        "study",
        "suggest",
    )
)
RESERVED_SLUGS = frozenset(("undefined",))  # a broken link in the wild, see the redirects

_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff/\\?#%:\"<>|*]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BEHIND = " \t\u00a0.,;:!?'\")]}>*\u2019\u201d\u00bb\u2026"  # what a text puts behind an address
_ADDRESS = re.compile(r"/learn/([^/]+)/questions/([^/]+)")


class Address(NamedTuple):
    """The identity of a question."""

    subject: str
    slug: str

    @property
    def path(self) -> str:
        return f"/learn/{self.subject}/questions/{self.slug}"


def address_in(url: str) -> Address | None:
    """The question that a site-relative url names; None for any other url."""
    match = _ADDRESS.fullmatch(url)
    return Address(match[1], match[2]) if match else None


def without_end(path: str) -> str:
    """The one address of a page below /learn: none ends in a slash."""
    return path.rstrip("/") if path.startswith("/learn/") else path


def tidied(address: Address) -> Address:
    """As it was meant by who wrote it carelessly: in small letters, with hyphens, and without the
    end of the sentence or the ending of a file that came along."""
    subject, slug = (part.strip().lower().replace("_", "-") for part in address)
    slug = slug.rstrip(_BEHIND)
    for ending in (".html", ".htm", ".md"):
        slug = slug.removesuffix(ending)
    return Address(subject, slug.rstrip(_BEHIND))


def slug_problem(slug: str, reserved: frozenset[str] = RESERVED_SLUGS) -> str:
    """Why a slug cannot stand in an address, as the end of a sentence; '' where it can."""
    if not slug:
        return "is empty"
    if len(slug) > MAX_SLUG:
        return f"has more than {MAX_SLUG} characters"
    if slug.startswith(".") or _FORBIDDEN.search(slug) or _INVISIBLE.search(slug):
        return "holds a character that an address cannot have"
    if unicodedata.normalize("NFC", slug) != slug:
        return "is not in Unicode's composed form (NFC)"
    return "is reserved" if slug.lower() in reserved else ""


def collision_key(address: Address) -> str:
    """Equal for addresses that some file system or database would take for one."""
    return unicodedata.normalize("NFKC", f"{address.subject}/{address.slug}").casefold()
