"""The site's settings, for tests: a key of their own, plain static files, quick password hashes."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "for-tests")
os.environ.setdefault("SITE_URL", "https://learn.example.org")
os.environ.setdefault("PAGES_KEPT_SECONDS", "0")  # tests write rows that no writer knows of
os.environ.setdefault("IMPORTS_IN_BACKGROUND", "0")  # another process sees no test's database

from quicktakes.settings import *  # noqa: F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # In a file, as it is served: one in memory locks whole tables and waits for none of them, and a
    # browser asks for several things at once.
    name = f"quicktakes-tests-{os.getpid()}.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / name)}  # noqa: F405
else:
    # No test's rows have to outlive a power cut, so no commit waits for the disk.
    DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
