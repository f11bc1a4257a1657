"""Files that somebody sends to be imported: kept, tried by a rehearsal, applied, removed.

They lie in `settings.UPLOAD_DIR`, an upload in a folder of its own: as they were sent in `sent`, an
archive's files beside it in a folder of the run that unpacked them. A process of its own does the
work (`manage.py run_import`), so that web processes hold nothing; what it does stands in the run.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from learn import runs
from learn.content import archives, tree
from learn.content.archives import Limits, Tick
from learn.content.document import ContentError
from learn.content.frontmatter import MAX_FILE_BYTES
from learn.importer import BEAT, ImportRefused, Options, import_questions
from learn.models import ImportRun, Status, Upload
from learn.reports import Report
from learn.runs import AlreadyRunningError, State, StoppedError

logger = logging.getLogger(__name__)

ABANDONED = timedelta(days=1)  # after which a folder that no upload names is removed
_FOLDER = re.compile(r"[0-9a-f]{32}")
_NAMED = 3  # files that a run's source names


class Sent(NamedTuple):
    """A file as it was received: its name, its bytes and their digest."""

    name: str
    size: int
    digest: str


class GoneError(Exception):
    """The files of an upload were applied or removed: there is nothing to work on."""


def limits() -> Limits:
    return Limits(files=settings.UPLOAD_MAX_FILES)


# ---------------------------------------------------------------------- keeping


def receiving_folder() -> Path:
    """A new folder with an empty `sent` in it. Raises OSError where it cannot be made."""
    settings.UPLOAD_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder: Path = settings.UPLOAD_DIR / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    (folder / "sent").mkdir()
    return folder


def keep(folder: Path, sent: Sequence[Sent], **choices: object) -> Upload:
    """Make an upload of a receiving folder; `choices` are its other columns."""
    remove_old()
    return Upload.objects.create(
        folder=folder.name,
        names=[file.name for file in sent],
        size=sum(file.size for file in sent),
        digest=_digest_of(sent),
        **choices,
    )


def _digest_of(sent: Iterable[Sent]) -> str:
    told = "\n".join(f"{file.digest} {file.size} {file.name}" for file in sent)
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _as_stored(path: Path) -> Sent:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, new_digest).hexdigest()
    return Sent(path.name, path.stat().st_size, digest)


def new_digest() -> hashlib.blake2b:
    """What the bytes of a sent file are told by."""
    return hashlib.blake2b(digest_size=16)


def _folder_of(upload: Upload) -> Path:
    folder: Path = settings.UPLOAD_DIR / upload.folder
    return folder


def _tree_of(upload: Upload, run: ImportRun) -> Path:
    return _folder_of(upload) / f"tree-{run.pk}"


def file_of(run: ImportRun, name: str) -> bytes | None:
    """What a run read under this name; None where that is not kept any more."""
    upload = run.upload
    if upload is None or upload.removed_at or ".." in PurePosixPath(name).parts:
        return None
    root = _tree_of(upload, run) if upload.is_archive else _folder_of(upload) / "sent"
    path = root / name
    try:
        with tree.opened(path.parent) as folder:
            return folder.read(path.name, MAX_FILE_BYTES) if folder else None
    except tree.TreeError:
        return None


# ---------------------------------------------------------------------- removing


def discard(upload: Upload, by: User) -> None:
    """Remove the files of an upload, and stop what works on them."""
    for run in upload.runs.filter(state__in=State.under_way()):
        runs.stop(run, f"discarded by {by}")
    _remove(upload)


def remove_old() -> None:
    """Remove what nobody applied or discarded in time, and what a broken connection left."""
    now = timezone.now()
    kept_since = now - timedelta(days=settings.UPLOAD_KEPT_DAYS)
    for upload in Upload.objects.filter(removed_at=None, made_at__lt=kept_since):
        under_way = upload.runs.filter(state__in=State.under_way())
        if all(map(runs.is_silent, under_way)):
            _remove(upload)
    if not settings.UPLOAD_DIR.is_dir():
        return
    named = set(Upload.objects.filter(removed_at=None).values_list("folder", flat=True))
    for folder in settings.UPLOAD_DIR.iterdir():
        is_ours = _FOLDER.fullmatch(folder.name) and folder.name not in named
        if is_ours and folder.stat().st_mtime < (now - ABANDONED).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def _remove(upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk).update(removed_at=timezone.now())
    shutil.rmtree(_folder_of(upload), ignore_errors=True)


# ---------------------------------------------------------------------- starting


def begin(upload: Upload, by: User, *, is_rehearsal: bool) -> ImportRun:
    """Have an upload tried or applied; the run that is under way where there is one already.

    Raises GoneError.
    """
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        if upload.removed_at or upload.runs.filter(is_rehearsal=False, state=State.DONE).exists():
            raise GoneError
        standing = upload.runs.filter(state__in=State.under_way()).first()
        if standing and not runs.is_silent(standing):
            return standing
        if standing:
            runs.fail(standing, "its process was not heard of any more")
        run = runs.prepared(_source_of(upload), by, is_rehearsal=is_rehearsal, upload=upload)
    if settings.IMPORTS_IN_BACKGROUND:
        runs.start(run, "run_import")
    return run


def _source_of(upload: Upload) -> str:
    more = len(upload.names) - _NAMED
    names = ", ".join(upload.names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return f"Upload: {names}"


# ---------------------------------------------------------------------- working


def work(run: ImportRun) -> None:
    """Try or apply an upload. What goes wrong stands in the run; nothing is raised."""
    upload = run.upload
    assert upload
    try:
        paths, left_out = _opened(upload, run)
        options = _options(upload, dry_run=run.is_rehearsal)
        import_questions(paths, options, by=run.by, run=run, left_out=left_out)
        if not run.is_rehearsal:
            _remove(upload)
    except ContentError as error:
        runs.fail(run, f"{error.file}: {error.message}")
    except (ImportRefused, AlreadyRunningError, StoppedError) as error:
        runs.fail(run, str(error))  # where it has not ended yet
    except Exception as error:
        logger.exception("Run %s of an upload broke off", run.pk)
        runs.fail(run, f"it broke off: {error}")
    finally:
        if not run.is_rehearsal:
            shutil.rmtree(_tree_of(upload, run), ignore_errors=True)


def _options(upload: Upload, *, dry_run: bool) -> Options:
    return Options(
        dry_run=dry_run,
        on_conflict=upload.on_conflict,
        status=Status(upload.status),
        prune=upload.prune,
        prune_anyway=upload.prune_anyway,
    )


def _opened(upload: Upload, run: ImportRun) -> tuple[list[Path], list[ContentError]]:
    """The paths to import, if they hold what was sent, and errors for what is left out."""
    folder = _folder_of(upload)
    paths = [folder / "sent" / name for name in upload.names]
    try:
        is_same = _digest_of(map(_as_stored, paths)) == upload.digest
    except OSError as error:
        reason = error.strerror or str(error)
        raise ContentError(
            "unreadable", f"it is not there any more: {reason}", 1, str(upload)
        ) from None
    if not is_same:
        raise ContentError("changed", "this is not what was uploaded", 1, str(upload))
    if not upload.is_archive:
        return paths, []
    if run.is_rehearsal:  # another took the place of those that went before
        for former in folder.glob("tree-*"):
            shutil.rmtree(former, ignore_errors=True)
    root = _tree_of(upload, run)
    root.mkdir()
    unpacked = archives.unpack(paths[0], root, limits(), _heartbeat(run))
    if not (unpacked.files or unpacked.errors):
        raise archives.empty(paths[0])
    Upload.objects.filter(pk=upload.pk).update(files=unpacked.files)
    runs.beat(run, Report())
    return [root], unpacked.errors


def _heartbeat(run: ImportRun) -> Tick:
    """Gives a sign of life about once a second, however often it is called."""
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        if time.monotonic() - last >= BEAT:
            last = time.monotonic()
            runs.beat(run, Report())

    return tick
