"""PostgreSQL's titles in a vector of their own.

A new database has it since 0013; one that exists gets it from what it has.
"""

from django.db import migrations

_TITLES = (
    'ALTER TABLE learn_search ADD COLUMN IF NOT EXISTS title tsvector',
    "UPDATE learn_search SET title = setweight(ts_filter(head, '{a}'), 'D') WHERE title IS NULL",
    'ALTER TABLE learn_search ALTER COLUMN title SET NOT NULL',
    'CREATE INDEX IF NOT EXISTS learn_search_title ON learn_search USING gin (title)',
)


def add_titles(apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        with schema_editor.connection.cursor() as cursor:
            for statement in _TITLES:
                cursor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('learn', '0020_saved_views'),
    ]

    operations = [
        migrations.RunPython(add_titles, migrations.RunPython.noop),
    ]
