"""A client says that they will come."""

import pytest
import time_machine

from bookings.exceptions import WrongStatus
from bookings.models import AuditEntry, Booking
from bookings.queries.bookings import get_booking
from bookings.services.cancel_booking import cancel_booking
from bookings.services.confirm_coming import confirm_coming
from bookings.services.reassign_booking import reassign_booking
from bookings.services.reschedule_booking import reschedule_booking
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon


def test_it_is_noted_once_and_changes_nothing_else(
    salon: Salon, heard: Heard, frozen: time_machine.Traveller
) -> None:
    card = salon.book()
    assert not card.is_coming
    said = len(heard.events)

    first = confirm_coming(actor=salon.as_client, booking_id=card.id)
    noted = Booking.objects.get().coming_at
    frozen.shift(HOUR)
    second = confirm_coming(actor=salon.as_client, booking_id=card.id)

    assert (first.is_coming, second.is_coming, second.version) == (True, True, card.version)
    assert Booking.objects.get().coming_at == noted
    assert AuditEntry.objects.filter(action="coming", entity_id=card.id).count() == 1
    assert len(heard.events) == said, "nobody is written to about it"


def test_another_time_has_to_be_confirmed_anew_another_specialist_has_not(salon: Salon) -> None:
    card = salon.book()
    confirm_coming(actor=salon.as_client, booking_id=card.id)
    reassign_booking(actor=salon.as_admin, booking_id=card.id, specialist_id=salon.boris.pk)
    assert get_booking(actor=salon.as_client, booking_id=card.id).is_coming

    reschedule_booking(actor=salon.as_client, booking_id=card.id, starts_at=TOMORROW + 2 * HOUR)

    assert not get_booking(actor=salon.as_client, booking_id=card.id).is_coming


def test_a_late_repetition_does_not_confirm_another_time(salon: Salon) -> None:
    card = salon.book()

    def say() -> bool:
        return confirm_coming(actor=salon.as_client, booking_id=card.id, idempotency_key="yes").is_coming

    assert say()
    reschedule_booking(actor=salon.as_client, booking_id=card.id, starts_at=TOMORROW + 2 * HOUR)
    assert not say()


def test_nobody_comes_to_a_cancelled_visit(salon: Salon) -> None:
    card = salon.book()
    cancel_booking(actor=salon.as_client, booking_id=card.id)
    with pytest.raises(WrongStatus):
        confirm_coming(actor=salon.as_client, booking_id=card.id)
