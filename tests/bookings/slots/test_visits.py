"""Rooms, group sessions, several services in a visit, and the client's own time."""

from collections.abc import Iterator
from datetime import date, datetime, time

import pytest
import time_machine

from bookings.enums import OverrideKind
from bookings.exceptions import ServiceUnavailable, SlotTaken, SlotUnavailable
from bookings.models import CalendarOverride
from bookings.read_models import DayState, ItemRequest
from bookings.slots.request import MAX_ITEMS
from bookings.slots.search import day_slots, nearest_alternatives, place_visit, range_slots
from tests.bookings.slots.rows import book, listed, local, open_session
from tests.factories import ClientFactory, LocationFactory, RoomFactory, ServiceFactory, SpecialistFactory

pytestmark = pytest.mark.usefixtures("no_notice")

WEDNESDAY = date(2026, 5, 6)


def at(hour: int, minute: int = 0) -> datetime:
    return local("Europe/Berlin", 2026, 5, 6, hour, minute)


@pytest.fixture(autouse=True)
def days_before() -> Iterator[None]:
    with time_machine.travel(local("Europe/Berlin", 2026, 5, 1, 12), tick=False):
        yield


class TestRooms:
    def test_without_a_free_room_there_is_no_slot(self) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create(needs_room=True)
        anna, berta = (SpecialistFactory.create(at=[location], gives=[service]) for _ in range(2))
        room = RoomFactory.create(location=location)
        book(berta, service, at(9), minutes=480, room=room)
        assert listed(location, WEDNESDAY, ItemRequest(service.pk, anna.pk)) == ["17:00"]

    def test_a_visit_stays_in_one_room(self) -> None:
        """Each room is free for half of the hour, so neither will do."""
        location, service = LocationFactory.create(), ServiceFactory.create(needs_room=True)
        SpecialistFactory.create(at=[location], gives=[service])
        other = SpecialistFactory.create(at=[location])
        first, second = (RoomFactory.create(location=location) for _ in range(2))
        book(other, service, at(9), minutes=270, room=first)  # free from 13:30
        book(other, service, at(14), minutes=240, room=second)  # free until 14:00
        times = listed(location, WEDNESDAY, ItemRequest(service.pk))
        assert "13:00" in times
        assert "13:15" not in times
        assert "13:30" in times
        (early,) = place_visit(location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=at(13))
        (late,) = place_visit(location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=at(13, 30))
        assert (early.room_id, late.room_id) == (second.pk, first.pk)

    def test_a_closed_room_is_not_given(self) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create(needs_room=True)
        SpecialistFactory.create(at=[location], gives=[service])
        room = RoomFactory.create(location=location)
        CalendarOverride.objects.create(
            kind=OverrideKind.CLOSED, room=room, date_from=WEDNESDAY, date_to=WEDNESDAY,
            starts_at=time(9), ends_at=time(16),
        )  # fmt: skip
        assert listed(location, WEDNESDAY, ItemRequest(service.pk))[0] == "16:00"

    def test_a_service_that_needs_none_does_not_ask_for_a_room(self) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create()
        SpecialistFactory.create(at=[location], gives=[service])
        (item,) = place_visit(location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=at(9))
        assert item.room_id is None


