"""What an import is given (folders, files, archives, standard input) -> what there is to read."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from learn.content import archives
from learn.content.document import ContentError
from learn.content.listing import SourceFile

STANDARD_INPUT = Path("-")


@contextmanager
def opened(
    paths: Iterable[Path], standard_input: IO[bytes]
) -> Iterator[tuple[list[Path], list[ContentError]]]:
    """Paths to read, with archives and standard input unpacked for as long as the context lasts.

    Standard input (`-`) is an archive or one question file. What an archive holds that cannot be
    unpacked is returned beside the paths. Raises ContentError for a broken archive.
    """
    found: list[Path] = []
    errors: list[ContentError] = []
    with tempfile.TemporaryDirectory(prefix="questions-") as scratch:
        for number, path in enumerate(paths):
            if path == STANDARD_INPUT:
                path = Path(scratch, f"{number}-standard-input")
                path.write_bytes(standard_input.read())
            if path.is_file() and archives.is_archive(path):
                folder = Path(scratch, str(number))
                folder.mkdir()
                errors += archives.unpack(path, folder).errors
                path = folder
            found.append(path)
        yield found, errors


def changed_since(revision: str, folder: Path) -> Callable[[SourceFile], bool]:
    """Chooses the files of a Git checkout that differ from a revision, untracked ones included.

    Raises ContentError where the folder is no checkout or knows no such revision.
    """
    root = Path(_git(folder, "rev-parse", "--show-toplevel").strip())
    differing = _git(root, "diff", "--name-only", "-z", revision, "--")
    untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    changed = {str(root / name) for name in f"{differing}{untracked}".split("\0") if name}
    return lambda file: str(Path(file.path).resolve()) in changed


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    except FileNotFoundError:
        raise ContentError("no-git", "git is not installed") from None
    except subprocess.CalledProcessError as error:
        raise ContentError("no-git", error.stderr.strip().split("\n")[0]) from None
    return done.stdout
