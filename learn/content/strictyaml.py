"""The YAML of question files, read strictly and with the place of every entry.

Refused, because no question file needs them and each has hurt somebody: duplicate keys, aliases,
merge keys, tags, flow roots, keys that are not text, nesting over 20 deep. Scalars stay text:
`Plain` marks those that stood without quotes or block indicator, so that `codec` decides about
types and YAML 1.1 cannot turn `no` into False or `12:30:45` into 45045.

Two readers produce the same mapping. `_read_simple` knows only what QuickTakes' files use and
takes a tenth of the time of libyaml's events; everything else goes to `_Composer`, which reads
those events (never libyaml's recursive composer, which overflows the C stack at 100,000 levels).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from learn.content.document import ContentError

MAX_METADATA_CHARACTERS = 65_536  # apart from the answer
MAX_DEPTH = 20
MAX_EVENTS = 5_000  # keys and values; a file of the library has about 120

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Plain(str):
    """A scalar that stood without quotes: it may mean a number, a date, a boolean or nothing."""

    __slots__ = ()


@dataclass(slots=True)
class Entry:
    """A key, its value and where it stands.

    Lines `start` to `end` (exclusive) count from 0 in the metadata text. `style` is plain, folded,
    literal, quoted, block (a mapping with `entries` of its own) or flow.
    """

    key: str
    value: Any
    style: str
    start: int
    end: int
    entries: list[Entry] = field(default_factory=list)


def load(metadata: str) -> dict[str, Any]:
    """The mapping that the text between the fences says. Raises ContentError."""
    if len(metadata) > MAX_METADATA_CHARACTERS:
        _refuse_bulk(metadata)
    simple = _read_simple(metadata)
    return {entry.key: entry.value for entry in locate(metadata)} if simple is None else simple


def locate(metadata: str) -> list[Entry]:
    """The entries of the metadata in order, each with the lines it takes. Raises ContentError."""
    return _Composer(metadata).entries()


def line_of(metadata: str, *path: str) -> int:
    """The file's line at which the entry `path` stands, or the nearest entry around it."""
    entries, line = locate(metadata), 1
    for key in path:
        found = next((entry for entry in entries if entry.key == key), None)
        if not found:
            break
        entries, line = found.entries, found.start + 2
    return line


def resolve(value: Any) -> Any:
    """The value that plain scalars mean in YAML 1.2: null, booleans, integers, floats; else text.

    Raises ValueError for a number of more than 18 digits.
    """
    if isinstance(value, dict):
        return {key: resolve(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner) for inner in value]
    if not isinstance(value, Plain):
        return value
    text = str(value)
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        if len(text.lstrip("-")) > 18:
            raise ValueError("a number of more than 18 digits")
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _end_of_blanks(event: yaml.ScalarEvent) -> int:
    """The line after a block whose text ends with blank lines (`|+`) or with blanks; else 0."""
    text = event.value.rstrip("\n")
    is_kept = event.value[len(text) :] not in ("", "\n") or (event.value and not text)
    is_block = event.style in ("|", ">")
    ends_blank = is_block and (is_kept or text[-1:] in (" ", "\t"))
    return event.end_mark.line if ends_blank and event.end_mark else 0


_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    ".inf": float("inf"),
    "-.inf": float("-inf"),
}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?[0-9]+(?:\.[0-9]*(?:[eE][-+]?[0-9]{1,3})?|[eE][-+]?[0-9]{1,3})")


_ANSWER = re.compile(r"^answer:[^\n]*\n(?:(?:[ \t][^\n]*)?\n)*", re.M)


def _refuse_bulk(metadata: str) -> None:
    answer = _ANSWER.search(metadata)
    size = len(metadata) - (len(answer[0]) if answer else 0)
    if size > MAX_METADATA_CHARACTERS:
        raise ContentError(
            "metadata-too-large",
            f"the front matter apart from the answer has {size:,} characters;"
            f" {MAX_METADATA_CHARACTERS:,} are allowed",
        )


# ---------------------------------------------------------------- the simple reader

_ENTRY = re.compile(
    r"( *)([A-Za-z_][A-Za-z0-9_]{0,99}):"
    r"(?:"
    r" >-\n( +)([^ \t\n][^\n]*)"  # folded, one line of text
    r"| ([^\s\-?:,\[\]{}#&*!|>'\"%@`][^\n]*|-[0-9][^\n]*)"  # plain
    r")?\n+"
)


def _read_simple(metadata: str) -> dict[str, Any] | None:
    """Read plain and one-line folded scalars, nested one mapping deep; None for anything else."""
    root: dict[str, Any] = {}
    target, indent = root, 0
    opened: dict[str, Any] | None = None  # a mapping whose first entry is to come
    position, size = 0, len(metadata)
    while position < size:
        match = _ENTRY.match(metadata, position)
        if match is None:
            return None
        spaces, key, fold, folded, plain = match.groups()
        depth = len(spaces)
        if opened is not None:
            if depth == 0:
                return None
            target, indent, opened = opened, depth, None
        elif depth != indent:
            if depth:
                return None
            target, indent = root, 0
        if key in target or key in _CONSTANTS:
            return None
        if folded is not None:
            if len(fold) <= depth:
                return None
            target[key] = folded
        elif plain is not None:
            if ": " in plain or " #" in plain or "\t" in plain or plain[-1] in ": ":
                return None
            target[key] = Plain(plain)
        elif depth:
            return None
        else:
            target[key] = opened = {}
        position = match.end()
    return root if root and opened is None else None


# ---------------------------------------------------------------- the whole of YAML

# What libyaml takes for line breaks or refuses as not printable is text inside a one-line answer:
# it is read in the guise of private-use characters that the text does not have.
_GUISED = (
    *(set(range(32)) - {9, 10, 13}),
    *range(127, 160),
    *(0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF),
)


