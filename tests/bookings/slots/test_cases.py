"""The cases that must hold (design, "Slots and bookings"), those of the search; the numbers are the design's."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
import time_machine

from bookings.enums import OverrideKind
from bookings.exceptions import SlotTaken, SlotUnavailable
from bookings.models import CalendarOverride, Location, Service, Specialist, WorkingHours
from bookings.read_models import DayState, ItemRequest
from bookings.slots.search import day_slots, place_visit, range_slots
from tests.bookings.slots.rows import book, hours, listed, local, set_company
from tests.factories import LocationFactory, ServiceFactory, SpecialistFactory

pytestmark = pytest.mark.usefixtures("no_notice")

BERLIN = "Europe/Berlin"


def salon(
    zone: str = BERLIN, opens: time = time(9), closes: time = time(18), **service: int
) -> tuple[Location, Specialist, Service]:
    """A location and one specialist with the same hours every day."""
    location, given = LocationFactory.create(timezone=zone), ServiceFactory.create(**service)
    who = SpecialistFactory.create(at=[location], gives=[given])
    hours(location, opens, closes)
    hours(location, opens, closes, who)
    return location, who, given


# -- 1: changes of the clock ----------------------------------------------------------------------------------


def test_case_1_a_time_that_does_not_exist_is_never_offered() -> None:
    location, _anna, service = salon(opens=time(0), closes=time(6), duration_minutes=30)
    set_company(slot_step_minutes=30)
    with time_machine.travel(local(BERLIN, 2026, 3, 28, 12), tick=False):
        times = listed(location, date(2026, 3, 29), ItemRequest(service.pk))
    assert times == ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30", "04:00", "04:30", "05:00", "05:30"]


def test_case_1_a_visit_over_the_change_takes_its_real_length() -> None:
    """01:30 + 60 minutes is 03:30 on the day that has no 02:00."""
    location, _anna, service = salon(opens=time(1), closes=time(4))
    with time_machine.travel(local(BERLIN, 2026, 3, 28, 12), tick=False):
        (item,) = place_visit(
            location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=local(BERLIN, 2026, 3, 29, 1, 30)
        )
        times = listed(location, date(2026, 3, 29), ItemRequest(service.pk))
    assert item.ends_at == local(BERLIN, 2026, 3, 29, 3, 30)
    assert times == ["01:00", "01:15", "01:30", "01:45", "03:00"]


def test_case_1_an_ambiguous_time_is_offered_once_and_means_its_first_showing() -> None:
    location, _anna, service = salon(opens=time(1), closes=time(4), duration_minutes=30)
    set_company(slot_step_minutes=30)
    with time_machine.travel(local(BERLIN, 2026, 10, 24, 12), tick=False):
        found = day_slots(location_id=location.pk, items=[ItemRequest(service.pk)], day=date(2026, 10, 25))
        with pytest.raises(SlotUnavailable):
            place_visit(
                location_id=location.pk, items=[ItemRequest(service.pk)],
                starts_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            )  # fmt: skip
    assert [slot.starts_at for slot in found.slots] == [
        datetime(2026, 10, 24, 23, 0, tzinfo=UTC),  # 01:00
        datetime(2026, 10, 24, 23, 30, tzinfo=UTC),  # 01:30
        datetime(2026, 10, 25, 0, 0, tzinfo=UTC),  # 02:00, summer time
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # 02:30, summer time
        datetime(2026, 10, 25, 2, 0, tzinfo=UTC),  # 03:00, winter time
        datetime(2026, 10, 25, 2, 30, tzinfo=UTC),  # 03:30
    ]


def test_case_1_the_repeated_hour_is_working_time() -> None:
    """From 01:00 to 04:00 there are four hours on the day of 25, so a visit of four hours fits."""
    location, _anna, service = salon(opens=time(1), closes=time(4), duration_minutes=240)
    with time_machine.travel(local(BERLIN, 2026, 10, 24, 12), tick=False):
        assert listed(location, date(2026, 10, 25), ItemRequest(service.pk)) == ["01:00"]
        assert listed(location, date(2026, 10, 26), ItemRequest(service.pk)) == []


def test_case_1_shifts_after_the_change_keep_their_wall_clock_times() -> None:
    location, _anna, service = salon("Australia/Lord_Howe", opens=time(9), closes=time(12))
    set_company(slot_step_minutes=60)
    with time_machine.travel(local("Australia/Lord_Howe", 2026, 10, 3, 12), tick=False):  # half an hour forward
        assert listed(location, date(2026, 10, 4), ItemRequest(service.pk)) == ["09:00", "10:00", "11:00"]


def test_case_1_a_day_that_begins_with_a_gap_begins_after_it() -> None:
    location, _anna, service = salon("America/Santiago", opens=time(0), closes=time(3))
    set_company(slot_step_minutes=60)
    with time_machine.travel(local("America/Santiago", 2026, 9, 5, 12), tick=False):
        assert listed(location, date(2026, 9, 6), ItemRequest(service.pk)) == ["01:00", "02:00"]


# -- 2: notice and horizon ------------------------------------------------------------------------------------


def test_case_2_minimum_notice_is_elapsed_time_over_a_change_of_the_clock() -> None:
    """24 hours after Saturday 12:00 is Sunday 13:00 when the night between has an hour less."""
    location, _anna, service = salon()
    set_company(min_notice_minutes=24 * 60, slot_step_minutes=60)
    with time_machine.travel(local(BERLIN, 2026, 3, 28, 12), tick=False):
        assert listed(location, date(2026, 3, 29), ItemRequest(service.pk))[0] == "13:00"
    with time_machine.travel(local(BERLIN, 2026, 10, 24, 12), tick=False):
        assert listed(location, date(2026, 10, 25), ItemRequest(service.pk))[0] == "11:00"


def test_case_2_a_minute_that_has_begun_is_past_and_notice_counts_from_now() -> None:
    location, _anna, service = salon()
    at_ten = local(BERLIN, 2026, 5, 6, 10)
    with time_machine.travel(at_ten, tick=False):
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk))[0] == "10:00"
    with time_machine.travel(at_ten + timedelta(seconds=1), tick=False):
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk))[0] == "10:15"
    set_company(min_notice_minutes=90)
    with time_machine.travel(at_ten, tick=False):
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk))[0] == "11:30"


def test_case_2_the_horizon_is_the_date_of_the_location() -> None:
    """At 22:30 UTC it is already tomorrow in Berlin, and the horizon has moved with it."""
    location, _anna, service = salon()
    set_company(horizon_days=10)
    span = {"location_id": location.pk, "items": [ItemRequest(service.pk)]}
    for now, last in (
        (datetime(2026, 5, 6, 21, 30, tzinfo=UTC), date(2026, 5, 16)),
        (datetime(2026, 5, 6, 22, 30, tzinfo=UTC), date(2026, 5, 17)),
        (datetime(2026, 10, 15, 12, 0, tzinfo=UTC), date(2026, 10, 25)),
    ):
        with time_machine.travel(now, tick=False):
            days = range_slots(**span, date_from=last, date_to=last + timedelta(days=1))  # type: ignore[arg-type]
        assert [day.state for day in days] == [DayState.FREE, DayState.BEYOND]


def test_case_2_staff_are_bound_by_the_past_and_by_two_years_ahead() -> None:
    location, _anna, service = salon()
    set_company(min_notice_minutes=180, horizon_days=3)
    visit = {"location_id": location.pk, "items": [ItemRequest(service.pk)]}
    with time_machine.travel(local(BERLIN, 2026, 5, 6, 10), tick=False):
        for starts_at in (local(BERLIN, 2026, 5, 6, 11), local(BERLIN, 2026, 5, 20, 11)):
            with pytest.raises(SlotUnavailable):
                place_visit(**visit, starts_at=starts_at)  # type: ignore[arg-type]
            (item,) = place_visit(**visit, starts_at=starts_at, bypass_notice=True)  # type: ignore[arg-type]
            assert item.starts_at == starts_at
        last = local(BERLIN, 2028, 5, 5, 11)
        (item,) = place_visit(**visit, starts_at=last, bypass_notice=True)  # type: ignore[arg-type]
        assert item.starts_at == last
        for starts_at in (
            local(BERLIN, 2026, 5, 6, 9, 45),
            local(BERLIN, 2028, 5, 6, 11),
            local(BERLIN, 2199, 5, 6, 11),
        ):
            with pytest.raises(SlotUnavailable) as refused:
                place_visit(**visit, starts_at=starts_at, bypass_notice=True)  # type: ignore[arg-type]
            assert refused.value.alternatives


# -- 3: midnight ----------------------------------------------------------------------------------------------


def test_case_3_a_shift_over_midnight_is_found_once_from_either_date() -> None:
    location, _anna, service = salon(opens=time(22), closes=time(2))
    set_company(slot_step_minutes=30)
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        wednesday = listed(location, date(2026, 5, 6), ItemRequest(service.pk))
        thursday = listed(location, date(2026, 5, 7), ItemRequest(service.pk))
        both = range_slots(
            location_id=location.pk, items=[ItemRequest(service.pk)],
            date_from=date(2026, 5, 6), date_to=date(2026, 5, 7),
        )  # fmt: skip
    assert wednesday == ["00:00", "00:30", "01:00", "22:00", "22:30", "23:00", "23:30"]
    assert thursday == wednesday
    starts = [slot.starts_at for day in both for slot in day.slots]
    assert len(starts) == len(set(starts)) == 14


def test_case_3_a_slot_may_end_at_24_00() -> None:
    location, _anna, service = salon(opens=time(22), closes=time(0))
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk)) == [
            "22:00", "22:15", "22:30", "22:45", "23:00",
        ]  # fmt: skip


def test_case_3_a_visit_may_run_over_midnight_when_both_dates_are_open() -> None:
    location, _anna, service = salon(opens=time(0), closes=time(0))
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk))[-1] == "23:45"


# -- 4: people elsewhere --------------------------------------------------------------------------------------


def test_case_4_an_offset_of_another_zone_names_the_same_slot() -> None:
    """01:30 on the 7th at +05:30 is 22:00 on the 6th in Berlin."""
    location, _anna, service = salon(opens=time(20), closes=time(0))
    elsewhere = datetime(2026, 5, 7, 1, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        (item,) = place_visit(location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=elsewhere)
        found = day_slots(location_id=location.pk, items=[ItemRequest(service.pk)], day=date(2026, 5, 6))
    assert item.starts_at == local(BERLIN, 2026, 5, 6, 22)
    assert item.starts_at.tzinfo is UTC
    assert elsewhere in [slot.starts_at for slot in found.slots]


# -- 5: neighbours --------------------------------------------------------------------------------------------


def test_case_5_buffers_of_both_neighbours_lie_between_two_visits() -> None:
    """Booked 10:00–11:00 with 10 minutes before and 20 after; the new visit wants 15 before and 5 after."""
    location, anna, service = salon(buffer_before_minutes=15, buffer_after_minutes=5)
    set_company(slot_step_minutes=5)
    book(anna, service, local(BERLIN, 2026, 5, 6, 12), before=10, after=20)
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        times = listed(location, date(2026, 5, 6), ItemRequest(service.pk))
    assert times[0] == "09:15"
    assert times[-1] == "16:55"
    assert "10:45" in times  # ends 11:45, its 5 minutes reach 11:50, where the neighbour's 10 begin
    assert "10:50" not in times
    assert "13:30" not in times
    assert "13:35" in times  # the neighbour's 20 minutes end at 13:20, then its own 15


def test_case_5_a_neighbour_of_the_day_before_still_counts() -> None:
    """Held from 16:00 for nineteen hours: the allocation begins far outside the day that is asked for."""
    location, anna, service = salon(opens=time(0), closes=time(0))
    book(anna, service, local(BERLIN, 2026, 5, 5, 20), minutes=720, before=240, after=180)
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk))[0] == "11:00"


def test_case_5_a_neighbour_of_the_day_after_still_counts() -> None:
    location, anna, service = salon(opens=time(0), closes=time(0), buffer_after_minutes=30)
    book(anna, service, local(BERLIN, 2026, 5, 7, 1), before=60)
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk))[-1] == "22:30"


def test_case_5_busy_time_off_the_grid_blocks_every_minute_it_touches() -> None:
    """Made with another step, and with seconds: 10:07:20–10:52:40 leaves no visit of 15 minutes at 10:00 or 10:45."""
    location, anna, service = salon(duration_minutes=15)
    odd = book(anna, service, local(BERLIN, 2026, 5, 6, 10, 7))
    odd.items.get().allocations.update(
        starts_at=local(BERLIN, 2026, 5, 6, 10, 7, 20), ends_at=local(BERLIN, 2026, 5, 6, 10, 52, 40)
    )
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        times = listed(location, date(2026, 5, 6), ItemRequest(service.pk))
    assert times[times.index("09:45") + 1] == "11:00"


# -- 8: moving ------------------------------------------------------------------------------------------------


def test_case_8_a_booking_that_moves_does_not_stand_in_its_own_way() -> None:
    location, anna, service = salon()
    booking = book(anna, service, local(BERLIN, 2026, 5, 6, 10))
    visit = {
        "location_id": location.pk, "items": [ItemRequest(service.pk)], "client_id": booking.client_id,
        "starts_at": local(BERLIN, 2026, 5, 6, 10, 30),
    }  # fmt: skip
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        with pytest.raises(SlotTaken):
            place_visit(**visit)  # type: ignore[arg-type]
        (item,) = place_visit(**visit, ignore_booking_id=booking.pk)  # type: ignore[arg-type]
        assert "10:30" in listed(
            location, date(2026, 5, 6), ItemRequest(service.pk),
            client_id=booking.client_id, ignore_booking_id=booking.pk,
        )  # fmt: skip
    assert item.specialist_id == anna.pk


# -- 9: any specialist ----------------------------------------------------------------------------------------


def test_case_9_any_specialist_is_the_least_loaded_that_day_then_the_first_by_position() -> None:
    location, service = LocationFactory.create(), ServiceFactory.create()
    first, second, third = (
        SpecialistFactory.create(at=[location], gives=[service], position=position) for position in (1, 2, 3)
    )
    book(first, service, local(BERLIN, 2026, 5, 6, 9))
    book(first, service, local(BERLIN, 2026, 5, 7, 9), minutes=30)
    book(second, service, local(BERLIN, 2026, 5, 6, 9), minutes=120)
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        found = day_slots(location_id=location.pk, items=[ItemRequest(service.pk)], day=date(2026, 5, 6))
        by_start = {slot.starts_at: slot.specialist_ids for slot in found.slots}
        assert by_start[local(BERLIN, 2026, 5, 6, 9)] == (third.pk,)
        assert by_start[local(BERLIN, 2026, 5, 6, 15)] == (third.pk, first.pk, second.pk)
        assert by_start[local(BERLIN, 2026, 5, 6, 10)] == (third.pk, first.pk)
        (item,) = place_visit(
            location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=local(BERLIN, 2026, 5, 8, 9)
        )
        assert item.specialist_id == first.pk  # nobody is booked on the 8th
        (item,) = place_visit(
            location_id=location.pk, items=[ItemRequest(service.pk)], starts_at=local(BERLIN, 2026, 5, 7, 10)
        )
        assert item.specialist_id == second.pk


# -- 10: people who are away ----------------------------------------------------------------------------------


def test_case_10_slots_vanish_with_a_deactivated_specialist() -> None:
    location, anna, service = salon()
    berta = SpecialistFactory.create(at=[location], gives=[service])
    anna.is_active = False
    anna.save()
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        found = day_slots(location_id=location.pk, items=[ItemRequest(service.pk)], day=date(2026, 5, 6))
    assert {slot.specialist_ids for slot in found.slots} == {(berta.pk,)}


@pytest.mark.parametrize("everywhere", [True, False])
def test_case_10_slots_vanish_while_a_specialist_has_time_off(everywhere: bool) -> None:
    location, anna, service = salon()
    CalendarOverride.objects.create(
        kind=OverrideKind.CLOSED, specialist=anna, location=None if everywhere else location,
        date_from=date(2026, 5, 6), date_to=date(2026, 5, 7), starts_at=time(10), ends_at=time(17),
    )  # fmt: skip
    CalendarOverride.objects.create(
        kind=OverrideKind.CLOSED, specialist=anna, date_from=date(2026, 5, 8), date_to=date(2026, 5, 8)
    )
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        days = range_slots(
            location_id=location.pk, items=[ItemRequest(service.pk)],
            date_from=date(2026, 5, 6), date_to=date(2026, 5, 9),
        )  # fmt: skip
    assert [len(day.slots) for day in days] == [2, 2, 0, 33]  # at 09:00 and 17:00; none; a whole day
    assert days[2].state is DayState.CLOSED


# -- 14: what is left before closing --------------------------------------------------------------------------


def test_case_14_a_service_longer_than_what_is_left_is_not_offered() -> None:
    location, anna, service = salon(duration_minutes=120)
    book(anna, service, local(BERLIN, 2026, 5, 6, 11, 30), minutes=270)  # leaves 09:00–11:30 and 16:00–18:00
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk)) == ["09:00", "09:15", "09:30", "16:00"]


def test_case_14_fifty_minutes_on_a_grid_of_fifteen_take_fifty_minutes() -> None:
    """10:00–10:50 fits before 10:50 exactly, and ten minutes are not lost to the grid on either side."""
    location, anna, service = salon(opens=time(10), closes=time(12, 35), duration_minutes=50)
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk))[-1] == "11:45"  # ends 12:35
        book(anna, service, local(BERLIN, 2026, 5, 6, 10, 50), minutes=55)  # leaves 10:00–10:50, 11:45–12:35
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk)) == ["10:00", "11:45"]


def test_case_14_lunch_is_a_gap_like_any_other() -> None:
    location, anna, service = salon(duration_minutes=50)
    WorkingHours.objects.filter(specialist=anna).delete()
    for starts_at, ends_at in ((time(9), time(10)), (time(11), time(12))):
        for weekday in range(7):
            WorkingHours.objects.create(
                location=location, specialist=anna, weekday=weekday, starts_at=starts_at, ends_at=ends_at
            )
    with time_machine.travel(local(BERLIN, 2026, 5, 1, 12), tick=False):
        assert listed(location, date(2026, 5, 6), ItemRequest(service.pk)) == ["09:00", "11:00"]
