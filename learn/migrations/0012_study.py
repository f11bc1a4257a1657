"""Every question's place in the order that study draws from (see learn/study.py)."""

from hashlib import blake2b

from django.db import migrations, models

RING = 2**31
BATCH = 2_000


def place_questions(apps, schema_editor):
    rows = apps.get_model("learn", "Question").objects.order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last).values_list("pk", "subject__slug", "slug")[:BATCH]):
        last = batch[-1][0]
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(
                'UPDATE "learn_question" SET "shuffle" = %s WHERE "id" = %s',
                [(_place(f"{subject}/{slug}"), pk) for pk, subject, slug in batch],
            )


def _place(address):
    digest = blake2b(address.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % RING


class Migration(migrations.Migration):
    dependencies = [("learn", "0011_feedback")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="shuffle",
            field=models.IntegerField(default=0, editable=False),
        ),
        migrations.RunPython(place_questions, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                fields=["subject", "status", "shuffle", "id", "publish_at"],
                name="question_subject_shuffle",
            ),
        ),
    ]
