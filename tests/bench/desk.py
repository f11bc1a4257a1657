"""What each page of the editors' desk costs in a library of any size: `make bench-desk`.

    python -m tests.bench.desk [COUNT ...] [--from FOLDER] [--database URL] [--json FILE]

For each COUNT (36,000 where none is given) a library is filled: with generated questions, or with
copies of those of FOLDER. --database is a database of its own; what an earlier run put there is
used, and added to. A page is asked for four times by somebody in the role Admin: `first` is the
first time, with nothing kept, `ms` the median of the others; beside each stands the processor time
(of the others the least), which other work disturbs less. `queries` are the statements of the first
time. Pages over 300 ms (1 s from 500,000 questions on) or 12 queries are marked.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.databases import set_up

QUERIES = 12
ROUNDS = 3
LIST = "/admin/learn/question/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("count", nargs="*", type=int, default=[36_000])
    parser.add_argument("--from", dest="folder", type=Path)
    parser.add_argument("--database", help="default: an SQLite file that is removed afterwards")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        set_up(options.database or f"sqlite:///{scratch}/bench.sqlite3")
        for count in sorted(options.count):
            results.append(measured(count, options.folder))
            print(table(results[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def measured(count: int, folder: Path | None) -> dict[str, Any]:
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client

    from learn.models import Question
    from tests.bench.filling import fill

    started = time.perf_counter()
    fill(count, folder)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="pat"))
    for address in ("/admin/", LIST, f"{LIST}add/"):  # what a process reads once
        client.get(address)
    pages = {name: page(client, address) for name, address in addresses()}
    return {
        "database": connection.vendor,
        "questions": Question.objects.count(),
        "fill_seconds": round(time.perf_counter() - started, 1),
        "most_ms": 300 if count < 500_000 else 1_000,
        "pages": pages,
    }


def addresses() -> Iterator[tuple[str, str]]:
    from django.contrib import admin

    from learn.models import ImportRun, Proposal, Question, Subject

    question = Question.objects.filter(is_edited=True).order_by("pk").first()
    assert question
    two = "+".join(question.title.strip("?").split()[2:4])
    subject = Subject.objects.order_by("slug").values_list("slug", flat=True).first()
    yield "index", "/admin/"
    yield "questions", LIST
    filters = (
        "status=draft", "status=published", "status=archived", "status=scheduled",
        "findings=some", "findings=math-error", "findings=no-description", f"subject={subject}",
        "edited=1", "edited=0", "origin=editor", "no_index=1", "math=1", "by=pat", "updated=1",
        "updated=30", "seen=changed", "students=report", "students=unhelpful",
        f"status=archived&edited=1&subject={subject}", "status=published&findings=math-error",
    )  # fmt: skip
    for query in filters:
        yield f"questions, {query}", f"{LIST}?{query}"
    yield "questions, search of two words", f"{LIST}?q={two}"
    yield "questions, search within drafts", f"{LIST}?q={two}&status=draft"
    yield "questions, one word", f"{LIST}?q={two.split('+')[0]}"
    yield "questions, a phrase", f'{LIST}?q="{two}"'
    yield "questions, a slug", f"{LIST}?q={question.slug}"
    yield "questions, an address", f"{LIST}?q=https://example.org{question.get_absolute_url()}"
    yield "questions, a source id", f"{LIST}?q={question.source_id}"
    for order in ("4", "-4", "5", "-5"):
        yield f"questions, order {order}", f"{LIST}?o={order}"
    yield "questions, drafts by findings", f"{LIST}?status=draft&o=-4"
    yield "questions, last page", f"{LIST}?p=200"
    yield "views", f"{LIST}views"
    yield "findings", f"{LIST}findings"
    yield "duplicates", f"{LIST}duplicates"
    form = f"{LIST}{question.pk}/"
    yield "question", f"{form}change/"
    yield "question, new", f"{LIST}add/"
    yield "question, versions", f"{form}revisions"
    yield "question, since", f"{form}since?version=2020-01-01T00:00:00%2B00:00"
    yield "question, history", f"{form}history/"
    proposal = Proposal.objects.values_list("pk", flat=True).first()
    yield "proposal", f"/admin/learn/proposal/{proposal}/change/"
    run = ImportRun.objects.values_list("pk", flat=True).first()
    yield "import", f"/admin/learn/importrun/{run}/change/"
    yield "outcomes of an import", f"/admin/learn/importoutcome/?run__id__exact={run}"
    yield "upload", "/admin/learn/importrun/upload"
    yield "subject", f"/admin/learn/subject/{question.subject_id}/change/"
    yield (
        "a field that asks for a question",
        (
            f"/admin/autocomplete/?app_label=learn&model_name=relatedquestion&field_name=target"
            f"&term={two}"
        ),
    )
    for model in admin.site._registry:
        if model is not Question:
            meta = model._meta
            yield (
                f"list of {meta.verbose_name_plural}",
                f"/admin/{meta.app_label}/{meta.model_name}/",
            )


def page(client: Any, address: str) -> dict[str, Any]:
    """Milliseconds and statements of a page; a query is a statement that the database ran."""
    from django.core.cache import cache
    from django.db import connection

    cache.clear()
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        first = timed(client, address)
    others = [timed(client, address) for _ in range(ROUNDS)]
    return {
        "status": first.status,
        "first": first.ms,
        "first_cpu": first.cpu,
        "ms": round(statistics.median(time.ms for time in others)),
        "cpu": min(time.cpu for time in others),
        "queries": len(statements),
    }


class Time(NamedTuple):
    ms: int
    cpu: int
    status: int


def timed(client: Any, address: str) -> Time:
    started, worked = time.perf_counter(), time.process_time()
    status = client.get(address).status_code
    ms, cpu = time.perf_counter() - started, time.process_time() - worked
    return Time(round(1000 * ms), round(1000 * cpu), status)


def table(result: dict[str, Any]) -> str:
    head = f"{result['questions']:,} questions on {result['database']}"
    lines = [head, f"{'page':<58}{'first':>8}{'cpu':>8}{'ms':>8}{'cpu':>8}{'queries':>9}"]
    for name, cost in result["pages"].items():
        is_over = max(cost["ms"], cost["first"]) > result["most_ms"] or cost["queries"] > QUERIES
        mark = " over" if is_over else ""
        mark += f" status {cost['status']}" if cost["status"] != 200 else ""
        figures = "".join(f"{cost[key]:>8}" for key in ("first", "first_cpu", "ms", "cpu"))
        lines.append(f"{name:<58}{figures}{cost['queries']:>9}{mark}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
