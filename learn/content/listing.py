"""Folders and files -> the question files among them, in path order, one folder at a time.

Nothing is kept of a folder that has been listed but its path, so that memory does not grow with the
library.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from learn.content.addresses import Address, collision_key
from learn.content.document import ContentError

SUFFIXES = (".md", ".markdown")
_IGNORED = (".", "__MACOSX")


class SourceFile(NamedTuple):
    """A file to read. `address` is None where only its own `url` can tell (no subject folder)."""

    path: str
    name: str
    address: Address | None


Found = SourceFile | ContentError  # what a listing gives: a file, or why something is none


def walk(paths: Iterable[Path]) -> Iterator[Found]:
    """The question files under `paths` in path order, and errors for what cannot be one.

    A folder gives every `.md` below it; the folder that a file stands in is its subject. A file
    named itself needs no such ending and has no subject folder. Folders come before files; what is
    named twice comes once.
    """
    given = list(paths)
    folders = [path for path in given if path.is_dir()]
    tree = _Tree()
    for folder in folders:
        yield from tree.walk(folder)
    loose = {
        str(path.resolve()): path
        for path in given
        if path not in folders and not tree.holds(os.path.abspath(path))
    }
    for resolved, path in sorted(loose.items(), key=lambda item: _order(item[1].name)):
        yield SourceFile(resolved, shown(path.name), None)


def is_loose(path: Path) -> bool:
    """Whether a path is a file to be read for itself, with no folder to tell its subject."""
    return not path.is_dir()


def shown(name: str) -> str:
    """A file's name as text; bytes of it that are not UTF-8 as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _order(name: str) -> tuple[str, bool]:
    """By name; of two names that differ by Unicode form only, the composed one (NFC) first."""
    composed = unicodedata.normalize("NFC", name)
    return composed, name != composed


class _Tree:
    """Folders listed so far, by the subject that each stands for."""

    def __init__(self) -> None:
        self._roots: list[str] = []
        self._folders: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def holds(self, path: str) -> bool:
        """Whether a root's listing has given the question file at this absolute path."""
        return path.lower().endswith(SUFFIXES) and any(
            path.startswith(root.rstrip("/") + "/") for root in self._roots
        )

    def walk(self, root: Path) -> Iterator[Found]:
        path = os.path.abspath(root)
        if not any(f"{path}/".startswith(other.rstrip("/") + "/") for other in self._roots):
            yield from self._list(path, "")
            self._roots.append(path)

    def _list(self, folder: str, prefix: str) -> Iterator[Found]:
        try:
            entries = _entries(folder)
        except OSError as error:
            reason = error.strerror or str(error)
            name = prefix.rstrip("/") or os.path.basename(folder)
            yield ContentError("unreadable", reason, 1, shown(name))
            return
        subject = os.path.basename(folder)
        seen = self._seen(folder, prefix, subject) if prefix else {}
        for entry in entries:
            name = f"{prefix}{shown(entry.name)}"
            is_question = entry.name.lower().endswith(SUFFIXES)
            if is_question and entry.is_file(follow_symlinks=False):
                address = Address(subject, os.path.splitext(entry.name)[0]) if prefix else None
                file = SourceFile(entry.path, name, address)
                yield _collision(file, seen) or file
            elif is_question or entry.is_symlink():
                if what := _oddity(entry, is_question):
                    yield ContentError("not-a-file", f"this is {what}", 1, name)
            elif entry.is_dir(follow_symlinks=False) and entry.path not in self._roots:
                yield from self._list(entry.path, f"{name}/")

    def _seen(self, folder: str, prefix: str, subject: str) -> dict[str, SourceFile]:
        """The files of other folders that stand for this one's subject, by their collision keys."""
        others = self._folders[collision_key(Address(subject, ""))]
        seen: dict[str, SourceFile] = {}
        for path, before in others:
            for entry in _entries(path):
                if entry.name.lower().endswith(SUFFIXES) and entry.is_file(follow_symlinks=False):
                    slug = os.path.splitext(entry.name)[0]
                    address = Address(os.path.basename(path), slug)
                    file = SourceFile(entry.path, f"{before}{shown(entry.name)}", address)
                    seen.setdefault(collision_key(address), file)
        others.append((folder, prefix))
        return seen


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What stands in a folder, in path order: a folder's name counts with its slash."""
    with os.scandir(folder) as entries:
        listed = [entry for entry in entries if not entry.name.startswith(_IGNORED)]

    def key(entry: os.DirEntry[str]) -> tuple[str, bool]:
        return _order(f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name)

    return sorted(listed, key=key)


def _collision(file: SourceFile, seen: dict[str, SourceFile]) -> ContentError | None:
    if file.address is None:
        return None
    first = seen.setdefault(collision_key(file.address), file)
    if first is file:
        return None
    if first.address == file.address:
        message = f"'{first.name}' has the same address"
        return ContentError("duplicate-address", message, 1, file.name)
    message = f"its address differs from that of '{first.name}' only by case or Unicode form"
    return ContentError("name-collision", message, 1, file.name)


def _oddity(entry: os.DirEntry[str], is_question: bool) -> str:
    """What stands where a question file or a folder would; '' for what is of no concern."""
    if entry.is_symlink():
        odd = is_question or entry.is_dir()
        return "a symbolic link, which is not followed" if odd else ""
    if entry.is_dir(follow_symlinks=False):
        return "a folder"
    is_file = stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
    return "" if is_file else "a pipe, socket or device"
