"""The app's place in Django."""

from django.apps import AppConfig


class LearnConfig(AppConfig):
    name = "learn"
    verbose_name = "Library"

    def ready(self) -> None:
        from learn import checks  # noqa: F401  (registers the system checks)
