"""Folders and files -> readings of question files, in parallel, in path order."""

from __future__ import annotations

import gc
import hashlib
import os
import stat
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from learn.content import checks, codec, frontmatter
from learn.content.addresses import (
    RESERVED_SLUGS,
    RESERVED_SUBJECTS,
    Address,
    address_in,
    collision_key,
    slug_problem,
)
from learn.content.document import ContentError, Finding, QuestionDocument
from learn.content.markdown import Rendered, render

CHUNK = 40  # files a worker takes at a time: about 20 ms of work
_AHEAD = 4  # chunks under way for each worker
_INLINE = 120  # so few files are read sooner than worker processes start (0.2 s)
SUFFIXES = (".md", ".markdown")
_IGNORED = (".", "__MACOSX")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `address` is None where only its own `url` can tell (no subject folder)."""

    path: str
    name: str
    address: Address | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one file: an `error`, or its address and digest, with all that it says.

    `document`, `rendered` and `source` are None where the file is known already (same digest).
    """

    name: str
    address: Address | None = None
    digest: str = ""
    source: str | None = None
    document: QuestionDocument | None = None
    rendered: Rendered | None = None
    findings: tuple[Finding, ...] = ()
    error: ContentError | None = None


def find(paths: Iterable[Path]) -> tuple[list[SourceFile], list[ContentError]]:
    """The question files under `paths` in path order, and what cannot be one.

    A folder gives every `.md` below it; the folder that a file stands in is its subject. A file
    named itself needs no such ending and has no subject folder.
    """
    files: list[SourceFile] = []
    errors: list[ContentError] = []
    for path in paths:
        if path.is_dir():
            _walk(path, files, errors)
        else:
            files.append(SourceFile(str(path.resolve()), _shown(path.name), None))
    once: dict[str, SourceFile] = {}
    for file in files:
        once.setdefault(os.path.abspath(file.path), file)
    return _without_collisions(sorted(once.values(), key=_reading_order), errors), errors


def _shown(name: str) -> str:
    """A file's name as text; bytes of it that are not UTF-8 as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _reading_order(file: SourceFile) -> tuple[str, bool]:
    """By name; of two names that differ by Unicode form only, the composed one (NFC) first."""
    composed = unicodedata.normalize("NFC", file.name)
    return composed, file.name != composed


def _walk(root: Path, files: list[SourceFile], errors: list[ContentError]) -> None:
    waiting = [(root, "")]  # folders, each with what stands before the names in it
    while waiting:
        folder, prefix = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                listed = [entry for entry in entries if not entry.name.startswith(_IGNORED)]
        except OSError as error:
            reason = error.strerror or str(error)
            errors.append(ContentError("unreadable", reason, 1, prefix.rstrip("/") or folder.name))
            continue
        for entry in listed:
            name = f"{prefix}{_shown(entry.name)}"
            is_question = entry.name.lower().endswith(SUFFIXES)
            if entry.is_dir(follow_symlinks=False) and not is_question:
                waiting.append((Path(entry.path), f"{name}/"))
            elif what := _oddity(entry, is_question):
                errors.append(ContentError("not-a-file", f"this is {what}", 1, name))
            elif is_question:
                address = Address(folder.name, Path(entry.name).stem) if prefix else None
                files.append(SourceFile(entry.path, name, address))


def _oddity(entry: os.DirEntry[str], is_question: bool) -> str:
    """What stands where a question file or a folder would; '' for a file and for what is none."""
    if entry.is_symlink():
        odd = is_question or entry.is_dir()
        return "a symbolic link, which is not followed" if odd else ""
    if not is_question or stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
        return ""
    return "a folder" if entry.is_dir() else "a pipe, socket or device"


def _without_collisions(files: list[SourceFile], errors: list[ContentError]) -> list[SourceFile]:
    seen: dict[str, SourceFile] = {}
    kept = []
    for file in files:
        first = seen.setdefault(collision_key(file.address), file) if file.address else file
        if first is file:
            kept.append(file)
        elif first.address == file.address:
            message = f"'{first.name}' has the same address"
            errors.append(ContentError("duplicate-address", message, 1, file.name))
        else:
            message = (
                f"its address differs from that of '{first.name}' only by case or Unicode form"
            )
            errors.append(ContentError("name-collision", message, 1, file.name))
    return kept


def digest_of(data: bytes) -> str:
    """What tells one version of a file from another: 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def read(file: SourceFile, known_digest: str = "") -> Reading:
    """Read, parse and render one file; a file with the known digest is not parsed again."""
    try:
        data = _bytes_of(file.path)
        digest = digest_of(data)
        if digest == known_digest:
            return Reading(file.name, file.address, digest)
        return _reading(file, data, digest)
    except ContentError as error:
        return Reading(file.name, file.address, error=replace(error, file=file.name))
    except Exception as error:  # a fault of ours over one file costs that file only
        fault = f"{type(error).__name__} while reading it: {error}"
        problem = ContentError("internal-error", fault[:300], 1, file.name)
        return Reading(file.name, file.address, error=problem)


