"""One question to the engine: these services, at this place, for this client, now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache

from booking_site.lib import clock
from booking_site.lib.one_trip import one_trip
from bookings.enums import SlotReason
from bookings.read_models import DayOverview, DaySlots, DayState, ItemRequest, Slot
from bookings.slots.agreed import as_agreed
from bookings.slots.busy import AskedBusy, Question
from bookings.slots.cache import OpenDay
from bookings.slots.engine import PlainDay, Visit
from bookings.slots.intervals import Interval, to_mask
from bookings.slots.local_days import LocalDay, date_at, days_between, epoch_minute, instant_of, local_day
from bookings.slots.minutes import minute_up
from bookings.slots.openness import AskedOpenness, load_open
from bookings.slots.problem import Calendar, Need, Offer
from bookings.slots.request import Place, Wanted, load_place, load_wanted

#: How many other times a refusal brings.
ALTERNATIVES = 6

#: The horizon of staff, in days: the longest that a company can set for clients. Further is a slip in the year.
STAFF_HORIZON_DAYS = 730


@dataclass
class Visits:
    """The visit against the calendar as it is, and against the same calendar with less booked in it."""

    calendar: Calendar
    needs: Sequence[Need]
    days: Mapping[date, LocalDay]
    step: int

    @cached_property
    def actual(self) -> Visit:
        return self._against(self.calendar, self.needs)

    @cached_property
    def empty(self) -> Visit:
        """Nothing is booked."""
        return self._against(self.calendar.emptied(), [replace(need, sessions=()) for need in self.needs])

    def refusal(self, minute: int) -> SlotReason:
        """Why the visit does not fit at epoch ``minute``."""
        if self.calendar.client_busy:
            as_somebody_else = self._against(replace(self.calendar, client_busy=0), self.needs)
            if as_somebody_else.place(minute) is not None:
                return SlotReason.OWN_VISIT
        full = any(session.starts == minute and session.seats_left <= 0 for session in self.needs[0].sessions)
        if full or self.empty.place(minute) is not None:
            return SlotReason.TAKEN
        # An hour that comes twice is on offer once; the second time its minutes are as good as the first.
        on_step = any(self.empty.on_grid(day.first_showing(minute)) for day in self.days.values())
        return SlotReason.CLOSED if on_step else SlotReason.OFF_STEP

    def _against(self, calendar: Calendar, needs: Sequence[Need]) -> Visit:
        return Visit(calendar, needs, list(self.days.values()), self.step)


@dataclass(frozen=True, slots=True)
class AskedAround:
    """A day that was asked for: what it was asked about, and the engine over it once it is wanted."""

    place: Place
    wanted: Sequence[Wanted]
    visits: Callable[[], Visits]

    def is_about(self, place: Place, wanted: Sequence[Wanted]) -> bool:
        return self.place == place and tuple(self.wanted) == tuple(wanted)


class Inquiry:
    """``client_id``, ``ignore_booking_id`` and ``bypass_notice`` as in ``search``.

    Raises ServiceUnavailable where the location, a service or a specialist is gone or they do not go together.
    """

    def __init__(
        self,
        location_id: int,
        items: Sequence[ItemRequest],
        *,
        client_id: int | None = None,
        ignore_booking_id: int | None = None,
        bypass_notice: bool = False,
        place: Place | None = None,
        wanted: Sequence[Wanted] | None = None,
    ) -> None:
        self.place = place or load_place(location_id)
        self.wanted = wanted or load_wanted(location_id, items)
        if ignore_booking_id is not None:
            self.wanted = as_agreed(self.wanted, ignore_booking_id)
        self._client_id = client_id
        self._ignore_booking_id = ignore_booking_id
        self._now = clock.now()
        # A minute that has begun is past; notice is elapsed time, so a change of the clock does not shift it.
        notice = 0 if bypass_notice else self.place.min_notice
        self.earliest = minute_up(self._now + timedelta(minutes=notice))
        self.today = date_at(self.place.zone, epoch_minute(self._now))
        horizon = STAFF_HORIZON_DAYS if bypass_notice else self.place.horizon_days
        self.last_day = self.today + timedelta(days=horizon)

    def forbids(self, minute: int) -> SlotReason | None:
        """Which of past, notice and horizon rules out a start at epoch ``minute``, if one does."""
        if instant_of(minute) < self._now:
            return SlotReason.PAST
        if minute < self.earliest:
            return SlotReason.TOO_SOON
        return SlotReason.TOO_FAR if date_at(self.place.zone, minute) > self.last_day else None

    def days(self, first: date, last: date, *, hint: bool = False) -> tuple[DaySlots, ...]:
        """Every date of the range with its slots and state; ``hint`` as in ``load_open``."""
        visits = self._within(first, last, hint=hint)
        return tuple(self._day(day, visits) for day in _dates(first, last))

    def overview(self, first: date, last: date) -> tuple[DayOverview, ...]:
        """Every date of the range with its state alone."""
        visits = self._within(first, last)
        return tuple(DayOverview(day, self._state(day, visits)) for day in _dates(first, last))

    def around(self, minute: int) -> "AskedAround":
        """The date of epoch ``minute``, with openness fresh from the database; it is asked for at once, so that in
        ``one_trip`` it travels with other questions.
        """
        day = local_day(self.place.zone, date_at(self.place.zone, minute))
        loaded = self._loaded(day.date, day.date)
        with one_trip():
            openness = AskedOpenness(
                self.place, [near.date for near in loaded], self._people, rooms=self._needs_room
            )
            busy = self._ask_busy(loaded)
        return AskedAround(self.place, self.wanted, lambda: self._visits([day], loaded, openness.days(), busy))

    def alternatives(self, minute: int) -> tuple[datetime, ...]:
        """Up to ``ALTERNATIVES`` free starts, nearest to ``minute`` first: of its own day, and of the week after
        where that has too few.
        """
        wished = min(max(date_at(self.place.zone, minute), self.today), self.last_day)
        week = min(wished + timedelta(days=7), self.last_day)
        found: list[datetime] = []
        for first, last in ((wished, wished), (wished + timedelta(days=1), week)):
            if first <= last and len(found) < ALTERNATIVES:
                found += [slot.starts_at for day in self.days(first, last, hint=True) for slot in day.slots]
        goal = instant_of(minute)
        return tuple(sorted(found, key=lambda start: (abs(start - goal), start))[:ALTERNATIVES])

    # -- inside -------------------------------------------------------------------------------------------

    @cached_property
    def _people(self) -> frozenset[int]:
        return frozenset(candidate.specialist_id for want in self.wanted for candidate in want.candidates)

    @property
    def _needs_room(self) -> bool:
        return any(want.needs_room for want in self.wanted)

    def _within(self, first: date, last: date, *, hint: bool = False) -> Visits | None:
        """The engine over those dates of the range that are neither past nor beyond, where there are any."""
        first, last = max(first, self.today), min(last, self.last_day)
        if first > last:
            return None
        loaded = self._loaded(first, last)
        opened = load_open(self.place, [day.date for day in loaded], hint=hint)
        return self._visits(
            [day for day in loaded if first <= day.date <= last], loaded, opened, self._ask_busy(loaded)
        )

    def _loaded(self, first: date, last: date) -> list[LocalDay]:
        """The days with as much around them as the buffers and the length of a visit that starts on them reach."""
        beyond = sum(want.need().longest for want in self.wanted) // 1440 + 1
        return days_between(self.place.zone, first - timedelta(days=1), last + timedelta(days=beyond))

    def _day(self, day: date, visits: Visits | None) -> DaySlots:
        if visits is None or day not in visits.days:
            return DaySlots(day, self._outside(day), ())
        local = visits.days[day]
        plain = visits.actual.plain_day(local, self.earliest)
        slots = _read_off(plain) if plain is not None else _slots(visits.actual.offers(local, self.earliest))
        return DaySlots(day, DayState.FREE if slots else self._why_empty(local, visits), slots)

    def _state(self, day: date, visits: Visits | None) -> DayState:
        if visits is None or day not in visits.days:
            return self._outside(day)
        local = visits.days[day]
        free = visits.actual.fits_somewhere(local, self.earliest)
        return DayState.FREE if free else self._why_empty(local, visits)

    def _outside(self, day: date) -> DayState:
        return DayState.PAST if day < self.today else DayState.BEYOND

    def _why_empty(self, day: LocalDay, visits: Visits) -> DayState:
        if visits.empty.fits_somewhere(day, self.earliest):
            return DayState.FULL
        # Nothing would fit any more even on an empty day: it was open, and that time has gone; or it never was.
        return DayState.PAST if visits.empty.fits_somewhere(day, day.start) else DayState.CLOSED

    def _ask_busy(self, loaded: Sequence[LocalDay]) -> AskedBusy:
        low, high = loaded[0].start, loaded[-1].end
        return AskedBusy(
            Question(self.wanted, self.place.location_id, low, high, self._client_id, self._ignore_booking_id)
        )

    def _visits(
        self,
        days: Sequence[LocalDay],
        loaded: Sequence[LocalDay],
        opened: Mapping[date, OpenDay],
        asked: AskedBusy,
    ) -> Visits:
        in_order = tuple(opened[day.date] for day in loaded)
        room_ids = sorted({room for day in in_order for room in day.rooms}) if self._needs_room else []
        low, high = loaded[0].start, loaded[-1].end
        busy = asked.busy(room_ids)
        length = high - low
        people, rooms = _open_masks(in_order, low, length)
        calendar = Calendar(
            low,
            length,
            open={who: people.get(who, 0) for who in self._people},
            busy=busy.specialists,
            rooms_open={room: rooms[room] for room in room_ids},
            rooms_busy=busy.rooms,
            client_busy=to_mask(busy.client, low, length),
        )
        needs = [want.need(busy.sessions.get(want.service_id, ())) for want in self.wanted]
        return Visits(calendar, needs, {day.date: day for day in days}, self.place.step)


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _slots(offers: Sequence[Offer]) -> tuple[Slot, ...]:
    return tuple([
        Slot(instant_of(starts), instant_of(ends), people, seats) for starts, ends, people, seats in offers
    ])  # fmt: skip


@lru_cache(maxsize=1024)
def _read_off(day: PlainDay) -> tuple[Slot, ...]:
    """Remembered under all it depends on: of a month that is looked at again, only the days on which something was
    booked or cancelled in between are read anew.
    """
    return _slots(day.offers())


@lru_cache(maxsize=64)
def _open_masks(days: tuple[OpenDay, ...], origin: int, length: int) -> tuple[dict[int, int], dict[int, int]]:
    """What is open of each specialist and of each room, from days in order."""
    return (
        _joined([day.specialists for day in days], origin, length),
        _joined([day.rooms for day in days], origin, length),
    )


def _joined(days: Sequence[Mapping[int, Sequence[Interval]]], origin: int, length: int) -> dict[int, int]:
    spans: dict[int, list[Interval]] = {}
    for day in days:
        for key, of_day in day.items():
            spans.setdefault(key, []).extend(of_day)
    return {key: to_mask(found, origin, length) for key, found in spans.items()}
