"""Whether an author is a person, which files do not say."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What names of authors have who are no persons.
_ORGANISATION = frozenset(
    "academy agency association authority authors board books bureau center centre college"
    " committee company contributors corporation council department desk education editorial"
    " editors foundation group guides history house inc institute institution journal lab"
    " laboratory learning library limited ltd magazine ministry museum network news notes office"
    " online organization organisation press program project publishers publishing research review"
    " school science sciences service services society staff studies study teachers team times"
    " trust union university".split()
)


@dataclass(frozen=True, slots=True)
class Person:
    """A name as lists of references turn it around."""

    given: str
    family: str

    @property
    def initials(self) -> str:
        """`Jean-Luc Marie` as `J.-L. M.`"""
        names = (filter(None, name.split("-")) for name in self.given.split())
        return " ".join("-".join(f"{part[0]}." for part in parts) for parts in names)


def person_of(author: str, site: str) -> Person | None:
    """An author that looks like a person: two or three words with a capital, none of the site's
    name, none that an organisation has. Any other is taken for an organisation, whose name all
    styles print as it is written."""
    words = author.split()
    others = _ORGANISATION.union(site.casefold().split())
    is_person = (
        1 < len(words) < 4
        and all(_is_name(word) or _is_initial(word) for word in words)
        and not _is_initial(words[-1])
        and not any(word.casefold() in others for word in words)
    )
    return Person(" ".join(words[:-1]), words[-1]) if is_person else None


def _is_name(word: str) -> bool:
    """`Jane`, `O'Brien`, `Jean-Luc`, `McDonald`; all capitals are an acronym's."""
    letters = re.sub("['’-]", "", word)
    return letters.isalpha() and word[0].isupper() and not letters.isupper()


def _is_initial(word: str) -> bool:
    return len(word) == 2 and word[0].isupper() and word[1] == "."
