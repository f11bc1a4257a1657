"""How a page is cited: APA (7th edition), MLA (9th edition) and BibTeX."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from learn.content.authors import person_of


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited. `author` is a person or an organisation, or empty; `url` is absolute."""

    title: str
    author: str
    site: str
    date: date
    url: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A work in one style; `italic` stands between `before` and `after`."""

    style: str
    before: str
    italic: str
    after: str


def citations(work: Work) -> tuple[Citation, ...]:
    return _apa(work), _mla(work), Citation("BibTeX", _bibtex(work), "", "")


def _apa(work: Work) -> Citation:
    """Author. (Year, Month day). *Title*. Site. URL: the title leads where there is no author, the
    site is left out where it is the author, and the title keeps its own stop. A person is the
    family name and initials, a group its full name (Publication Manual, 9.8 and 9.11)."""
    when = f"({work.date:%Y}, {work.date:%B} {work.date.day})."
    site = f" {_stopped(work.site)}" if work.site != work.author else ""
    stop = _stopped(work.title)[len(work.title) :]
    if not work.author:
        return Citation("APA", "", work.title, f"{stop} {when}{site} {work.url}")
    person = person_of(work.author, work.site)
    author = f"{person.family}, {person.initials}" if person else _stopped(work.author)
    return Citation("APA", f"{author} {when} ", work.title, f"{stop}{site} {work.url}")


def _mla(work: Work) -> Citation:
    """Author. "Title." *Site*, day month year, URL without its scheme. An author whose own the site
    is, by its name, is left out; months of more than four letters are shortened. A person's family
    name leads (Handbook, chapter 5, "Author")."""
    is_own = work.site.casefold().startswith(work.author.casefold())
    author = "" if is_own else f"{_stopped(_turned(work))} "
    title = _stopped(_unquoted(_in_title_case(work.title)))
    when = f"{work.date.day} {_MLA_MONTHS[work.date.month - 1]} {work.date:%Y}"
    url = work.url.partition("://")[2] or work.url
    return Citation("MLA", f"{author}“{title}” ", work.site, f", {when}, {url}.")


def _turned(work: Work) -> str:
    """`Doe, Jane` for a person; an organisation as it is."""
    person = person_of(work.author, work.site)
    return f"{person.family}, {person.given}" if person else work.author


def _bibtex(work: Work) -> str:
    """A second pair of braces keeps BibTeX from taking an organisation's name apart ("BibTeXing",
    section 4); a person's it shall."""
    author = _tex(_turned(work))
    if author and not person_of(work.author, work.site):
        author = f"{{{author}}}"
    lines = [
        f"@misc{{{_key(work)},",
        f"  author = {{{author}}}," if author else "",
        f"  title = {{{{{_tex(work.title)}}}}},",
        f"  year = {{{work.date:%Y}}},",
        f"  month = {work.date:%b},".lower(),
        f"  howpublished = {{{_tex(work.site)}}},",
        f"  url = {{{work.url}}}",
        "}",
    ]
    return "\n".join(line for line in lines if line)


_MLA_MONTHS = (
    "Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip
# What MLA leaves small within a title: articles, conjunctions, prepositions and the "to" of verbs.
_SMALL = frozenset(
    "a an the and but for nor or so yet to about above across after against along among around as"
    " at before behind below beneath beside between beyond by concerning despite down during except"
    " from in inside into like near of off on onto out outside over past per regarding since than"
    " through throughout toward towards under until up upon versus via with within without".split()
)
# Names of functions and units that look like words.
_FIXED = frozenset("sin cos tan arcsin arccos arctan sinh cosh log exp lim max min mod mol".split())
_WORD = re.compile(r"[^\s\-–—/()\[\]{}\"“”]+")
_PLAIN_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?[.,:;?!]*")
_TEX_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _unquoted(title: str) -> str:
    """Double quotation marks as single ones: the whole title stands in double ones."""
    paired = re.sub(r'"([^"]*)"', "‘\\1’", title)
    return paired.replace("“", "‘").replace("”", "’")


def _in_title_case(title: str) -> str:
    """Principal words with a capital. Symbols, units, names of functions, titles with TeX and all
    that is not a plain word in small letters stay as they are."""
    if "$" in title or "\\" in title:
        return title
    words = list(_WORD.finditer(title))
    ends = {match.start() for match in (*words[:1], *words[-1:])}

    def capital(match: re.Match[str]) -> str:
        word = match[0]
        bare = word.rstrip(".,:;?!")
        is_word = _PLAIN_WORD.fullmatch(word) and re.search("[aeiouy]", bare)
        is_symbol = bare in _FIXED or (len(bare) == 1 and bare != "a")
        is_small = bare in _SMALL and match.start() not in ends
        return word if not is_word or is_symbol or is_small else word[0].upper() + word[1:]

    return _WORD.sub(capital, title)


def _key(work: Work) -> str:
    """The author, of a person the family name, the year and the title's first word of four letters:
    `quicktakes2025light`."""
    plain = unicodedata.normalize("NFKD", f"{work.title}").encode("ascii", "ignore").decode()
    word = re.search(r"[A-Za-z]{4,}", plain)
    person = person_of(work.author, work.site)
    leads = person.family if person else work.author or work.site
    author = re.sub(r"[^A-Za-z0-9]", "", leads)
    return f"{author}{work.date:%Y}{word[0] if word else ''}".lower()


def _tex(text: str) -> str:
    return "".join(_TEX_SPECIAL.get(character, character) for character in text)
