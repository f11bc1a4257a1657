"""The bytes of a tar archive, decompressed, with a bound on all that an archive may ask for.

`tarfile` reads an extended header whole, whatever length it claims, and passes over a member by
decompressing it. Here one read is bounded, and so is the sum of all that is decompressed.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from learn.content.document import ContentError

MAX_READ = 2_000_000  # bytes at a time: a question file has one million, a header some hundred
_STEP = 1 << 20
_COMPRESSED: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
    b"\x5d\0\0": lzma.open,
}


class TarStream(io.RawIOBase):
    """What `tarfile` reads from. `tick` is called for each megabyte that is passed over."""

    def __init__(self, file: IO[bytes], most: int, tick: Callable[[], None]) -> None:
        super().__init__()
        beginning = file.read(6)
        file.seek(0)
        opens = [opened for magic, opened in _COMPRESSED.items() if beginning.startswith(magic)]
        self._raw = opens[0](file) if opens else file
        self._is_plain = not opens
        self._most, self._tick = most, tick

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MAX_READ:
            raise tarfile.ReadError("a header of it is longer than any file's path")
        self._tick()
        data: bytes = self._raw.read(size)
        self._check(self.tell())
        return data

    def tell(self) -> int:
        return int(self._raw.tell())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place from the beginning: forward, by reading what is compressed."""
        self._check(offset)
        while not self._is_plain and self.tell() < offset:
            self._tick()
            if not self._raw.read(min(_STEP, offset - self.tell())):
                break
        if self.tell() != offset:
            self._raw.seek(offset)
        return offset

    def _check(self, offset: int) -> None:
        if offset > self._most:
            raise ContentError("archive-too-large", f"it unpacks to more than {self._most:,} bytes")


def members(
    path: Path, most: int, tick: Callable[[], None]
) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """The members of an archive of at most so many bytes unpacked, each while it can be read.

    Raises ContentError, and what `tarfile` and the decompressors raise, for a broken one. An
    archive that breaks off is told from one that ends, which `tarfile` does not.
    """
    with path.open("rb") as file:
        stream = TarStream(file, most, tick)
        with tarfile.open(fileobj=stream, mode="r:", errors="surrogateescape") as opened:
            while (member := opened.next()) is not None:
                yield opened, member
                opened.members.clear()  # type: ignore[attr-defined] # 1 KB each, kept for nobody
            stream.seek(opened.offset)
            if stream.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
                raise ContentError("broken-archive", "it is damaged, or its end is missing")