class TestGroupSessions:
    def test_existing_sessions_are_offered_with_what_is_free_and_new_ones_with_all_seats(self) -> None:
        location, yoga = LocationFactory.create(), ServiceFactory.create(capacity=3)
        anna = SpecialistFactory.create(at=[location], gives=[yoga])
        session = open_session(anna, yoga, at(10))
        book(anna, yoga, at(10), session=session, seat=2)
        found = day_slots(location_id=location.pk, items=[ItemRequest(yoga.pk)], day=WEDNESDAY)
        by_start = {slot.starts_at: slot.seats_left for slot in found.slots}
        assert by_start[at(10)] == 2
        assert by_start[at(9)] == 3
        assert at(10, 15) not in by_start
        (item,) = place_visit(location_id=location.pk, items=[ItemRequest(yoga.pk)], starts_at=at(10))
        assert (item.session_id, item.opens_session) == (session.pk, False)
        (item,) = place_visit(location_id=location.pk, items=[ItemRequest(yoga.pk)], starts_at=at(9))
        assert (item.session_id, item.opens_session) == (None, True)

    def test_a_full_session_is_taken(self) -> None:
        location, yoga = LocationFactory.create(), ServiceFactory.create(capacity=2)
        anna = SpecialistFactory.create(at=[location], gives=[yoga])
        session = open_session(anna, yoga, at(10))
        for seat in (1, 2):
            book(anna, yoga, at(10), session=session, seat=seat)
        assert "10:00" not in listed(location, WEDNESDAY, ItemRequest(yoga.pk))
        with pytest.raises(SlotTaken) as refusal:
            place_visit(location_id=location.pk, items=[ItemRequest(yoga.pk)], starts_at=at(10))
        assert not isinstance(refusal.value, SlotUnavailable)

    def test_a_session_off_the_grid_is_offered_at_its_own_time(self) -> None:
        location, yoga = LocationFactory.create(), ServiceFactory.create(capacity=2)
        anna = SpecialistFactory.create(at=[location], gives=[yoga])
        berta = SpecialistFactory.create(at=[location], gives=[yoga])
        open_session(anna, yoga, at(10, 10))
        found = day_slots(location_id=location.pk, items=[ItemRequest(yoga.pk)], day=WEDNESDAY)
        assert [slot.specialist_ids for slot in found.slots if slot.starts_at == at(10, 10)] == [(anna.pk,)]
        with pytest.raises(SlotUnavailable):
            place_visit(location_id=location.pk, items=[ItemRequest(yoga.pk, berta.pk)], starts_at=at(10, 10))

    def test_a_session_fills_up_before_a_less_loaded_colleague_opens_another(self) -> None:
        location, yoga = LocationFactory.create(), ServiceFactory.create(capacity=2)
        anna = SpecialistFactory.create(at=[location], gives=[yoga])
        berta = SpecialistFactory.create(at=[location], gives=[yoga])
        open_session(anna, yoga, at(10))
        found = day_slots(location_id=location.pk, items=[ItemRequest(yoga.pk)], day=WEDNESDAY)
        assert [slot.specialist_ids for slot in found.slots if slot.starts_at == at(10)] == [(anna.pk, berta.pk)]

    def test_a_session_on_a_day_that_was_closed_since_is_not_offered(self) -> None:
        location, yoga = LocationFactory.create(), ServiceFactory.create(capacity=2)
        anna = SpecialistFactory.create(at=[location], gives=[yoga])
        open_session(anna, yoga, at(10))
        CalendarOverride.objects.create(
            kind=OverrideKind.CLOSED, location=location, date_from=WEDNESDAY, date_to=WEDNESDAY
        )
        assert listed(location, WEDNESDAY, ItemRequest(yoga.pk)) == []

    def test_a_booking_that_moves_frees_its_seat_and_the_session_it_was_alone_in(self) -> None:
        location, yoga = LocationFactory.create(), ServiceFactory.create(capacity=2)
        anna = SpecialistFactory.create(at=[location], gives=[yoga])
        session = open_session(anna, yoga, at(10))
        alone = book(anna, yoga, at(10), session=session, seat=1)
        moving = {"location_id": location.pk, "items": [ItemRequest(yoga.pk)], "ignore_booking_id": alone.pk}
        (item,) = place_visit(**moving, starts_at=at(10, 30))  # type: ignore[arg-type]
        assert item.opens_session
        book(anna, yoga, at(10), session=session, seat=2)
        with pytest.raises(SlotTaken):
            place_visit(**moving, starts_at=at(10, 30))  # type: ignore[arg-type]


