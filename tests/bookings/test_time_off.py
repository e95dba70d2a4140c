"""Days and hours off: who may take them, what they close, and whom they affect."""

from datetime import date, time, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from bookings.exceptions import (
    HoursReversed,
    InvalidText,
    InvalidValue,
    NotAllowed,
    NotFound,
    RangeReversed,
    RangeTooLong,
    SlotUnavailable,
)
from bookings.models import AuditEntry, CalendarOverride, FreedTime, Room, WaitlistOffer, WorkingHours
from bookings.queries.affected import affected_bookings
from bookings.queries.time_off import list_time_off
from bookings.read_models import TimeOff
from bookings.services import time_off, visits
from bookings.services.time_off import add_time_off, remove_time_off
from bookings.services.waitlist_matching import expire_offers
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon, actor_of, row
from tests.bookings.test_waitlist import join
from tests.factories import RoomFactory, open_daily

DAY = date(2026, 3, 3)


def take_off(salon: Salon, **changes: Any) -> TimeOff:
    wanted = {"actor": salon.as_anna, "specialist_id": salon.anna.pk, "date_from": DAY, "date_to": DAY}
    return add_time_off(**{**wanted, **changes})


def test_a_day_off_closes_the_calendar_and_names_who_is_affected(salon: Salon, heard: Heard) -> None:
    hit, next_day = salon.book(), salon.book(TOMORROW + 24 * HOUR)

    taken = take_off(salon, reason=" Dentist ")

    assert [card.id for card in taken.affected] == [hit.id]
    assert (taken.card.specialist_id, taken.card.date_from, taken.card.reason) == (salon.anna.pk, DAY, "Dentist")
    assert {row(hit).status, row(next_day).status} == {"confirmed"}, "nothing is cancelled"
    assert heard.kinds == ["booking_created"] * 2
    with pytest.raises(SlotUnavailable):
        salon.book(TOMORROW + 2 * HOUR)


def test_hours_off_affect_what_lies_in_them(salon: Salon) -> None:
    salon.book()
    later = salon.book(TOMORROW + 3 * HOUR)

    taken = take_off(salon, starts_at=time(12), ends_at=time(15))

    assert [card.id for card in taken.affected] == [later.id]


def test_hours_end_on_the_next_day_where_that_is_said(salon: Salon) -> None:
    today, next_day = salon.book(), salon.book(TOMORROW + 24 * HOUR)

    night = take_off(salon, starts_at=time(16), ends_at=time(12), over_midnight=True)

    assert ([card.id for card in night.affected], night.card.over_midnight) == ([next_day.id], True)
    assert row(today).status == "confirmed"


def test_midnight_ends_the_day_itself(salon: Salon) -> None:
    noon, next_day = salon.book(TOMORROW + 3 * HOUR), salon.book(TOMORROW + 24 * HOUR)

    assert [card.id for card in take_off(salon, starts_at=time(12), ends_at=time(0)).affected] == [noon.id]
    assert [card.id for card in take_off(salon, starts_at=time(0), ends_at=time(0)).affected] == [noon.id]
    assert next_day.id


