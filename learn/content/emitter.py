"""Values -> YAML lines in the style of question files, such that reading them gives the same."""

from __future__ import annotations

import datetime
import re
from typing import Any

from learn.content import answers, strictyaml
from learn.content.strictyaml import Plain

_PLAIN = re.compile(
    r"(?![-?:,\[\]{}#&*!|>'\"%@`\s])[^\n\t]*(?<![\s:])|-(?=[0-9])[^\n\t]*(?<![\s:])"
)
_PRINTABLE = re.compile(
    "[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def entry_lines(key: str, value: Any, *, indent: int, style: str) -> list[str]:
    """The lines of `key: value`. `style` (plain, folded, literal, quoted) is kept where it can be.

    The key `answer` at the top is written on one line, with newlines as backslash and n; where that
    would not read back as the same Markdown, as a literal block.
    """
    head = " " * indent + _key(key) + ":"
    if isinstance(value, dict):
        return _mapping_lines(head, value, indent)
    if isinstance(value, list):
        return [f"{head} {_flow(value)}"]
    if not isinstance(value, str):
        return [f"{head} {_scalar(value)}"]
    if key == "answer" and indent == 0:
        encoded = answers.encoded_from(value)
        if encoded is None or style == "literal":
            return _literal_lines(head, value + "\n", indent) or [
                f"{head} {_quoted(value + chr(10))}"
            ]
        value = encoded
    return _text_lines(head, value, indent, style)


def _key(key: str) -> str:
    is_word = _KEY.fullmatch(key) and not isinstance(_resolved(key), (bool, type(None)))
    return key if is_word else _quoted(key)


def _inset(indent: int) -> str:
    """The indentation of a block's text: 4 at the top and in `seo`, 8 in a related article."""
    return " " * (8 if indent == 4 else max(4, indent + 2))


def _mapping_lines(head: str, value: dict[str, Any], indent: int) -> list[str]:
    if not value:
        return [f"{head} {{}}"]
    inner = indent + (2 if head.strip() == "seo:" else 4)
    lines = [head]
    for key, item in value.items():
        folded = key in ("page_description", "page_keywords") or (key == "title" and inner == 4)
        style = "folded" if folded else "plain"
        lines += entry_lines(key, item, indent=inner, style=style)
    return lines


def _text_lines(head: str, text: str, indent: int, style: str) -> list[str]:
    if style == "plain" and _is_plain(text):
        return [f"{head} {text}"]
    if style == "literal" and (lines := _literal_lines(head, text, indent)):
        return lines
    if style != "quoted" and _is_foldable(text):
        return [f"{head} >-", _inset(indent) + text]
    return [f"{head} {_quoted(text)}"]


def _is_plain(text: str) -> bool:
    return (
        bool(text)
        and _PLAIN.fullmatch(text) is not None
        and _PRINTABLE.fullmatch(text) is not None
        and ": " not in text
        and " #" not in text
        and _resolved(text) == text
        and not _OTHERWISE_READ.fullmatch(text)
    )


# What readers of YAML 1.1 take for a boolean, a number or a date.
_OTHERWISE_READ = re.compile(
    r"[yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF|=|[-+]?[0-9][0-9_:.xXoObBa-fA-F+-]*"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN|[0-9][0-9_eE+-]*)"
)


def _is_foldable(text: str) -> bool:
    return (
        bool(text.strip())
        and "\n" not in text
        and text[0] not in " \t"
        and _PRINTABLE.fullmatch(text) is not None
    )


def _literal_lines(head: str, text: str, indent: int) -> list[str]:
    """A literal block, or nothing where YAML could not read the text back from one."""
    if _PRINTABLE.fullmatch(text) is None or not text.strip() or text[0] in " \t\n":
        return []
    trimmed = text.rstrip("\n")
    ending = len(text) - len(trimmed)
    indicator = ("-", "", "+")[min(ending, 2)]
    lines = trimmed.split("\n") + [""] * max(0, ending - 1)
    inset = _inset(indent)
    return [f"{head} |{indicator}", *(inset + line if line else "" for line in lines)]


def _quoted(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


_ESCAPED = re.compile(
    "[^ !#-\\[\\]-~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _ESCAPES.get(match[0]) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value)  # True and False, as the files write them
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value)


def _flow(value: Any) -> str:
    """A list or mapping on one line, with every text quoted."""
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_quoted(key)}: {_flow(item)}" for key, item in value.items()) + "}"
        )
    return _quoted(value) if isinstance(value, str) else _scalar(value)


def _resolved(text: str) -> Any:
    try:
        return strictyaml.resolve(Plain(text))
    except ValueError:
        return None
