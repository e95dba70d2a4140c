"""Whether a booking could be changed now is answered as the services that change it would."""

from datetime import timedelta

import pytest

from booking_site.lib import clock
from bookings.exceptions import BookingError, NotFound, TooLate, WrongStatus
from bookings.models import Booking, Company
from bookings.policies import Action
from bookings.queries.changeable import require_changeable
from bookings.services.cancel_booking import cancel_booking
from tests.bookings.conftest import TOMORROW, Salon, actor_of
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("action", [Action.CANCEL, Action.RESCHEDULE])


@pytest.fixture
def booking_id(salon: Salon) -> int:
    Company.objects.update(cancel_window_minutes=120, reschedule_window_minutes=120)
    return salon.book(TOMORROW).id


@BOTH
def test_in_time_it_is(salon: Salon, booking_id: int, action: Action) -> None:
    assert require_changeable(actor=salon.as_client, booking_id=booking_id, action=action).id == booking_id


@BOTH
@pytest.mark.parametrize("left", [timedelta(minutes=119), timedelta(0), -timedelta(days=3)])
def test_too_late_it_is_for_staff_alone(salon: Salon, booking_id: int, action: Action, left: timedelta) -> None:
    starts_at = clock.now() + left
    Booking.objects.update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    with pytest.raises(TooLate):
        require_changeable(actor=salon.as_client, booking_id=booking_id, action=action)
    assert require_changeable(actor=salon.as_admin, booking_id=booking_id, action=action).id == booking_id


@BOTH
def test_what_is_not_open_is_not(salon: Salon, booking_id: int, action: Action) -> None:
    cancel_booking(actor=salon.as_client, booking_id=booking_id)
    with pytest.raises(WrongStatus):
        require_changeable(actor=salon.as_client, booking_id=booking_id, action=action)


@BOTH
def test_of_others_nothing_is_told(salon: Salon, booking_id: int, action: Action) -> None:
    refused: type[BookingError] = NotFound
    with pytest.raises(refused):
        require_changeable(actor=actor_of(ClientFactory.create()), booking_id=booking_id, action=action)
