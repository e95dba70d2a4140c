"""Creating a booking: what comes about, and every refusal."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from bookings.cards import load_booking_card
from bookings.enums import BookingStatus, Door
from bookings.exceptions import (
    Banned,
    InvalidText,
    NotAllowed,
    NotFound,
    ServiceUnavailable,
    SlotTaken,
    SlotUnavailable,
    TooManyBookings,
)
from bookings.models import Allocation, Booking, SpecialistService
from bookings.read_models import ItemRequest
from bookings.services.cancel_booking import cancel_booking
from tests.bookings.conftest import HOUR, NOW, TOMORROW, Salon, actor_of, row, set_policy
from tests.factories import LocationFactory, RoomFactory, ServiceFactory, SpecialistFactory


def nothing_was_written() -> bool:
    return not Booking.objects.exists() and not Allocation.objects.exists()


def test_a_client_books_a_visit(salon: Salon) -> None:
    card = salon.book(comment=" by the window ")

    assert (card.status, card.version) == (BookingStatus.CONFIRMED, 1)
    assert (card.starts_at, card.ends_at) == (TOMORROW, TOMORROW + HOUR)
    assert (card.price, card.currency, card.comment) == (Decimal(50), "EUR", "by the window")
    assert [(item.service_id, item.specialist_id) for item in card.items] == [(salon.service.pk, salon.anna.pk)]
    assert card.client.id == salon.client.pk
    assert row(card).door == Door.API


def test_the_card_is_the_one_that_is_read_later(salon: Salon) -> None:
    card = salon.book(comment="by the window")

    # As text: 0 and 0.00 are equal, and do not read alike.
    assert repr(card) == repr(load_booking_card(card.id))


def test_the_specialist_is_held_with_the_buffers(salon: Salon) -> None:
    salon.service.buffer_before_minutes, salon.service.buffer_after_minutes = 10, 15
    salon.service.save()

    card = salon.book()

    held = Allocation.objects.get(item__booking=card.id)
    assert (held.specialist, held.room) == (salon.anna, None)
    assert held.starts_at == TOMORROW - timedelta(minutes=10)
    assert held.ends_at == TOMORROW + timedelta(minutes=75)


def test_own_price_and_duration_of_the_specialist_count(salon: Salon) -> None:
    SpecialistService.objects.filter(specialist=salon.anna).update(price=Decimal(70), duration_minutes=90)

    card = salon.book()

    assert (card.price, card.ends_at - card.starts_at) == (Decimal(70), timedelta(minutes=90))


def test_several_services_follow_one_another(salon: Salon) -> None:
    colouring = ServiceFactory.create(duration_minutes=30, price=Decimal(20))
    SpecialistService.objects.create(specialist=salon.boris, service=colouring)

    card = salon.book(
        items=[ItemRequest(salon.service.pk, salon.anna.pk), ItemRequest(colouring.pk, salon.boris.pk)]
    )

    assert [(item.specialist_id, item.starts_at, item.ends_at) for item in card.items] == [
        (salon.anna.pk, TOMORROW, TOMORROW + HOUR),
        (salon.boris.pk, TOMORROW + HOUR, TOMORROW + 1.5 * HOUR),
    ]
    assert (card.price, card.ends_at) == (Decimal(70), TOMORROW + 1.5 * HOUR)


def test_a_room_is_held_where_one_is_needed(salon: Salon) -> None:
    salon.service.needs_room = True
    salon.service.save()
    room = RoomFactory.create(location=salon.location)

    card = salon.book()

    assert Booking.objects.get(pk=card.id).items.get().room == room
    assert set(Allocation.objects.values_list("specialist", "room")) == {(salon.anna.pk, None), (None, room.pk)}
    with pytest.raises(SlotTaken):
        salon.book(items=[ItemRequest(salon.service.pk, salon.boris.pk)], client_id=salon.stranger.pk,
                   actor=actor_of(salon.stranger))  # fmt: skip


def test_any_specialist_is_the_least_loaded_one(salon: Salon) -> None:
    salon.book(TOMORROW + 3 * HOUR)

    card = salon.book(items=[ItemRequest(salon.service.pk)])

    assert card.items[0].specialist_id == salon.boris.pk


def test_a_booking_waits_for_confirmation_when_the_company_wants_it(salon: Salon) -> None:
    set_policy(auto_confirm=False)

    assert salon.book().status is BookingStatus.PENDING
    assert salon.book(TOMORROW + HOUR, actor=salon.as_admin).status is BookingStatus.CONFIRMED


def test_a_taken_time_is_refused_with_alternatives(salon: Salon) -> None:
    salon.book()

    with pytest.raises(SlotTaken) as refused:
        salon.book(TOMORROW + HOUR / 2, actor=actor_of(salon.stranger), client_id=salon.stranger.pk)

    assert refused.value.code == "slot_taken"
    assert refused.value.alternatives[:2] == (TOMORROW + HOUR, TOMORROW + 1.25 * HOUR)
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    "starts_at",
    [
        pytest.param(NOW - HOUR, id="the past"),
        pytest.param(NOW + HOUR - timedelta(minutes=15), id="too soon: the notice is an hour and it opens in one"),
        pytest.param(TOMORROW - 2 * HOUR, id="before opening"),
        pytest.param(TOMORROW + timedelta(hours=7, minutes=15), id="would end after closing"),
        pytest.param(TOMORROW + timedelta(minutes=7), id="off the grid"),
        pytest.param(TOMORROW + timedelta(days=90), id="beyond the horizon"),
    ],
)
def test_a_time_that_is_not_on_offer_is_refused(salon: Salon, starts_at: datetime) -> None:
    with pytest.raises(SlotUnavailable) as refused:
        salon.book(starts_at=starts_at)

    assert refused.value.code == "slot_unavailable"
    assert nothing_was_written()


def test_notice_and_horizon_bind_clients_only(salon: Salon, frozen: time_machine.Traveller) -> None:
    frozen.move_to(TOMORROW - timedelta(minutes=1))

    assert salon.book(actor=salon.as_admin).starts_at == TOMORROW
    far = TOMORROW + timedelta(days=90)
    assert salon.book(far, actor=salon.as_anna).starts_at == far
    with pytest.raises(SlotUnavailable):
        salon.book(TOMORROW - HOUR, actor=salon.as_admin)


def test_a_naive_time_is_a_defect_of_the_caller(salon: Salon) -> None:
    with pytest.raises(ValueError, match="aware"):
        salon.book(TOMORROW.replace(tzinfo=None))


def test_a_visit_without_services_is_refused(salon: Salon) -> None:
    with pytest.raises(ServiceUnavailable):
        salon.book(items=[])


def test_what_was_archived_or_does_not_go_together_is_refused(salon: Salon) -> None:
    elsewhere = LocationFactory.create()
    other = ServiceFactory.create()
    for changes in (
        {"location_id": elsewhere.pk},
        {"location_id": 0},
        {"items": [ItemRequest(0)]},
        {"items": [ItemRequest(other.pk, salon.anna.pk)]},
        {"items": [ItemRequest(salon.service.pk, SpecialistFactory.create().pk)]},
    ):
        with pytest.raises(ServiceUnavailable):
            salon.book(**changes)

    for thing in (salon.service, salon.location, salon.anna):
        thing.is_active = False
        thing.save()
        with pytest.raises(ServiceUnavailable):
            salon.book()
        thing.is_active = True
        thing.save()
    assert nothing_was_written()


def test_a_banned_client_is_refused_but_not_to_an_admin(salon: Salon) -> None:
    salon.client.is_banned = True
    salon.client.save()

    with pytest.raises(Banned):
        salon.book()
    with pytest.raises(Banned):
        salon.book(actor=salon.as_anna)
    assert salon.book(actor=salon.as_admin).client.id == salon.client.pk


def test_the_number_of_open_bookings_is_limited_for_clients(salon: Salon) -> None:
    set_policy(max_open_bookings=1)
    first = salon.book()

    with pytest.raises(TooManyBookings) as refused:
        salon.book(TOMORROW + HOUR)
    assert refused.value.details == {"limit": 1}
    assert salon.book(TOMORROW + HOUR, actor=salon.as_admin)

    cancel_booking(actor=salon.as_admin, booking_id=first.id)
    with pytest.raises(TooManyBookings):
        salon.book(TOMORROW + 2 * HOUR)
    set_policy(max_open_bookings=2)
    assert salon.book(TOMORROW + 2 * HOUR)


def test_a_client_books_for_nobody_else(salon: Salon) -> None:
    with pytest.raises(NotFound):
        salon.book(client_id=salon.stranger.pk)
    with pytest.raises(NotFound):
        salon.book(actor=salon.as_admin, client_id=0)


def test_a_specialist_books_clients_into_their_own_calendar(salon: Salon) -> None:
    salon.book(actor=salon.as_anna)

    card = salon.book(TOMORROW + HOUR, actor=salon.as_anna, items=[ItemRequest(salon.service.pk)])
    assert card.items[0].specialist_id == salon.anna.pk
    with pytest.raises(NotAllowed):
        salon.book(TOMORROW + HOUR, actor=salon.as_anna, items=[ItemRequest(salon.service.pk, salon.boris.pk)])


def test_a_specialist_books_a_colleague_for_themselves_as_a_client(salon: Salon) -> None:
    card = salon.book(
        actor=salon.as_anna,
        client_id=salon.anna_user.pk,
        items=[ItemRequest(salon.service.pk, salon.boris.pk)],
    )

    assert card.client.id == salon.anna_user.pk


def test_an_overlong_comment_is_refused(salon: Salon) -> None:
    with pytest.raises(InvalidText) as refused:
        salon.book(comment="x" * 501)
    assert refused.value.details == {"limit": 500, "field": "comment"}
