"""What readers looked for in vain, and who may mark it as done."""

import django.db.models.deletion
import django.utils.timezone
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

from learn import roles


def grant(apps, schema_editor):
    """A library that has roles already gives them what is new."""
    create_permissions(installed.get_app_config("learn"), verbosity=0)
    roles.grant()


class Migration(migrations.Migration):

    dependencies = [
        ('learn', '0023_ways_back'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MissedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=100, unique=True)),
                ('text', models.CharField(max_length=100, verbose_name='searched for')),
                ('number', models.PositiveIntegerField(default=0, verbose_name='times')),
                ('has_near', models.BooleanField(default=False, verbose_name='found something near')),
                ('first_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='first')),
                ('last_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='last')),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done')], default='open', max_length=4)),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'missed search',
                'verbose_name_plural': 'missed searches',
                'ordering': ('-number', '-id'),
                'indexes': [models.Index(fields=['state', '-number', '-id'], name='missed_search_most')],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
