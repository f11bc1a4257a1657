"""Question files for tests, byte for byte in QuickTakes' format, their trees and their import."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from django.core.management import call_command

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "learn"
SEED = CORPUS.parents[1] / "seed"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
ANSWER = (
    "Tides are the slow rise and fall of the sea.\n\n"
    "- The **Moon** pulls the nearer water more than the Earth.\n"
    "- The Sun adds a little less than half of that."
)
_FOLDED = ("title", "article_title", "question", "answer")
_FOLDED_INSIDE = ("page_description", "page_keywords")


def question_file(
    title: str = "Why do tides come twice a day?", answer: str = ANSWER, **overrides: object
) -> str:
    """A question file's text: UTF-8 with LF, `&nbsp;` as the body, no final newline.

    Newlines of `answer` become backslash and n. `overrides` are keys of the file: text is written
    as it stands, a dictionary as a block, and None leaves a key out; unknown keys come last.
    """
    values: dict[str, object] = {
        "_schema": "default",
        "id": 4101,
        "date": "2025-01-31",
        "title": title,
        "article_title": title,
        "date_format": "MMM DD, YYYY",
        "post_on_text": "Posted on",
        "seo": {
            "title": "QuickTakes | Physics",
            "page_description": "How the Moon and the Sun raise the sea, and why it rises twice.",
            "page_keywords": "tides, Moon, gravity",
        },
        "author": "QuickTakes",
        "question": title,
        "no_index": None,
        "answer": answer.replace("\n", "\\n"),
        "subject": "Physics",
        "file_name": "why-do-tides-come-twice-a-day.md",
        "url": "/learn/physics/questions/why-do-tides-come-twice-a-day",
        "score": "-1.0",
        **overrides,
    }
    lines = [line for key, value in values.items() for line in _entry(key, value)]
    return "\n".join(["---", *lines, "---", "", "&nbsp;"])


def related(
    slug: str, subject: str = "physics", title: str = "A related question?", number: int = 4102
) -> dict[str, object]:
    """A `related_articleN` block that leads to the question `slug`."""
    return {
        "id": number,
        "title": title,
        "subject": subject.replace("-", " ").capitalize(),
        "url": f"/learn/{subject}/questions/{slug}",
    }


def _entry(key: str, value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, dict):
        indent = 2 if key == "seo" else 4
        folded = _FOLDED_INSIDE if key == "seo" else ("title",)
        inner = [line for item in value.items() for line in _inner(*item, indent, folded)]
        return [f"{key}:", *inner]
    return [f"{key}: >-", f"    {value}"] if key in _FOLDED else [f"{key}: {value}"]


def _inner(key: str, value: object, indent: int, folded: Iterable[str]) -> list[str]:
    head = f"{' ' * indent}{key}:"
    if key in folded:
        return [f"{head} >-", f"{' ' * (4 if indent == 2 else 8)}{value}"]
    return [f"{head} {value}"]


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `{"subject/slug.md": text}` below `root`, bytes and line ends as they are."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def line_of(text: str, beginning: str) -> int:
    """The line of a file, from 1, that begins with this."""
    return next(
        number for number, line in enumerate(text.split("\n"), 1) if line.startswith(beginning)
    )


class Imported(NamedTuple):
    """What a run of `manage.py import_questions` left behind."""

    status: int
    report: dict[str, Any]
    stdout: str
    stderr: str

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of the report that are not 0."""
        return {key: value for key, value in self.report.items() if type(value) is int and value}


def import_files(*paths: Path, **options: Any) -> Imported:
    """Run the command on files and folders; `options` are its own."""
    stdout, stderr, status = StringIO(), StringIO(), 0
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        try:
            call_command(
                "import_questions", *paths, report=report, stdout=stdout, stderr=stderr, **options
            )
        except SystemExit as stop:
            status = int(stop.code or 0)
        text = report.read_text(encoding="utf-8")
    return Imported(status, json.loads(text), stdout.getvalue(), stderr.getvalue())
