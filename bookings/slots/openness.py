"""L1: what is open at a location on a date, from weekly hours and overrides. Three queries, however many dates."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import Q, QuerySet

from booking_site.lib.prepared import Prepared
from bookings.enums import OverrideKind
from bookings.models import CalendarOverride, Room, WorkingHours
from bookings.slots import cache
from bookings.slots.cache import OpenDay
from bookings.slots.hours import Exceptional, WeeklyHours, closures, open_hours
from bookings.slots.intervals import Interval, clip, intersect, subtract
from bookings.slots.local_days import local_day
from bookings.slots.request import Place


def load_open(place: Place, days: Sequence[date], *, hint: bool = False) -> Mapping[date, OpenDay]:
    """What is open on each of ``days``: from Redis, else from the database.

    Inside a transaction only the database is asked, so that the caller sees its own changes, and nothing is cached,
    since it might be rolled back. With ``hint`` the cache may be read there as well: for times that are suggested.
    """
    in_transaction = connection.in_atomic_block
    if in_transaction and not hint:
        return compute_open(place, days)
    found = cache.read(place.location_id, days)
    missing = [day for day in days if day not in found.days]
    if not missing:
        return found.days
    computed = compute_open(place, missing)
    if found.version and not in_transaction:
        cache.write(place.location_id, found.version, computed)
    return {**found.days, **computed}


def compute_open(
    place: Place, days: Sequence[date], people: Collection[int] | None = None, *, rooms: bool = True
) -> dict[date, OpenDay]:
    """Openness of each of ``days``, from the database; of ``people`` alone, or of everybody at the location, and of the
    rooms unless they do not matter.
    """
    return AskedOpenness(place, days, people, rooms=rooms).days()


class AskedOpenness:
    """``compute_open`` whose questions were sent, to be worked out when the answers are wanted."""

    def __init__(
        self, place: Place, days: Sequence[date], people: Collection[int] | None = None, *, rooms: bool = True
    ) -> None:
        self._place, self._days, self._people = place, days, people
        among = {"people": sorted(people)} if people is not None else {}
        self._weekly = _prepared_hours.ask(location_id=place.location_id, **among)
        self._overrides = _prepared_overrides.ask(
            location_id=place.location_id, first=min(days) - timedelta(days=1), last=max(days)
        )
        self._rooms = _prepared_rooms.ask(location_id=place.location_id) if rooms else None

    def days(self) -> dict[date, OpenDay]:
        """By date, in the order in which they were asked for."""
        weekly, overrides = _weekly_hours(self._weekly.rows()), _exceptions(self._overrides.rows())
        timetables = _Timetables(
            self._place.zone, self._days, weekly.get((None, None), ()), overrides.get((None, None), ())
        )
        known = sorted({who for who, _room in (*weekly, *overrides) if who is not None})
        specialists = {
            who: timetables.of_person(weekly.get((who, None), ()), overrides.get((who, None), ()))
            for who in known
            if self._people is None or who in self._people
        }
        by_room = {
            room_id: timetables.of_room(overrides.get((None, room_id), ()))
            for (room_id,) in (self._rooms.rows() if self._rooms is not None else ())
        }
        return {
            day: OpenDay(
                {who: by_day[n] for who, by_day in specialists.items() if by_day[n]},
                {room_id: by_day[n] for room_id, by_day in by_room.items() if by_day[n]},
            )
            for n, day in enumerate(self._days)
        }


ByDay: TypeAlias = Sequence[Sequence[Interval]]


class _Timetables:
    """Open time by day. Those who keep the same hours share one timetable, which is worked out once."""

    def __init__(
        self, zone: str, days: Sequence[date], weekly: Sequence[WeeklyHours], overrides: Sequence[Exceptional]
    ) -> None:
        self._zone, self._first, self._last = zone, min(days), max(days)
        self._days = [local_day(zone, day) for day in days]
        self._house = open_hours(zone, self._first, self._last, weekly, overrides)
        self._people: dict[object, ByDay] = {}
        self._rooms: dict[object, ByDay] = {}

    def of_person(self, weekly: Sequence[WeeklyHours], overrides: Sequence[Exceptional]) -> ByDay:
        """While they work and the house is open."""
        key = (tuple(weekly), tuple(overrides))
        if key not in self._people:
            own = open_hours(self._zone, self._first, self._last, weekly, overrides)
            self._people[key] = self._by_day(intersect(self._house, own))
        return self._people[key]

    def of_room(self, overrides: Sequence[Exceptional]) -> ByDay:
        """While the house is open and the room is not closed."""
        key = tuple(overrides)
        if key not in self._rooms:
            closed = closures(self._zone, self._first, self._last, overrides)
            self._rooms[key] = self._by_day(subtract(self._house, closed))
        return self._rooms[key]

    def _by_day(self, intervals: Sequence[Interval]) -> ByDay:
        ends = [end for _start, end in intervals]
        return [clip(intervals[bisect_right(ends, day.start) :], day.start, day.end) for day in self._days]


def _hours_query(location_id: int, people: Sequence[int] | None = None) -> QuerySet[WorkingHours, Any]:
    rows = WorkingHours.objects.filter(location_id=location_id)
    if people is not None:
        rows = rows.filter(Q(specialist=None) | Q(specialist__in=people))
    return rows.order_by().values_list(
        "specialist_id", "weekday", "starts_at", "ends_at", "valid_from", "valid_to"
    )  # fmt: skip


def _overrides_query(location_id: int, first: date, last: date) -> QuerySet[CalendarOverride, Any]:
    about_here = Q(location_id=location_id) | Q(location=None, specialist__isnull=False)
    return (
        CalendarOverride.objects.filter(
            about_here | Q(room__location_id=location_id), date_from__lte=last, date_to__gte=first
        )
        .order_by()
        .values_list("specialist_id", "room_id", "kind", "date_from", "date_to", "starts_at", "ends_at")
    )


def _rooms_query(location_id: int) -> QuerySet[Room, Any]:
    return Room.objects.filter(location_id=location_id, is_active=True).order_by("id").values_list("id")


_prepared_hours = Prepared(_hours_query)
_prepared_overrides = Prepared(_overrides_query)
_prepared_rooms = Prepared(_rooms_query)


def _weekly_hours(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[int | None, int | None], list[WeeklyHours]]:
    """By (specialist, no room); the location's own under no specialist."""
    found: dict[tuple[int | None, int | None], list[WeeklyHours]] = defaultdict(list)
    for who, *columns in rows:
        found[who, None].append(_hours(*columns))
    return found


