"""The site's settings, for tests: a key of their own, plain static files, quick password hashes."""

import os

os.environ.setdefault("SECRET_KEY", "for-tests")
os.environ.setdefault("SITE_URL", "https://learn.example.org")
os.environ.setdefault("IMPORTS_IN_BACKGROUND", "0")  # another process sees no test's database

from quicktakes.settings import *  # noqa: F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