def _guises(text: str) -> dict[int, int]:
    used = {ord(character) for character in text if character >= "\U000f0000"}
    free = (code for code in range(0xF0000, 0x10FFFE) if code not in used)
    return dict(zip(_GUISED, free, strict=False))


_STYLES = {None: "plain", "": "plain", ">": "folded", "|": "literal", "'": "quoted", '"': "quoted"}


class _Composer:
    """Entries from libyaml's events, with everything refused that a question file never needs."""

    def __init__(self, metadata: str) -> None:
        self._lines = metadata.split("\n")
        self._count = 0
        guises = _guises(metadata)
        self._originals = {guise: original for original, guise in guises.items()}
        self._events = yaml.parse(metadata.translate(guises), Loader=_Loader)

    def entries(self) -> list[Entry]:
        try:
            return self._document()
        except yaml.MarkedYAMLError as error:
            raise self._explained(error) from None
        except yaml.YAMLError as error:
            raise ContentError("invalid-yaml", str(error).split("\n")[0]) from None

    def _document(self) -> list[Entry]:
        event = self._next()
        while isinstance(event, (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            raise ContentError("empty-front-matter", "there is nothing between the two lines '---'")
        if not isinstance(event, yaml.MappingStartEvent) or event.flow_style:
            raise ContentError(
                "not-a-mapping", "the front matter is not a list of 'key: value' lines", 2
            )
        _, entries = self._mapping(1)
        self._bound(entries, len(self._lines))
        for end in (yaml.DocumentEndEvent, yaml.StreamEndEvent):
            if not isinstance(following := self._next(), end):
                raise self._refusal("invalid-yaml", "a second YAML document begins", following)
        return entries

    def _next(self) -> Any:
        event: Any = next(self._events)
        self._count += 1
        if self._count > MAX_EVENTS:
            message = f"there are more than {MAX_EVENTS:,} keys and values"
            raise self._refusal("too-many-keys", message, event)
        if isinstance(event, yaml.AliasEvent):
            raise self._refusal("alias", f"the alias '*{event.anchor}' is not allowed", event)
        if getattr(event, "anchor", None) is not None:
            raise self._refusal("alias", f"the anchor '&{event.anchor}' is not allowed", event)
        if getattr(event, "tag", None) is not None:
            raise self._refusal("tag", f"the tag '{event.tag}' is not allowed", event)
        return event

    def _refusal(self, code: str, message: str, event: Any) -> ContentError:
        return ContentError(code, message, event.start_mark.line + 2)

    def _node(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            text = self._text(event)
            return Plain(text) if event.style in (None, "") else text
        if depth > MAX_DEPTH:
            raise self._refusal("too-deep", f"nested more than {MAX_DEPTH} deep", event)
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self._items(depth))
        return self._mapping(depth)[0]

    def _text(self, event: yaml.ScalarEvent) -> str:
        text: str = event.value.translate(self._originals)
        if "\0" in text:  # written as an escape: no database keeps it
            raise self._refusal("control-character", "the text holds a NUL character", event)
        return text

    def _items(self, depth: int) -> Iterator[Any]:
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _mapping(self, depth: int) -> tuple[dict[str, Any], list[Entry]]:
        values: dict[str, Any] = {}
        entries: list[Entry] = []
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event, values)
            following = self._next()
            entry = Entry(key, None, "flow", event.start_mark.line, 0)
            if isinstance(following, yaml.MappingStartEvent) and not following.flow_style:
                if depth >= MAX_DEPTH:
                    raise self._refusal("too-deep", f"nested more than {MAX_DEPTH} deep", event)
                entry.style = "block"
                entry.value, entry.entries = self._mapping(depth + 1)
            else:
                entry.value = self._node(following, depth + 1)
                if isinstance(following, yaml.ScalarEvent):
                    entry.style = _STYLES[following.style]
                    entry.end = _end_of_blanks(following)
            values[key] = entry.value
            entries.append(entry)
        return values, entries

    def _key(self, event: Any, seen: dict[str, Any]) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refusal("invalid-key", "a key is a list or a mapping", event)
        key = self._text(event)
        if event.style in (None, "") and key == "<<":
            raise self._refusal("merge-key", "the merge key '<<' is not allowed", event)
        if event.style in (None, "") and (key in _CONSTANTS or _INTEGER.fullmatch(key)):
            raise self._refusal("invalid-key", f"the key '{key[:40]}' is not text", event)
        if key in seen:
            raise self._refusal("duplicate-key", f"the key '{key[:40]}' stands twice", event)
        return key

    def _bound(self, entries: list[Entry], last: int) -> None:
        """End each entry where the next begins, less the blank and comment lines before that."""
        ends = [*(entry.start for entry in entries), last][1:]
        for entry, end in zip(entries, ends, strict=True):
            least, entry.end = max(entry.start + 1, entry.end), end
            indent = len(self._lines[entry.start]) - len(self._lines[entry.start].lstrip(" "))
            while entry.end > least and self._loose(self._lines[entry.end - 1], indent):
                entry.end -= 1
            self._bound(entry.entries, entry.end)

    def _loose(self, line: str, indent: int) -> bool:
        text = line.lstrip(" \t")
        return not text or (text[0] == "#" and len(line) - len(text) <= indent)

    def _explained(self, error: yaml.MarkedYAMLError) -> ContentError:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        text = self._lines[line] if line < len(self._lines) else ""
        if "\t" in text[: len(text) - len(text.lstrip())]:
            return ContentError(
                "tab-indentation", "the line is indented with a tab; use spaces", line + 2
            )
        return ContentError("invalid-yaml", str(error.problem or error.context), line + 2)
