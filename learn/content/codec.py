"""Question file <-> QuestionDocument, without losing a key or a byte.

`parse` reads a file's text, `serialise` writes a new one in QuickTakes' own style, and `edited`
rewrites an existing text so that only the lines of changed keys change: their style (plain, folded,
literal, quoted), the order of keys, unknown keys, comments, line ends and a BOM all stay.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from learn.content import answers, emitter, frontmatter, house, strictyaml
from learn.content.document import ContentError, QuestionDocument, RelatedLink, Seo
from learn.content.strictyaml import Entry, Plain

# The keys of a file in their order, with the document's name for each.
FIELDS = {
    "_schema": "schema",
    "id": "id",
    "date": "date",
    "title": "title",
    "article_title": "article_title",
    "date_format": "date_format",
    "post_on_text": "post_on_text",
    "seo": "seo",
    "author": "author",
    "question": "question",
    "no_index": "no_index",
    "answer": "answer",
    "subject": "subject",
    "file_name": "file_name",
    "url": "url",
    "canonical_url": "canonical_url",
    "score": "score",
}
# The most characters that a text may have; a page and an address set these, not a database.
LIMITS = {
    "_schema": 60,
    "title": 500,
    "date_format": 60,
    "post_on_text": 60,
    "author": 200,
    "subject": 200,
    "url": 1000,
    "canonical_url": 500,
}
_SEO_KEYS = ("title", "page_description", "page_keywords")
_LINK_KEYS = ("id", "title", "subject", "url")
_RELATED = re.compile(r"related_article([1-9][0-9]?)")


def parse(text: str, file: str = "") -> QuestionDocument:
    """Read a file's text (any line ends, with or without a BOM).

    Raises ContentError with `file`, the line, a code and a sentence.
    """
    return house.document_in(text) or parse_any(text, file)


def parse_any(text: str, file: str = "") -> QuestionDocument:
    """`parse` by the readers that know all of YAML: the same document, in three times the time."""
    normal = frontmatter.normalised(text)
    try:
        values, body = frontmatter.parse(normal)
        try:
            return _document_from(values, body)
        except _FieldError as error:
            metadata = frontmatter.split(normal).metadata
            line = strictyaml.line_of(metadata, *error.path)
            raise ContentError(error.code, error.message, line) from None
    except ContentError as error:
        raise replace(error, file=file) from None


def serialise(document: QuestionDocument) -> str:
    """A new file's text: `parse(serialise(d)) == d` for every document."""
    lines = ["---"]
    for key, value in _mapping_from(document).items():
        lines += emitter.entry_lines(key, value, indent=0, style=_house_style(key))
    return "\n".join([*lines, "---", document.body])


def edited(text: str, document: QuestionDocument) -> str:
    """The text of a file changed so that it says `document`: only changed keys' lines differ.

    New lines end as the file's first line does; all others keep the ends that they have.
    """
    bom = text[:1] if text.startswith("\ufeff") else ""
    lines: list[str] = _LINE.findall(text[len(bom) :])
    newline = _NEWLINE.search(lines[0])
    ending = newline[0] if newline else "\n"
    normal = frontmatter.normalised(text)
    old, metadata = parse(normal), frontmatter.split(normal).metadata
    fence = 1 + metadata.count("\n")
    editor = _Editor(lines[1:fence], strictyaml.locate(metadata), ending)
    changed = editor.apply(_mapping_from(old), _mapping_from(document))
    closing, body = lines[fence], "".join(lines[fence + 1 :])
    if document.body != old.body:
        closing = closing.rstrip("\r\n") + ending
        body = document.body.replace("\n", ending)
    return bom + lines[0] + "".join(changed) + closing + body


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_NEWLINE = re.compile(r"\r\n|\r|\n")

# ------------------------------------------------------------------------ reading


class _FieldError(Exception):
    def __init__(self, code: str, message: str, *path: str) -> None:
        super().__init__(message)
        self.code, self.message, self.path = code, message, path


