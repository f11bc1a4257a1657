"""Question files -> readings, in parallel, in the order in which they come."""

from __future__ import annotations

import gc
import hashlib
import os
import signal
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from learn.content import codec, frontmatter
from learn.content.addresses import (
    RESERVED_SLUGS,
    RESERVED_SUBJECTS,
    Address,
    address_in,
    slug_problem,
)
from learn.content.document import ContentError
from learn.content.listing import SourceFile, shown
from learn.content.record import Link, Record, links_of, record_of

CHUNK = 80  # files a worker takes at a time: about 22 ms of work
LESS_URGENT = 10  # of nice's 19
_AHEAD = 4  # chunks under way for each worker
_INLINE = 120  # so few files are read sooner than worker processes start (0.2 s)


class Reading(NamedTuple):
    """What became of one file: an `error`, or its address and digest, with all that it says.

    `subject` is the file's own spelling of its subject's name.
    """

    path: str
    name: str
    address: Address | None = None
    digest: str = ""
    record: Record | None = None
    links: tuple[Link, ...] = ()
    subject: str = ""
    error: ContentError | None = None


def digest_of(data: bytes) -> str:
    """What tells one version of a file from another: 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def has_digest(file: SourceFile, digest: str) -> bool:
    """Whether a file can be read and has this digest."""
    try:
        return digest_of(_bytes_of(file.path)) == digest
    except ContentError:
        return False


def read(file: SourceFile) -> Reading:
    """Read, parse and render one file. Never raises: what is wrong is in the reading's `error`."""
    try:
        return _reading(file, _bytes_of(file.path))
    except ContentError as error:
        return Reading(file.path, file.name, file.address, error=replace(error, file=file.name))
    except Exception as error:  # a fault of ours over one file costs that file only
        fault = f"{type(error).__name__} while reading it: {error}"
        problem = ContentError("internal-error", fault[:300], 1, file.name)
        return Reading(file.path, file.name, file.address, error=problem)


# Open what was listed: no pipe that waits for ever, no link that has taken its place.
_AS_LISTED = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


