"""Moment's tokens: what momentjs.com/docs/#/displaying/format/ shows, for our dates."""

import datetime

import pytest

from learn.content.dates import formatted, is_plain

FRIDAY = datetime.date(2025, 1, 31)
SUNDAY = datetime.date(2024, 12, 1)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("MMM DD, YYYY", "Jan 31, 2025"),
        ("MMMM D, YYYY", "January 31, 2025"),
        ("D MMMM YYYY", "31 January 2025"),
        ("DD/MM/YYYY", "31/01/2025"),
        ("M/D/YY", "1/31/25"),
        ("YYYY-MM-DD", "2025-01-31"),
        ("dddd, MMMM Do YYYY", "Friday, January 31st 2025"),
        ("ddd Do MMM", "Fri 31st Jan"),
        ("dd D.M.", "Fr 31.1."),
        ("Mo", "1st"),
        ("Q", "1"),
        ("DDD", "31"),
        ("DDDD", "031"),
        ("d do E", "5 5th 5"),
        ("W WW", "5 05"),
        ("[on] D MMM", "on 31 Jan"),
        ("D [de] MMMM [de] YYYY", "31 de January de 2025"),
        ("[YYYY]", "YYYY"),
        ("[]D", "31"),
        ("D. (M)", "31. (1)"),
        ("", "Jan 31, 2025"),
    ],
)
def test_a_pattern_shows_a_friday_as_moment_does(pattern, expected):
    assert formatted(FRIDAY, pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("d", "0"), ("do", "0th"), ("E", "7"), ("W", "48"), ("DDD", "336"), ("Q", "4")],
)
def test_a_sunday_begins_the_week_or_ends_it(pattern, expected):
    assert formatted(SUNDAY, pattern) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
        (23, "23rd"),
        (30, "30th"),
    ],
)
def test_a_day_has_its_english_ending(day, expected):
    assert formatted(datetime.date(2025, 1, day), "Do") == expected


def test_a_single_digit_is_padded_only_where_the_pattern_asks():
    assert formatted(datetime.date(2025, 2, 3), "DD D MM M YYYY") == "03 3 02 2 2025"


def test_the_week_of_new_year_belongs_to_the_year_of_its_thursday():
    assert formatted(datetime.date(2024, 12, 30), "W") == "1"


@pytest.mark.parametrize(("pattern", "expected"), [("Wo", "5th"), ("Qo", "1st"), ("DDDo", "31st")])
def test_every_number_has_an_ordinal(pattern, expected):
    assert formatted(FRIDAY, pattern) == expected


@pytest.mark.parametrize(
    "pattern",
    ["", "MMM DD, YYYY", "MMMM D, YYYY", "D MMMM YYYY", "Do MMM YYYY", "YYYY-MM-DD", "D.M.YYYY"],
)
def test_a_form_of_the_date_alone_is_plain(pattern):
    assert is_plain(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "dddd, MMMM Do YYYY",
        "MMMM YYYY",
        "D MMM",
        "D/M/YY",
        "D [de] MMMM YYYY",
        "MMM D, YYYY (Q)",
        "MMM M D YYYY",
        "[MMM D, YYYY]",
        "D. MMM YYYY!",
        "x",
    ],
)
def test_a_form_that_says_more_or_less_than_the_date_is_not(pattern):
    assert not is_plain(pattern)
