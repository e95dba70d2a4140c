"""Cases that must hold on both databases, numbered as in the design; the races among them are in ``races``."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from i18nfield.strings import LazyI18nString
from pytest_django import DjangoAssertNumQueries

from bookings.exceptions import NotAllowed, SlotTaken, TooLate
from bookings.models import Allocation, Booking, CalendarOverride, WorkingHours
from bookings.queries import affected
from bookings.queries.affected import affected_bookings
from bookings.queries.bookings import get_booking
from bookings.read_models import ItemRequest
from bookings.services.cancel_booking import cancel_booking
from bookings.services.reschedule_booking import reschedule_booking
from bookings.slots.search import day_slots
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon, actor_of, set_policy


def test_every_case_of_the_design_has_a_test() -> None:
    here = Path(__file__).parent
    named = {
        int(number)
        for module in here.rglob("test_*.py")
        for number in re.findall(r"^def test_case_(\d+)_", module.read_text(), re.MULTILINE)
    }
    assert named == set(range(1, 15))


def offered(salon: Salon) -> tuple[object, ...]:
    items = [ItemRequest(salon.service.pk, salon.anna.pk)]
    return day_slots(location_id=salon.location.pk, items=items, day=TOMORROW.date()).slots


def test_case_08_a_move_onto_ones_own_time_works_and_the_freed_time_is_bookable_at_once(salon: Salon) -> None:
    booking = salon.book()

    moved = reschedule_booking(actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW + HOUR / 2)

    assert (moved.starts_at, moved.ends_at) == (TOMORROW + HOUR / 2, TOMORROW + 1.5 * HOUR)
    freed = TOMORROW - HOUR / 2
    assert salon.book(freed, actor=actor_of(salon.stranger), client_id=salon.stranger.pk).starts_at == freed


def test_case_08_a_failed_move_leaves_the_old_booking(salon: Salon) -> None:
    booking = salon.book()
    salon.book(TOMORROW + 2 * HOUR, actor=actor_of(salon.stranger), client_id=salon.stranger.pk)

    with pytest.raises(SlotTaken):
        reschedule_booking(actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW + 1.5 * HOUR)

    assert get_booking(actor=salon.as_client, booking_id=booking.id) == booking
    assert Allocation.objects.filter(item__booking=booking.id).get().starts_at == TOMORROW


def test_case_10_a_deactivated_specialist_offers_nothing_and_their_bookings_are_listed(salon: Salon) -> None:
    hers = salon.book()
    salon.book(TOMORROW + HOUR, items=[ItemRequest(salon.service.pk, salon.boris.pk)])
    salon.anna.is_active = False
    salon.anna.save()

    assert [card.id for card in affected_bookings(actor=salon.as_admin)] == [hers.id]


def test_case_10_time_off_over_bookings_takes_the_slots_and_lists_the_bookings(salon: Salon) -> None:
    morning, evening = salon.book(), salon.book(TOMORROW + 6 * HOUR)
    day = TOMORROW.date()
    CalendarOverride.objects.create(
        kind="closed", specialist=salon.anna, date_from=day, date_to=day, starts_at="09:00", ends_at="13:00"
    )

    assert [card.id for card in affected_bookings(actor=salon.as_admin)] == [morning.id]
    cancel_booking(actor=salon.as_admin, booking_id=morning.id)
    assert affected_bookings(actor=salon.as_admin) == ()
    assert get_booking(actor=salon.as_client, booking_id=evening.id) == evening


def test_case_10_a_closed_location_and_shorter_hours_affect_bookings_too(salon: Salon) -> None:
    late = salon.book(TOMORROW + 7 * HOUR)
    WorkingHours.objects.filter(specialist=salon.anna).update(ends_at="17:00")
    assert [card.id for card in affected_bookings(actor=salon.as_admin, specialist_id=salon.anna.pk)] == [late.id]
    assert affected_bookings(actor=salon.as_admin, specialist_id=salon.boris.pk) == ()

    salon.location.is_active = False
    salon.location.save()
    assert [card.id for card in affected_bookings(actor=salon.as_admin, location_id=salon.location.pk)] == [
        late.id
    ]


def test_case_10_past_and_cancelled_bookings_affect_nobody(salon: Salon, frozen: time_machine.Traveller) -> None:
    past, cancelled = salon.book(), salon.book(TOMORROW + 5 * HOUR)
    cancel_booking(actor=salon.as_admin, booking_id=cancelled.id)
    frozen.move_to(past.starts_at)
    salon.anna.is_active = False
    salon.anna.save()

    assert affected_bookings(actor=salon.as_admin) == ()
    with pytest.raises(NotAllowed):
        affected_bookings(actor=salon.as_anna)


def test_case_10_the_list_looks_so_far_ahead_and_stops_at_so_many(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = salon.book(), salon.book(TOMORROW + 2 * HOUR)
    beyond = salon.book(TOMORROW + timedelta(days=98), actor=salon.as_admin)
    salon.anna.is_active = False
    salon.anna.save()

    assert affected.affected_ids(actor=salon.as_admin) == (first.id, second.id)
    monkeypatch.setattr(affected, "AHEAD", timedelta(days=100))
    assert affected.affected_ids(actor=salon.as_admin) == (first.id, second.id, beyond.id)
    monkeypatch.setattr(affected, "LIMIT", 2)
    assert [card.id for card in affected_bookings(actor=salon.as_admin)] == [first.id, second.id]


def test_case_10_the_list_asks_as_little_for_many_bookings_as_for_one(
    salon: Salon, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    salon.book()
    affected.affected_ids(actor=salon.as_admin)  # the company's row is made when it is first read
    with CaptureQueriesContext(connection) as for_one:
        assert affected.affected_ids(actor=salon.as_admin) == ()
    for hours in range(1, 8):
        salon.book(TOMORROW + hours * HOUR)

    with django_assert_num_queries(len(for_one)):
        assert affected.affected_ids(actor=salon.as_admin) == ()


def test_case_11_a_booking_keeps_its_snapshot_when_the_catalogue_changes(salon: Salon) -> None:
    booking = salon.book()
    salon.service.price, salon.service.duration_minutes = Decimal(500), 120
    salon.service.name = LazyI18nString({"ru": "Другая", "en": "Another"})
    salon.service.save()
    salon.anna.name = LazyI18nString({"ru": "Яна", "en": "Jana"})
    salon.anna.save()

    now = get_booking(actor=salon.as_client, booking_id=booking.id)

    assert str(now.items[0].service_name) == str(booking.items[0].service_name) != "Another"
    assert str(now.items[0].specialist_name) == str(booking.items[0].specialist_name) != "Jana"
    assert (now.price, now.ends_at - now.starts_at) == (Decimal(50), HOUR)
    assert Allocation.objects.get().ends_at == TOMORROW + HOUR


def test_case_11_a_move_keeps_the_agreed_length_and_buffers(salon: Salon) -> None:
    salon.service.buffer_before_minutes, salon.service.buffer_after_minutes = 5, 10
    salon.service.save()
    booking = salon.book()
    salon.book(TOMORROW + 4 * HOUR, actor=actor_of(salon.stranger), client_id=salon.stranger.pk)
    salon.service.duration_minutes, salon.service.buffer_before_minutes = 120, 60
    salon.service.save()
    salon.anna.offers.update(duration_minutes=240)

    items = [ItemRequest(salon.service.pk, salon.anna.pk)]
    slots = day_slots(
        location_id=salon.location.pk, items=items, day=TOMORROW.date(), ignore_booking_id=booking.id
    ).slots
    # An hour, ten minutes after it, and five before the neighbour.
    assert max(slot.starts_at for slot in slots if slot.starts_at < TOMORROW + 4 * HOUR) == TOMORROW + 2.75 * HOUR

    moved = reschedule_booking(actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW + HOUR)

    assert moved.ends_at - moved.starts_at == HOUR
    held = Allocation.objects.get(item__booking=booking.id)
    assert (held.starts_at, held.ends_at) == (
        moved.starts_at - timedelta(minutes=5),
        moved.ends_at + timedelta(minutes=10),
    )
    with_boris = reschedule_booking(
        actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW, specialist_id=salon.boris.pk
    )
    assert with_boris.ends_at - with_boris.starts_at == HOUR


def test_case_12_a_double_tap_gives_the_same_booking(salon: Salon, heard: Heard) -> None:
    assert salon.book(idempotency_key="draft:1").id == salon.book(idempotency_key="draft:1").id
    assert Booking.objects.count() == len(heard.events) == 1


def test_case_13_cancelling_frees_the_time_and_windows_bind_clients_only(
    salon: Salon, frozen: time_machine.Traveller
) -> None:
    set_policy(cancel_window_minutes=120, reschedule_window_minutes=120)
    before = offered(salon)
    booking = salon.book()
    assert offered(salon) != before
    frozen.move_to(TOMORROW - timedelta(minutes=119))

    with pytest.raises(TooLate):
        cancel_booking(actor=salon.as_client, booking_id=booking.id)
    with pytest.raises(TooLate):
        reschedule_booking(actor=salon.as_client, booking_id=booking.id, starts_at=TOMORROW + 5 * HOUR)
    cancel_booking(actor=salon.as_admin, booking_id=booking.id)

    frozen.move_to(TOMORROW - timedelta(days=1, hours=2))
    assert offered(salon) == before
