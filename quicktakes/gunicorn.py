"""gunicorn's settings: `gunicorn -c quicktakes/gunicorn.py quicktakes.wsgi`."""

import os
import sys

from quicktakes import sqlite

sqlite.prefer_packaged()

# A page that asks the database lets another thread run, and waits 5 ms to be let in again while
# that one computes. Beside editors' forms without end a question took 34 ms at the median and 65 at
# the 99th percentile; so 15 and 23, and the forms 1.15 times as long.
sys.setswitchinterval(0.0005)

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
# Two busy threads of a process share one processor. By 4 processes a page beside two editors takes
# 46 ms at the 99th percentile, by 2 of them 62. A save may wait for an import to let it write, and
# holds its thread meanwhile: with 2 threads in a process, readers waited a second behind two.
workers = int(os.environ.get("WEB_WORKERS", "4" if sqlite.is_fixed() else "1"))
threads = int(os.environ.get("WEB_THREADS", "4"))
max_requests = 20_000
max_requests_jitter = 2_000
timeout = 30
graceful_timeout = 30
keepalive = 5
control_socket_disable = True


def post_worker_init(worker: object) -> None:
    """Load what the first page would load: it took 400 ms where the next ones take 20."""
    from django.template.loader import get_template
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    for name in ("learn/index", "learn/subject", "learn/question", "learn/search", "404"):
        get_template(f"{name}.html")
    for name in ("change_list", "change_form"):
        get_template(f"admin/learn/question/{name}.html")
