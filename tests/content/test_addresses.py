"""What can stand in `/learn/<subject>/questions/<slug>`."""

import pytest

from learn.content.addresses import (
    MAX_SLUG,
    RESERVED_SUBJECTS,
    Address,
    address_in,
    collision_key,
    slug_problem,
    tidied,
)

FORBIDDEN = "holds a character that an address cannot have"


def test_an_address_and_its_path_name_each_other():
    address = Address("physics", "why-do-tides-come-twice-a-day")

    assert address.path == "/learn/physics/questions/why-do-tides-come-twice-a-day"
    assert address_in(address.path) == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/learn/physics",
        "/learn/physics/questions/",
        "/learn//questions/tides",
        "/learn/physics/questions/tides/",
        "/learn/physics/questions/tides/more",
        "/learn/physics/questions/../tides",
        "learn/physics/questions/tides",
        "//evil.example/learn/physics/questions/tides",
        "https://evil.example/learn/physics/questions/tides",
        "/learn/physics/answers/tides",
    ],
)
def test_any_other_url_names_no_question(url):
    assert address_in(url) is None


@pytest.mark.parametrize(
    "slug",
    [
        "tides",
        "what-is-the-role-of-the-na--k-pump-in-active-transport",
        "-tides-",
        "2025",
        "tides_and_waves",
        "it's",
        "café",
        "潮汐",
        "v1.5",
        "a" * MAX_SLUG,
    ],
)
def test_a_slug_is_taken_as_it_is(slug):
    assert slug_problem(slug) == ""


@pytest.mark.parametrize(
    ("slug", "problem"),
    [
        ("", "is empty"),
        ("a" * (MAX_SLUG + 1), "has more than 200 characters"),
        (".", FORBIDDEN),
        ("..", FORBIDDEN),
        ("../etc/passwd", FORBIDDEN),
        ("/etc/passwd", FORBIDDEN),
        ("..\\windows", FORBIDDEN),
        (".hidden", FORBIDDEN),
        ("a b", FORBIDDEN),
        ("a\tb", FORBIDDEN),
        ("a\nb", FORBIDDEN),
        ("a\0b", FORBIDDEN),
        ("a%2fb", FORBIDDEN),
        ("a?b", FORBIDDEN),
        ("a#b", FORBIDDEN),
        ('a"b', FORBIDDEN),
        ("<script>", FORBIDDEN),
        ("a\u200bb", FORBIDDEN),
        ("a\u202eb", FORBIDDEN),
        ("a\ufeffb", FORBIDDEN),
        ("a\x85b", FORBIDDEN),
        ("a\xa0b", FORBIDDEN),
        ("a\u2028b", FORBIDDEN),
        ("caf\udce9", FORBIDDEN),
        ("cafe\u0301", "is not in Unicode's composed form (NFC)"),
        ("undefined", "is reserved"),
        ("Undefined", "is reserved"),
    ],
)
def test_a_slug_that_cannot_stand_in_an_address_says_why(slug, problem):
    assert slug_problem(slug) == problem


@pytest.mark.parametrize("slug", sorted(RESERVED_SUBJECTS))
def test_a_subject_may_not_take_the_place_of_a_page(slug):
    assert slug_problem(slug, RESERVED_SUBJECTS) == "is reserved"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Address("physics", "tides"), Address("physics", "Tides")),
        (Address("physics", "tides"), Address("Physics", "tides")),
        (Address("physics", "café"), Address("physics", "cafe\u0301")),
        (Address("physics", "ﬁssion"), Address("physics", "fission")),
        (Address("physics", "STRASSE"), Address("physics", "straße")),
    ],
)
def test_addresses_that_some_file_system_confuses_collide(one, other):
    assert collision_key(one) == collision_key(other)


def test_the_same_slug_under_two_subjects_does_not_collide():
    one, other = Address("physics", "tides"), Address("geography", "tides")

    assert collision_key(one) != collision_key(other)


@pytest.mark.parametrize(
    ("subject", "slug"),
    [
        ("Physics", "What-Is-Heat"),
        ("physics", "what_is_heat"),
        ("physics", "what-is-heat,"),
        ("physics", "what-is-heat)."),
        ("physics", " what-is-heat\u00a0"),
        ("physics", "what-is-heat\u201d"),
        ("physics", "what-is-heat.html"),
        ("physics", "what-is-heat.HTM)"),
        ("physics", "what-is-heat"),
    ],
)
def test_an_address_that_was_written_carelessly_is_tidied(subject, slug):
    assert tidied(Address(subject, slug)) == ("physics", "what-is-heat")


def test_what_belongs_to_an_address_stays():
    for slug in ("html", "c++", "2-md", "what-is-\u00e9lan", "."):
        assert tidied(Address("physics", slug)).slug == slug.rstrip(".")
