from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('learn', '0006_reports_to_outcomes'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='importrun',
            name='report',
        ),
    ]
