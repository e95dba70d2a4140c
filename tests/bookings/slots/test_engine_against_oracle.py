"""The engine agrees with a slow, obvious implementation, minute for minute, around changes of the clock.

``SLOTS_EXAMPLES=2000`` runs it longer.
"""

import os
from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings

from bookings.slots.engine import Visit
from bookings.slots.hours import Exceptional, WeeklyHours, closures, open_hours
from bookings.slots.intervals import Interval, intersect, subtract, to_mask, union
from bookings.slots.local_days import LocalDay, date_at, days_between, epoch_minute, instant_of, local_day
from bookings.slots.problem import Calendar, Candidate, Need, Session
from tests.bookings.slots.oracle import Oracle
from tests.bookings.slots.scenarios import CHANGES, Override, Scenario, scenarios

EXAMPLES = int(os.environ.get("SLOTS_EXAMPLES", "80"))


def minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def exceptional(override: Override) -> Exceptional:
    if override.starts is None or override.ends is None:
        return Exceptional(override.closed, override.first, override.last)
    return Exceptional(
        override.closed, override.first, override.last, minutes(override.starts), minutes(override.ends)
    )


def spans_of(held: Sequence[Any], **resource: int) -> list[Interval]:
    return union(
        (epoch_minute(part.starts), epoch_minute(part.ends))
        for part in held
        if all(getattr(part, name) == value for name, value in resource.items())
    )


def build(scenario: Scenario) -> tuple[Visit, list[LocalDay]]:
    """The engine over the scenario's day and the one after."""
    days = days_between(scenario.zone, scenario.day, scenario.day + timedelta(days=1))
    loaded = days_between(scenario.zone, scenario.day - timedelta(days=1), scenario.day + timedelta(days=3))
    first, last = loaded[0], loaded[-1]
    origin, length = first.start, last.end - first.start

    def hours(who: int | None) -> list[Interval]:
        return open_hours(
            scenario.zone, first.date, last.date,
            [
                WeeklyHours(shift.weekday, minutes(shift.starts), minutes(shift.ends), shift.valid_from, shift.valid_to)
                for shift in scenario.shifts if shift.who == who
            ],
            [exceptional(o) for o in scenario.overrides if (o.who, o.room) == (who, None)],
        )  # fmt: skip

    house = hours(None)
    people = sorted({who for service in scenario.services for who in service.minutes})
    closed_rooms = {
        room: closures(
            scenario.zone, first.date, last.date, [exceptional(o) for o in scenario.overrides if o.room == room]
        )
        for room in scenario.rooms
    }
    calendar = Calendar(
        origin,
        length,
        open={who: to_mask(intersect(house, hours(who)), origin, length) for who in people},
        busy={who: to_mask(spans_of(scenario.held, who=who), origin, length) for who in people},
        rooms_open={
            room: to_mask(subtract(house, closed), origin, length) for room, closed in closed_rooms.items()
        },
        rooms_busy={room: to_mask(spans_of(scenario.held, room=room), origin, length) for room in scenario.rooms},
        client_busy=to_mask(union((epoch_minute(a), epoch_minute(b)) for a, b in scenario.client), origin, length),
    )
    needs = []
    for service_id, asked in scenario.items:
        service = scenario.services[service_id]
        sessions = [
            Session(
                number, session.who, session.room, epoch_minute(session.starts), epoch_minute(session.ends),
                epoch_minute(session.starts) - service.before, epoch_minute(session.ends) + service.after,
                session.seats_left,
            )
            for number, session in enumerate(scenario.classes) if session.service == service_id
        ]  # fmt: skip
        candidates = [
            Candidate(who, duration) for who, duration in service.minutes.items() if asked in (None, who)
        ]
        needs.append(
            Need(
                tuple(candidates), service.before, service.after, service.needs_room, service.capacity,
                tuple(sessions) if service.capacity > 1 else (),
            )
        )  # fmt: skip
    return Visit(calendar, needs, days, scenario.step), days


def limits(scenario: Scenario, day: LocalDay) -> int | None:
    """The earliest minute to ask for on ``day``, ``None`` when it is past or beyond the horizon."""
    today = date_at(scenario.zone, epoch_minute(scenario.now))
    if not today <= day.date <= today + timedelta(days=scenario.horizon_days):
        return None
    return epoch_minute(scenario.now) + scenario.notice


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_the_engine_offers_what_the_oracle_offers(scenario: Scenario) -> None:
    visit, days = build(scenario)
    oracle = Oracle(scenario)
    for day in days:
        earliest = limits(scenario, day)
        offers = visit.offers(day, earliest) if earliest is not None else []
        expected = oracle.expected(day.date)
        assert [(instant_of(offer.starts), offer.specialist_ids, offer.seats_left) for offer in offers] == [
            (e.starts, e.people, e.seats_left) for e in expected
        ]
        for offer, wanted in zip(offers, expected, strict=True):
            assert instant_of(offer.ends) in wanted.possible_ends
        assert earliest is None or visit.fits_somewhere(day, earliest) == bool(expected)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_exactly_what_is_listed_can_be_placed_with_the_person_listed_first(scenario: Scenario) -> None:
    visit, days = build(scenario)
    for day in days:
        offers = {offer.starts: offer for offer in visit.offers(day, day.start)}
        for minute in range(day.start, day.end, 5):
            placed = visit.place(minute)
            assert (placed is not None) == (minute in offers)
            if placed is not None:
                assert placed[0].specialist_id == offers[minute].specialist_ids[0]
                assert placed[-1].ends == offers[minute].ends


def test_the_days_of_the_scenarios_are_what_they_are_called() -> None:
    """The zone data on this machine has the changes that the scenarios are drawn around."""
    lengths = {
        (zone, local_day(zone, day).length)
        for zone, days in CHANGES.items()
        for day in days
        if local_day(zone, day).length != 1440
    }
    assert lengths == {
        ("Europe/Berlin", 1380), ("Europe/Berlin", 1500),
        ("America/New_York", 1380), ("America/New_York", 1500),
        ("Africa/Casablanca", 1380), ("Africa/Casablanca", 1500),
        ("Australia/Lord_Howe", 1410), ("Australia/Lord_Howe", 1470),
        ("Asia/Beirut", 1380), ("Asia/Beirut", 1500),
        ("America/Santiago", 1380), ("America/Santiago", 1500),
        ("America/Havana", 1380), ("America/Havana", 1500),
    }  # fmt: skip
