"""The directory of a zip archive, read entry by entry.

`zipfile` makes an object of every entry before it can be asked anything: 200 MB of nothing but a
directory are four million of them, 3 GB of memory. This reads only what tells whether to go on.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from learn.content.document import ContentError

_END = struct.Struct("<4s4H2LH")  # the end of the directory, before a comment
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_COMMENT = 1 << 16  # bytes, the longest
_UTF_8 = 0x800
_ENCRYPTED = 0x1


class Entry(NamedTuple):
    """A member as the directory tells of it; `size` in bytes, 4 GB or more as 4 GB."""

    name: str
    size: int
    is_encrypted: bool


def entries(path: Path) -> Iterator[Entry]:
    """The members of a zip archive. Raises ContentError for a directory that is broken."""
    with path.open("rb") as stream:
        start, left = _directory(stream)
        stream.seek(start)
        while left > 0:
            head = stream.read(_ENTRY.size)
            if len(head) < _ENTRY.size or head[:4] != b"PK\1\2":
                raise _broken()
            fields = _ENTRY.unpack(head)
            flags, size, lengths = fields[5], fields[11], fields[12:15]
            name = stream.read(lengths[0])
            stream.seek(lengths[1] + lengths[2], os.SEEK_CUR)
            left -= _ENTRY.size + sum(lengths)
            yield Entry(_text(name, flags), size, bool(flags & _ENCRYPTED))


def _text(name: bytes, flags: int) -> str:
    return name.decode("utf-8", "surrogateescape") if flags & _UTF_8 else name.decode("cp437")


def _directory(stream: IO[bytes]) -> tuple[int, int]:
    """Where the directory begins, and its bytes: found as `zipfile` finds it."""
    size = stream.seek(0, os.SEEK_END)
    first = max(size - _END.size - _COMMENT, 0)
    stream.seek(first)
    tail = stream.read()
    at = len(tail) - _END.size
    if at < 0 or tail[at : at + 4] != b"PK\5\6" or tail[-2:] != b"\0\0":
        at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(tail):
        raise _broken()
    length = _END.unpack_from(tail, at)[5]
    end = first + at
    if found := _directory_64(stream, end):
        end, length = found
    if length > end:
        raise _broken()
    return end - length, length


def _directory_64(stream: IO[bytes], end: int) -> tuple[int, int] | None:
    """The end and the bytes of a directory of more than 4 GB or 65,535 entries."""
    start = end - _LOCATOR_64.size - _END_64.size
    if start < 0:
        return None
    stream.seek(start)
    record, locator = stream.read(_END_64.size), stream.read(_LOCATOR_64.size)
    if locator[:4] != b"PK\6\7" or record[:4] != b"PK\6\6":
        return None
    return start, _END_64.unpack(record)[8]


def _broken() -> ContentError:
    return ContentError("broken-archive", "its directory is damaged")