class TestSeveralServices:
    def test_the_next_service_begins_when_the_one_before_ends(self) -> None:
        location = LocationFactory.create()
        cut, colour = ServiceFactory.create(duration_minutes=30), ServiceFactory.create(duration_minutes=90)
        anna = SpecialistFactory.create(at=[location], gives=[cut])
        berta = SpecialistFactory.create(at=[location], gives=[colour])
        items = [ItemRequest(cut.pk), ItemRequest(colour.pk)]
        assert listed(location, WEDNESDAY, *items)[-1] == "16:00"
        first, second = place_visit(location_id=location.pk, items=items, starts_at=at(16))
        assert (first.specialist_id, first.starts_at, first.ends_at) == (anna.pk, at(16), at(16, 30))
        assert (second.specialist_id, second.starts_at, second.ends_at) == (berta.pk, at(16, 30), at(18))

    def test_buffers_lie_between_services_of_one_person_but_not_of_two(self) -> None:
        location = LocationFactory.create()
        cut = ServiceFactory.create(duration_minutes=30, buffer_after_minutes=10)
        colour = ServiceFactory.create(duration_minutes=60, buffer_before_minutes=5)
        anna = SpecialistFactory.create(at=[location], gives=[cut, colour])
        berta = SpecialistFactory.create(at=[location], gives=[colour])
        same = [ItemRequest(cut.pk, anna.pk), ItemRequest(colour.pk, anna.pk)]
        _cut, later = place_visit(location_id=location.pk, items=same, starts_at=at(10))
        assert (later.starts_at, later.busy_from) == (at(10, 45), at(10, 40))
        two = [ItemRequest(cut.pk, anna.pk), ItemRequest(colour.pk, berta.pk)]
        _cut, at_once = place_visit(location_id=location.pk, items=two, starts_at=at(10))
        assert (at_once.starts_at, at_once.busy_from) == (at(10, 30), at(10, 25))

    def test_all_of_the_visit_must_fit(self) -> None:
        location = LocationFactory.create()
        cut, colour = ServiceFactory.create(duration_minutes=30), ServiceFactory.create(duration_minutes=60)
        SpecialistFactory.create(at=[location], gives=[cut])
        berta = SpecialistFactory.create(at=[location], gives=[colour])
        book(berta, colour, at(9), minutes=420)
        assert listed(location, WEDNESDAY, ItemRequest(cut.pk), ItemRequest(colour.pk)) == [
            "15:30", "15:45", "16:00", "16:15", "16:30",
        ]  # fmt: skip

    def test_a_visit_without_services_or_with_too_many_is_refused(self) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create()
        SpecialistFactory.create(at=[location], gives=[service])
        for count in (0, MAX_ITEMS + 1):
            with pytest.raises(ServiceUnavailable) as refusal:
                day_slots(location_id=location.pk, items=[ItemRequest(service.pk)] * count, day=WEDNESDAY)
            assert refusal.value.details == {"reason": "item_count", "count": count}


class TestTheClient:
    def test_the_clients_own_visit_makes_the_time_unavailable_to_them_alone(self) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create()
        anna = SpecialistFactory.create(at=[location], gives=[service])
        berta = SpecialistFactory.create(at=[location], gives=[service])
        client = ClientFactory.create()
        own = book(anna, service, at(12), client=client)
        item = ItemRequest(service.pk, berta.pk)
        assert "12:00" in listed(location, WEDNESDAY, item)
        times = listed(location, WEDNESDAY, item, client_id=client.pk)
        assert times[times.index("11:00") + 1] == "13:00"
        assert "12:15" in listed(location, WEDNESDAY, item, client_id=client.pk, ignore_booking_id=own.pk)
        with pytest.raises(SlotTaken):
            place_visit(location_id=location.pk, items=[item], starts_at=at(12), client_id=client.pk)

    def test_a_cancelled_visit_holds_no_time(self) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create()
        anna = SpecialistFactory.create(at=[location], gives=[service])
        client = ClientFactory.create()
        gone = book(anna, service, at(12), client=client, allocate=False)
        gone.status = "cancelled"
        gone.save()
        assert "12:00" in listed(location, WEDNESDAY, ItemRequest(service.pk), client_id=client.pk)


