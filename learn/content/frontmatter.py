"""Front matter: bytes -> text -> metadata and body, strictly.

The format is python-frontmatter's (`---`, YAML, `---`, body); `StrictYAML` is a handler for that
library which refuses what its own lets pass (see `strictyaml`) and swallows nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from frontmatter.default_handlers import BaseHandler

from learn.content import strictyaml
from learn.content.document import ContentError

MAX_FILE_BYTES = 1_000_000
_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})  # all but tab, line feed, carriage return


@dataclass(frozen=True, slots=True)
class Parts:
    """A file's text cut at its fences; `metadata` begins at line 2 of the file."""

    metadata: str
    body: str


def text_from(data: bytes) -> str:
    """Decode a file strictly as UTF-8, a BOM included (it is kept, so that it can be written back).

    Raises ContentError for a file over 1 MB, for UTF-16, for bytes that are not UTF-8 and for NUL.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ContentError("too-large", f"the file holds more than {MAX_FILE_BYTES:,} bytes")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ContentError("utf-16", "the file is UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = normalised(data[: error.start].decode()).count("\n") + 1
        raise ContentError(
            "invalid-utf-8", f"byte 0x{data[error.start]:02x} is not UTF-8", line
        ) from None
    if len(data.translate(None, _CONTROLS)) != len(data):
        raise _control_error(text)
    return text


def _control_error(text: str) -> ContentError:
    control = re.search(f"[{re.escape(_CONTROLS.decode())}]", text)
    assert control
    line = normalised(text[: control.start()]).count("\n") + 1
    if control[0] == "\0":
        return ContentError("nul-character", "the file holds a NUL character", line)
    name = f"U+{ord(control[0]):04X}"
    return ContentError("control-character", f"the file holds the control character {name}", line)


def normalised(text: str) -> str:
    """The text without its BOM and with every line end as LF."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


_CLOSING_FENCE = re.compile(r"^---[ \t]*(?:\n|\Z)", re.M)
_OPENING_FENCE = re.compile(r"---[ \t]*\n")


def split(text: str) -> Parts:
    """Cut normalised text at its two fences. Raises ContentError without both of them."""
    opening = _OPENING_FENCE.match(text)
    if not opening:
        raise ContentError("no-front-matter", "the file does not begin with a line '---'")
    closing = _CLOSING_FENCE.search(text, text.find("\n---", opening.end() - 1) + 1 or len(text))
    if not closing:
        raise ContentError(
            "unterminated-front-matter", "no second line '---' ends the front matter"
        )
    return Parts(text[opening.end() : closing.start()], text[closing.end() :])


def parse(text: str) -> tuple[dict[str, Any], str]:
    """Mapping and body of normalised text. Scalars are `Plain` or str; see the module's text.

    Raises ContentError with the line in the file.
    """
    # python-frontmatter's own parse() would strip both and swallow a ValueError: below it, then.
    handler = StrictYAML()
    metadata, body = handler.split(text)
    return handler.load(metadata), body


class StrictYAML(BaseHandler):
    """python-frontmatter's handler interface around the strict readers of this module."""

    FM_BOUNDARY = re.compile(r"^---[ \t]*$", re.M)
    START_DELIMITER = END_DELIMITER = "---"

    def split(self, text: str) -> tuple[str, str]:
        parts = split(text)
        return parts.metadata, parts.body

    def load(self, fm: str, **kwargs: Any) -> dict[str, Any]:
        return strictyaml.load(fm)
