"""The app's place in Django, and the desk's."""

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class LearnConfig(AppConfig):
    name = "learn"
    verbose_name = "Library"

    def ready(self) -> None:
        from learn import checks  # noqa: F401  (registers the system checks)


class DeskConfig(SimpleAdminConfig):
    """Django's admin with a site of ours. It is discovered by urls.py: no command needs it."""

    default_site = "learn.site.DeskSite"
