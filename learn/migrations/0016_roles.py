"""The roles of learn/roles.py as groups, each with its permissions."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from learn import roles


def grant(apps, schema_editor):
    """Django makes permissions after all migrations: those that the roles need are made now."""
    for label in ("auth", "learn"):
        create_permissions(installed.get_app_config(label), verbosity=0)
    roles.grant()


class Migration(migrations.Migration):
    dependencies = [
        ("learn", "0015_drafts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
