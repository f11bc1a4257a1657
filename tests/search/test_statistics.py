"""What a database's planner knows after an import."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite plans a search without statistics"
)
def test_a_library_that_was_just_imported_is_no_small_table_to_the_planner(
    fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("learn.intake.MANY", 1)
    call_command("import_questions", str(fixtures), stdout=io.StringIO(), verbosity=0)
    known = "SELECT reltuples FROM pg_class WHERE oid = %s::regclass"
    with connection.cursor() as cursor:
        for table in ("learn_question", "learn_relatedquestion", "learn_search"):
            cursor.execute(known, [table])
            assert cursor.fetchone()[0] > 0, table
        cursor.execute("SELECT attname FROM pg_stats WHERE tablename = 'learn_question'")
        columns = {name for (name,) in cursor.fetchall()}
    assert {"status", "subject_id"} <= columns
    assert not {"answer", "source"} & columns
