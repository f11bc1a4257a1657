"""manage.py create_editor: an account for the editors' desk, once."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand

GROUP = "Editors"


class Command(BaseCommand):
    help = (
        "Create a staff account that may edit the library, unless there is one; print its password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", default="editor")

    def handle(self, *args: Any, **options: Any) -> None:
        user_model = get_user_model()
        if user_model.objects.filter(is_staff=True).exists():
            return
        password = secrets.token_urlsafe(12)
        editor = user_model.objects.create_user(
            username=options["username"], password=password, is_staff=True
        )
        editor.groups.add(editors())
        self.stdout.write(f"Editor's account: {options['username']}  password: {password}")
        self.stdout.write("It is shown only this once.")


def editors() -> Group:
    group, _ = Group.objects.get_or_create(name=GROUP)
    group.permissions.set(
        Permission.objects.filter(
            content_type__app_label="learn",
            codename__in=[
                f"{action}_{model}"
                for action in ("view", "add", "change")
                for model in ("subject", "question", "relatedquestion")
            ]
            + ["delete_relatedquestion", "view_importrun", "view_feedback"]
            + ["view_mistakereport", "change_mistakereport"],
        )
    )
    return group
