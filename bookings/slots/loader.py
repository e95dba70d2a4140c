"""From rows to integers: what is open (L1), what is busy (L2) and what is asked for.

The number of queries is fixed, however many specialists, rooms and days there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Func, IntegerField, Q

from bookings.database_guard import MAX_ALLOCATION_HOURS
from bookings.enums import OverrideKind
from bookings.exceptions import ServiceUnavailable
from bookings.models import (
    Allocation,
    Booking,
    BookingItem,
    CalendarOverride,
    Company,
    GroupSession,
    Location,
    Room,
    Service,
    SpecialistService,
    WorkingHours,
)
from bookings.read_models import ItemRequest
from bookings.slots import cache
from bookings.slots.engine import Candidate, Need, Session
from bookings.slots.hours import Exceptional, WeeklyHours, closures, open_hours
from bookings.slots.intervals import Interval, clip, intersect, subtract
from bookings.slots.local_days import instant_of, local_day

#: More services than anybody has in one visit; the search for several items is bounded by it.
MAX_ITEMS = 8
#: No allocation that began longer ago than this can still be busy; see the database guard.
LOOK_BACK = timedelta(hours=MAX_ALLOCATION_HOURS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where, and the company's rules. ``step`` and ``min_notice`` are minutes."""

    location_id: int
    zone: str
    step: int
    min_notice: int
    horizon_days: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One service of a visit with those who could give it, in the order that breaks ties."""

    service_id: int
    before: int
    after: int
    capacity: int
    needs_room: bool
    candidates: tuple[Candidate, ...]
    prices: Mapping[int, Decimal]

    def need(self, sessions: Iterable[Session] = ()) -> Need:
        return Need(self.candidates, self.before, self.after, self.needs_room, self.capacity, tuple(sessions))


@dataclass(frozen=True, slots=True)
class Busy:
    """Sorted busy intervals in epoch minutes, buffers included (the client's without)."""

    specialists: Mapping[int, Sequence[Interval]]
    rooms: Mapping[int, Sequence[Interval]]
    client: Sequence[Interval]
    sessions: Mapping[int, Sequence[Session]]


def load_place(location_id: int) -> Place:
    """Raise ServiceUnavailable where the location is unknown or not active."""
    zone = Location.objects.filter(pk=location_id, is_active=True).values_list("timezone", flat=True).first()
    if zone is None:
        raise ServiceUnavailable("The location is not available", reason="location", location_id=location_id)
    company = Company.objects.current()
    return Place(location_id, zone, company.slot_step_minutes, company.min_notice_minutes, company.horizon_days)


def load_wanted(location_id: int, items: Sequence[ItemRequest]) -> tuple[Wanted, ...]:
    """What the items mean now, in their order. Two queries.

    Raise ServiceUnavailable where there are no items or too many, a service is gone, or nobody who was asked for
    gives it at the location.
    """
    if not 0 < len(items) <= MAX_ITEMS:
        raise ServiceUnavailable(
            f"A visit has between 1 and {MAX_ITEMS} services", reason="item_count", count=len(items)
        )
    service_ids = {item.service_id for item in items}
    services = {
        service.pk: service
        for service in Service.objects.filter(pk__in=service_ids, is_active=True, category__is_active=True)
    }
    offers: dict[int, list[tuple[int, int | None, Decimal | None]]] = defaultdict(list)
    for service_id, specialist_id, duration, price in (
        SpecialistService.objects.filter(
            service__in=service_ids, specialist__is_active=True, specialist__locations=location_id
        )
        .order_by("specialist__position", "specialist_id")
        .values_list("service_id", "specialist_id", "duration_minutes", "price")
    ):
        offers[service_id].append((specialist_id, duration, price))
    return tuple(_wanted(item, services.get(item.service_id), offers[item.service_id]) for item in items)


def _wanted(
    item: ItemRequest, service: Service | None, offers: Sequence[tuple[int, int | None, Decimal | None]]
) -> Wanted:
    if service is None:
        raise ServiceUnavailable("The service is not available", reason="service", service_id=item.service_id)
    chosen = [offer for offer in offers if item.specialist_id in (None, offer[0])]
    if not chosen:
        raise ServiceUnavailable(
            "Nobody who was asked for gives the service here",
            reason="specialist", service_id=item.service_id, specialist_id=item.specialist_id,
        )  # fmt: skip
    return Wanted(
        service.pk,
        service.buffer_before_minutes,
        service.buffer_after_minutes,
        service.capacity,
        service.needs_room,
        tuple(Candidate(who, duration or service.duration_minutes) for who, duration, _price in chosen),
        {who: service.price if price is None else price for who, _duration, price in chosen},
    )


# -- L1: what is open -------------------------------------------------------------------------------------------


def load_open(place: Place, days: Sequence[date], *, fresh: bool = False) -> Mapping[date, cache.OpenDay]:
    """What is open on each of ``days``: from Redis, else from the database (three queries for all of them).

    Inside a transaction, and with ``fresh``, the database is asked: the caller must see its own changes and
    what was committed last, and may not leave in the cache what might be rolled back.
    """
    if fresh or connection.in_atomic_block:
        return compute_open(place, days)
    found = cache.read(place.location_id, days)
    missing = [day for day in days if day not in found.days]
    if not missing:
        return found.days
    computed = compute_open(place, missing)
    if found.version:
        cache.write(place.location_id, found.version, computed)
    return {**found.days, **computed}


def _wall(value: time, *, up: bool) -> int:
    """Minutes since midnight; seconds are rounded so that no minute counts as open that is not so throughout."""
    return value.hour * 60 + value.minute + int(up and value.second > 0)


def _exceptional(row: tuple[Any, ...]) -> Exceptional:
    kind, first, last, starts, ends = row
    closed = kind == OverrideKind.CLOSED
    if starts is None:
        return Exceptional(closed, first, last)
    return Exceptional(closed, first, last, _wall(starts, up=not closed), _wall(ends, up=closed))


def compute_open(place: Place, days: Sequence[date]) -> dict[date, cache.OpenDay]:
    """Openness of each of ``days``, from templates and overrides."""
    first, last = min(days), max(days)
    day_before = first - timedelta(days=1)
    weekly: dict[int | None, list[WeeklyHours]] = defaultdict(list)
    for who, weekday, starts, ends, valid_from, valid_to in (
        WorkingHours.objects.filter(location_id=place.location_id)
        .order_by()
        .values_list("specialist_id", "weekday", "starts_at", "ends_at", "valid_from", "valid_to")
    ):
        weekly[who].append(
            WeeklyHours(weekday, _wall(starts, up=True), _wall(ends, up=False), valid_from, valid_to)
        )
    at_location: list[Exceptional] = []
    of_people: dict[int, list[Exceptional]] = defaultdict(list)
    of_rooms: dict[int, list[Exceptional]] = defaultdict(list)
    for who, room_id, *rest in (
        CalendarOverride.objects.filter(
            Q(location_id=place.location_id)
            | Q(location=None, specialist__isnull=False)
            | Q(room__location_id=place.location_id),
            date_from__lte=last,
            date_to__gte=day_before,
        )
        .order_by()
        .values_list("specialist_id", "room_id", "kind", "date_from", "date_to", "starts_at", "ends_at")
    ):
        target = of_rooms[room_id] if room_id else of_people[who] if who else at_location
        target.append(_exceptional(tuple(rest)))
    room_ids = Room.objects.filter(location_id=place.location_id, is_active=True).order_by("id")

    house = open_hours(place.zone, first, last, weekly.pop(None, []), at_location)
    people = {
        who: intersect(house, open_hours(place.zone, first, last, hours, of_people.get(who, ())))
        for who in sorted({*(key for key in weekly if key is not None), *of_people})
        for hours in [weekly.get(who, [])]
    }
    rooms = {
        room_id: subtract(house, closures(place.zone, first, last, of_rooms.get(room_id, ())))
        for room_id in room_ids.values_list("id", flat=True)
    }
    return {day: _cut(place.zone, day, people, rooms) for day in days}


def _cut(
    zone: str, day: date, people: Mapping[int, list[Interval]], rooms: Mapping[int, list[Interval]]
) -> cache.OpenDay:
    local = local_day(zone, day)

    def of_day(openness: Mapping[int, list[Interval]]) -> dict[int, list[Interval]]:
        clipped = {key: clip(intervals, local.start, local.end) for key, intervals in openness.items()}
        return {key: intervals for key, intervals in clipped.items() if intervals}

    return cache.OpenDay(of_day(people), of_day(rooms))


# -- L2: what is busy -------------------------------------------------------------------------------------------


class EpochMinute(Func):
    """A timestamp as epoch minutes, computed by the database: an integer travels faster than a datetime.

    ``up`` rounds towards the future; together the two round busy time outward to whole minutes.
    """

    output_field = IntegerField()
    arity = 1

    def __init__(self, expression: Any, *, up: bool = False) -> None:
        super().__init__(expression)
        self._up = up

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        # Escaped twice: for this template, and for the parameters of the query.
        seconds = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
        template = f"(({seconds} + 59) / 60)" if self._up else f"({seconds} / 60)"
        return super().as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        rounding = "CEIL" if self._up else "FLOOR"
        template = f"{rounding}(EXTRACT(EPOCH FROM %(expressions)s) / 60)::bigint"
        return super().as_sql(compiler, connection, template=template, **extra)


def load_busy(
    wanted: Sequence[Wanted],
    room_ids: Collection[int],
    low: int,
    high: int,
    *,
    location_id: int,
    client_id: int | None,
    ignore_booking_id: int | None,
) -> Busy:
    """Busy time that reaches into the epoch minutes ``[low, high)``, of everybody and every room that matters."""
    since, until = instant_of(low), instant_of(high)
    people = {candidate.specialist_id for want in wanted for candidate in want.candidates}
    rows = Allocation.objects.filter(starts_at__lt=until, starts_at__gte=since - LOOK_BACK, ends_at__gt=since)
    if ignore_booking_id is not None:
        rows = rows.exclude(item__in=BookingItem.objects.filter(booking_id=ignore_booking_id)).exclude(
            session__in=_sessions_of_alone(ignore_booking_id)
        )
    rooms = _intervals(rows.filter(room__in=room_ids), "room_id") if room_ids else {}
    group_services = {want.service_id for want in wanted if want.capacity > 1}
    return Busy(
        _intervals(rows.filter(specialist__in=people), "specialist_id"),
        rooms,
        _client_visits(client_id, since, until, ignore_booking_id) if client_id is not None else (),
        _sessions(
            service_ids=group_services,
            people=people,
            location_id=location_id,
            since=since,
            until=until,
            wanted=wanted,
            ignore_booking_id=ignore_booking_id,
        )
        if group_services
        else {},
    )


def _intervals(rows: Any, resource: str) -> dict[int, list[Interval]]:
    found: dict[int, list[Interval]] = defaultdict(list)
    for key, starts, ends in rows.order_by(resource, "starts_at").values_list(
        resource, EpochMinute("starts_at"), EpochMinute("ends_at", up=True)
    ):
        found[key].append((starts, ends))
    return found


def _sessions_of_alone(booking_id: int) -> Any:
    """Group sessions in which nobody but ``booking_id`` holds a seat: they go when it leaves."""
    return GroupSession.objects.filter(seats__booking_id=booking_id).exclude(
        pk__in=BookingItem.objects.filter(seat__isnull=False, session__isnull=False)
        .exclude(booking_id=booking_id)
        .values("session_id")
    )


def _client_visits(
    client_id: int, since: datetime, until: datetime, ignore_booking_id: int | None
) -> list[Interval]:
    visits = Booking.objects.open().filter(client_id=client_id, starts_at__lt=until, ends_at__gt=since)
    if ignore_booking_id is not None:
        visits = visits.exclude(pk=ignore_booking_id)
    return list(
        visits.order_by("starts_at").values_list(EpochMinute("starts_at"), EpochMinute("ends_at", up=True))
    )


def _sessions(
    *,
    service_ids: Collection[int],
    people: Collection[int],
    location_id: int,
    since: datetime,
    until: datetime,
    wanted: Sequence[Wanted],
    ignore_booking_id: int | None,
) -> dict[int, list[Session]]:
    """Sessions by service, full ones included; the seats of the ignored booking count as free."""
    buffers = {want.service_id: (want.before, want.after) for want in wanted}
    taken = Count("seats", filter=Q(seats__seat__isnull=False) & ~Q(seats__booking_id=ignore_booking_id or 0))
    found: dict[int, list[Session]] = defaultdict(list)
    for service_id, pk, who, room_id, starts, ends, left in (
        GroupSession.objects.filter(
            service__in=service_ids, specialist__in=people, location_id=location_id,
            starts_at__gte=since, starts_at__lt=until,
        )
        .annotate(left=F("capacity") - taken)
        .order_by("starts_at", "id")
        .values_list(
            "service_id", "id", "specialist_id", "room_id",
            EpochMinute("starts_at"), EpochMinute("ends_at", up=True), "left",
        )
    ):  # fmt: skip
        before, after = buffers[service_id]
        found[service_id].append(Session(pk, who, room_id, starts, ends, starts - before, ends + after, left))
    return found
