"""What changed from one text of a question file to another, line by line."""

from __future__ import annotations

import difflib
from itertools import islice

from learn.content import answers


def difference(old: str, new: str) -> list[tuple[str, str]]:
    """Pairs of a sign (`+`, `-`, ` ` or `@` between pieces) and a line; empty for equal texts."""
    rows = difflib.unified_diff(_readable(old), _readable(new), n=2, lineterm="")
    return [(row[0], row[1:]) for row in islice(rows, 2, None)]  # after the names of the files


def _readable(text: str) -> list[str]:
    """A file's lines, with the answer's one line as the lines of Markdown that it means."""
    lines: list[str] = []
    for line in text.splitlines():
        if "\\n" in line:
            lines += answers.markdown_from(line.strip()).split("\n")
        else:
            lines.append(line)
    return lines
