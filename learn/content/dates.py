"""Dates as question files want them: `date_format` holds Moment's tokens (momentjs.com/docs)."""

from __future__ import annotations

import datetime
import re

_TOKEN = re.compile(
    r"\[([^\]]*)\]|YYYY|YY|Qo|Q|MMMM|MMM|Mo|MM|M|DDDo|DDDD|DDD|Do|DD|D|dddd|ddd|dd|do|d|E|Wo|WW|W"
)
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_PLAIN = {
    "YYYY": "year",
    "MMMM": "month", "MMM": "month", "MM": "month", "M": "month",
    "Do": "day", "DD": "day", "D": "day",
}  # fmt: skip
DEFAULT_FORMAT = "MMM DD, YYYY"
LISTED = "MMM D, YYYY"  # as the site's lists have it


def formatted(date: datetime.date, pattern: str) -> str:
    """The date in English; what is no token stands as written, `[text]` without its brackets."""
    return _TOKEN.sub(lambda match: _part(date, match), pattern or DEFAULT_FORMAT)


def is_plain(pattern: str) -> bool:
    """Whether a date in this form says its day, month and year, each once, and nothing else."""
    pattern = pattern or DEFAULT_FORMAT
    parts = [_PLAIN.get(match[0], match[0]) for match in _TOKEN.finditer(pattern)]
    return sorted(parts) == ["day", "month", "year"] and not re.search(
        r"[^\s,./-]", _TOKEN.sub("", pattern)
    )


def _part(date: datetime.date, match: re.Match[str]) -> str:
    token = match[0]
    if match[1] is not None:
        return match[1]
    month, day = _MONTHS[date.month - 1], _DAYS[date.weekday()]
    sunday_first = date.isoweekday() % 7
    year_day = date.timetuple().tm_yday
    week = date.isocalendar().week
    parts = {
        "YYYY": f"{date.year:04}",
        "YY": f"{date.year % 100:02}",
        "Q": str((date.month + 2) // 3),
        "Qo": _ordinal((date.month + 2) // 3),
        "MMMM": month,
        "MMM": month[:3],
        "Mo": _ordinal(date.month),
        "MM": f"{date.month:02}",
        "M": str(date.month),
        "DDDD": f"{year_day:03}",
        "DDD": str(year_day),
        "DDDo": _ordinal(year_day),
        "Do": _ordinal(date.day),
        "DD": f"{date.day:02}",
        "D": str(date.day),
        "dddd": day,
        "ddd": day[:3],
        "dd": day[:2],
        "do": _ordinal(sunday_first),
        "d": str(sunday_first),
        "E": str(date.isoweekday()),
        "WW": f"{week:02}",
        "W": str(week),
        "Wo": _ordinal(week),
    }
    return parts[token]


def _ordinal(number: int) -> str:
    teen = 10 < number % 100 < 14
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
