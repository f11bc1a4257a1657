"""The site in gunicorn, as it is deployed, for browsers that want more than a test's own server."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.processes import ROOT


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[str]:
    """The address of the site in gunicorn, at a port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "gunicorn", "-c", "quicktakes/gunicorn.py", "quicktakes.wsgi"]
    server = subprocess.Popen(
        [sys.executable, *command],
        env={**environment, "PORT": str(port)},
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not start")
