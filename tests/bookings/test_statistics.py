"""How business goes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from bookings.exceptions import NotAllowed, NotFound, RangeReversed, RangeTooLong
from bookings.models import Booking, Promotion, SpecialistService
from bookings.queries.statistics import by_day, by_location, by_service, by_specialist, statistics
from bookings.read_models import Figures, ItemRequest
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import complete_booking, mark_no_show
from bookings.services.time_off import add_time_off
from tests.bookings.conftest import HOUR, TOMORROW, Salon, actor_of
from tests.factories import LocationFactory, ServiceFactory, SpecialistFactory

DAY = date(2026, 3, 3)


@pytest.fixture
def week(salon: Salon, frozen: time_machine.Traveller) -> Salon:
    """With Anna: one visit that took place (with a discount), one missed, one cancelled; one ahead with Boris, next day."""
    Promotion.objects.create(code="TEN", kind="amount", value=10)
    other = {"actor": actor_of(salon.stranger), "client_id": salon.stranger.pk}
    came = salon.book(promo_code="ten")
    missed = salon.book(TOMORROW + HOUR, **other)
    off = salon.book(TOMORROW + 2 * HOUR, **other)
    cancel_booking(actor=salon.as_admin, booking_id=off.id)
    salon.book(TOMORROW + 24 * HOUR, items=[ItemRequest(salon.service.pk, salon.boris.pk)])
    frozen.move_to(TOMORROW + 3 * HOUR)
    complete_booking(actor=salon.as_admin, booking_id=came.id)
    mark_no_show(actor=salon.as_admin, booking_id=missed.id)
    return salon


def ask(salon: Salon, of: Any = statistics, **changes: Any) -> Any:
    return of(**{"actor": salon.as_admin, "date_from": DAY, "date_to": DAY + timedelta(days=1), **changes})


def test_everything_together(week: Salon) -> None:
    figures = ask(week)

    assert figures == Figures(
        visits=1, booked=3, no_shows=1, cancellations=1, revenue=Decimal(40), new_clients=2,
        busy_minutes=180, open_minutes=2 * 2 * 540,
    )  # fmt: skip
    assert figures.occupancy == round(180 / 2160, 4)


def test_by_specialist(week: Salon) -> None:
    rows = {row.id: row.figures for row in ask(week, by_specialist)}

    assert rows[week.anna.pk] == Figures(
        visits=1, booked=2, no_shows=1, cancellations=1, revenue=Decimal(40), new_clients=2,
        busy_minutes=120, open_minutes=1080,
    )  # fmt: skip
    assert rows[week.boris.pk] == Figures(booked=1, busy_minutes=60, open_minutes=1080)


def test_by_day_has_every_day(week: Salon) -> None:
    rows = ask(week, by_day, date_from=DAY - timedelta(days=1))

    assert [(row.day, row.figures.booked, row.figures.busy_minutes) for row in rows] == [
        (DAY - timedelta(days=1), 0, 0), (DAY, 2, 120), (DAY + timedelta(days=1), 1, 60),
    ]  # fmt: skip


def test_by_service_knows_no_hours(week: Salon) -> None:
    tea = ServiceFactory.create(price=Decimal(5), duration_minutes=15)
    SpecialistService.objects.create(specialist=week.anna, service=tea)
    both = [ItemRequest(week.service.pk, week.anna.pk), ItemRequest(tea.pk, week.anna.pk)]
    week.book(TOMORROW + 5 * HOUR, items=both, actor=week.as_admin)

    rows = {row.id: row.figures for row in ask(week, by_service)}

    assert (rows[week.service.pk].booked, rows[tea.pk].booked) == (4, 1)
    assert rows[tea.pk].busy_minutes is None
    assert rows[tea.pk].occupancy is None
    assert ask(week).booked == 4, "a visit with two services is one"
    assert ask(week, service_id=tea.pk).booked == 1


def test_by_location_each_on_its_own_clock(week: Salon) -> None:
    """23:30 in Berlin is the next day in Yekaterinburg."""
    east = LocationFactory.create(timezone="Asia/Yekaterinburg")
    rita = SpecialistFactory.create(at=[east], gives=[week.service])
    items = [ItemRequest(week.service.pk, rita.pk)]
    booked = week.book(
        datetime(2026, 3, 4, 4, tzinfo=UTC), actor=week.as_admin, location_id=east.pk, items=items
    )  # 09:00 on the 4th there
    rows = {row.id: row.figures.booked for row in ask(week, by_location, date_to=DAY)}

    assert booked.location.id == east.pk
    assert rows == {week.location.pk: 2, east.pk: 0}
    assert ask(week, location_id=east.pk).booked == 1


def test_a_new_client_is_new_once(week: Salon) -> None:
    assert ask(week, date_from=DAY + timedelta(days=1)).new_clients == 0
    assert ask(week, specialist_id=week.boris.pk).new_clients == 0


def test_time_off_is_not_open(week: Salon) -> None:
    add_time_off(actor=week.as_admin, specialist_id=week.boris.pk, date_from=DAY, date_to=DAY)

    assert ask(week).open_minutes == 3 * 540


def test_a_class_is_busy_once(salon: Salon) -> None:
    yoga = ServiceFactory.create(capacity=3, buffer_after_minutes=30)
    SpecialistService.objects.create(specialist=salon.anna, service=yoga)
    for client in (salon.client, salon.stranger):
        salon.book(actor=actor_of(client), client_id=client.pk, items=[ItemRequest(yoga.pk, salon.anna.pk)])

    figures = ask(salon)

    assert (figures.booked, figures.busy_minutes) == (2, 90)
    assert ask(salon, service_id=yoga.pk).busy_minutes == 90


def test_where_nothing_happened_there_is_nothing(salon: Salon) -> None:
    assert ask(salon, specialist_id=salon.anna.pk) == Figures(open_minutes=1080)
    assert ask(salon, by_service) == ()
    assert ask(salon, location_id=0) == Figures()
    salon.location.is_active = False
    salon.location.save()
    assert ask(salon).occupancy is None


def test_a_specialist_sees_their_own(week: Salon) -> None:
    assert ask(week, actor=week.as_anna, specialist_id=week.anna.pk).booked == 2
    with pytest.raises(NotFound):
        ask(week, actor=week.as_anna, specialist_id=week.boris.pk)
    for actor in (week.as_anna, week.as_client):
        for of in (statistics, by_day, by_location, by_service, by_specialist):
            with pytest.raises(NotAllowed):
                ask(week, of, actor=actor)


def test_a_range_has_an_order_and_an_end(salon: Salon) -> None:
    with pytest.raises(RangeReversed):
        ask(salon, date_to=DAY - timedelta(days=1))
    with pytest.raises(RangeTooLong):
        ask(salon, date_to=DAY + timedelta(days=366))


def test_it_costs_a_fixed_number_of_queries(week: Salon, django_assert_num_queries: Any) -> None:
    admin = week.as_admin
    with django_assert_num_queries(8):
        ask(week, by_specialist, actor=admin)
    for _specialist in range(4):
        SpecialistFactory.create(at=[week.location], gives=[week.service])
    for hour in range(4, 7):
        week.book(TOMORROW + hour * HOUR, actor=admin)
    assert Booking.objects.count() == 7

    with django_assert_num_queries(8):
        ask(week, by_specialist, actor=admin, date_to=DAY + timedelta(days=300))
