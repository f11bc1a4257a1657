from django.db import migrations


def reports_to_outcomes(apps, schema_editor):
    """The errors and conflicts of earlier runs, which stood in one JSON value, as rows."""
    ImportRun = apps.get_model('learn', 'ImportRun')
    ImportOutcome = apps.get_model('learn', 'ImportOutcome')
    for run in ImportRun.objects.iterator():
        rows = [
            ImportOutcome(
                run=run, kind='rejected', file=error['file'], code=error['code'],
                message=error['message'], line=error['line'],
            )
            for error in run.report.get('errors', [])
        ]
        rows += [
            ImportOutcome(run=run, kind='conflicted', file=name)
            for name in run.report.get('conflicts', [])
        ]
        ImportOutcome.objects.bulk_create(rows, batch_size=500)
        ImportRun.objects.filter(pk=run.pk).update(notes=run.report.get('notes', []))


class Migration(migrations.Migration):

    dependencies = [
        ('learn', '0005_import_outcomes'),
    ]

    operations = [
        migrations.RunPython(reports_to_outcomes, migrations.RunPython.noop),
    ]
