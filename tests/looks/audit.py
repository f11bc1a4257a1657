"""`make audit`: the Nu HTML checker over every type of page, Lighthouse over the main ones.

    python -m tests.looks.audit [html] [lighthouse]

Node.js, Java and Chromium must be there; the tools themselves are fetched into build/audit. Exit
status 1 where a page has an error, or less than 100.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.template.loader import render_to_string

from tests.looks import served
from tests.looks.pictures import chromium

FOLDER = served.ROOT / "build/audit"
TOOLS = ("lighthouse@12.8.2", "vnu-jar@26.9.27")
RATED = (
    "home subject topic question-math question-code search-start search study study-card".split()
)
# Results are for no index; that costs what no other fault may: see learn/seo.py.
FOR_NO_INDEX = ("search",)
ROUNDS = 3  # the best counts: a busy machine makes pages slower, and nothing makes them faster


def main() -> None:
    asked = sys.argv[1:] or ["html", "lighthouse"]
    _fetch_tools()
    served.prepare()
    with served.server() as site, served.server(debug=True) as workshop:
        pages = {name: site + path for name, path in served.PUBLIC.items()}
        pages |= {"styleguide": f"{workshop}/learn/_styleguide", "login": f"{site}/admin/login/"}
        wrong = _check_html(pages) if "html" in asked else 0
        if "lighthouse" in asked:
            wrong += sum(_is_short(name, pages[name]) for name in RATED)
    sys.exit(min(wrong, 1))


def _fetch_tools() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not (FOLDER / "package.json").exists():
        (FOLDER / "package.json").write_text('{"private": true}')
    command = ["npm", "install", "--no-audit", "--no-fund", "--save-exact", *TOOLS]
    subprocess.run(command, cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)


# ------------------------------------------------------------------------------------ HTML


def _check_html(pages: dict[str, str]) -> int:
    """How many errors the checker finds in the pages as they are sent."""
    files = [_saved(name, url) for name, url in pages.items()] + [_error_page()]
    jar = FOLDER / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", "--stdout"]
    told = subprocess.run([*command, *map(str, files)], check=True, capture_output=True).stdout
    errors = [message for message in json.loads(told)["messages"] if _is_error(message)]
    for error in errors:
        print(f"{Path(error['url']).stem}:{error.get('lastLine')}: {error['message']}")
    print(f"HTML: {len(files)} pages, {len(errors)} errors")
    return len(errors)


def _is_error(message: dict[str, Any]) -> bool:
    return message["type"] != "info"


def _saved(name: str, url: str) -> Path:
    file = FOLDER / "pages" / f"{name}.html"
    file.parent.mkdir(exist_ok=True)
    try:
        with urllib.request.urlopen(url) as answer:
            file.write_bytes(answer.read())
    except urllib.error.HTTPError as answer:  # what is missing or withdrawn has a page too
        file.write_bytes(answer.read())
    return file


def _error_page() -> Path:
    file = FOLDER / "pages" / "error.html"
    file.write_text(render_to_string("500.html"))
    return file


# ------------------------------------------------------------------------------ Lighthouse


def _is_short(name: str, url: str) -> bool:
    """Whether a page has less than 100 in anything, moves, or asks somebody else."""
    for _ in range(ROUNDS):
        if not (told := _report(name, url)):
            continue
        rated = {kind: round(100 * each["score"]) for kind, each in told["categories"].items()}
        shift = told["audits"]["cumulative-layout-shift"]["numericValue"]
        if min(rated.values()) == 100 and not shift:
            break
    if not told:
        print(f"{name}: Lighthouse saw nothing")
        return True
    requests = told["audits"]["network-requests"]["details"]["items"]
    others = {urlsplit(each["url"]).netloc for each in requests} - {urlsplit(url).netloc, ""}
    print(f"{name}: {rated}, CLS {shift:.3f}, {len(requests)} requests, of others: {len(others)}")
    for kind in (kind for kind, score in rated.items() if score < 100):
        print(*(f"  {kind}: {each}" for each in _short_of(told, kind)), sep="\n")
    return min(rated.values()) < 100 or shift > 0 or bool(others)


def _report(name: str, url: str) -> dict[str, Any]:
    """What Lighthouse says; nothing where the browser did not come up, as on a busy machine."""
    file = FOLDER / f"{name}.json"
    command = [
        "node",
        str(FOLDER / "node_modules/lighthouse/cli/index.js"),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={file}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        *(["--skip-audits=is-crawlable"] if name in FOR_NO_INDEX else []),
    ]
    ended = subprocess.run(command, env=os.environ | {"CHROME_PATH": chromium()})
    told: dict[str, Any] = {} if ended.returncode else json.loads(file.read_text())
    return told


def _short_of(told: dict[str, Any], kind: str) -> list[str]:
    audits = (
        told["audits"][each["id"]]
        for each in told["categories"][kind]["auditRefs"]
        if each["weight"]
    )
    return [
        f"{audit['title']} ({audit.get('displayValue', '')})"
        for audit in audits
        if audit["score"] is not None and audit["score"] < 1
    ]


if __name__ == "__main__":
    main()
