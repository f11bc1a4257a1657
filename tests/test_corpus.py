"""Every real file at hand renders without a defect that a student could see.

The files are nobody's to publish, so they lie beside the repository: in the folder that
QUICKTAKES_CORPUS names, or in `../shared/corpus/learn`.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import pytest
import yaml

from learn.content import codec, frontmatter, listing
from learn.content.document import ContentError
from learn.content.listing import SourceFile
from learn.content.markdown import render
from tests.detector import defects

ROOT = Path(__file__).resolve().parent.parent
CORPUS = Path(os.environ.get("QUICKTAKES_CORPUS") or ROOT.parent / "shared/corpus/learn")
SHOWN = 20  # defects in a failure's message
CHUNK = 150  # files a worker takes at a time: about half a second of work


@pytest.fixture(scope="module")
def files() -> list[SourceFile]:
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus: QUICKTAKES_CORPUS is not set and {CORPUS} is no folder")
    found = list(listing.walk([CORPUS]))
    assert [error for error in found if isinstance(error, ContentError)] == []
    assert found != []
    return found


def test_every_answer_of_the_corpus_renders_without_a_defect(files):
    found = list(_defects_of_all(files))

    assert len(found) == 0, f"{len(found)} defects, of which:\n" + "\n".join(found[:SHOWN])


def _defects_of_all(files: list[SourceFile]) -> Iterator[str]:
    chunks = [files[start : start + CHUNK] for start in range(0, len(files), CHUNK)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield from chain.from_iterable(pool.map(_defects_of, chunks))


def _defects_of(files: list[SourceFile]) -> list[str]:
    return [f"{file.name}: {defect}" for file in files for defect in _defects_in(file)]


def _defects_in(file: SourceFile) -> list[str]:
    text = Path(file.path).read_text(encoding="utf-8")
    rendered = render(codec.parse(text, file.name).answer)
    return defects(_written_answer(text), rendered.html)


def _written_answer(text: str) -> str:
    """The answer as the file holds it, read by PyYAML and not by the code under test."""
    metadata = frontmatter.split(text).metadata
    return yaml.load(metadata, Loader=yaml.CBaseLoader)["answer"]  # text only: nothing is built
