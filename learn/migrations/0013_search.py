from django.db import migrations

from learn import search


def create(apps, schema_editor):
    """The index of the database in use, with what is in the library already."""
    search.create()
    rows = apps.get_model('learn', 'Question').objects.order_by('pk').values_list(
        'pk', 'title', 'page_keywords', 'answer_text'
    )
    last = 0
    while entries := [search.Entry(*row) for row in rows.filter(pk__gt=last)[: search.STEP]]:
        search.index(entries, are_new=True)
        last = entries[-1].pk


def drop(apps, schema_editor):
    search.drop()


class Migration(migrations.Migration):

    dependencies = [
        ('learn', '0012_study'),
    ]

    operations = [
        migrations.RunPython(create, drop),
    ]
