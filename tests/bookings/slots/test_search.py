"""Listing and placing over real rows: a salon in Berlin, open daily 09:00–18:00, visits of an hour."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from bookings.exceptions import ServiceUnavailable, SlotTaken, SlotUnavailable
from bookings.models import Allocation, GroupSession, Specialist
from bookings.read_models import DayState, ItemRequest
from bookings.slots.search import day_slots, month_overview, nearest_slots, place_visit, range_slots
from tests.bookings.slots.rows import book, open_session
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


@pytest.mark.parametrize(
    ("starts_at", "reason"),
    [
        (at(8), "closed"),
        (at(17, 15), "closed"),
        (at(10, 7), "off_step"),
        (at(10) + timedelta(seconds=30), "off_step"),
        (at(12, 30, day=5), "too_soon"),
        (at(10, day=4), "past"),
        (at(10) + timedelta(days=60), "too_far"),
    ],
)
def test_a_time_that_was_never_on_offer_is_refused_with_its_reason(starts_at: datetime, reason: str) -> None:
    location, service = LocationFactory.create(), ServiceFactory.create()
    SpecialistFactory.create(at=[location], gives=[service])
    with pytest.raises(SlotUnavailable) as refusal:
        place_visit(location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=starts_at)
    assert refusal.value.details == {"reason": reason}
    assert refusal.value.alternatives


@pytest.mark.parametrize(("minute", "reason"), [(30, "closed"), (37, "off_step")])
def test_an_hour_that_comes_twice_is_closed_the_second_time_and_not_off_the_step(minute: int, reason: str) -> None:
    location, service = LocationFactory.create(timezone="Europe/Berlin"), ServiceFactory.create()
    SpecialistFactory.create(at=[location], gives=[service])
    second = datetime(2026, 10, 25, 1, minute, tzinfo=UTC)
    with pytest.raises(SlotUnavailable) as refusal:
        place_visit(
            location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=second, bypass_notice=True
        )  # fmt: skip
    assert refusal.value.details == {"reason": reason}


def test_taken_by_somebody_else_is_told_from_a_visit_of_ones_own() -> None:
    location, service = LocationFactory.create(), ServiceFactory.create()
    anna = SpecialistFactory.create(at=[location], gives=[service])
    boris = SpecialistFactory.create(at=[location], gives=[service])
    booking = book(anna, service, at(10))

    def reason(who: Specialist, starts_at: datetime) -> object:
        with pytest.raises(SlotTaken) as refusal:
            place_visit(
                location_id=location.pk, items=[ItemRequest(service.pk, who.pk)], starts_at=starts_at,
                client_id=booking.client_id,
            )  # fmt: skip
        assert type(refusal.value) is SlotTaken
        return refusal.value.details["reason"]

    assert reason(boris, at(10, 30)) == "own_visit"
    assert reason(anna, at(10, 30)) == "taken"


def test_a_full_session_off_the_step_is_taken_not_off_the_step() -> None:
    location, yoga = LocationFactory.create(), ServiceFactory.create(capacity=1)
    anna = SpecialistFactory.create(at=[location], gives=[yoga])
    session = open_session(anna, yoga, at(10, 5))
    yoga.capacity = 2
    yoga.save()
    book(anna, yoga, at(10, 5), session=session, seat=1)
    with pytest.raises(SlotTaken) as refusal:
        place_visit(location_id=location.pk, items=[ItemRequest(yoga.pk)], starts_at=at(10, 5))
    assert (refusal.value.code, refusal.value.details) == ("slot_taken", {"reason": "taken"})


def test_staff_are_offered_what_notice_and_horizon_keep_from_clients() -> None:
    location, service = LocationFactory.create(), ServiceFactory.create()
    SpecialistFactory.create(at=[location], gives=[service])
    visit = {"location_id": location.pk, "items": [ItemRequest(service.pk)]}
    today, far = date(2026, 5, 5), date(2026, 7, 15)

    def first(day: date, *, staff: bool) -> datetime | None:
        slots = day_slots(**visit, day=day, bypass_notice=staff).slots  # type: ignore[arg-type]
        return slots[0].starts_at if slots else None

    assert (first(today, staff=False), first(today, staff=True)) == (at(13, day=5), at(12, day=5))
    assert (first(far, staff=False), first(far, staff=True)) == (None, datetime(2026, 7, 15, 7, tzinfo=UTC))
    assert nearest_slots(**visit, bypass_notice=True, limit=1)[0].starts_at == at(12, day=5)  # type: ignore[arg-type]
    placed = place_visit(**visit, starts_at=at(12, day=5), bypass_notice=True)  # type: ignore[arg-type]
    assert placed[0].starts_at == at(12, day=5)


@pytest.mark.parametrize("capacity", [1, 3])
def test_the_overview_of_a_month_says_what_the_days_would_say(capacity: int) -> None:
    location, service = LocationFactory.create(), ServiceFactory.create(capacity=capacity)
    anna = SpecialistFactory.create(at=[location], gives=[service])
    location.working_hours.filter(weekday__in=[5, 6]).delete()
    full = book(anna, service, at(9), minutes=9 * 60)
    if capacity > 1:
        open_session(anna, service, at(10, day=7))
    month = {"location_id": location.pk, "items": [ItemRequest(service.pk)], "client_id": full.client_id}

    found = month_overview(**month, month=date(2026, 5, 20))  # type: ignore[arg-type]

    days = range_slots(**month, date_from=date(2026, 5, 1), date_to=date(2026, 5, 31))  # type: ignore[arg-type]
    assert [(day.date, day.state) for day in found] == [(day.date, day.state) for day in days]
    assert {day.state for day in found} == {DayState.PAST, DayState.FREE, DayState.FULL, DayState.CLOSED}


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
