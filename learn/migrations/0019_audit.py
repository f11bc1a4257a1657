"""The audit log, the redirects that are most asked for, and who may see the former."""

import django.db.models.deletion
import django.utils.timezone
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

from learn import roles


def grant(apps, schema_editor):
    """A library that has roles already gives them what is new."""
    for label in ("auth", "learn"):
        create_permissions(installed.get_app_config(label), verbosity=0)
    roles.grant()


class Migration(migrations.Migration):

    dependencies = [
        ('learn', '0018_batches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='when')),
                ('who_name', models.CharField(blank=True, max_length=150)),
                ('verb', models.CharField(choices=[('added', 'Added'), ('changed', 'Changed'), ('status', 'Changed the status'), ('moved', 'Moved'), ('deleted', 'Deleted'), ('restored', 'Restored'), ('merged', 'Merged'), ('handed-in', 'Handed in'), ('approved', 'Approved'), ('sent-back', 'Sent back'), ('withdrawn', 'Withdrew'), ('uploaded', 'Uploaded'), ('started', 'Started'), ('ended', 'Ended'), ('stopped', 'Stopped'), ('discarded', 'Discarded'), ('imported', 'Imported'), ('exported', 'Exported'), ('batch', 'Changed many'), ('undone', 'Undid'), ('pruned', 'Removed old entries'), ('signed-in', 'Signed in'), ('sign-in-failed', 'Failed to sign in'), ('signed-out', 'Signed out'), ('password', 'Changed a password')], max_length=16)),
                ('kind', models.CharField(blank=True, max_length=40)),
                ('key', models.CharField(blank=True, max_length=40)),
                ('words', models.CharField(blank=True, max_length=200)),
                ('origin', models.CharField(choices=[('desk', 'Desk'), ('import', 'Import of an upload'), ('command', 'Command line')], max_length=8)),
                ('network', models.CharField(blank=True, max_length=45)),
                ('details', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name_plural': 'audit log entries',
                'ordering': ('-id',),
                'default_permissions': ('view',),
            },
        ),
        migrations.AddIndex(
            model_name='redirect',
            index=models.Index(fields=['-hits', '-id'], name='redirect_hits'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='who',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['who', '-id'], name='audit_who'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['verb', '-id'], name='audit_verb'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['kind', 'key', '-id'], name='audit_object'),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
