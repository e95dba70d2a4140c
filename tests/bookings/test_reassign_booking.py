"""Another specialist at the same time."""

from decimal import Decimal

import pytest

from bookings.exceptions import NotFound, ServiceUnavailable, SlotTaken, SlotUnavailable, StaleVersion, WrongStatus
from bookings.models import Allocation, AuditEntry, SpecialistService
from bookings.read_models import BookingCard, ItemRequest
from bookings.services.cancel_booking import cancel_booking
from bookings.services.reassign_booking import reassign_booking
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon, actor_of, row
from tests.factories import ServiceFactory, SpecialistFactory


@pytest.fixture
def booking(salon: Salon) -> BookingCard:
    return salon.book()


def test_the_visit_keeps_its_time_and_its_price(salon: Salon, booking: BookingCard) -> None:
    SpecialistService.objects.filter(specialist=salon.boris).update(price=Decimal(90))

    card = reassign_booking(actor=salon.as_admin, booking_id=booking.id, specialist_id=salon.boris.pk)

    assert (card.starts_at, card.ends_at, card.price, card.version) == (TOMORROW, TOMORROW + HOUR, Decimal(50), 2)
    assert [item.specialist_id for item in card.items] == [salon.boris.pk]
    assert list(Allocation.objects.values_list("specialist", "starts_at")) == [(salon.boris.pk, TOMORROW)]


def test_client_and_both_specialists_can_be_told(salon: Salon, booking: BookingCard, heard: Heard) -> None:
    reassign_booking(actor=salon.as_admin, booking_id=booking.id, specialist_id=salon.boris.pk)

    assert heard.kinds == ["booking_rescheduled"]
    told = heard.events[0].payload
    assert (told["old_specialist_ids"], told["specialist_ids"]) == ([salon.anna.pk], [salon.boris.pk])
    assert told["old_starts_at"] == told["starts_at"]
    entry = AuditEntry.objects.get(entity_id=booking.id, action="rescheduled")
    assert entry.before is not None
    assert entry.before["specialist_ids"] == [salon.anna.pk]


def test_one_service_of_a_visit_goes_to_somebody_else(salon: Salon) -> None:
    beard = ServiceFactory.create(duration_minutes=30)
    for who in (salon.anna, salon.boris):
        SpecialistService.objects.create(specialist=who, service=beard)
    card = salon.book(items=[ItemRequest(salon.service.pk, salon.anna.pk), ItemRequest(beard.pk, salon.anna.pk)])

    card = reassign_booking(
        actor=salon.as_admin, booking_id=card.id, specialist_id=salon.boris.pk, item_id=card.items[1].id
    )

    assert [item.specialist_id for item in card.items] == [salon.anna.pk, salon.boris.pk]


def test_an_item_of_another_booking_is_not_found(salon: Salon, booking: BookingCard) -> None:
    other = salon.book(TOMORROW + HOUR)

    with pytest.raises(NotFound):
        reassign_booking(
            actor=salon.as_admin, booking_id=booking.id, specialist_id=salon.boris.pk, item_id=other.items[0].id
        )


def test_who_is_busy_or_does_not_give_the_service_is_refused(salon: Salon, booking: BookingCard) -> None:
    carla = SpecialistFactory.create(at=[salon.location])
    salon.book(
        actor=actor_of(salon.stranger), client_id=salon.stranger.pk,
        items=[ItemRequest(salon.service.pk, salon.boris.pk)],
    )  # fmt: skip

    with pytest.raises(SlotTaken):
        reassign_booking(actor=salon.as_admin, booking_id=booking.id, specialist_id=salon.boris.pk)
    with pytest.raises(ServiceUnavailable):
        reassign_booking(actor=salon.as_admin, booking_id=booking.id, specialist_id=carla.pk)
    assert row(booking).version == 1


def test_what_is_over_seen_otherwise_or_begun_stays(salon: Salon, booking: BookingCard, frozen: object) -> None:
    to_boris = {"actor": salon.as_admin, "booking_id": booking.id, "specialist_id": salon.boris.pk}
    with pytest.raises(StaleVersion):
        reassign_booking(**to_boris, expected_version=7)  # type: ignore[arg-type]
    frozen.move_to(TOMORROW + HOUR / 2)  # type: ignore[attr-defined]
    with pytest.raises(SlotUnavailable):
        reassign_booking(**to_boris)  # type: ignore[arg-type]
    cancel_booking(actor=salon.as_admin, booking_id=booking.id)
    with pytest.raises(WrongStatus):
        reassign_booking(**to_boris)  # type: ignore[arg-type]


def test_the_same_request_again_is_answered_and_not_repeated(
    salon: Salon, booking: BookingCard, heard: Heard
) -> None:
    for _attempt in range(2):
        reassign_booking(
            actor=salon.as_admin, booking_id=booking.id, specialist_id=salon.boris.pk, idempotency_key="k"
        )
    reassign_booking(actor=salon.as_admin, booking_id=booking.id, specialist_id=salon.boris.pk)

    assert heard.kinds == ["booking_rescheduled"]
