"""Redirects at the desk: the list, new ones by hand and by list, where an address goes."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import publishing, roles
from learn.content.addresses import Address
from learn.hits import hits
from learn.models import Question, Redirect, Status, Subject
from learn.tracing import NoAddressError, trace
from tests import library
from tests.conftest import person, signed_in
from tests.test_admin import change_address, form_of
from tests.test_redirects import BROKEN, moved

pytestmark = pytest.mark.django_db

LIST = "/admin/learn/redirect/"
ADD = LIST + "add/"
TEST = LIST + "test"
IMPORT = LIST + "import"


def lead(old: str, question: Question, subject: str = "physics") -> Redirect:
    publishing.redirect({Address(subject, old): question.pk})
    return Redirect.objects.get(subject_slug=subject, slug=old)


def archive(question: Question) -> None:
    library.set_status(Question.objects.filter(pk=question.pk), Status.ARCHIVED)


# ----------------------------------------------------------------------------------- list


def test_the_list_says_where_addresses_lead_and_how_often_they_are_asked_for(desk: Client) -> None:
    redirect = lead("tides", library.question("Why is the sea?", slug="sea"))
    at = datetime.datetime(2026, 1, 31, 8, 30, tzinfo=datetime.UTC)
    Redirect.objects.filter(pk=redirect.pk).update(hits=1234, last_hit_at=at)
    page = desk.get(LIST).content.decode()
    for told in (
        "/learn/physics/questions/tides",
        "Why is the sea?",
        "/learn/physics/questions/sea",
        "1234",
        "2026-01-31 08:30",
    ):
        assert told in page


def test_the_list_costs_the_same_for_one_and_for_many(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        lead(f"old-{number}", library.question(place=f"subject-{number % 3}"))
    with django_assert_max_num_queries(8):
        assert desk.get(LIST).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "/learn/physics/questions/tides",
        "https://learn.example.org/learn/physics/questions/tides/?from=feed#answer",
        "learn/physics/questions/tides",
        "tid",
    ],
)
def test_a_redirect_is_found_by_its_address(desk: Client, asked: str) -> None:
    question = library.question(slug="sea")
    lead("tides", question)
    lead("waves", question)
    found = desk.get(LIST, {"q": asked}).context["cl"].result_list
    assert [redirect.slug for redirect in found] == ["tides"]


def test_a_redirect_to_what_nobody_can_read_says_so(desk: Client) -> None:
    question = library.question()
    lead("old", question)
    archive(question)
    assert "(archived)" in desk.get(LIST).content.decode()


def test_redirects_that_nobody_follows_are_found(desk: Client) -> None:
    question = library.question()
    Redirect.objects.filter(pk=lead("used", question).pk).update(hits=3)
    lead("unused", question)
    shown = {
        kind: [found.slug for found in desk.get(LIST, {"hits": kind}).context["cl"].result_list]
        for kind in ("some", "none")
    }
    assert shown == {"some": ["used"], "none": ["unused"]}


# ----------------------------------------------------------------------------------- adding


def test_an_address_that_once_was_leads_to_the_question_chosen(
    desk: Client, client: Client
) -> None:
    question = library.question(slug="sea")
    sent = {"address": "https://old.example.org/learn/art/questions/tides", "question": question.pk}
    assert desk.post(ADD, sent).status_code == 302
    response = client.get("/learn/art/questions/tides")
    assert (response.status_code, response["Location"]) == (301, "/learn/physics/questions/sea")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/learn/physics/questions/taken", "A question still stands at"),
        ("/learn/physics/questions/sea", "cannot lead to itself"),
        ("/learn/physics/questions/undefined", "is reserved"),
        ("/learn/search/questions/tides", "is reserved"),
        ("/learn/physics/questions/a b", "holds a character that an address cannot have"),
        ("/learn/physics", "A question&#x27;s address looks like"),
        ("http://[/learn/physics/questions/x", "A question&#x27;s address looks like"),
        ("/learn/physics/questions/known", "leads to another place already"),
    ],
)
def test_what_cannot_be_a_redirect_is_refused_in_words(
    desk: Client, address: str, words: str
) -> None:
    question = library.question(slug="sea")
    library.question(slug="taken")
    lead("known", question)
    page = desk.post(ADD, {"address": address, "question": question.pk})
    assert words in page.content.decode()
    assert Redirect.objects.count() == 1


def test_the_address_of_an_archived_question_may_lead_on(desk: Client, client: Client) -> None:
    old, new = library.question(slug="old"), library.question(slug="new")
    archive(old)
    desk.post(ADD, {"address": old.get_absolute_url(), "question": new.pk})
    assert client.get(old.get_absolute_url())["Location"] == new.get_absolute_url()


def test_archived_questions_never_lead_in_a_circle(desk: Client, client: Client) -> None:
    one, two = library.question(slug="one"), library.question(slug="two")
    for old, new in ((one, two), (two, one)):
        archive(old)
        publishing.redirect({Address("physics", old.slug): new.pk})
    assert client.get(one.get_absolute_url()).status_code == 410


def test_another_question_can_be_chosen_and_the_redirect_deleted(desk: Client) -> None:
    redirect = lead("tides", library.question(slug="sea"))
    other = library.question(slug="ocean")
    desk.post(f"{LIST}{redirect.pk}/change/", {"question": other.pk})
    redirect.refresh_from_db()
    assert (redirect.question, str(redirect)) == (other, "/learn/physics/questions/tides")
    desk.post(f"{LIST}{redirect.pk}/delete/", {"post": "yes"})
    assert not Redirect.objects.exists()


# ----------------------------------------------------------------------------------- testing


def steps(address: str) -> list[tuple[int, str]]:
    return [(step.status, step.path) for step in trace(address).steps]


def test_an_address_is_followed_to_its_end() -> None:
    moved("tides", to="sea")
    assert steps(BROKEN + "tides/") == [
        (301, BROKEN + "tides/"),
        (301, BROKEN + "tides"),
        (200, "/learn/physics/questions/sea"),
    ]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.ARCHIVED, Status.PUBLISHED])
@pytest.mark.parametrize("has_moved", [True, False])
@pytest.mark.parametrize("publish_at", [None, timezone.now() + datetime.timedelta(days=3)])
def test_what_is_told_is_what_a_visitor_gets(
    client: Client, status: Status, has_moved: bool, publish_at: datetime.datetime | None
) -> None:
    """Each answer of the public pages, hop by hop, beside what is told of it."""
    question = library.question(slug="sea", status=status, publish_at=publish_at)
    lead("tides", question)
    if has_moved:
        lead("sea", library.question(slug="ocean"))
    for address in (
        question.get_absolute_url(),
        "/learn/physics/questions/tides",
        "/learn/physics/questions/se%61/",
        "/learn/physics/questions/nowhere",
        "/learn/Physics/questions/Sea",
        "/learn/physics/questions/tides.html)",
        "/learn/physics/questions/Nowhere,",
        "/learn/physics/questions",
        BROKEN + "tides",
        BROKEN + "nowhere",
        "/learn/physics",
        "/learn/nowhere",
        "/learn/physics/questions/sea/markdown",
        "/learn/physics/questions/sea/helpful",
        "/learn",
        "/learn/physics/topics",
        "/nowhere",
    ):
        told = trace(address).steps
        response, got = client.get(address), []
        while True:
            got.append(response.status_code)
            if response.status_code not in (301, 302):
                break
            response = client.get(response["Location"])
        assert ([step.status for step in told], address) == (got, address)


def test_a_test_is_no_hit() -> None:
    hits.write()  # those of other tests
    moved("tides", to="sea")
    trace("/learn/physics/questions/tides")
    hits.write()
    assert Redirect.objects.get().hits == 0


def test_what_a_visitor_is_offered_in_place_of_nothing_is_told(desk: Client) -> None:
    library.question("Why do tides come twice?", slug="why-do-tides-come-twice")
    page = desk.get(TEST, {"address": "/learn/physics/questions/why-do-tides-come"})
    text = page.content.decode()
    assert "No question stands here" in text
    assert "Why do tides come twice?" in text


def test_another_sites_address_is_said_to_be_one(desk: Client) -> None:
    library.question(slug="sea")
    page = desk.get(TEST, {"address": "https://elsewhere.test/learn/physics/questions/sea"})
    assert "elsewhere.test is not this site" in page.content.decode()
    own = desk.get(TEST, {"address": "https://learn.example.org/learn/physics/questions/sea"})
    assert "is not this site" not in own.content.decode()


@pytest.mark.parametrize("address", ["", "x" * 2_001, "http://[", "ftp://a/b"])
def test_what_is_no_address_is_refused_in_words(address: str) -> None:
    with pytest.raises(NoAddressError):
        trace(address)


@pytest.mark.parametrize(
    "address",
    ["//evil", "/\\evil", "/learn/%00", "/learn/..%2f..", "/learn/\u202e", "/admin/", "?"],
)
def test_hostile_addresses_are_answered(desk: Client, address: str) -> None:
    assert desk.get(TEST, {"address": address}).status_code == 200


# ----------------------------------------------------------------------------------- importing

LINES = (
    "previous_subject,slug,current_subject\n"
    "art,sea,physics\nphysics,taken,art\nart,nothing,physics\nart,known,physics\nart,sea\n"
)


@pytest.fixture
def there(db: None) -> Question:
    question = library.question(slug="sea")
    library.question(slug="taken")
    lead("known", library.question(slug="known"), subject="art")
    return question


def rows(response: Any) -> list[tuple[int, str, str]]:
    return [(row.line, str(row.kind), row.words) for row in response.context["rows"]]


def test_a_list_is_previewed_line_by_line_and_nothing_is_stored(
    desk: Client, there: Question
) -> None:
    file = SimpleUploadedFile("moved.csv", b"\xef\xbb\xbf" + LINES.encode())
    preview = desk.post(IMPORT, {"file": file})
    assert rows(preview) == [
        (3, "refused", "a question still stands at /learn/physics/questions/taken"),
        (4, "refused", "there is no question at /learn/physics/questions/nothing"),
        (6, "refused", "a row needs its three values and no more"),
        (2, "new", ""),
        (5, "same", ""),
    ]
    assert Redirect.objects.count() == 1


def test_what_was_previewed_is_applied(desk: Client, there: Question) -> None:
    text = desk.post(IMPORT, {"text": LINES}).context["text"]
    response = desk.post(IMPORT, {"text": text, "apply": "1"}, follow=True)
    assert "1 redirect added, 0 changed, 3 lines left out." in response.content.decode()
    assert Redirect.objects.get(subject_slug="art", slug="sea").question == there


def test_a_list_of_pairs_names_two_addresses_in_each_line(desk: Client, there: Question) -> None:
    text = (
        "old, new\nhttps://x.test/learn/art/questions/a?b=c, /learn/physics/questions/sea\n"
        "/learn/art/questions/known,/learn/physics/questions/sea\n/learn,/learn/physics\n"
        "/learn/art/questions/a,/learn/physics/questions/taken\n"
    )
    assert rows(desk.post(IMPORT, {"text": text})) == [
        (4, "refused", "'/learn' is no question's address"),
        (5, "refused", "an earlier line says where /learn/art/questions/a leads"),
        (2, "new", ""),
        (3, "changed", ""),
    ]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose a file, or paste its lines."),
        ({"file": SimpleUploadedFile("x.csv", b"\xff\xfe,")}, "This file is not UTF-8"),
        ({"text": "x" * 1_000_001}, "A list has at most 1 MB."),
    ],
)
def test_what_is_no_list_is_refused_in_words(
    desk: Client, sent: dict[str, Any], words: str
) -> None:
    assert words in desk.post(IMPORT, sent).content.decode()


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "old,new\n\0,\0\n", 'old,new\n"', "old,new\n,,,\n"])
def test_a_list_of_nonsense_is_refused_by_its_lines(desk: Client, text: str) -> None:
    preview = desk.post(IMPORT, {"text": text})
    assert preview.status_code == 200
    assert not Redirect.objects.exists()


def test_a_long_list_costs_a_few_queries(
    desk: Client, there: Question, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lines = "".join(f"art,sea-{number},physics\n" for number in range(2_000))
    with django_assert_max_num_queries(20):
        preview = desk.post(IMPORT, {"text": f"previous_subject,slug,current_subject\n{lines}"})
    assert preview.context["row_count"] == 2_000


@pytest.mark.parametrize("role", [roles.VIEWER, roles.EDITOR])
def test_who_does_not_publish_looks_and_tests_only(role: str) -> None:
    client = signed_in(person("someone", role))
    assert client.get(TEST, {"address": "/learn"}).status_code == 200
    assert client.post(IMPORT, {"text": LINES, "apply": "1"}).status_code == 403
    assert client.get(ADD).status_code == 403


# ------------------------------------------------------------------- a change of a question's slug

CHECK = "/admin/learn/question/address"


def test_the_form_says_what_another_slug_does(desk: Client) -> None:
    question = moved("tides", to="sea")
    page = desk.get(change_address(question)).content.decode()
    assert (
        "Changing it, or the subject, leaves a permanent redirect from"
        " /learn/physics/questions/sea. 1 redirect leads here and will follow." in page
    )


@pytest.mark.parametrize(
    ("place", "slug", "message", "is_refused"),
    [
        ("physics", "sea", "", False),
        (
            "physics",
            "ocean",
            "/learn/physics/questions/ocean is free. /learn/physics/questions/sea will lead here.",
            False,
        ),
        ("art", "taken", "The address is taken by \u201cTaken?\u201d.", True),
        ("art", "TAKEN", "'taken' differs from it only by case.", True),
        ("art", "a/b", "The slug holds a character that an address cannot have.", True),
        ("physics", "", "The slug is empty.", True),
        (
            "physics",
            "tides",
            "The question goes back to an address that it once had."
            " /learn/physics/questions/sea will lead here.",
            False,
        ),
        (
            "art",
            "known",
            "/learn/art/questions/known leads to another address so far:"
            " /learn/art/questions/taken. Saving takes it away from there."
            " /learn/physics/questions/sea will lead here.",
            False,
        ),
    ],
)
def test_what_a_new_address_would_do_is_told_before_saving(
    desk: Client, place: str, slug: str, message: str, is_refused: bool
) -> None:
    question = moved("tides", to="sea")
    taken = library.question("Taken?", place="art", slug="taken")
    lead("known", taken, subject="art")
    asked = {"question": question.pk, "subject": Subject.objects.get(slug=place).pk, "slug": slug}
    assert desk.get(CHECK, asked).json() == {"message": message, "is_refused": is_refused}


def test_nonsense_is_answered_with_nothing(desk: Client) -> None:
    asked = {"question": "\u0663", "subject": "9" * 30, "slug": "x"}
    assert desk.get(CHECK, asked).json() == {"message": "", "is_refused": False}


def test_an_address_that_is_taken_is_refused_when_it_is_saved(desk: Client) -> None:
    question = library.question(slug="sea")
    library.question("Taken?", slug="taken")
    data = form_of(desk, change_address(question)) | {"slug": "taken"}
    errors = desk.post(change_address(question), data).context["adminform"].form.errors
    assert errors == {"slug": ["The address is taken by \u201cTaken?\u201d."]}