def _bytes_of(path: str) -> bytes:
    try:
        with open(path, "rb", opener=_as_listed) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise ContentError("not-a-file", "this is not a regular file")
            return stream.read(frontmatter.MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ContentError("unreadable", error.strerror or str(error)) from None


def _as_listed(path: str, flags: int) -> int:
    """Open what was listed: no pipe that waits for ever, no link that has taken its place."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW)


def _reading(file: SourceFile, data: bytes, digest: str) -> Reading:
    source = frontmatter.text_from(data)
    document = codec.parse(source)
    address = file.address or address_in(document.url)
    if address is None:
        message = f"the file stands in no subject folder and its url '{document.url}' names none"
        raise ContentError("no-address", message)
    for what, slug, reserved in (
        ("subject", address.subject, RESERVED_SUBJECTS),
        ("slug", address.slug, RESERVED_SLUGS),
    ):
        if problem := slug_problem(slug, reserved):
            raise ContentError("invalid-slug", f"the {what} '{_shown(slug[:60])}' {problem}")
    rendered = render(document.answer)
    findings = tuple(checks.findings(document, rendered))
    return Reading(file.name, address, digest, source, document, rendered, findings)


# ---------------------------------------------------------------------- in parallel

Task = tuple[SourceFile, str]  # a file, and the digest under which it is known
ChunkReader = Callable[[list[Task]], list[Reading]]


def read_chunk(tasks: list[Task]) -> list[Reading]:
    return [read(file, digest) for file, digest in tasks]


def read_all(
    files: list[SourceFile],
    known: Mapping[Address, str],
    workers: int,
    reader: ChunkReader = read_chunk,
) -> Iterator[Reading]:
    """Readings of all files in their order, `workers` processes at a time.

    Few files, or one worker, are read in this process. A file on which a worker dies (a C library
    that crashes, the system's memory killer) becomes a reading with an error.
    """
    tasks = [(file, known.get(file.address, "") if file.address else "") for file in files]
    if workers <= 1 or len(tasks) <= _INLINE:
        yield from reader(tasks)
        return
    chunks = deque(tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK))
    while chunks:
        yield from _read_in_pool(chunks, workers, reader)
        if chunks:  # the pool broke over one of the chunks that were under way
            for chunk in [chunks.popleft() for _ in range(min(len(chunks), _AHEAD * workers))]:
                yield from _read_apart(chunk, reader)


def _read_in_pool(
    chunks: deque[list[Task]], workers: int, reader: ChunkReader
) -> Iterator[Reading]:
    """Read chunks, taking each from the left once it is read; stop where the pool breaks.

    A few chunks a worker are under way at a time, so that memory does not grow with the library.
    """
    with _pool(workers) as pool:
        pending = deque(pool.submit(reader, chunk) for chunk in islice(chunks, _AHEAD * workers))
        while pending:
            try:
                readings = pending.popleft().result()
                if len(pending) + 1 < len(chunks):
                    pending.append(pool.submit(reader, chunks[len(pending) + 1]))
            except BrokenProcessPool:
                return
            chunks.popleft()
            yield from readings


def _read_apart(tasks: list[Task], reader: ChunkReader) -> Iterator[Reading]:
    """Read a chunk in a process of its own; halve it until the file that kills it is alone."""
    try:
        with _pool(1) as pool:
            yield from pool.submit(reader, tasks).result()
    except BrokenProcessPool:
        if len(tasks) > 1:
            middle = len(tasks) // 2
            yield from _read_apart(tasks[:middle], reader)
            yield from _read_apart(tasks[middle:], reader)
            return
        file = tasks[0][0]
        message = "reading this file ended the process that read it"
        error = ContentError("worker-died", message, 1, file.name)
        yield Reading(file.name, file.address, error=error)


def _pool(workers: int) -> ProcessPoolExecutor:
    context = get_context("spawn")  # a fork would share the database connection
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_settle)


def _settle() -> None:
    """Look for cycles seldom: a worker makes many objects and next to no cycles."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
