"""L1: what is open at a location on a date, from weekly hours and overrides. Three queries, however many dates."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, time, timedelta

from django.db import connection
from django.db.models import Q

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


def compute_open(place: Place, days: Sequence[date], people: Collection[int] | None = None) -> dict[date, OpenDay]:
    """Openness of each of ``days``, from the database; of ``people`` alone, or of everybody at the location."""
    first, last = min(days), max(days)
    weekly = _weekly_hours(place.location_id, people)
    overrides = _overrides(place.location_id, first - timedelta(days=1), last)
    house = open_hours(place.zone, first, last, weekly.get((None, None), ()), overrides.get((None, None), ()))
    known = sorted({who for who, _room in (*weekly, *overrides) if who is not None})
    specialists = {
        who: intersect(
            house,
            open_hours(place.zone, first, last, weekly.get((who, None), ()), overrides.get((who, None), ())),
        )
        for who in known
        if people is None or who in people
    }
    rooms = {
        room_id: subtract(house, closures(place.zone, first, last, overrides.get((None, room_id), ())))
        for room_id in Room.objects.filter(location_id=place.location_id, is_active=True)
        .order_by("id")
        .values_list("id", flat=True)
    }
    return {day: _of_day(place.zone, day, specialists, rooms) for day in days}


def _weekly_hours(
    location_id: int, people: Collection[int] | None
) -> dict[tuple[int | None, int | None], list[WeeklyHours]]:
    """By (specialist, no room); the location's own under no specialist."""
    rows = WorkingHours.objects.filter(location_id=location_id)
    if people is not None:
        rows = rows.filter(Q(specialist=None) | Q(specialist__in=people))
    found: dict[tuple[int | None, int | None], list[WeeklyHours]] = defaultdict(list)
    for who, weekday, starts, ends, valid_from, valid_to in rows.order_by().values_list(
        "specialist_id", "weekday", "starts_at", "ends_at", "valid_from", "valid_to"
    ):
        hours = WeeklyHours(weekday, _wall(starts, up=True), _wall(ends, up=False), valid_from, valid_to)
        found[who, None].append(hours)
    return found


def _overrides(
    location_id: int, first: date, last: date
) -> dict[tuple[int | None, int | None], list[Exceptional]]:
    """By (specialist, room); the location's own under neither."""
    rows = CalendarOverride.objects.filter(
        Q(location_id=location_id) | Q(location=None, specialist__isnull=False) | Q(room__location_id=location_id),
        date_from__lte=last,
        date_to__gte=first,
    )
    found: dict[tuple[int | None, int | None], list[Exceptional]] = defaultdict(list)
    for who, room_id, kind, date_from, date_to, starts, ends in rows.order_by().values_list(
        "specialist_id", "room_id", "kind", "date_from", "date_to", "starts_at", "ends_at"
    ):
        found[who, room_id].append(_exceptional(kind, date_from, date_to, starts, ends))
    return found


def _exceptional(kind: str, first: date, last: date, starts: time | None, ends: time | None) -> Exceptional:
    closed = kind == OverrideKind.CLOSED
    if starts is None or ends is None:
        return Exceptional(closed, first, last)
    return Exceptional(closed, first, last, _wall(starts, up=not closed), _wall(ends, up=closed))


def _wall(value: time, *, up: bool) -> int:
    """Minutes since midnight; seconds are rounded so that no minute counts as open that is not so throughout."""
    return value.hour * 60 + value.minute + int(up and value.second > 0)


def _of_day(
    zone: str, day: date, specialists: Mapping[int, list[Interval]], rooms: Mapping[int, list[Interval]]
) -> OpenDay:
    local = local_day(zone, day)

    def clipped(openness: Mapping[int, list[Interval]]) -> dict[int, list[Interval]]:
        parts = {key: clip(intervals, local.start, local.end) for key, intervals in openness.items()}
        return {key: intervals for key, intervals in parts.items() if intervals}

    return OpenDay(clipped(specialists), clipped(rooms))
