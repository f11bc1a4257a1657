"""How fast a library is loaded, as ratios within one run: `make bench`.

    python -m tests.bench.imports [FOLDER] [--copies N] [--rounds N] [--grow] [--json FILE]

FOLDER is a tree of question files (the shipped fixtures where none is given); --copies makes it N
times as large by renaming; --grow imports four times that once more, for the growth of memory. All
is compared with python-frontmatter's own `load` over the same
files in one process. Times are medians of rounds that are run in turn; memory is the largest sum of
the resident sets of all processes of an import.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES = {
    "import": "import",
    "again": "import again, nothing changed",
    "one": "import again, one file changed",
    "export": "export of the whole tree",
    "copy": "cp -r of the same tree, for comparison",
    "check": "export --check",
}
LOAD = "import sys, frontmatter\nfor path in sys.stdin.read().split('\\n'): frontmatter.load(path)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "fixtures" / "learn")
    parser.add_argument("--copies", type=int, default=0, help="default: enough for 3,000 files")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--grow", action="store_true", help="memory at four times the size too")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    # As where the site runs: without it each start reads the sources anew, which takes 0.3 s.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        files = sorted(options.folder.glob("*/*.md"))
        copies = options.copies or max(1, 3_000 // len(files))
        result = measure(files, Path(folder), copies, options.rounds)
        if options.grow:
            result["memory_growth"] = grown(files, Path(folder), 4 * copies, result["memory_mb"])
    print(table(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def measure(files: list[Path], scratch: Path, copies: int, rounds: int) -> dict[str, float]:
    tree = scratch / "learn"
    copied(files, tree, copies)
    paths = sorted(tree.glob("*/*.md"))
    times: dict[str, list[float]] = {name: [] for name in ("load", *LINES)}
    memory = 0
    for _ in range(rounds):
        times["load"].append(loading(paths))
        database = scratch / "bench.sqlite3"
        for old in scratch.glob("bench.sqlite3*"):
            old.unlink()
        manage(database, "migrate", "--verbosity", "0")
        seconds, peak = manage(database, "import_questions", str(tree))
        times["import"].append(seconds)
        memory = max(memory, peak)
        times["again"].append(manage(database, "import_questions", str(tree))[0])
        paths[0].write_text(paths[0].read_text(encoding="utf-8") + "\n", encoding="utf-8")
        times["one"].append(manage(database, "import_questions", str(tree))[0])
        exported = scratch / "exported"
        times["export"].append(manage(database, "export_questions", str(exported))[0])
        times["check"].append(manage(database, "export_questions", str(exported), "--check")[0])
        times["copy"].append(copying(exported, scratch / "copy"))
        shutil.rmtree(exported)
    median = {name: statistics.median(values) for name, values in times.items()}
    return {
        "files": len(paths),
        "load_seconds": round(median["load"], 3),
        "import_seconds": round(median["import"], 3),
        **{f"{name}_ratio": round(median[name] / median["load"], 3) for name in LINES},
        "memory_mb": round(memory / 1024, 1),
    }


def grown(files: list[Path], scratch: Path, copies: int, before: float) -> float:
    """The factor by which the memory of an import of so many copies is larger."""
    tree, database = scratch / "grown", scratch / "grown.sqlite3"
    copied(files, tree, copies)
    manage(database, "migrate", "--verbosity", "0")
    peak = manage(database, "import_questions", str(tree))[1]
    return round(peak / 1024 / before, 3)


def copied(files: list[Path], tree: Path, copies: int) -> None:
    for file in files:
        subject, text = file.parent.name, file.read_bytes().decode()
        (tree / subject).mkdir(parents=True, exist_ok=True)
        for copy in range(copies):
            slug = f"{file.stem}-v{copy}" if copy else file.stem
            renamed = text.replace(f"/questions/{file.stem}\n", f"/questions/{slug}\n")
            (tree / subject / f"{slug}.md").write_bytes(renamed.encode())


def loading(paths: list[Path]) -> float:
    names = "\n".join(map(str, paths))
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", LOAD], input=names, text=True, check=True)
    return time.perf_counter() - started


def copying(tree: Path, to: Path) -> float:
    """What making so many files costs on this disk, whoever makes them."""
    started = time.perf_counter()
    subprocess.run(["cp", "-r", tree, to], check=True)
    seconds = time.perf_counter() - started
    shutil.rmtree(to)
    return seconds


def manage(database: Path, *arguments: str) -> tuple[float, int]:
    """Seconds and the peak of memory (KB) of a management command on a database."""
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}", "SECRET_KEY": "bench"}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    peak = [0]
    done = threading.Event()
    sampler = threading.Thread(target=sample, args=(process.pid, peak, done))
    sampler.start()
    status = process.wait()
    seconds = time.perf_counter() - started
    done.set()
    sampler.join()
    if status:
        sys.exit(f"manage.py {' '.join(arguments)} ended with {status}")
    return seconds, peak[0]


def sample(pid: int, peak: list[int], done: threading.Event) -> None:
    while not done.wait(0.1):
        peak[0] = max(peak[0], sum(resident(member) for member in family(pid)))


def family(pid: int) -> list[int]:
    """The process, its children and theirs, whichever of its threads started them."""
    members = [pid]
    for parent in members:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):  # it has ended since
                members += map(int, children.read_text().split())
    return members


def resident(pid: int) -> int:
    """The process's own memory in KB: pages of mapped files, which the system can drop, apart."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon", "RssShmem")))


def table(result: dict[str, float]) -> str:
    rows = [
        ("files", f"{result['files']:,.0f}", ""),
        ("python-frontmatter's load, one core", f"{result['load_seconds']:.1f} s", "1.00"),
        *((name, "", f"{result[f'{key}_ratio']:.2f}") for key, name in LINES.items()),
        ("memory of all processes, import", f"{result['memory_mb']:.0f} MB", ""),
    ]
    if "memory_growth" in result:
        rows.append(("memory at four times the files", "", f"{result['memory_growth']:.2f}"))
    return "\n".join(f"{name:<38}{figure:>10}{ratio:>8}" for name, figure, ratio in rows)


if __name__ == "__main__":
    main()