def test_a_booking_that_is_being_made_is_affected(
    salon: Salon, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    """It has claimed the specialist and is not there yet: the time off waits for it, and names it."""
    found: list[TimeOff] = []

    def close() -> None:
        found.append(take_off(salon))
        connection.close()

    closing = Thread(target=close)
    write_items = visits.write_items

    def writing(*given: Any, **named: Any) -> Any:
        closing.start()
        closing.join(0.2)  # as far as it gets
        return write_items(*given, **named)

    monkeypatch.setattr(visits, "write_items", writing)
    booking = salon.book()
    closing.join()

    assert [card.id for taken in found for card in taken.affected] == [booking.id]


def test_the_days_of_the_answer_are_those_of_the_time_off(salon: Salon) -> None:
    salon.book(TOMORROW + 48 * HOUR)
    take_off(salon, date_from=DAY + timedelta(days=2), date_to=DAY + timedelta(days=2))

    assert take_off(salon).affected == ()


def test_a_location_and_a_room_are_closed_by_admins(salon: Salon) -> None:
    booking = salon.book()
    room: Room = RoomFactory.create(location=salon.location)
    place = {"specialist_id": None, "location_id": salon.location.pk}

    closed = take_off(salon, actor=salon.as_admin, **place)
    assert [card.id for card in closed.affected] == [booking.id]
    assert take_off(salon, actor=salon.as_admin, specialist_id=None, room_id=room.pk).card.room_id == room.pk
    for narrow in (place, {"specialist_id": None, "room_id": room.pk}):
        with pytest.raises(NotAllowed):
            take_off(salon, **narrow)


def test_a_calendar_is_its_specialists_and_the_admins(salon: Salon) -> None:
    for actor in (salon.as_client, salon.as_anna):
        with pytest.raises(NotFound):
            take_off(salon, actor=actor, specialist_id=salon.boris.pk)
        with pytest.raises(NotFound):
            list_time_off(actor=actor, specialist_id=salon.boris.pk)
        with pytest.raises(NotFound):
            affected_bookings(actor=actor, specialist_id=salon.boris.pk)
    with pytest.raises(NotAllowed):
        list_time_off(actor=salon.as_client)
    assert list_time_off(actor=salon.as_anna) == (), "their own"
    assert affected_bookings(actor=salon.as_anna, specialist_id=salon.anna.pk) == ()
    with pytest.raises(NotFound):
        take_off(salon, actor=salon.as_admin, specialist_id=0)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"date_to": DAY - timedelta(days=1)}, RangeReversed),
        ({"date_to": DAY + timedelta(days=366)}, RangeTooLong),
        ({"starts_at": time(10)}, InvalidValue),
        ({"ends_at": time(10)}, InvalidValue),
        ({"starts_at": time(14), "ends_at": time(13)}, HoursReversed),
        ({"starts_at": time(14), "ends_at": time(14)}, HoursReversed),
        ({"starts_at": time(14), "ends_at": time(15), "over_midnight": True}, HoursReversed),
        ({"over_midnight": True}, HoursReversed),
        ({"specialist_id": None}, InvalidValue),
        ({"reason": "x" * 201}, InvalidText),
    ],
)
def test_what_cannot_be_is_refused(salon: Salon, changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        take_off(salon, actor=salon.as_admin, **changes)
    assert not CalendarOverride.objects.exists()


def test_a_room_is_closed_alone(salon: Salon) -> None:
    room = RoomFactory.create(location=salon.location)

    with pytest.raises(InvalidValue):
        take_off(salon, actor=salon.as_admin, room_id=room.pk)


def test_taking_it_back_opens_the_calendar(salon: Salon) -> None:
    taken = take_off(salon)

    assert remove_time_off(actor=salon.as_anna, override_id=taken.card.id) == taken.card.id
    assert salon.book().id
    with pytest.raises(NotFound):
        remove_time_off(actor=salon.as_anna, override_id=taken.card.id)
    assert list(AuditEntry.objects.filter(entity="calendar_override").values_list("action", flat=True)) == [
        "deleted", "created",
    ]  # fmt: skip


def test_nobody_takes_back_anothers(salon: Salon) -> None:
    of_boris = take_off(salon, actor=salon.as_admin, specialist_id=salon.boris.pk)
    of_all = take_off(salon, actor=salon.as_admin, specialist_id=None, location_id=salon.location.pk)

    with pytest.raises(NotFound):
        remove_time_off(actor=salon.as_anna, override_id=of_boris.card.id)
    with pytest.raises(NotAllowed):
        remove_time_off(actor=salon.as_anna, override_id=of_all.card.id)


def test_other_hours_are_no_time_off(salon: Salon) -> None:
    longer = CalendarOverride.objects.create(
        kind="open", specialist=salon.anna, location=salon.location, date_from=DAY, date_to=DAY,
        starts_at=time(8), ends_at=time(20),
    )  # fmt: skip

    with pytest.raises(NotFound):
        remove_time_off(actor=salon.as_admin, override_id=longer.pk)
    assert list_time_off(actor=salon.as_admin) == ()


def test_the_same_request_again_is_answered_and_not_repeated(salon: Salon) -> None:
    first = take_off(salon, idempotency_key="k")
    assert take_off(salon, idempotency_key="k") == first
    assert CalendarOverride.objects.count() == 1

    for _attempt in range(2):
        remove_time_off(actor=salon.as_anna, override_id=first.card.id, idempotency_key="k")
    with pytest.raises(NotFound):
        take_off(salon, idempotency_key="k")


def test_the_list_is_narrowed_by_dates(salon: Salon) -> None:
    week = [take_off(salon, date_from=DAY + timedelta(days=n), date_to=DAY + timedelta(days=n)) for n in range(3)]
    mine: dict[str, Any] = {"actor": salon.as_anna, "specialist_id": salon.anna.pk}

    assert list_time_off(**mine) == tuple(taken.card for taken in week)
    assert list_time_off(**mine, date_from=DAY + timedelta(days=1), date_to=DAY + timedelta(days=1)) == (
        week[1].card,
    )


@pytest.mark.parametrize("how", ["taken back", "shortened", "deleted as a row"])
def test_who_waits_is_offered_what_is_open_again(salon: Salon, how: str) -> None:
    taken = take_off(salon, date_from=DAY, date_to=DAY + timedelta(days=3))
    card = join(salon)
    assert expire_offers() == 0
    override = CalendarOverride.objects.get()
    match how:
        case "taken back":
            remove_time_off(actor=salon.as_anna, override_id=taken.card.id)
        case "shortened":
            override.date_from = DAY + timedelta(days=1)
            override.save()
        case _:
            CalendarOverride.objects.all().delete()
    assert expire_offers() == 1

    offer = WaitlistOffer.objects.get()
    assert (offer.entry_id, offer.starts_at) == (card.id, TOMORROW - HOUR)


@pytest.mark.parametrize("who", ["anna", "salon"])
@pytest.mark.parametrize("how", ["weekly hours", "an open day", "a shorter day taken back"])
def test_who_waits_is_offered_hours_that_are_added(salon: Salon, who: str, how: str) -> None:
    """Until then nothing was open; of the salon's own hours, too."""
    narrow: dict[str, Any] = {"location": salon.location, "specialist": salon.anna if who == "anna" else None}
    WorkingHours.objects.filter(**narrow, weekday=DAY.weekday()).delete()
    shut = {**narrow, "date_from": DAY, "date_to": DAY}
    if how == "a shorter day taken back":
        open_daily(salon.location, narrow["specialist"])
        CalendarOverride.objects.create(kind="open", starts_at=time(7), ends_at=time(8), **shut)
    card = join(salon)
    assert expire_offers() == 0
    match how:
        case "weekly hours":
            WorkingHours.objects.create(**narrow, weekday=DAY.weekday(), starts_at=time(10), ends_at=time(12))
        case "an open day":
            CalendarOverride.objects.create(kind="open", starts_at=time(10), ends_at=time(12), **shut)
        case _:
            CalendarOverride.objects.get().delete()
    assert expire_offers() == 1

    offer = WaitlistOffer.objects.get()
    assert (offer.entry_id, offer.starts_at) == (
        card.id,
        TOMORROW if how != "a shorter day taken back" else TOMORROW - HOUR,
    )


def test_hours_that_no_longer_hold_or_lie_too_far_free_nothing(salon: Salon) -> None:
    daily = {"location": salon.location, "weekday": 0, "starts_at": time(9), "ends_at": time(10)}
    WorkingHours.objects.create(**daily, valid_to=DAY - timedelta(days=2))
    WorkingHours.objects.create(**daily, valid_from=DAY + timedelta(days=365))

    assert not FreedTime.objects.exists()


def test_a_room_or_a_place_that_opens_again_is_looked_through(salon: Salon) -> None:
    room = RoomFactory.create(location=salon.location)
    FreedTime.objects.all().delete()  # a new room is looked through, too
    for subject in ({"room": room}, {"location": salon.location}):
        CalendarOverride.objects.create(kind="closed", date_from=DAY, date_to=DAY, **subject).delete()

    assert FreedTime.objects.filter(location=salon.location, specialist=None).count() == 2


def test_an_admin_sees_all(salon: Salon) -> None:
    take_off(salon)
    take_off(salon, actor=salon.as_admin, specialist_id=None, location_id=salon.location.pk)

    assert len(list_time_off(actor=salon.as_admin)) == 2
    assert len(list_time_off(actor=salon.as_admin, location_id=salon.location.pk)) == 1
    assert len(list_time_off(actor=actor_of(salon.admin), specialist_id=salon.anna.pk)) == 1


def test_nothing_is_closed_when_the_answer_fails(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is told of an error asks again, with the same key, and is answered then."""

    def failing(**_given: Any) -> Any:
        raise RuntimeError("the affected bookings cannot be found")

    hit = salon.book()
    with monkeypatch.context() as broken:
        broken.setattr(time_off, "affected_bookings", failing)
        with pytest.raises(RuntimeError):
            take_off(salon, idempotency_key="off-1")
    assert not CalendarOverride.objects.exists()

    taken = take_off(salon, idempotency_key="off-1")

    assert [card.id for card in taken.affected] == [hit.id]
    assert take_off(salon, idempotency_key="off-1") == taken


@pytest.mark.parametrize(("first", "last"), [(DAY, date.max), (date.min, DAY), (date.max, date.max)])
def test_days_off_lie_where_something_can_be_planned(salon: Salon, first: date, last: date) -> None:
    with pytest.raises(InvalidValue):
        take_off(salon, date_from=first, date_to=last)


@pytest.mark.parametrize("hours", [{}, {"starts_at": time(22), "ends_at": time(6), "over_midnight": True}])
@pytest.mark.parametrize(("first", "last"), [(DAY, date.max), (date.min, DAY), (date.min, date.max)])
def test_days_off_without_end_are_shortened_and_taken_back(
    salon: Salon, first: date, last: date, hours: dict[str, Any]
) -> None:
    """Written before dates had bounds, say."""
    endless = CalendarOverride.objects.create(
        kind="closed", specialist=salon.anna, date_from=first, date_to=last, **hours
    )
    endless.reason = "Travels"
    endless.save()

    remove_time_off(actor=salon.as_anna, override_id=endless.pk)

    assert salon.book().id
    today, beyond = date(2026, 3, 2), date(2026, 3, 2) + timedelta(days=60 + 2)
    for freed in FreedTime.objects.all():
        assert today - timedelta(days=2) <= freed.starts_at.date() < freed.ends_at.date() <= beyond


@pytest.mark.parametrize("first", [date.min, date.max])
def test_what_is_over_or_out_of_reach_frees_nothing(salon: Salon, first: date) -> None:
    CalendarOverride.objects.create(kind="closed", specialist=salon.anna, date_from=first, date_to=first).delete()

    assert not FreedTime.objects.exists()
