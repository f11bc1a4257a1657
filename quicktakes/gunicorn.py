"""gunicorn's settings: `gunicorn -c quicktakes/gunicorn.py quicktakes.wsgi`."""

import os

from quicktakes import sqlite

sqlite.prefer_packaged()

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2" if sqlite.is_fixed() else "1"))
threads = int(os.environ.get("WEB_THREADS", "4"))
max_requests = 20_000
max_requests_jitter = 2_000
timeout = 30
graceful_timeout = 30
keepalive = 5
control_socket_disable = True
