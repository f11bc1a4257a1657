"""manage.py create_editor: an account for the editors' desk, once."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand

from learn import audit, roles
from learn.models import Verb


class Command(BaseCommand):
    help = (
        "Create a staff account that may edit and publish, unless there is one; print its password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", default="editor")

    def handle(self, *args: Any, **options: Any) -> None:
        roles.grant()  # a newer version may know permissions that the groups lack
        user_model = get_user_model()
        if user_model.objects.filter(is_staff=True).exists():
            return
        password = secrets.token_urlsafe(12)
        editor = user_model.objects.create_user(
            username=options["username"], password=password, is_staff=True
        )
        editor.groups.add(Group.objects.get(name=roles.PUBLISHER))
        audit.record(Verb.ADDED, editor, details={"groups": {"added": [roles.PUBLISHER]}})
        self.stdout.write(f"Editor's account: {options['username']}  password: {password}")
        self.stdout.write("It is shown only this once.")
