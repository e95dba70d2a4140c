"""One visit of a series at another time."""

from datetime import datetime, timedelta

import pytest

from bookings.exceptions import IdempotencyConflict, InvalidValue, SeriesConflict
from bookings.read_models import RecurringPlan
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon, actor_of
from tests.bookings.series.wishes import WEEK, book, plan


def test_a_conflicting_date_is_swapped_singly(salon: Salon, in_the_way: datetime, heard: Heard) -> None:
    swaps = {2: in_the_way + HOUR}

    planned = plan(salon, swaps=swaps)
    series = book(salon, swaps=swaps)

    assert planned.conflicts == ()
    assert (planned.visits[1].starts_at, planned.visits[1].instead_of) == (in_the_way + HOUR, in_the_way)
    assert {visit.instead_of for visit in planned.visits if visit is not planned.visits[1]} == {None}
    assert [card.starts_at - TOMORROW for card in series.bookings] == [
        timedelta(), WEEK + HOUR, 2 * WEEK, 3 * WEEK,
    ]  # fmt: skip
    assert [event.payload["visit"] for event in heard.events] == [1, 2, 3, 4]


def test_a_swap_that_is_not_free_is_a_conflict_again(salon: Salon, in_the_way: datetime) -> None:
    salon.book(in_the_way + HOUR, actor=actor_of(salon.stranger), client_id=salon.stranger.pk)

    (conflict,) = plan(salon, swaps={2: in_the_way + HOUR}).conflicts

    assert (conflict.starts_at, conflict.instead_of) == (in_the_way + HOUR, in_the_way)
    with pytest.raises(SeriesConflict):
        book(salon, swaps={2: in_the_way + HOUR})
    left_out = book(salon, swaps={2: in_the_way + HOUR}, skip_conflicts=True)
    assert [card.starts_at - TOMORROW for card in left_out.bookings] == [timedelta(), 2 * WEEK, 3 * WEEK]


def test_a_swap_reaches_three_days_by_the_clock_on_the_wall(salon: Salon) -> None:
    """Summer time begins on Sunday 29 March; the fifth visit is on Tuesday 31 March, ten o'clock in Berlin."""
    date = TOMORROW + 4 * WEEK - HOUR
    earliest = date - timedelta(days=3) + HOUR  # Saturday at ten, before the clocks went on

    def swapped(at: datetime) -> RecurringPlan:
        return plan(salon, times=5, swaps={5: at})

    for at in (earliest, date + timedelta(days=3)):
        assert swapped(at).visits[4].instead_of == date
    for at in (earliest - timedelta(minutes=1), date + timedelta(days=3, minutes=1)):
        with pytest.raises(InvalidValue) as refused:
            swapped(at)
        assert refused.value.details == {"field": "swaps", "visit": 5}


@pytest.mark.parametrize("number", [0, 5, 53])
def test_a_swap_is_of_a_visit_of_the_series(salon: Salon, number: int) -> None:
    for do in (plan, book):
        with pytest.raises(InvalidValue) as refused:
            do(salon, swaps={number: TOMORROW})
        assert refused.value.details["field"] == "swaps"


def test_other_swaps_with_the_same_key_are_another_request(salon: Salon) -> None:
    first = book(salon, swaps={2: TOMORROW + WEEK + HOUR}, idempotency_key="k")

    assert book(salon, swaps={2: TOMORROW + WEEK + HOUR}, idempotency_key="k") == first
    with pytest.raises(IdempotencyConflict):
        book(salon, idempotency_key="k")
