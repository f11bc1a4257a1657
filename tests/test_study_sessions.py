"""A session of cards: what a seed draws, and how an address says where somebody is."""

from __future__ import annotations

import pytest

from learn import study
from learn.study import SessionError, Walk

RING = [(key, study.place_of(f"physics/question-{key}")) for key in range(1, 401)]


def test_a_seed_draws_the_same_cards_in_the_same_order_wherever_and_however_they_are_stored() -> (
    None
):
    assert study.place_of("physics/why-is-the-sky-blue") == 1378343915
    assert study.start_of("week-3") == 2129886629
    assert study.drawn(RING, "week-3", 5) == study.drawn(reversed(RING), "week-3", 5)


def test_seeds_draw_different_cards_in_different_orders() -> None:
    sessions = {tuple(study.drawn(RING, f"seed {number}", 20)) for number in range(200)}
    assert len(sessions) == 200


def test_every_card_is_drawn_about_as_often_as_any_other() -> None:
    drawn = [key for number in range(2_000) for key in study.drawn(RING, f"s{number}", 20)]
    times = [drawn.count(key) for key, _ in RING]
    assert sum(times) == 40_000
    assert 50 < min(times) <= max(times) < 160  # 100 each, and four standard deviations


def test_a_card_that_is_taken_away_changes_nothing_but_itself() -> None:
    session = study.drawn(RING, "week-3", 20)
    gone = session[4]
    rest = study.drawn([pair for pair in RING if pair[0] != gone], "week-3", 19)
    assert rest == [key for key in session if key != gone]


def test_an_address_says_where_somebody_is_and_nothing_that_goes_without_saying() -> None:
    walk = Walk("week 3", 10, card=4, only=(2, 5), again=(2,))
    written = "seed=week+3&n=10&only=2.5&card=4&again=2"
    assert walk.query() == written
    assert Walk("a", 10, card=None).query({"cards": "b/c d/e"}) == (
        "cards=b/c+d/e&seed=a&n=10&card=end"
    )
    asked = {"seed": "week 3", "n": "10", "only": "5.2", "card": "4", "again": "2"}
    assert study.walk_from(asked) == walk
    assert study.walk_from({}) == Walk("", 20, card=1)
    assert study.walk_from({"card": "end"}).card is None


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"n": "0"}, "'0' is no number from 1 to 50"),
        ({"n": "51"}, "'51' is no number from 1 to 50"),
        ({"n": "x" * 99}, f"'{'x' * 20}' is no number from 1 to 50"),
        ({"card": "-1"}, "'-1' is no number from 1 to 50"),
        ({"card": "١"}, "'١' is no number from 1 to 50"),
        ({"again": "1..2"}, "'' is no number from 1 to 50"),
        ({"only": "1.99"}, "'99' is no number from 1 to 50"),
        ({"seed": "s" * 41}, "a seed has at most 40 characters"),
    ],
)
def test_what_no_session_has_is_refused_by_name(asked: dict[str, str], message: str) -> None:
    with pytest.raises(SessionError) as refused:
        study.walk_from(asked)
    assert str(refused.value) == message


def test_the_card_after_the_last_is_the_end() -> None:
    assert Walk(card=1).at(2, 2).card == 2
    assert Walk(card=2).at(3, 2).card is None


def test_cards_that_were_not_known_are_remembered_until_they_are() -> None:
    walk = Walk().graded(7, knew=False).graded(3, knew=False).graded(7, knew=False)
    assert walk.again == (3, 7)
    assert walk.graded(7, knew=True).again == (3,)


def test_the_missed_cards_are_a_walk_of_their_own_in_the_same_session() -> None:
    missed = Walk("a", 20, card=None, again=(3, 7)).missed()
    assert missed == Walk("a", 20, card=1, only=(3, 7))
    assert list(missed.positions(20)) == [3, 7]
    assert list(missed.positions(5)) == [3]
    assert list(Walk().positions(2)) == [1, 2]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("physics/sky", [("physics", "sky")]),
        ("physics/sky chemistry/salt physics/sky", [("physics", "sky"), ("chemistry", "salt")]),
        ("nonsense  physics/ physics/a,b", [("physics", "a,b")]),
    ],
)
def test_cards_are_named_by_their_addresses(text: str, names: list[tuple[str, str]]) -> None:
    assert study.names_in(text) == names


def test_a_session_holds_fifty_cards_at_most() -> None:
    assert len(study.names_in(" ".join(f"physics/q{number}" for number in range(60)))) == 50


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(0, []), (1, [1]), (10, [10]), (13, [10, 13]), (50, [10, 20, 50]), (6_000, [10, 20, 50])],
)
def test_no_more_cards_are_offered_than_there_are(count: int, sizes: list[int]) -> None:
    assert study.sizes_for(count) == sizes
