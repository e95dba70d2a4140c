"""What the faces read: the catalogue, and bookings in the order people expect."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from bookings.exceptions import NotFound
from bookings.models import SpecialistService
from bookings.queries.bookings import counts_by_day, day_bookings, past_bookings, specialist_day, upcoming_bookings
from bookings.queries.catalog import list_categories, list_locations, list_services, list_specialists
from bookings.services.cancel_booking import cancel_booking
from tests.bookings.conftest import HOUR, TOMORROW, Salon
from tests.factories import LocationFactory, RoomFactory, ServiceFactory, SpecialistFactory, open_daily


def test_the_catalogue_shows_what_can_be_booked_here(salon: Salon) -> None:
    SpecialistService.objects.filter(specialist=salon.boris).update(price=Decimal(40), duration_minutes=45)
    ServiceFactory.create()  # nobody gives it

    (service,) = list_services(location_id=salon.location.pk)
    assert (service.id, service.price, service.duration_minutes) == (salon.service.pk, Decimal(40), 45)
    assert (service.price_varies, service.capacity, service.currency) == (True, 1, "EUR")
    (category,) = list_categories(location_id=salon.location.pk)
    assert (category.id, category.service_count) == (salon.service.category_id, 1)
    assert list_services(location_id=salon.location.pk, category_id=0) == ()
    assert [(card.id, card.price) for card in list_specialists(
        location_id=salon.location.pk, service_id=salon.service.pk
    )] == [(salon.anna.pk, Decimal(50)), (salon.boris.pk, Decimal(40))]  # fmt: skip


def test_what_is_archived_or_elsewhere_is_not_shown(salon: Salon) -> None:
    elsewhere = LocationFactory.create()
    SpecialistFactory.create(at=[elsewhere], gives=[ServiceFactory.create()])

    assert [card.id for card in list_services(location_id=salon.location.pk)] == [salon.service.pk]
    salon.boris.is_active = False
    salon.boris.save()
    assert len(list_specialists(location_id=salon.location.pk, service_id=salon.service.pk)) == 1
    for thing in (salon.service, salon.service.category, salon.location):
        thing.is_active = False
        thing.save()
        assert list_services(location_id=salon.location.pk) == ()
        assert list_specialists(location_id=salon.location.pk, service_id=salon.service.pk) == ()
        thing.is_active = True
        thing.save()
    salon.location.is_active = False
    salon.location.save()
    assert [card.id for card in list_locations()] == [elsewhere.pk]


def test_a_service_that_needs_a_room_is_shown_where_there_is_one(salon: Salon) -> None:
    salon.service.needs_room = True
    salon.service.save()

    assert list_services(location_id=salon.location.pk) == ()
    RoomFactory.create(location=salon.location)
    assert len(list_services(location_id=salon.location.pk)) == 1


def test_upcoming_and_past_divide_at_the_end_of_a_visit(salon: Salon, frozen: time_machine.Traveller) -> None:
    first, second, third = (salon.book(TOMORROW + n * HOUR).id for n in range(3))
    cancel_booking(actor=salon.as_client, booking_id=third)
    frozen.move_to(TOMORROW + HOUR)

    who: dict[str, Any] = {"actor": salon.as_client, "client_id": salon.client.pk}
    assert [card.id for card in upcoming_bookings(**who)] == [second]
    assert [card.id for card in past_bookings(**who, limit=10)] == [third, first]
    assert [card.id for card in past_bookings(**who, limit=1, offset=1)] == [first]


def test_a_day_is_the_locations_day(salon: Salon) -> None:
    """00:30 in Berlin is the day before in UTC."""
    from tests.factories import open_daily

    open_daily(salon.location)
    for hours in salon.location.working_hours.all():
        hours.starts_at, hours.ends_at = "00:00", "00:00"
        hours.save()
    night = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    card = salon.book(night)

    def on(day: int) -> list[int]:
        listed = specialist_day(actor=salon.as_anna, specialist_id=salon.anna.pk, day=date(2026, 3, day))
        return [booking.id for booking in listed]

    assert (on(4), on(5)) == ([], [card.id])


def test_a_calendar_leaves_out_cancelled_bookings_and_narrows(salon: Salon) -> None:
    kept, cancelled = salon.book(), salon.book(TOMORROW + HOUR)
    cancel_booking(actor=salon.as_client, booking_id=cancelled.id)
    day = TOMORROW.date()
    span: dict[str, Any] = {"date_from": day, "date_to": day + timedelta(days=1)}

    def ids(**narrow: Any) -> list[int]:
        question = {"actor": salon.as_admin, "location_id": None, **span, **narrow}
        return [card.id for card in day_bookings(**question)]

    assert ids() == ids(location_id=salon.location.pk) == ids(specialist_id=salon.anna.pk) == [kept.id]
    assert ids(actor=salon.as_anna) == [kept.id]
    assert ids(specialist_id=salon.boris.pk) == []
    with pytest.raises(NotFound):
        ids(location_id=0)


def test_bookings_are_counted_by_the_locations_day(salon: Salon) -> None:
    auckland = LocationFactory.create(timezone="Pacific/Auckland")
    salon.anna.locations.add(auckland)
    open_daily(auckland, specialist=salon.anna)
    salon.book()
    early = datetime(2026, 3, 2, 21, tzinfo=UTC)  # 10:00 of 3 March in Auckland
    salon.book(early, actor=salon.as_admin, location_id=auckland.pk, client_id=salon.stranger.pk)
    cancel_booking(actor=salon.as_admin, booking_id=salon.book(TOMORROW + 24 * HOUR).id)
    span = {"date_from": date(2026, 3, 2), "date_to": date(2026, 3, 4)}

    def counts(**narrow: Any) -> list[int]:
        question: dict[str, Any] = {"actor": salon.as_admin, **span, **narrow}
        found = counts_by_day(**question)
        assert list(found) == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]
        return list(found.values())

    assert counts() == counts(specialist_id=salon.anna.pk) == counts(actor=salon.as_anna) == [0, 2, 0]
    assert counts(specialist_id=salon.boris.pk) == [0, 0, 0]
    for stranger in ({"actor": salon.as_client}, {"actor": salon.as_anna, "specialist_id": salon.boris.pk}):
        with pytest.raises(NotFound):
            counts(**stranger)


def test_lists_cost_a_fixed_number_of_queries(salon: Salon, django_assert_num_queries: Any) -> None:
    for hour in range(5):
        salon.book(TOMORROW + hour * HOUR)

    with django_assert_num_queries(2):
        assert len(upcoming_bookings(actor=salon.as_client, client_id=salon.client.pk)) == 5
