"""Who gets which freed time: looked at anew on every tick, from what the tables say.

One tick closes offers that nobody answered, ends wishes whose dates have passed, and offers what is free: first each
``FreedTime`` to the first in line whom it suits, then to those who have joined since the last tick whatever is free.
Nothing is remembered between ticks, and every step is a short transaction of its own: it may die anywhere, run late, or
twice at once.

The location's row is the queue for its offers: two ticks cannot offer one time to two, nor two times to one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain

from django.db import transaction

from booking_site.lib import clock
from booking_site.lib.shutdown import stopping
from booking_site.lib.trace import current_trace_id
from bookings.actor import SYSTEM, Actor
from bookings.enums import EventKind, OfferState, PartOfDay, WaitlistState
from bookings.exceptions import ServiceUnavailable
from bookings.models import Booking, Company, FreedTime, Location, WaitlistEntry, WaitlistOffer
from bookings.read_models import ItemRequest, Slot
from bookings.services import audit, waitlist_state
from bookings.services.attempts import retried
from bookings.services.new_days import new_days
from bookings.services.offered_times import free_of, held_by
from bookings.signals import BookingEvent, announce
from bookings.slots.search import range_slots

#: A time that could be answered for less than this is not offered: nobody reads that fast.
SHORTEST_OFFER = timedelta(minutes=5)
#: The first so many in a location's line are looked at in one tick.
LINE = 500

_NOON, _EVENING = time(12), time(17)


@dataclass(frozen=True, slots=True)
class Window:
    """Time to look for a slot in. ``freed=None``: everything that the wish's own dates allow."""

    freed: FreedTime | None = None

    def dates(self, location: Location) -> tuple[date, date]:
        if self.freed is None:
            return date.min, date.max
        first, last = self.freed.starts_at, self.freed.ends_at
        # A long visit that reaches into the window begins on the date before at the earliest.
        return first.astimezone(location.zone).date() - timedelta(days=1), last.astimezone(location.zone).date()

    def touches(self, slot: Slot) -> bool:
        return self.freed is None or (slot.starts_at < self.freed.ends_at and slot.ends_at > self.freed.starts_at)

    def items(self, entry: WaitlistEntry) -> list[ItemRequest] | None:
        """What to look for; ``None`` where the freed time is of a specialist whom the wish leaves out."""
        wished = [ItemRequest(item.service_id, item.specialist_id) for item in entry.items.all()]
        who = self.freed.specialist_id if self.freed is not None else None
        if who is None:
            return wished
        if not any(item.specialist_id in (None, who) for item in wished):
            return None
        return [ItemRequest(wished[0].service_id, who)] if len(wished) == 1 else wished


def expire_offers() -> int:
    """One tick; returns how many offers were made."""
    _close_unanswered()
    new_days()
    made = 0
    busy = FreedTime.objects.values_list("location_id", flat=True)
    waiting = WaitlistEntry.objects.filter(state=WaitlistState.WAITING)
    joined = waiting.filter(looked_through=False).values_list("location_id", flat=True)
    passing = waiting.filter(date_to__lt=clock.now().date() + timedelta(days=1)).values_list(
        "location_id", flat=True
    )
    for location in Location.objects.filter(pk__in=set(chain(busy, joined, passing))):
        _end_passed(location)
        made += _match(location)
    return made


def _close_unanswered() -> None:
    overdue = WaitlistOffer.objects.filter(state=OfferState.OPEN, expires_at__lte=clock.now())

    def expire(offer_id: int, entry_id: int) -> None:
        with transaction.atomic():
            entry = waitlist_state.lock(entry_id)
            # Answered in the meantime, or expired by another beat: then there is nothing to do.
            if entry is not None and overdue.filter(pk=offer_id).exists():
                waitlist_state.close(entry, OfferState.EXPIRED, becomes=WaitlistState.WAITING, actor=_system())

    for offer_id, entry_id in list(overdue.values_list("pk", "entry_id")):
        retried(lambda ids=(offer_id, entry_id): expire(*ids))  # type: ignore[misc]  # mypy cannot infer a lambda's default


def _end_passed(location: Location) -> None:
    today = clock.now().astimezone(location.zone).date()
    passed = WaitlistEntry.objects.filter(location=location, state=WaitlistState.WAITING, date_to__lt=today)

    def end(entry_id: int) -> None:
        with transaction.atomic():
            entry = waitlist_state.lock(entry_id)
            if entry is not None and entry.state == WaitlistState.WAITING:
                waitlist_state.close(entry, OfferState.EXPIRED, becomes=WaitlistState.OVER, actor=_system())

    for entry_id in list(passed.values_list("pk", flat=True)):
        retried(lambda pk=entry_id: end(pk))  # type: ignore[misc]  # mypy cannot infer a lambda's default


def _match(location: Location) -> int:
    line = list(
        WaitlistEntry.objects.filter(location=location, state=WaitlistState.WAITING, client__is_active=True)
        .exclude(client__is_banned=True)
        .prefetch_related("items__service", "offers")
        .order_by("pk")[:LINE]
    )
    made = 0
    for freed in FreedTime.objects.filter(location=location).order_by("pk"):
        if stopping():
            return made
        offered = 0
        if freed.ends_at > clock.now():
            offered = sum(
                _offer_first(location, entry, Window(freed))
                for entry in line
                if all(offer.freed_id != freed.pk for offer in entry.offers.all())
            )
        made += offered
        if not offered:
            retried(lambda done=freed: _forget(location, done))  # type: ignore[misc]  # as above
    for entry in line:
        if not entry.looked_through and not stopping():
            made += _offer_first(location, entry, Window())
    return made


