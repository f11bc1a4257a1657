"""All settings, read from the environment by `env`. docs/operators.md lists the variables."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from quicktakes import env, inline, sqlite

sqlite.prefer_packaged()

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG", default=False)
# Development has a key that everybody knows; production refuses to start without its own.
SECRET_KEY = env.text("SECRET_KEY", default="only-for-development" if DEBUG else None)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS", default="")
SITE_URL = env.text("SITE_URL", default="").rstrip("/")  # https://host, for canonical addresses
HTTPS_ONLY = env.flag("HTTPS_ONLY", default=False)
PROXIES = env.number("PROXIES", default=0, least=0)  # before gunicorn, that name whom they serve

AUDIT_FULL_ADDRESSES = env.flag("AUDIT_FULL_ADDRESSES", default=False)  # not only their network

INSTALLED_APPS = [
    "learn.apps.LearnConfig",
    "markdownx",
    "django.forms",
    "learn.apps.DeskConfig",  # Django's admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "learn.middleware.HeadMiddleware",
    "learn.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "learn.middleware.AddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "quicktakes.urls"
WSGI_APPLICATION = "quicktakes.wsgi.application"
APPEND_SLASH = False  # addresses have none; AddressMiddleware takes one away

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # widgets may have templates of ours
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {
    "default": {
        **env.database("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'learn.sqlite3'}"),
        "CONN_MAX_AGE": 60,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# A worker in the browser that keeps visited and bookmarked pages; 0 takes it away again.
OFFLINE_READING = env.flag("OFFLINE_READING", default=True)

DECKS_DIR = Path(env.text("DECKS_DIR", default=str(BASE_DIR / "decks")))  # built Anki decks

# Pages that each web process keeps, and for how long: see learn/kept.py.
PAGES_KEPT_SECONDS = env.number("PAGES_KEPT_SECONDS", default=60, least=0)
_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": _MEMORY},
    "pages": {
        "BACKEND": _MEMORY,
        "LOCATION": "pages",
        "TIMEOUT": PAGES_KEPT_SECONDS,
        "OPTIONS": {"MAX_ENTRIES": 2_000},  # of 20 KB
    },
}

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", default=str(BASE_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# What editors upload to be imported, until it is applied or discarded. No address leads there.
UPLOAD_DIR = Path(env.text("UPLOAD_DIR", default=str(BASE_DIR / "uploads")))
UPLOAD_MAX_BYTES = env.number("UPLOAD_MAX_MB", default=200) * 1_000_000  # of one upload
UPLOAD_MAX_FILES = env.number("UPLOAD_MAX_FILES", default=200_000)  # in an archive
UPLOAD_KEPT_DAYS = env.number("UPLOAD_KEPT_DAYS", default=7)
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000  # of one upload that is no archive; Django's own is 100
IMPORTS_IN_BACKGROUND = env.flag("IMPORTS_IN_BACKGROUND", default=True)

CSRF_FAILURE_VIEW = "learn.views.errors.not_taken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the editors' preview is a frame

# It sets the chosen theme before the first paint, for which a file of its own would be waited for.
_EARLY = BASE_DIR / "templates/learn/components/early.js"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, inline.source_of(_EARLY)],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