def _document_from(values: dict[str, Any], body: str) -> QuestionDocument:
    read = _Reader(values, ())
    title, answer = read.text("title"), answers.markdown_from(read.text("answer"))
    date = read.date("date")
    for key, value in (("title", title), ("answer", answer), ("date", date)):
        if not (value.strip() if isinstance(value, str) else value):
            raise _FieldError("missing-key", f"the key '{key}' is missing or empty", key)
    assert date is not None
    related, extra = {}, {}
    for key in values.keys() - FIELDS.keys():
        if match := _RELATED.fullmatch(key):
            related[int(match[1])] = _related_link(read.inner(key))
    for key in values:
        if key not in FIELDS and not _RELATED.fullmatch(key):
            extra[key] = read.resolved(key)
    return QuestionDocument(
        schema=read.text("_schema"),
        id=read.integer("id"),
        date=date,
        title=title,
        article_title=read.text("article_title"),
        date_format=read.text("date_format"),
        post_on_text=read.text("post_on_text"),
        seo=_seo(read.inner("seo")),
        author=read.text("author"),
        question=read.text("question"),
        no_index=read.boolean("no_index"),
        answer=answer,
        subject=read.text("subject"),
        file_name=read.text("file_name"),
        url=read.text("url"),
        canonical_url=read.text("canonical_url"),
        score=read.number("score"),
        related=dict(sorted(related.items())),
        extra=extra,
        body=body,
    )


def _seo(read: _Reader) -> Seo:
    title, description, keywords = (read.text(key) for key in _SEO_KEYS)
    return Seo(title, description, keywords, read.rest(_SEO_KEYS))


def _related_link(read: _Reader) -> RelatedLink:
    return RelatedLink(
        id=read.integer("id"),
        title=read.text("title"),
        subject=read.text("subject"),
        url=read.text("url"),
        extra=read.rest(_LINK_KEYS),
    )


class _Reader:
    """Typed values of one mapping; a wrong type is an error that names its path."""

    def __init__(self, values: Mapping[str, Any], path: tuple[str, ...]) -> None:
        self._values, self._path = values, path

    def text(self, key: str) -> str:
        value = self._values.get(key, "")
        if type(value) is str and key not in LIMITS:  # most texts of a file, and all long ones
            return value
        if not isinstance(value, str):
            raise self._wrong(key, "text")
        if len(value) > (limit := LIMITS.get(key, len(value))):
            message = f"'{key}' has {len(value):,} characters; {limit} are allowed"
            raise _FieldError("too-long", message, *self._path, key)
        return "" if isinstance(value, Plain) and value in ("~", "null") else str(value)

    def inner(self, key: str) -> _Reader:
        value = self._values.get(key, {})
        if value == "" and isinstance(value, Plain):
            value = {}
        if not isinstance(value, dict):
            raise self._wrong(key, "a block of keys")
        return _Reader(value, (*self._path, key))

    def integer(self, key: str) -> int | None:
        value = self._typed(key, "a whole number")
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise self._wrong(key, "a whole number")

    def number(self, key: str) -> float | None:
        value = self._typed(key, "a number")
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        raise self._wrong(key, "a number")

    def boolean(self, key: str) -> bool | None:
        value = self._typed(key, "true or false")
        if value is None or isinstance(value, bool):
            return value
        raise self._wrong(key, "true or false")

    def date(self, key: str) -> datetime.date | None:
        value = self._values.get(key, Plain(""))
        if isinstance(value, str):
            if isinstance(value, Plain) and value in ("", "~", "null"):
                return None
            if _DATE.fullmatch(value):
                try:
                    return datetime.date.fromisoformat(value)
                except ValueError:
                    pass
        raise self._wrong(key, "a date like 2025-01-31")

    def resolved(self, key: str) -> Any:
        try:
            return strictyaml.resolve(self._values[key])
        except ValueError as error:
            message = f"'{key}' holds {error}"
            raise _FieldError("wrong-type", message, *self._path, key) from None

    def rest(self, known: tuple[str, ...]) -> dict[str, Any]:
        return {key: self.resolved(key) for key in self._values if key not in known}

    def _typed(self, key: str, wanted: str) -> Any:
        """The value that a plain scalar means; None where the key is missing or null."""
        value = self._values.get(key, Plain(""))
        if not isinstance(value, Plain):
            raise self._wrong(key, wanted)
        return self.resolved(key) if key in self._values else None

    def _wrong(self, key: str, wanted: str) -> _FieldError:
        value = self._values[key]
        shown = f"'{value[:40]}'" if isinstance(value, str) else f"a {type(value).__name__}"
        name = ".".join((*self._path, key))
        return _FieldError(
            "wrong-type", f"'{name}' is {shown}, which is not {wanted}", *self._path, key
        )


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# ------------------------------------------------------------------------ writing


