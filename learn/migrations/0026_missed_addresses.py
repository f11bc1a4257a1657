"""Addresses that readers asked for in vain, and who may mark them as done."""

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
        ('learn', '0025_merged_questions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MissedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(default=0, verbose_name='times')),
                ('first_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='first')),
                ('last_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='last')),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done')], default='open', max_length=4)),
                ('subject_slug', models.CharField(max_length=200)),
                ('slug', models.CharField(max_length=200)),
                ('linked_from', models.CharField(blank=True, max_length=400)),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'missed address',
                'verbose_name_plural': 'missed addresses',
                'ordering': ('-number', '-id'),
                'indexes': [models.Index(fields=['state', '-number', '-id'], name='missed_address_most')],
                'constraints': [models.UniqueConstraint(fields=('slug', 'subject_slug'), name='missed_address')],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