class TestHours:
    def test_open_differently_replaces_the_weekly_hours(self) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create()
        anna = SpecialistFactory.create(at=[location], gives=[service])
        for who in (None, anna):
            CalendarOverride.objects.create(
                kind=OverrideKind.OPEN, location=location, specialist=who, date_from=WEDNESDAY, date_to=WEDNESDAY,
                starts_at=time(19), ends_at=time(21),
            )  # fmt: skip
        times = listed(location, WEDNESDAY, ItemRequest(service.pk))
        assert (times[0], times[-1]) == ("19:00", "20:00")

    def test_a_specialist_works_only_while_the_location_is_open(self) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create()
        SpecialistFactory.create(at=[location], gives=[service])
        CalendarOverride.objects.create(
            kind=OverrideKind.CLOSED, location=location, date_from=WEDNESDAY, date_to=WEDNESDAY,
            starts_at=time(9), ends_at=time(17),
        )  # fmt: skip
        assert listed(location, WEDNESDAY, ItemRequest(service.pk)) == ["17:00"]

    def test_busy_at_one_location_is_busy_at_the_other(self) -> None:
        here, service = LocationFactory.create(), ServiceFactory.create()
        anna = SpecialistFactory.create(at=[here], gives=[service])
        book(anna, service, at(9), minutes=480)
        there = LocationFactory.create()
        anna.locations.add(there)
        anna.working_hours.update(location=there)
        assert listed(there, WEDNESDAY, ItemRequest(service.pk)) == ["17:00"]


class TestDays:
    def test_a_full_day_is_told_from_a_closed_one_and_from_one_that_is_over(self) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create()
        anna = SpecialistFactory.create(at=[location], gives=[service])
        book(anna, service, at(9), minutes=540)
        days = {"location_id": location.pk, "items": [ItemRequest(service.pk)]}
        assert day_slots(**days, day=WEDNESDAY).state is DayState.FULL  # type: ignore[arg-type]
        with time_machine.travel(at(17, 30), tick=False):
            assert day_slots(**days, day=WEDNESDAY).state is DayState.PAST  # type: ignore[arg-type]

    @pytest.mark.parametrize(("first", "last"), [((2026, 5, 7), (2026, 5, 6)), ((2026, 5, 1), (2026, 8, 1))])
    def test_a_range_that_is_empty_or_endless_is_refused(
        self, first: tuple[int, int, int], last: tuple[int, int, int]
    ) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create()
        SpecialistFactory.create(at=[location], gives=[service])
        with pytest.raises(ValueError, match="A range of slots has 1 to 92 days"):
            range_slots(
                location_id=location.pk,
                items=[ItemRequest(service.pk)],
                date_from=date(*first),
                date_to=date(*last),
            )

    @pytest.mark.parametrize("day", [date.min, date.max])
    def test_the_ends_of_the_calendar_are_past_and_beyond(self, day: date) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create()
        SpecialistFactory.create(at=[location], gives=[service])
        state = day_slots(location_id=location.pk, items=[ItemRequest(service.pk)], day=day).state
        assert state is (DayState.PAST if day == date.min else DayState.BEYOND)

    def test_alternatives_come_from_the_days_after_when_the_day_is_full(self) -> None:
        location, service = LocationFactory.create(), ServiceFactory.create()
        anna = SpecialistFactory.create(at=[location], gives=[service])
        book(anna, service, at(9), minutes=540)
        found = nearest_alternatives(location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=at(12))
        assert found[0] == local("Europe/Berlin", 2026, 5, 7, 9)
        assert len(found) == 6
