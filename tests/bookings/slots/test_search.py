"""Listing and placing over real rows: a salon in Berlin, open daily 09:00–18:00, visits of an hour."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from bookings.exceptions import ServiceUnavailable, SlotTaken, SlotUnavailable
from bookings.models import Allocation, GroupSession
from bookings.read_models import DayState, ItemRequest
from bookings.slots.search import day_slots, nearest_slots, place_visit, range_slots
from tests.factories import LocationFactory, ServiceFactory, SpecialistFactory

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 5, 6)


def at(hour: int, minute: int = 0, day: int = 6) -> datetime:
    """Berlin's wall clock in May 2026 (UTC+2)."""
    return datetime(2026, 5, day, hour - 2, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday_noon() -> Iterator[None]:
    with time_machine.travel(at(12, day=5), tick=False):
        yield


def test_an_empty_day_offers_every_quarter_until_the_last_hour() -> None:
    location, service = LocationFactory.create(), ServiceFactory.create()
    anna = SpecialistFactory.create(at=[location], gives=[service])
    found = day_slots(location_id=location.pk, items=[ItemRequest(service.pk)], day=WEDNESDAY)
    assert found.state is DayState.FREE
    assert len(found.slots) == 33
    assert found.slots[0].starts_at == at(9)
    assert found.slots[-1].starts_at == at(17)
    assert found.slots[0].specialist_ids == (anna.pk,)


def test_placing_takes_what_was_offered_with_price_and_buffers() -> None:
    location = LocationFactory.create()
    service = ServiceFactory.create(buffer_before_minutes=5, buffer_after_minutes=10)
    anna = SpecialistFactory.create(at=[location], gives=[service])
    anna.offers.update(price=Decimal(80), duration_minutes=45)
    (item,) = place_visit(location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=at(10))
    assert item.specialist_id == anna.pk
    assert (item.starts_at, item.ends_at) == (at(10), at(10, 45))
    assert (item.busy_from, item.busy_to) == (at(9, 55), at(10, 55))
    assert item.price == Decimal(80)
    assert (item.session_id, item.opens_session, item.room_id) == (None, False, None)


def test_a_busy_time_is_taken_and_brings_the_nearest_alternatives() -> None:
    location, service = LocationFactory.create(), ServiceFactory.create()
    anna = SpecialistFactory.create(at=[location], gives=[service])
    session = GroupSession.objects.create(
        service=service, specialist=anna, location=location, starts_at=at(10), ends_at=at(11), capacity=1
    )
    Allocation.objects.create(specialist=anna, session=session, starts_at=at(10), ends_at=at(11))
    with pytest.raises(SlotTaken) as refusal:
        place_visit(location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=at(10, 15))
    assert type(refusal.value) is SlotTaken
    assert refusal.value.alternatives[:3] == (at(11), at(11, 15), at(9))


def test_a_time_outside_hours_was_never_on_offer() -> None:
    location, service = LocationFactory.create(), ServiceFactory.create()
    SpecialistFactory.create(at=[location], gives=[service])
    for starts_at in (at(8), at(17, 15), at(10, 7), at(12, 30, day=5), at(10, day=4)):
        with pytest.raises(SlotUnavailable):
            place_visit(location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=starts_at)


def test_what_is_gone_is_refused() -> None:
    location, service = LocationFactory.create(), ServiceFactory.create(is_active=False)
    SpecialistFactory.create(at=[location], gives=[service])
    with pytest.raises(ServiceUnavailable):
        day_slots(location_id=location.pk, items=[ItemRequest(service.pk)], day=WEDNESDAY)


def test_days_tell_why_they_are_empty() -> None:
    location, service = LocationFactory.create(), ServiceFactory.create()
    SpecialistFactory.create(at=[location], gives=[service])
    location.working_hours.filter(weekday=3).delete()
    days = range_slots(
        location_id=location.pk, items=[ItemRequest(service.pk)],
        date_from=date(2026, 5, 4), date_to=date(2026, 7, 5),
    )  # fmt: skip
    by_date = {day.date: day.state for day in days}
    assert by_date[date(2026, 5, 4)] is DayState.PAST
    assert by_date[date(2026, 5, 5)] is DayState.FREE
    assert by_date[date(2026, 5, 7)] is DayState.CLOSED
    assert by_date[date(2026, 7, 4)] is DayState.FREE
    assert by_date[date(2026, 7, 5)] is DayState.BEYOND


def test_the_nearest_times_are_spread_over_days() -> None:
    location, service = LocationFactory.create(), ServiceFactory.create()
    SpecialistFactory.create(at=[location], gives=[service])
    found = nearest_slots(location_id=location.pk, items=[ItemRequest(service.pk)], limit=5)
    assert [slot.starts_at for slot in found] == [
        at(13, day=5), at(16, day=5), at(9), at(12), at(9, day=7),
    ]  # fmt: skip