def _forget(location: Location, freed: FreedTime) -> None:
    """Nobody is left for it. While offers stand, though, those they keep others from may still come back to it."""
    with transaction.atomic():
        _queue_up(location)
        standing = WaitlistOffer.objects.filter(entry__location=location, state=OfferState.OPEN)
        if freed.ends_at <= clock.now() or not standing.exists():
            FreedTime.objects.filter(pk=freed.pk).delete()


def _queue_up(location: Location) -> None:
    Location.objects.select_for_update(no_key=True).get(pk=location.pk)


def _offer_first(location: Location, entry: WaitlistEntry, window: Window) -> bool:
    """Offer ``entry`` the first time in ``window`` that suits it and is not offered to somebody else."""
    if entry.state != WaitlistState.WAITING:
        return False
    slots = _suitable(location, entry, window)
    if not slots and window.freed is not None:
        return False
    made = retried(lambda: _write(location, entry, slots, window))
    if made:
        entry.state = WaitlistState.OFFERED  # for the rest of this tick
    return made


def _suitable(location: Location, entry: WaitlistEntry, window: Window) -> list[Slot]:
    items = window.items(entry)
    today = clock.now().astimezone(location.zone).date()
    low, high = window.dates(location)
    first, last = max(entry.date_from, low, today), min(entry.date_to, high)
    if items is None or last < first:
        return []
    try:
        days = range_slots(
            location_id=location.pk, items=items, date_from=first, date_to=last, client_id=entry.client_id
        )
    except ServiceUnavailable:
        return []  # what is wished for is gone; it may come back until the dates are over
    soonest = clock.now() + _notice() + SHORTEST_OFFER
    return [
        slot
        for day in days
        for slot in day.slots
        if slot.starts_at >= soonest and window.touches(slot) and _part(slot, location) in _parts(entry)
    ]


def _notice() -> timedelta:
    return timedelta(minutes=Company.objects.current().min_notice_minutes)


def _part(slot: Slot, location: Location) -> PartOfDay:
    shown = slot.starts_at.astimezone(location.zone).time()
    if shown < _NOON:
        return PartOfDay.MORNING
    return PartOfDay.DAY if shown < _EVENING else PartOfDay.EVENING


def _parts(entry: WaitlistEntry) -> Sequence[str]:
    return PartOfDay.values if entry.part_of_day == PartOfDay.ANY else (entry.part_of_day,)


def _write(location: Location, entry: WaitlistEntry, slots: Sequence[Slot], window: Window) -> bool:
    with transaction.atomic():
        _queue_up(location)
        locked = waitlist_state.lock(entry.pk)
        if locked is None or locked.state != WaitlistState.WAITING:
            return False  # another tick was faster, or the client has left
        if _has_booked(locked, location):
            waitlist_state.close(locked, OfferState.GONE, becomes=WaitlistState.BOOKED, actor=_system())
            return False
        standing = WaitlistOffer.objects.filter(entry__location=location, state=OfferState.OPEN)
        held = held_by(standing.prefetch_related("entry__items__service"))
        chosen = next(((slot, who) for slot in slots if (who := free_of(held, entry, slot)) is not None), None)
        # Who finds nothing but what others are offered comes again on the next tick.
        looked = chosen is not None or not slots
        if window.freed is None and looked:
            locked.looked_through = True
            locked.save(update_fields=["looked_through"])
        if chosen is None:
            return False
        _make(locked, *chosen, window.freed)
        return True


def _has_booked(entry: WaitlistEntry, location: Location) -> bool:
    """Whether the client has got that visit on those dates another way."""
    low = datetime.combine(entry.date_from, time(), location.zone)
    high = datetime.combine(entry.date_to + timedelta(days=1), time(), location.zone)
    wished = sorted(item.service_id for item in entry.items.all())
    made = Booking.objects.open().filter(
        client=entry.client_id,
        location=location,
        starts_at__gte=low,
        starts_at__lt=high,
        created_at__gte=entry.created_at,
    )
    return any(
        sorted(item.service_id for item in booking.items.all()) == wished
        for booking in made.prefetch_related("items")
    )


def _make(entry: WaitlistEntry, slot: Slot, specialist_id: int, freed: FreedTime | None) -> None:
    now = clock.now()
    minutes = Company.objects.current().waitlist_offer_minutes
    offer = WaitlistOffer.objects.create(
        entry=entry,
        freed=freed,
        specialist_id=specialist_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        expires_at=min(now + timedelta(minutes=minutes), slot.starts_at - _notice()),
    )
    entry.state = WaitlistState.OFFERED
    entry.save(update_fields=["state"])
    told = {
        "waitlist_entry_id": entry.pk,
        "client_id": entry.client_id,
        "location_id": entry.location_id,
        "service_ids": [item.service_id for item in entry.items.order_by("position")],
        "specialist_id": specialist_id,
        "starts_at": offer.starts_at.isoformat(),
        "expires_at": offer.expires_at.isoformat(),
    }
    actor = _system()
    audit.record(
        actor=actor, action="offered", entity="waitlist_entry", entity_id=entry.pk,
        before={"state": WaitlistState.WAITING.value}, after={"state": WaitlistState.OFFERED.value, **told},
    )  # fmt: skip
    announce(BookingEvent(EventKind.SLOT_FREED, None, actor, told))


def _system() -> Actor:
    return SYSTEM.traced(current_trace_id())