def _bytes_of(path: str) -> bytes:
    """A file's bytes, one more than are allowed of a longer one.

    By the system's own calls: `open()` takes three times as long for a file of 4 KB.
    """
    try:
        descriptor = os.open(path, _AS_LISTED)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise ContentError("not-a-file", "this is not a regular file")
            return _all_of(descriptor, status.st_size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise ContentError("unreadable", error.strerror or str(error)) from None


def _all_of(descriptor: int, size: int) -> bytes:
    data = os.read(descriptor, min(size, frontmatter.MAX_FILE_BYTES) + 1)
    if len(data) == size:
        return data
    while len(data) <= frontmatter.MAX_FILE_BYTES:  # it has grown, or came in pieces
        more = os.read(descriptor, frontmatter.MAX_FILE_BYTES + 1 - len(data))
        if not more:
            break
        data += more
    return data


def _reading(file: SourceFile, data: bytes) -> Reading:
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
            raise ContentError("invalid-slug", f"the {what} '{shown(slug[:60])}' {problem}")
    return Reading(
        file.path,
        file.name,
        address,
        digest_of(data),
        record_of(document, source),
        links_of(document),
        document.subject,
    )


# ---------------------------------------------------------------------- in parallel

ChunkReader = Callable[[list[SourceFile]], list[Reading]]


def read_chunk(files: list[SourceFile]) -> list[Reading]:
    return [read(file) for file in files]


def read_all(
    files: Iterable[SourceFile], workers: int, reader: ChunkReader = read_chunk
) -> Iterator[Reading]:
    """Readings of all files in their order, `workers` processes at a time.

    `files` is taken from as readings are made. Few files, or one worker, are read in this process.
    A file on which a worker dies (a C library that crashes, the system's memory killer) becomes a
    reading with an error. Raises WorkersError where workers die without any file.
    """
    waiting = iter(files)
    first = list(islice(waiting, _INLINE + 1)) if workers > 1 else []
    chunks = _chunks(chain(first, waiting))
    if len(first) > _INLINE:
        yield from _read_in_pools(chunks, workers, reader)
    else:
        for chunk in chunks:
            yield from reader(chunk)


def _chunks(files: Iterator[SourceFile]) -> Iterator[list[SourceFile]]:
    while chunk := list(islice(files, CHUNK)):
        yield chunk


def _read_in_pools(
    chunks: Iterator[list[SourceFile]], workers: int, reader: ChunkReader
) -> Iterator[Reading]:
    """Read chunks in processes; where one dies, those under way are read apart, then go on.

    A few chunks a worker are under way at a time, so that memory does not grow with the library.
    """
    while True:
        under_way: deque[list[SourceFile]] = deque()
        try:
            with _pool(workers) as pool:
                yield from _read_in_pool(pool, chunks, under_way, workers, reader)
            return
        except BrokenProcessPool:
            for chunk in under_way:
                yield from _read_apart(chunk, reader)


def _read_in_pool(
    pool: ProcessPoolExecutor,
    chunks: Iterator[list[SourceFile]],
    under_way: deque[list[SourceFile]],
    workers: int,
    reader: ChunkReader,
) -> Iterator[Reading]:
    futures: deque[Future[list[Reading]]] = deque()

    def submit(count: int) -> None:
        for chunk in islice(chunks, count):
            under_way.append(chunk)
            with _deaf_to_ctrl_c():
                futures.append(pool.submit(reader, chunk))

    submit(_AHEAD * workers)
    while futures:
        readings = futures[0].result()
        futures.popleft()
        under_way.popleft()
        yield from readings
        submit(1)


def _read_apart(files: list[SourceFile], reader: ChunkReader) -> Iterator[Reading]:
    """Read a chunk in a process of its own; halve it until the file that kills it is alone."""
    try:
        with _pool(1) as pool:
            with _deaf_to_ctrl_c():
                future = pool.submit(reader, files)
            yield from future.result()
    except BrokenProcessPool:
        if len(files) > 1:
            middle = len(files) // 2
            yield from _read_apart(files[:middle], reader)
            yield from _read_apart(files[middle:], reader)
            return
        _make_sure_that_workers_start()
        message = "reading this file ended the process that read it"
        error = ContentError("worker-died", message, 1, files[0].name)
        yield Reading(files[0].path, files[0].name, files[0].address, error=error)


class WorkersError(OSError):
    """No process can be had that reads files: it is no file's fault."""


def _make_sure_that_workers_start() -> None:
    try:
        with _pool(1) as pool:
            pool.submit(os.getpid).result()
    except BrokenProcessPool:
        reason = "processes that read files end as they start; --workers 1 reads without them"
        raise WorkersError(reason) from None


def _pool(workers: int) -> ProcessPoolExecutor:
    # A fork of this process would share its database connection. The server that forks workers
    # has read the modules that they need: the second one starts in 0.01 s instead of 0.2.
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """What is started within never hears Ctrl-C: it is answered here, a moment later."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_worker() -> None:
    # The process that stores is what an import waits for: on two cores, with two workers beside it,
    # it would have two thirds of one (5.0 s for 6,000 files, 4.5 so). Who waits for a page goes
    # first as well: Linux shares processors among sessions, and heeds `nice` within each alone.
    # What stores holds the database's lock at times; made less urgent, it would hold it longer.
    os.nice(LESS_URGENT)
    os.setsid()
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(LESS_URGENT))
    settle()
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Without it a worker waits for ever for a parent that was killed: it holds the pipe open."""
    parent = parent_process()
    assert parent
    parent.join()
    os._exit(1)


def settle() -> None:
    """Look for cycles seldom: an import makes many objects and next to no cycles."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
