"""Writing a placed visit into the calendar and taking it out again. Call these inside ``atomic``."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TypeAlias

from django.db import IntegrityError, connection

from booking_site.lib.one_trip import one_trip
from booking_site.lib.prepared import Prepared, PreparedObjects
from booking_site.lib.prepared_insert import Keys, PreparedInsert
from bookings.models import Allocation, Booking, BookingItem, GroupSession, Room, Service, Specialist, User
from bookings.services import freed
from bookings.services.database_errors import Refusal, refusal_of
from bookings.slots.placement import PlacedItem
from bookings.slots.recheck import SecondLook
from bookings.slots.request import Place, load_place

_queue_up_for = PreparedObjects(
    lambda pks: Specialist.objects.select_for_update(no_key=True).filter(pk__in=pks, is_active=True).order_by("pk")
)
_queue_up_client = Prepared(
    lambda pk: User.objects.select_for_update(no_key=True).filter(pk=pk).order_by().values_list("pk")
)
_queue_up_for_rooms = Prepared(
    lambda pks: (
        Room.objects.select_for_update(no_key=True)
        .filter(pk__in=pks, is_active=True)
        .order_by("pk")
        .values_list("pk")
    )
)
_items = PreparedInsert(BookingItem)
_busy_times = PreparedInsert(Allocation)


#: A session and the number of a seat in it, or neither where a service is for one client alone.
Seat: TypeAlias = tuple[GroupSession | None, int | None]


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
    placed: Sequence[PlacedItem], *, location_id: int, client_id: int | None, ignore_booking_id: int | None = None
) -> dict[int, Specialist]:
    """Hold everything that the visit is made of, and see that it still fits; returns the specialists. Raises Outpaced
    when something has changed since the placing.
    """
    place = load_place(location_id)
    with one_trip():
        asked = Claim([placed], place=place, client_id=client_id, ignore_booking_id=ignore_booking_id)
    return asked.granted()


class Claim:
    """Holds everything that one or several visits of one client are made of, in one order everywhere (client,
    specialists, rooms) and before the first is written, so that two who claim much do not wait for each other; then
    looks whether all of it still fits. Sent when it is made, so that in ``one_trip`` the client may be asked for with it.

    On PostgreSQL this keeps contenders from waiting for each other inside the exclusion constraint, where they would
    deadlock; SQLite has one writer anyway. ``client_is_held`` says that this transaction has locked the client's row
    already: two visits of one client with different specialists have no other row in common.
    """

    def __init__(
        self,
        visits: Sequence[Sequence[PlacedItem]],
        *,
        place: Place,
        client_id: int | None,
        ignore_booking_id: int | None = None,
        client_is_held: bool = False,
    ) -> None:
        items = [item for placed in visits for item in placed]
        self._specialist_ids = sorted({item.specialist_id for item in items})
        self._room_ids = sorted({item.room_id for item in items if item.room_id is not None})
        if client_id is not None and not client_is_held and connection.features.has_select_for_update:
            _queue_up_client.ask(pk=client_id)
        self._specialists = _queue_up_for.ask(pks=self._specialist_ids)
        self._rooms = _queue_up_for_rooms.ask(pks=self._room_ids) if self._room_ids else None
        self._looks = [
            SecondLook(placed, place=place, client_id=client_id, ignore_booking_id=ignore_booking_id)
            for placed in visits
        ]

    def granted(self) -> dict[int, Specialist]:
        """The specialists. Raises Outpaced when one of them, or a room, is no longer there, or a visit does not fit."""
        specialists = {specialist.pk: specialist for specialist in self._specialists.all()}
        rooms = self._rooms.rows() if self._rooms is not None else ()
        if len(specialists) != len(self._specialist_ids) or len(rooms) != len(self._room_ids):
            raise Outpaced
        if not all(look.fits() for look in self._looks):
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
    the price and name they have.
    """
    seats = take_seats(booking.location_id, placed)
    items = write_items(booking, placed, specialists=specialists, seats=seats, existing=existing)
    hold(items, placed)
    return items


def ask_item_keys(count: int) -> Keys:
    """For ``write_items``."""
    return _items.ask_keys(count)


def take_seats(location_id: int, placed: Sequence[PlacedItem]) -> list[Seat]:
    """A seat for each part of the visit that is given in a group. Raises Outpaced where there is none left."""
    return [_seat(location_id, place) for place in placed]


def _seat(location_id: int, place: PlacedItem) -> Seat:
    if place.opens_session:
        return open_session(location_id, place), 1
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


def write_items(
    booking: Booking,
    placed: Sequence[PlacedItem],
    *,
    specialists: dict[int, Specialist],
    seats: Sequence[Seat],
    keys: Keys | None = None,
    existing: Sequence[BookingItem] = (),
) -> list[BookingItem]:
    """Write the items of a visit, which ``hold`` their time next. New ones may go with ``one_trip`` where they have
    ``keys``.
    """
    items = []
    for position, (place, seat) in enumerate(zip(placed, seats, strict=True)):
        item = (
            existing[position]
            if existing
            else BookingItem(
                pk=keys.next() if keys is not None else None,
                booking=booking,
                position=position,
                service_id=place.service_id,
                price=place.price,
                discount=Decimal("0.00"),
                service_name=place.service_name,
            )
        )
        item.specialist_id = place.specialist_id
        item.specialist_name = specialists[place.specialist_id].name
        item.room_id = place.room_id
        item.starts_at, item.ends_at = place.starts_at, place.ends_at
        item.duration_minutes = place.duration_minutes
        item.buffer_before_minutes = place.buffer_before_minutes
        item.buffer_after_minutes = place.buffer_after_minutes
        item.session, item.seat = seat
        items.append(item)
    for item in items:
        if existing:
            item.save()
        else:
            _items.write_soon(item)
    return items


def hold(items: Sequence[BookingItem], placed: Sequence[PlacedItem]) -> None:
    """Write the busy time of the items; what sits in a session is held with that. Belongs into ``one_trip``."""
    for item, place in zip(items, placed, strict=True):
        if item.session_id is None:
            for allocation in _allocations(place, item=item):
                _busy_times.write_soon(allocation)


def release(booking: Booking, *, away: Callable[[int], bool] = lambda _specialist_id: False) -> list[BookingItem]:
    """Free the booking's time and seats; a session that nobody is left in goes, with its time, unless staff opened it
    in advance. What is free now is written down for the waitlist, but for specialists who are ``away``. Returns the
    items.
    """
    items = list(booking.items.order_by("position"))
    freed.by_items(booking, [item for item in items if not away(item.specialist_id)])
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
