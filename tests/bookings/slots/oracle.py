"""The rules once more, slowly and obviously: minute by minute, with zoneinfo datetimes and sets.

It shares no code with the engine. A minute is an aware UTC datetime; what is free is a set of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from tests.bookings.slots.scenarios import Offered, Scenario

MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _walls(zone: str, day: date) -> dict[datetime, datetime]:
    """The minutes of the five days around ``day``, each with what the clocks show."""
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - 2 * ONE_DAY
    minutes = [first + n * MINUTE for n in range(5 * 1440)]
    return {minute: minute.astimezone(ZoneInfo(zone)) for minute in minutes}


@lru_cache(maxsize=512)
def span_minutes(low: datetime, high: datetime) -> frozenset[datetime]:
    return frozenset(low + n * MINUTE for n in range((high - low) // MINUTE))


@dataclass(frozen=True)
class Taken:
    """One item of a visit that is being put together."""

    who: int
    room: int | None
    starts: datetime
    ends: datetime
    busy_from: datetime
    busy_to: datetime
    #: Free seats of the session it joins.
    joins: int | None = None


@dataclass(frozen=True)
class Expected:
    starts: datetime
    people: tuple[int, ...]
    possible_ends: frozenset[datetime]
    seats_left: int | None


class Oracle:
    def __init__(self, scenario: Scenario) -> None:
        self.s = scenario
        self.zone = ZoneInfo(scenario.zone)
        self.walls = _walls(scenario.zone, scenario.day)
        self.minutes = self.walls.keys()

    # -- the clock on the wall ----------------------------------------------------------------------------

    def instant(self, day: date, at: time) -> datetime:
        """When the wall clock first shows ``at`` on ``day``, or the next time that it does show."""
        wall = datetime.combine(day, at)
        while True:
            there = wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
            if there.astimezone(self.zone).replace(tzinfo=None) == wall:
                return there
            wall += MINUTE

    def span(self, day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
        last = day if ends > starts else day + ONE_DAY
        return self.instant(day, starts), self.instant(last, ends)

    def among(self, spans: list[tuple[datetime, datetime]]) -> set[datetime]:
        return {minute for low, high in spans for minute in span_minutes(low, high)} & self.minutes

    # -- open ---------------------------------------------------------------------------------------------

    def closed(self, who: int | None, room: int | None) -> set[datetime]:
        parts, whole = [], set()
        for override in self.s.overrides:
            if not override.closed or (override.who, override.room) != (who, room):
                continue
            day = override.first
            while day <= override.last:
                if override.starts is None or override.ends is None:
                    whole |= {minute for minute in self.minutes if self.walls[minute].date() == day}
                else:
                    parts.append(self.span(day, override.starts, override.ends))
                day += ONE_DAY
        return whole | self.among(parts)

    def hours(self, who: int | None) -> set[datetime]:
        spans = []
        for offset in range(-3, 5):
            day = self.s.day + offset * ONE_DAY
            mine = [
                override for override in self.s.overrides
                if (override.who, override.room) == (who, None) and override.first <= day <= override.last
            ]  # fmt: skip
            if any(override.closed and override.starts is None for override in mine):
                continue
            differently = [
                (override.starts, override.ends) for override in mine
                if not override.closed and override.starts is not None and override.ends is not None
            ]  # fmt: skip
            weekly = [
                (shift.starts, shift.ends) for shift in self.s.shifts
                if shift.who == who
                and shift.weekday == day.weekday()
                and (shift.valid_from or day) <= day <= (shift.valid_to or day)
            ]  # fmt: skip
            spans += [self.span(day, *times) for times in (differently or weekly)]
        return self.among(spans) - self.closed(who, None)

    @cached_property
    def house(self) -> set[datetime]:
        return self.hours(None)

    @cached_property
    def open_people(self) -> dict[int, set[datetime]]:
        people = {who for service in self.s.services for who in service.minutes}
        return {who: self.hours(who) & self.house for who in people}

    @cached_property
    def open_rooms(self) -> dict[int, set[datetime]]:
        return {room: self.house - self.closed(None, room) for room in self.s.rooms}

    def held(self, who: int | None, room: int | None) -> set[datetime]:
        return self.among([
            (held.starts, held.ends) for held in self.s.held if (held.who, held.room) == (who, room)
        ])  # fmt: skip

    @cached_property
    def free_people(self) -> dict[int, set[datetime]]:
        return {who: minutes - self.held(who, None) for who, minutes in self.open_people.items()}

    @cached_property
    def free_rooms(self) -> dict[int, set[datetime]]:
        return {room: minutes - self.held(None, room) for room, minutes in self.open_rooms.items()}

    @cached_property
    def client_busy(self) -> set[datetime]:
        return self.among(list(self.s.client))

    # -- visits -------------------------------------------------------------------------------------------

    def starts(self, day: date) -> list[datetime]:
        """Times on ``day`` at which a visit may begin if it fits: on the grid, or with a session."""
        earliest = self.s.now + timedelta(minutes=self.s.notice)
        today = self.s.now.astimezone(self.zone).date()
        if not today <= day <= today + timedelta(days=self.s.horizon_days):
            return []
        with_sessions = {session.starts for session in self.s.classes if session.service == self.s.items[0][0]}
        return [
            minute for minute, wall in self.walls.items()
            if wall.date() == day
            and minute >= earliest
            and (
                (wall.fold == 0 and (wall.hour * 60 + wall.minute) % self.s.step == 0)
                or minute in with_sessions
            )
        ]  # fmt: skip

    def on_grid(self, minute: datetime) -> bool:
        wall = self.walls[minute]
        return wall.fold == 0 and (wall.hour * 60 + wall.minute) % self.s.step == 0

    def visits(self, starts: datetime, placed: tuple[Taken, ...] = ()) -> Iterator[tuple[Taken, ...]]:
        """Every way to give all items, the first one at ``starts``."""
        if len(placed) == len(self.s.items):
            held = span_minutes(placed[0].starts, placed[-1].ends)
            if not held & self.client_busy:
                yield placed
            return
        service_id, asked = self.s.items[len(placed)]
        service = self.s.services[service_id]
        not_before = placed[-1].ends if placed else starts
        for who in service.minutes:
            if asked in (None, who):
                for taken in self.ways(service_id, service, who, not_before, placed):
                    yield from self.visits(starts, (*placed, taken))

    def ways(
        self, service_id: int, service: Offered, who: int, not_before: datetime, placed: tuple[Taken, ...]
    ) -> Iterator[Taken]:
        before, after = timedelta(minutes=service.before), timedelta(minutes=service.after)
        for session in self.s.classes:
            if (session.service, session.who, session.starts) != (service_id, who, not_before):
                continue
            there = span_minutes(session.starts, session.ends)
            room_open = session.room is None or there <= self.open_rooms[session.room]
            if service.capacity > 1 and session.seats_left and there <= self.open_people[who] and room_open:
                yield Taken(
                    who, session.room, session.starts, session.ends,
                    session.starts - before, session.ends + after, session.seats_left,
                )  # fmt: skip
        for room in self.s.rooms if service.needs_room else [None]:
            begin = not_before
            for other in placed:
                if other.who == who or (room is not None and other.room == room):
                    begin = max(begin, other.busy_to + before)
            if not placed and not self.on_grid(begin):
                continue
            end = begin + timedelta(minutes=service.minutes[who])
            busy = span_minutes(begin - before, end + after)
            if busy <= self.free_people[who] and (room is None or busy <= self.free_rooms[room]):
                yield Taken(who, room, begin, end, begin - before, end + after)

    def load(self, who: int, day: date) -> int:
        """Booked minutes of the date."""
        return sum(1 for minute in self.held(who, None) if self.walls[minute].date() == day)

    def expected(self, day: date) -> list[Expected]:
        """What must be offered on ``day``, in order of time."""
        found = []
        service = self.s.services[self.s.items[0][0]]
        people = list(service.minutes)
        loads = {who: self.load(who, day) for who in people}
        for starts in self.starts(day):
            visits = list(self.visits(starts))
            if not visits:
                continue
            joins = {visit[0].who: visit[0].joins for visit in visits}
            order = sorted(joins, key=lambda who: (joins[who] is None, loads[who], people.index(who)))
            seats = joins[order[0]] or service.capacity
            ends = frozenset(visit[-1].ends for visit in visits if visit[0].who == order[0])
            found.append(Expected(starts, tuple(order), ends, seats if service.capacity > 1 else None))
        return found
