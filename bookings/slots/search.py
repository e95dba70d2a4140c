"""Which times can be booked, and where a visit goes when one is. Dates are the location's; instants aware UTC.

Rules that hold for listing and booking alike:

- Visits begin on the grid of the company's step, by the wall clock (9:00, 9:15 …), or with a group session that is
  already there. Durations and buffers are exact minutes and are not rounded to the grid.
- Minimum notice is elapsed time from now. The horizon counts dates: the last one is today + ``horizon_days``.
- With ``client_id`` a time is unavailable while the client is on another open visit of their own: one person
  cannot be in two places, nor take two seats of one class. ``ignore_booking_id`` (the booking that is being moved)
  holds nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from booking_site.lib import clock
from bookings.exceptions import SlotTaken, SlotUnavailable
from bookings.read_models import DaySlots, DayState, ItemRequest, Slot
from bookings.slots.engine import Calendar, Offer, Placement, Visit
from bookings.slots.intervals import to_mask
from bookings.slots.loader import Place, Wanted, load_busy, load_open, load_place, load_wanted
from bookings.slots.local_days import LocalDay, date_at, days_between, epoch_minute, instant_of, local_day
from bookings.slots.placement import PlacedItem

#: The longest range one call answers.
MAX_RANGE_DAYS = 92
#: How many other times a refusal brings.
ALTERNATIVES = 6


def day_slots(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    day: date,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
) -> DaySlots:
    """Times on ``day`` at which the whole visit can be booked now. Raise ServiceUnavailable as ``range_slots``."""
    return range_slots(
        location_id=location_id, items=items, date_from=day, date_to=day,
        client_id=client_id, ignore_booking_id=ignore_booking_id,
    )[0]  # fmt: skip


def range_slots(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    date_from: date,
    date_to: date,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
) -> tuple[DaySlots, ...]:
    """One entry for each date from ``date_from`` to ``date_to``, both included.

    Raise ServiceUnavailable where the location, a service or a specialist is gone or they do not go together, and
    ValueError where the range is empty or longer than ``MAX_RANGE_DAYS``.
    """
    count = (date_to - date_from).days + 1
    if not 1 <= count <= MAX_RANGE_DAYS:
        raise ValueError(f"A range of slots has 1 to {MAX_RANGE_DAYS} days, not {count}")
    search = Search(location_id, items, client_id, ignore_booking_id)
    return search.days(date_from, date_to)


def nearest_slots(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    limit: int = 6,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
) -> tuple[Slot, ...]:
    """Up to ``limit`` of the next times, in order, spread over days and parts of the day: the first of a day and
    one at least three hours later, from as many days as that takes; more from the same days only when the horizon
    ends before. Raise ServiceUnavailable as ``range_slots``.
    """
    search = Search(location_id, items, client_id, ignore_booking_id)
    seen: list[Slot] = []
    for first, last in _windows(search.today, search.last_day):
        seen += [slot for day in search.days(first, last) for slot in day.slots]
        spread = _spread(seen, search.place.zone)
        if len(spread) >= limit:
            return tuple(spread[:limit])
    spread = _spread(seen, search.place.zone)
    rest = [slot for slot in seen if slot not in spread]
    return tuple(sorted([*spread, *rest[: limit - len(spread)]], key=lambda slot: slot.starts_at))


def nearest_alternatives(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    starts_at: datetime,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
) -> tuple[datetime, ...]:
    """Up to ``ALTERNATIVES`` free starts, nearest to ``starts_at`` first, of its day and the week after; for a
    refusal that only the database's guard brought. Raise ServiceUnavailable as ``range_slots``.
    """
    search = Search(location_id, items, client_id, ignore_booking_id)
    return search.alternatives(epoch_minute(starts_at))


def place_visit(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    starts_at: datetime,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
    bypass_notice: bool = False,
) -> tuple[PlacedItem, ...]:
    """Where each service goes if the visit starts at ``starts_at``, by what the database holds this moment.

    "Any specialist" becomes the one with the fewest booked minutes that day. ``bypass_notice`` frees staff from
    the minimum notice and the horizon; the past binds everybody. Raise ServiceUnavailable as ``range_slots``,
    SlotTaken where the visit would fit were it not for what is booked, SlotUnavailable where it would not; both
    bring alternatives.
    """
    if starts_at.tzinfo is None:
        raise ValueError("starts_at must be aware")
    search = Search(location_id, items, client_id, ignore_booking_id)
    minute = epoch_minute(starts_at)
    on_minute = starts_at.astimezone(UTC) == instant_of(minute)
    if not on_minute or not search.permits(minute, bypass_notice=bypass_notice):
        raise SlotUnavailable("The time cannot be booked", alternatives=search.alternatives(minute))
    day = local_day(search.place.zone, date_at(search.place.zone, minute))
    visit = search.visit(day, day, fresh=True)
    placed = visit.full.place(minute)
    if placed is not None:
        return tuple(_item(want, placement) for want, placement in zip(search.wanted, placed, strict=True))
    refusal = SlotTaken if visit.empty.place(minute) is not None else SlotUnavailable
    raise refusal("The time is not free", alternatives=search.alternatives(minute))


@dataclass
class _Visits:
    """The visit against the calendar as it is, and against the same calendar with nothing booked."""

    calendar: Calendar
    full: Visit
    wanted: tuple[Wanted, ...]
    days: Sequence[LocalDay]
    step: int

    @cached_property
    def empty(self) -> Visit:
        return Visit(self.calendar.emptied(), [want.need() for want in self.wanted], self.days, self.step)


class Search:
    """One question: these items, at this place, for this client, now."""

    def __init__(
        self,
        location_id: int,
        items: Sequence[ItemRequest],
        client_id: int | None = None,
        ignore_booking_id: int | None = None,
    ) -> None:
        self.place: Place = load_place(location_id)
        self.wanted = load_wanted(location_id, items)
        self._client_id = client_id
        self._ignore_booking_id = ignore_booking_id
        self._now = clock.now()
        # A minute that has begun is past; notice is elapsed time, so a change of the clock does not shift it.
        self.earliest = -int(-(self._now + timedelta(minutes=self.place.min_notice)).timestamp() // 60)
        self.today = date_at(self.place.zone, epoch_minute(self._now))
        self.last_day = self.today + timedelta(days=self.place.horizon_days)

    def permits(self, minute: int, *, bypass_notice: bool) -> bool:
        """Whether past, notice and horizon allow a start at epoch ``minute``."""
        if bypass_notice:
            return instant_of(minute) >= self._now
        return minute >= self.earliest and date_at(self.place.zone, minute) <= self.last_day

    def days(self, first: date, last: date) -> tuple[DaySlots, ...]:
        """Every date of the range with its slots and state; only bookable ones are computed."""
        low, high = max(first, self.today), min(last, self.last_day)
        found = {entry.date: entry for entry in self._bookable(low, high)} if low <= high else {}
        dates = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(found.get(day) or self._outside(day) for day in dates)

    def _outside(self, day: date) -> DaySlots:
        return DaySlots(day, DayState.PAST if day < self.today else DayState.BEYOND, ())

    def _bookable(self, first: date, last: date) -> list[DaySlots]:
        days = days_between(self.place.zone, first, last)
        visits = self.visit(days[0], days[-1])
        return [self._day(day, visits) for day in days]

    def _day(self, day: LocalDay, visits: _Visits) -> DaySlots:
        offers = visits.full.offers(day, self.earliest)
        if offers:
            return DaySlots(day.date, DayState.FREE, tuple(_slot(offer) for offer in offers))
        if visits.empty.fits_somewhere(day, self.earliest):
            return DaySlots(day.date, DayState.FULL, ())
        # Nothing would fit any more even on an empty day: it was open, and that time has gone; or it never was.
        gone = visits.empty.fits_somewhere(day, day.start)
        return DaySlots(day.date, DayState.PAST if gone else DayState.CLOSED, ())

    def visit(self, first: LocalDay, last: LocalDay, *, fresh: bool = False) -> _Visits:
        """The engine over the days ``first``…``last``, with as much before and after as a visit can reach."""
        longest = sum(
            want.before + max(candidate.duration for candidate in want.candidates) + want.after
            for want in self.wanted
        )
        days = days_between(self.place.zone, first.date, last.date)
        loaded = days_between(
            self.place.zone, first.date - timedelta(days=1), last.date + timedelta(days=longest // 1440 + 1)
        )
        origin, end = loaded[0].start, loaded[-1].end
        opened = load_open(self.place, [day.date for day in loaded], fresh=fresh)
        needs_room = any(want.needs_room for want in self.wanted)
        room_ids = sorted({room for day in opened.values() for room in day.rooms}) if needs_room else []
        busy = load_busy(
            self.wanted, room_ids, origin, end, location_id=self.place.location_id,
            client_id=self._client_id, ignore_booking_id=self._ignore_booking_id,
        )  # fmt: skip
        length = end - origin
        in_order = [opened[day.date] for day in loaded]
        people = {candidate.specialist_id for want in self.wanted for candidate in want.candidates}
        calendar = Calendar(
            origin,
            length,
            open={
                who: to_mask((span for day in in_order for span in day.specialists.get(who, ())), origin, length)
                for who in people
            },
            busy={who: to_mask(spans, origin, length) for who, spans in busy.specialists.items()},
            rooms_open={
                room: to_mask((span for day in in_order for span in day.rooms.get(room, ())), origin, length)
                for room in room_ids
            },
            rooms_busy={room: to_mask(spans, origin, length) for room, spans in busy.rooms.items()},
            client_busy=to_mask(busy.client, origin, length),
        )
        needs = [want.need(busy.sessions.get(want.service_id, ())) for want in self.wanted]
        return _Visits(calendar, Visit(calendar, needs, days, self.place.step), self.wanted, days, self.place.step)

    def alternatives(self, minute: int) -> tuple[datetime, ...]:
        """Free starts nearest to ``minute``: its own day, and the week after where that has too few."""
        wished = min(max(date_at(self.place.zone, minute), self.today), self.last_day)
        week = min(wished + timedelta(days=7), self.last_day)
        found: list[datetime] = []
        for first, last in ((wished, wished), (wished + timedelta(days=1), week)):
            if first <= last and len(found) < ALTERNATIVES:
                found += [slot.starts_at for day in self.days(first, last) for slot in day.slots]
        goal = instant_of(minute)
        return tuple(sorted(found, key=lambda start: (abs(start - goal), start))[:ALTERNATIVES])


def _slot(offer: Offer) -> Slot:
    return Slot(instant_of(offer.starts), instant_of(offer.ends), offer.specialist_ids, offer.seats_left)


def _item(want: Wanted, placed: Placement) -> PlacedItem:
    joined = placed.session
    price: Decimal = want.prices[placed.specialist_id]
    return PlacedItem(
        service_id=want.service_id,
        specialist_id=placed.specialist_id,
        room_id=placed.room_id,
        session_id=joined.session_id if joined else None,
        opens_session=want.capacity > 1 and joined is None,
        starts_at=instant_of(placed.starts),
        ends_at=instant_of(placed.ends),
        busy_from=instant_of(placed.busy_from),
        busy_to=instant_of(placed.busy_to),
        duration_minutes=placed.ends - placed.starts,
        buffer_before_minutes=want.before,
        buffer_after_minutes=want.after,
        price=price,
    )


def _windows(first: date, last: date) -> list[tuple[date, date]]:
    """``first``…``last`` in growing pieces: the next days usually suffice."""
    edges = [first]
    for size in (7, 21, 62, 92, 92, 92, 92, 92, 92, 92):
        edges.append(edges[-1] + timedelta(days=size))
    return [(low, min(high - timedelta(days=1), last)) for low, high in pairwise(edges) if low <= last]


def _spread(slots: Sequence[Slot], zone: str) -> list[Slot]:
    """The first slot of each day, and the first one at least three hours after that."""
    chosen: list[Slot] = []
    of_day: dict[date, list[Slot]] = {}
    for slot in slots:
        taken = of_day.setdefault(date_at(zone, epoch_minute(slot.starts_at)), [])
        if not taken or (len(taken) == 1 and slot.starts_at - taken[0].starts_at >= timedelta(hours=3)):
            taken.append(slot)
            chosen.append(slot)
    return chosen
