"""Bookings that no longer fit the calendar: their specialist left or has time off, hours changed, a room closed."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.cards import booking_card
from bookings.exceptions import NotAllowed, ServiceUnavailable
from bookings.models import Booking, BookingItem, Specialist
from bookings.read_models import BookingCard
from bookings.slots.intervals import Interval, subtract, union
from bookings.slots.local_days import epoch_minute
from bookings.slots.openness import compute_open
from bookings.slots.request import load_place


def affected_bookings(
    *, actor: Actor, specialist_id: int | None = None, location_id: int | None = None
) -> tuple[BookingCard, ...]:
    """Open bookings yet to begin in which some service lies outside what is open for its specialist or room.

    Only the visits themselves are measured, not their buffers: a shift that ends with the visit affects nobody. By
    location and start; to be moved, reassigned or cancelled by somebody.

    Raises NotAllowed for anybody but admins.
    """
    if not actor.is_admin:
        raise NotAllowed("affected bookings")
    bookings = Booking.objects.open().filter(starts_at__gt=clock.now())
    if specialist_id is not None:
        bookings = bookings.filter(pk__in=BookingItem.objects.filter(specialist=specialist_id).values("booking"))
    if location_id is not None:
        bookings = bookings.filter(location=location_id)
    rows = bookings.with_details().order_by("location", "starts_at", "pk")
    found: list[Booking] = []
    for location, group in groupby(rows, key=lambda booking: booking.location_id):
        found += _affected_at(location, list(group))
    return tuple(booking_card(booking) for booking in found)


def _affected_at(location_id: int, bookings: list[Booking]) -> list[Booking]:
    try:
        place = load_place(location_id)
    except ServiceUnavailable:
        return bookings  # the location itself is closed for good
    items = [item for booking in bookings for item in booking.items.all()]
    opened = compute_open(place, sorted(_dates(items, ZoneInfo(place.zone))))
    people: dict[int, list[Interval]] = {}
    rooms: dict[int, list[Interval]] = {}
    for day in opened.values():
        for specialist, spans in day.specialists.items():
            people.setdefault(specialist, []).extend(spans)
        for room, spans in day.rooms.items():
            rooms.setdefault(room, []).extend(spans)
    here = set(Specialist.objects.filter(is_active=True, locations=location_id).values_list("pk", flat=True))

    def fits(item: BookingItem) -> bool:
        span = (epoch_minute(item.starts_at), epoch_minute(item.ends_at))
        in_hours = _covers(people.get(item.specialist_id, ()), span)
        in_room = item.room_id is None or _covers(rooms.get(item.room_id, ()), span)
        return item.specialist_id in here and in_hours and in_room

    return [booking for booking in bookings if not all(fits(item) for item in booking.items.all())]


def _dates(items: Iterable[BookingItem], zone: ZoneInfo) -> set[date]:
    """Local dates of the items and the ones before: a shift that began yesterday may reach into today."""
    days = {moment.astimezone(zone).date() for item in items for moment in (item.starts_at, item.ends_at)}
    return days | {day - timedelta(days=1) for day in days}


def _covers(opened: Iterable[Interval], span: Interval) -> bool:
    return not subtract([span], union(opened))
