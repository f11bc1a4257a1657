"""Tables for spreadsheets."""

from __future__ import annotations


def cell(value: object) -> str:
    """A cell's text; a spreadsheet would run one that begins like a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
