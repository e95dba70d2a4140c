"""Writing a placed visit into the calendar and taking it out again. Call these inside ``atomic``."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

from django.db import IntegrityError, connection

from booking_site.lib.prepared import Prepared, PreparedInsert, PreparedObjects
from bookings.models import Allocation, Booking, BookingItem, GroupSession, Room, Service, Specialist, User
from bookings.services import freed
from bookings.services.database_errors import Refusal, refusal_of
from bookings.slots.placement import PlacedItem
from bookings.slots.recheck import still_fits

_queue_up_for = PreparedObjects(
    lambda pks: Specialist.objects.select_for_update(no_key=True).filter(pk__in=pks, is_active=True).order_by("pk")
)
_queue_up_client = Prepared(
    lambda pk: User.objects.select_for_update(no_key=True).filter(pk=pk).order_by().values_list("pk")
)
_services = PreparedObjects(lambda pks: Service.objects.filter(pk__in=pks).order_by())
_items = PreparedInsert(BookingItem)
_busy_times = PreparedInsert(Allocation)


class Outpaced(Exception):
    """Somebody took what was placed in the meantime; placing again finds what is left."""


@contextmanager
def outpaced_when_refused() -> Iterator[None]:
    """Turn the database's refusals of an overlap or a seat into ``Outpaced``; goes around ``atomic``."""
    try:
        yield
    except IntegrityError as error:
        if refusal_of(error) in (Refusal.OVERLAP, Refusal.SEAT_TAKEN):
            raise Outpaced from error
        raise


def claim(
    placed: Sequence[PlacedItem],
    *,
    location_id: int,
    client_id: int | None,
    ignore_booking_id: int | None = None,
    client_is_held: bool = False,
) -> dict[int, Specialist]:
    """Hold everything that the visit is made of, in one order everywhere (client, specialists, rooms), and see that it
    still fits; returns the specialists. Raises Outpaced when something has changed since the placing.

    ``client_is_held`` says that this transaction has locked the client's row already.
    """
    return claim_all(
        [placed],
        location_id=location_id,
        client_id=client_id,
        ignore_booking_id=ignore_booking_id,
        client_is_held=client_is_held,
    )


def claim_all(
    visits: Sequence[Sequence[PlacedItem]],
    *,
    location_id: int,
    client_id: int | None,
    ignore_booking_id: int | None = None,
    client_is_held: bool = False,
) -> dict[int, Specialist]:
    """``claim`` for several visits of one client: all is held before the first is written, so that two who claim
    much do not wait for each other.
    """
    if client_id is not None and not client_is_held and connection.features.has_select_for_update:
        # Two visits of one client with different specialists have no other row in common.
        _queue_up_client.rows(pk=client_id)
    specialists = _lock_resources(item for placed in visits for item in placed)
    for placed in visits:
        if not still_fits(
            placed, location_id=location_id, client_id=client_id, ignore_booking_id=ignore_booking_id
        ):
            raise Outpaced
    return specialists


def _lock_resources(placed: Iterable[PlacedItem]) -> dict[int, Specialist]:
    """Queue up for the specialists and rooms of a visit, always in the same order; returns the specialists.

    On PostgreSQL this keeps contenders from waiting for each other inside the exclusion constraint, where they would
    deadlock; SQLite has one writer anyway. Raises Outpaced when one was deactivated after the placing.
    """
    items = list(placed)
    specialist_ids = {item.specialist_id for item in items}
    room_ids = {item.room_id for item in items if item.room_id is not None}
    specialists = {specialist.pk: specialist for specialist in _queue_up_for.all(pks=sorted(specialist_ids))}
    rooms = room_ids and set(
        Room.objects.select_for_update(no_key=True)
        .filter(pk__in=room_ids, is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if len(specialists) != len(specialist_ids) or rooms != room_ids:
        raise Outpaced
    return specialists


def occupy(
    booking: Booking,
    placed: Sequence[PlacedItem],
    *,
    specialists: dict[int, Specialist],
    existing: Sequence[BookingItem] = (),
) -> list[BookingItem]:
    """Write the items and their busy time, and return the items. ``existing`` items (of a booking that moves) keep
    their price and name.
    """
    fresh = not existing
    service_ids = sorted({item.service_id for item in placed})
    services = {service.pk: service for service in _services.all(pks=service_ids)} if fresh else {}
    items = []
    for position, place in enumerate(placed):
        item = (
            BookingItem(
                booking=booking,
                position=position,
                service_id=place.service_id,
                price=place.price,
                discount=Decimal("0.00"),
                service_name=services[place.service_id].name,
            )
            if fresh
            else existing[position]
        )
        item.specialist_id = place.specialist_id
        item.specialist_name = specialists[place.specialist_id].name
        item.room_id = place.room_id
        item.starts_at, item.ends_at = place.starts_at, place.ends_at
        item.duration_minutes = place.duration_minutes
        item.buffer_before_minutes = place.buffer_before_minutes
        item.buffer_after_minutes = place.buffer_after_minutes
        item.session, item.seat = _take_seat(booking, place)
        items.append(item)
    for item in items:
        if fresh:
            _items.write(item)
        else:
            item.save()
    for item, place in zip(items, placed, strict=True):
        if item.session_id is None:
            for allocation in _allocations(place, item=item):
                _busy_times.write(allocation)
    return items


def release(booking: Booking) -> list[BookingItem]:
    """Free the booking's time and seats; a session that nobody is left in goes, with its time, unless staff opened it
    in advance. What is free now is written down for the waitlist. Returns the items.
    """
    items = list(booking.items.order_by("position"))
    freed.by_items(booking, items)
    Allocation.objects.filter(item__booking=booking).delete()
    session_ids = {item.session_id for item in items if item.session_id is not None}
    if session_ids:
        # Locked before they are counted: somebody may be about to sit down.
        sessions = list(GroupSession.objects.select_for_update().filter(pk__in=session_ids).order_by("pk"))
        BookingItem.objects.filter(booking=booking).update(session=None, seat=None)
        for item in items:
            item.session, item.seat = None, None
        for session in sessions:
            if not session.planned and not session.seats.exists():
                session.delete()
    return items


def _take_seat(booking: Booking, place: PlacedItem) -> tuple[GroupSession | None, int | None]:
    if place.opens_session:
        return open_session(booking.location_id, place), 1
    if place.session_id is None:
        return None, None
    session = GroupSession.objects.select_for_update().filter(pk=place.session_id).first()
    if session is None:
        raise Outpaced
    taken = set(session.seats.values_list("seat", flat=True))
    seat = next((number for number in range(1, session.capacity + 1) if number not in taken), None)
    if seat is None:
        raise Outpaced
    return session, seat


def open_session(location_id: int, place: PlacedItem, *, planned: bool = False) -> GroupSession:
    """Write a session with its busy time; ``planned`` ones stay when nobody is left in them."""
    session = GroupSession.objects.create(
        service_id=place.service_id,
        specialist_id=place.specialist_id,
        location_id=location_id,
        room_id=place.room_id,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        capacity=Service.objects.values_list("capacity", flat=True).get(pk=place.service_id),
        planned=planned,
    )
    Allocation.objects.bulk_create(_allocations(place, session=session))
    return session


def _allocations(
    place: PlacedItem, *, item: BookingItem | None = None, session: GroupSession | None = None
) -> Iterator[Allocation]:
    owner = {"item": item, "session": session, "starts_at": place.busy_from, "ends_at": place.busy_to}
    yield Allocation(specialist_id=place.specialist_id, **owner)
    if place.room_id is not None:
        yield Allocation(room_id=place.room_id, **owner)