def _exceptions(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[int | None, int | None], list[Exceptional]]:
    """By (specialist, room); the location's own under neither."""
    found: dict[tuple[int | None, int | None], list[Exceptional]] = defaultdict(list)
    for who, room_id, *columns in rows:
        found[who, room_id].append(_exceptional(*columns))
    return found


@lru_cache(maxsize=1024)
def _hours(weekday: int, starts: Any, ends: Any, valid_from: Any, valid_to: Any) -> WeeklyHours:
    return WeeklyHours(
        weekday, _wall(starts, up=True), _wall(ends, up=False), valid_from and _date(valid_from),
        valid_to and _date(valid_to),
    )  # fmt: skip


def _exceptional(kind: str, first: Any, last: Any, starts: Any, ends: Any) -> Exceptional:
    closed = kind == OverrideKind.CLOSED
    if starts is None or ends is None:
        return Exceptional(closed, _date(first), _date(last))
    return Exceptional(closed, _date(first), _date(last), _wall(starts, up=not closed), _wall(ends, up=closed))


# PostgreSQL gives dates and times, SQLite their texts.


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _wall(value: time | str, *, up: bool) -> int:
    """Minutes since midnight; seconds are rounded so that no minute counts as open that is not so throughout."""
    at = time.fromisoformat(value) if isinstance(value, str) else value
    return at.hour * 60 + at.minute + int(up and (at.second > 0 or at.microsecond > 0))
