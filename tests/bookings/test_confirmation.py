"""Which bookings hold at once, and which wait for staff to agree."""

import pytest
import time_machine

from bookings.enums import BookingStatus
from bookings.services.complete_booking import mark_no_show
from tests.bookings.conftest import HOUR, TOMORROW, Salon, actor_of, set_policy


@pytest.fixture
def missed_one(salon: Salon, frozen: time_machine.Traveller) -> Salon:
    """The client stayed away once."""
    card = salon.book()
    frozen.move_to(TOMORROW + HOUR)
    mark_no_show(actor=salon.as_admin, booking_id=card.id)
    return salon


@pytest.mark.parametrize(
    ("limit", "status"),
    [(None, "confirmed"), (2, "confirmed"), (1, "pending")],
    ids=["never", "not yet", "reached"],
)
def test_who_stays_away_too_often_is_confirmed_by_hand(
    missed_one: Salon, limit: int | None, status: BookingStatus
) -> None:
    set_policy(confirm_after_no_shows=limit)

    assert missed_one.book(TOMORROW + 4 * HOUR).status == status


def test_others_are_not(missed_one: Salon) -> None:
    set_policy(confirm_after_no_shows=1)
    other = missed_one.stranger

    card = missed_one.book(TOMORROW + 4 * HOUR, actor=actor_of(other), client_id=other.pk)

    assert card.status is BookingStatus.CONFIRMED


def test_staff_know_whom_they_book(missed_one: Salon) -> None:
    set_policy(confirm_after_no_shows=1, auto_confirm=False)

    assert missed_one.book(TOMORROW + 4 * HOUR, actor=missed_one.as_admin).status is BookingStatus.CONFIRMED
