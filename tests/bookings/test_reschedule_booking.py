"""Moving a booking."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bookings.enums import DiscountKind
from bookings.exceptions import NotAllowed, NotFound, ServiceUnavailable, SlotTaken, SlotUnavailable
from bookings.models import (
    Allocation,
    AuditEntry,
    Booking,
    EndedVisit,
    Promotion,
    Specialist,
    SpecialistService,
    StatusChange,
)
from bookings.read_models import BookingCard, ItemRequest, MovePreview
from bookings.services.reschedule_booking import preview_move, reschedule_booking
from tests.bookings.conftest import HOUR, NOW, TOMORROW, Heard, Salon, actor_of, row
from tests.factories import RoomFactory, ServiceFactory, SpecialistFactory


@pytest.fixture
def booking(salon: Salon) -> BookingCard:
    return salon.book()


def test_the_whole_visit_moves(salon: Salon, booking: BookingCard, heard: Heard) -> None:
    later = TOMORROW + 3 * HOUR

    card = reschedule_booking(actor=salon.as_client, booking_id=booking.id, starts_at=later)

    assert (card.starts_at, card.ends_at, card.version) == (later, later + HOUR, 2)
    assert (card.items[0].starts_at, card.items[0].specialist_id) == (later, salon.anna.pk)
    assert list(Allocation.objects.values_list("starts_at", "ends_at")) == [(later, later + HOUR)]
    assert heard.kinds == ["booking_rescheduled"]
    assert heard.events[0].payload == {
        "old_starts_at": "2026-03-03T09:00:00+00:00",
        "old_ends_at": "2026-03-03T10:00:00+00:00",
        "old_specialist_ids": [salon.anna.pk],
        "starts_at": "2026-03-03T12:00:00+00:00",
        "ends_at": "2026-03-03T13:00:00+00:00",
        "specialist_ids": [salon.anna.pk],
    }
    line = StatusChange.objects.filter(booking=booking.id).last()
    assert line is not None
    assert (line.from_status, line.to_status) == ("confirmed", "confirmed")
    assert line.details == heard.events[0].payload


def test_it_moves_to_another_specialist(salon: Salon, booking: BookingCard) -> None:
    card = reschedule_booking(
        actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW, specialist_id=salon.boris.pk
    )

    assert (card.items[0].specialist_id, str(card.items[0].specialist_name)) == (
        salon.boris.pk, str(salon.boris.name),
    )  # fmt: skip
    assert list(Allocation.objects.values_list("specialist", flat=True)) == [salon.boris.pk]


def test_a_specialist_moves_in_their_own_calendar_only(salon: Salon, booking: BookingCard) -> None:
    with pytest.raises(NotAllowed):
        reschedule_booking(
            actor=salon.as_anna, booking_id=booking.id, starts_at=TOMORROW, specialist_id=salon.boris.pk
        )
    assert reschedule_booking(actor=salon.as_anna, booking_id=booking.id, starts_at=TOMORROW + HOUR).version == 2


def test_several_services_move_together(salon: Salon) -> None:
    drying = ServiceFactory.create(duration_minutes=30, needs_room=True)
    room = RoomFactory.create(location=salon.location)
    SpecialistService.objects.create(specialist=salon.boris, service=drying)
    booking = salon.book(items=[ItemRequest(salon.service.pk, salon.anna.pk), ItemRequest(drying.pk)])

    card = reschedule_booking(actor=salon.as_admin, booking_id=booking.id, starts_at=TOMORROW + HOUR)

    assert [(item.specialist_id, item.starts_at) for item in card.items] == [
        (salon.anna.pk, TOMORROW + HOUR),
        (salon.boris.pk, TOMORROW + 2 * HOUR),
    ]
    assert set(Allocation.objects.values_list("specialist", "room", "starts_at")) == {
        (salon.anna.pk, None, TOMORROW + HOUR),
        (salon.boris.pk, None, TOMORROW + 2 * HOUR),
        (None, room.pk, TOMORROW + 2 * HOUR),
    }


def test_moving_to_where_it_is_changes_nothing(salon: Salon, booking: BookingCard, heard: Heard) -> None:
    card = reschedule_booking(actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW)

    assert (card, heard.events) == (booking, [])


def test_the_agreed_price_stays(salon: Salon, booking: BookingCard) -> None:
    salon.service.price = Decimal(99)
    salon.service.save()

    card = reschedule_booking(actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW + HOUR)

    assert (card.price, card.items[0].price) == (Decimal(50), Decimal(50))


def priced(specialist: Specialist, price: int) -> None:
    SpecialistService.objects.filter(specialist=specialist).update(price=Decimal(price))


def test_with_another_specialist_it_costs_what_they_take(salon: Salon, booking: BookingCard, heard: Heard) -> None:
    priced(salon.boris, 90)
    move: dict[str, Any] = {
        "booking_id": booking.id,
        "starts_at": TOMORROW + HOUR,
        "specialist_id": salon.boris.pk,
    }

    assert preview_move(actor=salon.as_client, **move) == MovePreview(price=Decimal(90), discount=Decimal(0))
    assert Booking.objects.get().price == Decimal(50), "a preview writes nothing"
    card = reschedule_booking(actor=salon.as_client, **move)

    assert (card.price, card.items[0].price) == (Decimal(90), Decimal(90))
    told = heard.events[0].payload
    assert (told["old_price"], told["price"]) == ("50.00", "90.00")
    assert StatusChange.objects.latest("pk").details == told
    audited = AuditEntry.objects.latest("pk")
    assert audited.before is not None
    assert audited.after is not None
    assert (audited.before["price"], audited.after["price"]) == ("50.00", "90.00")
    # From now on that is what was agreed on.
    priced(salon.boris, 120)
    again = reschedule_booking(actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW + 2 * HOUR)
    assert again.price == Decimal(90)


@pytest.mark.parametrize(
    ("kind", "value", "price", "discount"),
    [
        pytest.param(DiscountKind.PERCENT, 20, "72.00", "18.00", id="of a percentage as much of the new price"),
        pytest.param(DiscountKind.AMOUNT, 10, "80.00", "10.00", id="of an amount the same"),
    ],
)
def test_what_a_promotion_takes_off_goes_along(
    salon: Salon, kind: DiscountKind, value: int, price: str, discount: str
) -> None:
    priced(salon.boris, 90)
    promotion = Promotion.objects.create(code="SPRING", kind=kind, value=Decimal(value))
    booking = salon.book(promo_code="SPRING")
    Promotion.objects.filter(pk=promotion.pk).update(value=Decimal(1), is_active=False)  # it was agreed on before

    card = reschedule_booking(
        actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW, specialist_id=salon.boris.pk
    )

    assert (str(card.price), str(card.discount), str(card.items[0].discount)) == (price, discount, discount)


def test_a_preview_is_refused_as_the_move_would_be(salon: Salon, booking: BookingCard) -> None:
    salon.book(TOMORROW + HOUR, actor=salon.as_admin, client_id=salon.stranger.pk)
    for actor, starts_at, refusal in (
        (actor_of(salon.stranger), TOMORROW + 2 * HOUR, NotFound),
        (salon.as_client, TOMORROW + HOUR, SlotTaken),
        (salon.as_client, NOW - HOUR, SlotUnavailable),
    ):
        with pytest.raises(refusal):
            preview_move(actor=actor, booking_id=booking.id, starts_at=starts_at)


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        pytest.param(NOW - HOUR, SlotUnavailable, id="the past"),
        pytest.param(TOMORROW - 2 * HOUR, SlotUnavailable, id="before opening"),
        pytest.param(TOMORROW + 2.5 * HOUR, SlotTaken, id="taken"),
    ],
)
def test_a_failed_move_leaves_the_booking_where_it_was(
    salon: Salon, booking: BookingCard, starts_at: object, refusal: type[Exception], heard: Heard
) -> None:
    salon.book(TOMORROW + 2 * HOUR, actor=actor_of(salon.stranger), client_id=salon.stranger.pk)
    heard.events.clear()

    with pytest.raises(refusal) as refused:
        reschedule_booking(actor=salon.as_admin, booking_id=booking.id, starts_at=starts_at)  # type: ignore[arg-type]

    assert isinstance(refused.value, SlotTaken)
    assert refused.value.alternatives
    before = row(booking)
    assert (before.starts_at, before.version) == (TOMORROW, 1)
    assert Allocation.objects.filter(item__booking=booking.id, starts_at=TOMORROW).exists()
    assert heard.events == []


def test_a_specialist_who_does_not_give_the_service_is_refused(salon: Salon, booking: BookingCard) -> None:
    other = SpecialistFactory.create(at=[salon.location])

    with pytest.raises(ServiceUnavailable):
        reschedule_booking(
            actor=salon.as_admin, booking_id=booking.id, starts_at=TOMORROW + HOUR, specialist_id=other.pk
        )


def test_a_moved_visit_ends_anew(salon: Salon, booking: BookingCard) -> None:
    EndedVisit.objects.create(booking_id=booking.id)

    reschedule_booking(actor=salon.as_admin, booking_id=booking.id, starts_at=TOMORROW + timedelta(days=1))

    assert not EndedVisit.objects.exists()


def test_a_naive_time_is_a_defect_of_the_caller(salon: Salon, booking: BookingCard) -> None:
    with pytest.raises(ValueError, match="aware"):
        reschedule_booking(actor=salon.as_admin, booking_id=booking.id, starts_at=TOMORROW.replace(tzinfo=None))
    assert Booking.objects.get().starts_at == TOMORROW


def test_each_service_can_be_given_to_somebody_else(salon: Salon) -> None:
    """The price of whoever stays is what was agreed on, of others what they take now."""
    second = ServiceFactory.create(price=30, duration_minutes=60)
    for one in (salon.anna, salon.boris):
        SpecialistService.objects.create(specialist=one, service=second)
    items = [ItemRequest(salon.service.pk, salon.anna.pk), ItemRequest(second.pk, salon.boris.pk)]
    card = salon.book(items=items)
    SpecialistService.objects.filter(specialist=salon.anna, service=second).update(price=45)
    told = preview_move(
        actor=salon.as_client, booking_id=card.id, starts_at=card.starts_at,
        specialist_ids=[salon.anna.pk, salon.anna.pk],
    )  # fmt: skip
    moved = reschedule_booking(
        actor=salon.as_client, booking_id=card.id, starts_at=card.starts_at,
        specialist_ids=[salon.anna.pk, salon.anna.pk],
    )  # fmt: skip
    assert [item.specialist_id for item in moved.items] == [salon.anna.pk] * 2
    assert moved.price == told.price == card.price + 15
    swapped = reschedule_booking(
        actor=salon.as_admin, booking_id=card.id, starts_at=card.starts_at,
        specialist_ids=[salon.boris.pk, salon.anna.pk],
    )  # fmt: skip
    assert [item.specialist_id for item in swapped.items] == [salon.boris.pk, salon.anna.pk]
    with pytest.raises(NotAllowed):
        reschedule_booking(
            actor=salon.as_anna, booking_id=card.id, starts_at=card.starts_at + HOUR,
            specialist_ids=[salon.anna.pk, salon.boris.pk],
        )  # fmt: skip
