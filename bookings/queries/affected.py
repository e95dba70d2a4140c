"""Bookings that no longer fit the calendar: their specialist left or has time off, hours changed, a room closed."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.cards import booking_card
from bookings.enums import OPEN_STATUSES
from bookings.exceptions import ServiceUnavailable
from bookings.models import Booking, BookingItem, Location, Specialist
from bookings.policies import Task, require_task
from bookings.read_models import BookingCard
from bookings.slots.intervals import Interval, union
from bookings.slots.local_days import epoch_minute
from bookings.slots.openness import load_open
from bookings.slots.request import load_place

#: How far ahead is looked. What lies beyond turns up here as it comes nearer, long before anybody stands at a door.
AHEAD = timedelta(days=92)
#: Found at most: more than anybody moves by hand in a day, and the rest follows as these are dealt with.
LIMIT = 200


class _Visit(NamedTuple):
    """One service of a booking."""

    booking_id: int
    specialist_id: int
    room_id: int | None
    starts_at: datetime
    ends_at: datetime


def affected_bookings(
    *, actor: Actor, specialist_id: int | None = None, location_id: int | None = None
) -> tuple[BookingCard, ...]:
    """The cards of ``affected_ids``, in its order."""
    return affected_cards(affected_ids(actor=actor, specialist_id=specialist_id, location_id=location_id))


def affected_cards(ids: Sequence[int]) -> tuple[BookingCard, ...]:
    """The cards of those of the ``affected_ids`` that are looked at, in their order."""
    found = Booking.objects.with_details().in_bulk(ids)
    return tuple(booking_card(found[booking_id]) for booking_id in ids if booking_id in found)


def affected_ids(
    *, actor: Actor, specialist_id: int | None = None, location_id: int | None = None
) -> tuple[int, ...]:
    """Open bookings that begin within AHEAD and in which some service lies outside what is open for its specialist
    or room: up to LIMIT of them, by location and start; to be moved, reassigned or cancelled by somebody.

    Only the visits themselves are measured, not their buffers: a shift that ends with the visit affects nobody.

    Raises NotAllowed for anybody but admins, except that specialists may ask about themselves; NotFound where they
    ask about a colleague.
    """
    require_task(actor, Task.TIME_OFF, specialist_id=specialist_id)
    places = Location.objects.order_by("pk").values_list("pk", flat=True)
    if location_id is not None:
        places = places.filter(pk=location_id)
    found: list[int] = []
    for place_id in places:
        if len(found) < LIMIT:
            found += _affected_at(place_id, _visits(place_id, specialist_id))
    return tuple(found[:LIMIT])


def _visits(location_id: int, specialist_id: int | None) -> list[_Visit]:
    """What is to be measured, by start of the booking; read along the index of location and start."""
    now = clock.now()
    items = BookingItem.objects.filter(
        booking__location=location_id,
        booking__status__in=OPEN_STATUSES,
        booking__starts_at__gt=now,
        booking__starts_at__lte=now + AHEAD,
    )
    if specialist_id is not None:
        items = items.filter(booking__in=BookingItem.objects.filter(specialist=specialist_id).values("booking"))
    rows = items.order_by("booking__starts_at", "booking_id", "position")
    return [_Visit(*row) for row in rows.values_list(*_Visit._fields)]


def _affected_at(location_id: int, visits: Sequence[_Visit]) -> list[int]:
    """Each booking once, in the order of ``visits``."""
    if not visits:
        return []
    try:
        place = load_place(location_id)
    except ServiceUnavailable:
        return list(dict.fromkeys(visit.booking_id for visit in visits))  # the location itself is closed for good
    opened = load_open(place, sorted(_dates(visits, ZoneInfo(place.zone))))
    people = _joined(day.specialists for day in opened.values())
    rooms = _joined(day.rooms for day in opened.values())
    here = set(Specialist.objects.filter(is_active=True, locations=location_id).values_list("pk", flat=True))

    def fits(visit: _Visit) -> bool:
        span = (epoch_minute(visit.starts_at), epoch_minute(visit.ends_at))
        in_hours = _covers(people.get(visit.specialist_id, ()), span)
        in_room = visit.room_id is None or _covers(rooms.get(visit.room_id, ()), span)
        return visit.specialist_id in here and in_hours and in_room

    return list(dict.fromkeys(visit.booking_id for visit in visits if not fits(visit)))


def _dates(visits: Iterable[_Visit], zone: ZoneInfo) -> set[date]:
    """Local dates of the visits and the ones before: a shift that began yesterday may reach into today."""
    moments = (moment for visit in visits for moment in (visit.starts_at, visit.ends_at))
    days = {moment.astimezone(zone).date() for moment in moments}
    return days | {day - timedelta(days=1) for day in days}


def _joined(days: Iterable[Mapping[int, Sequence[Interval]]]) -> dict[int, Sequence[Interval]]:
    """By resource: its open time over all ``days``, in order and without overlaps."""
    found: dict[int, list[Interval]] = {}
    for day in days:
        for key, spans in day.items():
            found.setdefault(key, []).extend(spans)
    return {key: union(spans) for key, spans in found.items()}


def _covers(opened: Sequence[Interval], span: Interval) -> bool:
    """Whether one of ``opened`` (in order, apart from each other) holds all of ``span``."""
    at = bisect_right(opened, span[0], key=lambda interval: interval[0]) - 1
    return at >= 0 and opened[at][1] >= span[1]
