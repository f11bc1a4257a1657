"""Whether this process can serve pages: what a load balancer or a monitor asks at /healthz."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

_ready = False  # a database that has all migrations keeps them


def problem() -> str:
    """Why it cannot, in words that anybody may read; '' where it can."""
    global _ready
    try:
        if not _ready:
            executor = MigrationExecutor(connection)
            _ready = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "the database does not answer"
    return "" if _ready else "migrations are not applied"