def _mapping_from(document: QuestionDocument) -> dict[str, Any]:
    """The keys and values of a document in the files' order; defaults are left out."""
    mapping: dict[str, Any] = {}
    for key, name in FIELDS.items():
        value = getattr(document, name)
        if key == "seo":
            value = _present(zip(_SEO_KEYS, _seo_values(document.seo), strict=True), value.extra)
        if value is not None and value != "" and value != {}:
            mapping[key] = value
    for position, link in document.related.items():
        values = zip(_LINK_KEYS, (link.id, link.title, link.subject, link.url), strict=True)
        mapping[f"related_article{position}"] = _present(values, link.extra)
    return mapping | dict(document.extra)


def _seo_values(seo: Seo) -> tuple[str, str, str]:
    return seo.title, seo.page_description, seo.page_keywords


def _present(pairs: Any, extra: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in pairs if value not in (None, "")} | dict(extra)


_HOUSE_FOLDED = frozenset(
    ("title", "article_title", "question", "answer", "page_description", "page_keywords")
)


def _house_style(*path: str) -> str:
    """How QuickTakes' own files write a key's text."""
    return "folded" if path[-1] in _HOUSE_FOLDED and path != ("seo", "title") else "plain"


class _Editor:
    """Rewrites the lines of the entries that differ between two mappings; new ones get `ending`."""

    def __init__(self, lines: list[str], entries: list[Entry], ending: str) -> None:
        self._lines, self._entries, self._ending = lines, entries, ending

    def apply(self, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
        replacements: dict[int, tuple[int, list[str]]] = {}
        insertions: dict[int, list[str]] = {}
        self._compare(self._entries, old, new, (), replacements, insertions)
        return self._assembled(replacements, insertions)

    def _compare(
        self,
        entries: list[Entry],
        old: dict[str, Any],
        new: dict[str, Any],
        path: tuple[str, ...],
        replacements: dict[int, tuple[int, list[str]]],
        insertions: dict[int, list[str]],
    ) -> None:
        standing = {entry.key: entry for entry in entries}
        indent = self._indent_of(entries[0]) if entries else 0
        previous: Entry | None = None
        for key in [*new, *(key for key in old if key not in new)]:
            entry = standing.get(key)
            if key in old and key in new and _same(old[key], new[key]):
                previous = entry or previous
                continue
            if entry is None:
                if key in new:
                    lines = emitter.entry_lines(
                        key, new[key], indent=indent, style=_house_style(*path, key)
                    )
                    insertions.setdefault(self._place_after(previous, entries), []).extend(lines)
                continue
            if key not in new:
                replacements[entry.start] = (entry.end, [])
            elif new[key] and isinstance(new[key], dict) and entry.style == "block":
                self._compare(
                    entry.entries, old[key], new[key], (*path, key), replacements, insertions
                )
            else:
                style = entry.style if entry.style in ("plain", "folded", "literal") else "quoted"
                lines = emitter.entry_lines(key, new[key], indent=indent, style=style)
                replacements[entry.start] = (entry.end, lines)
            previous = entry

    def _indent_of(self, entry: Entry) -> int:
        line = self._lines[entry.start]
        return len(line) - len(line.lstrip(" "))

    def _place_after(self, previous: Entry | None, entries: list[Entry]) -> int:
        return previous.end if previous else entries[0].start if entries else 0

    def _assembled(
        self,
        replacements: dict[int, tuple[int, list[str]]],
        insertions: dict[int, list[str]],
    ) -> list[str]:
        result: list[str] = []
        index = 0
        while index <= len(self._lines):
            result += (line + self._ending for line in insertions.get(index, []))
            if index == len(self._lines):
                break
            if index in replacements:
                end, lines = replacements[index]
                result += (line + self._ending for line in lines)
                index = end
            else:
                result.append(self._lines[index])
                index += 1
        return result


def _same(old: Any, new: Any) -> bool:
    """Equality that tells True from 1 and 1 from 1.0, in nested values too."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return type(old) is type(new) and old == new
