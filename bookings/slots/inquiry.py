"""One question to the engine: these services, at this place, for this client, now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from booking_site.lib import clock
from bookings.read_models import DaySlots, DayState, ItemRequest, Slot
from bookings.slots.busy import Question, load_busy
from bookings.slots.cache import OpenDay
from bookings.slots.engine import Visit
from bookings.slots.intervals import Interval, to_mask
from bookings.slots.local_days import LocalDay, date_at, days_between, epoch_minute, instant_of, local_day
from bookings.slots.minutes import minute_up
from bookings.slots.openness import compute_open, load_open
from bookings.slots.problem import Calendar
from bookings.slots.request import Place, Wanted, load_place, load_wanted

#: How many other times a refusal brings.
ALTERNATIVES = 6

#: The horizon of staff, in days: the longest that a company can set for clients. Further is a slip in the year.
STAFF_HORIZON_DAYS = 730


@dataclass
class Visits:
    """The visit against the calendar as it is, and against the same calendar with nothing booked."""

    calendar: Calendar
    actual: Visit
    wanted: Sequence[Wanted]
    days: Sequence[LocalDay]
    step: int

    @cached_property
    def empty(self) -> Visit:
        return Visit(self.calendar.emptied(), [want.need() for want in self.wanted], self.days, self.step)


class Inquiry:
    """Raises ServiceUnavailable where the location, a service or a specialist is gone or they do not go together."""

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
        self.earliest = minute_up(self._now + timedelta(minutes=self.place.min_notice))
        self.today = date_at(self.place.zone, epoch_minute(self._now))
        self.last_day = self.today + timedelta(days=self.place.horizon_days)

    def permits(self, minute: int, *, bypass_notice: bool) -> bool:
        """Whether past, notice and horizon (that of staff with ``bypass_notice``) allow a start at epoch ``minute``."""
        day = date_at(self.place.zone, minute)
        if bypass_notice:
            return instant_of(minute) >= self._now and day <= self.today + timedelta(days=STAFF_HORIZON_DAYS)
        return minute >= self.earliest and day <= self.last_day

    def days(self, first: date, last: date, *, hint: bool = False) -> tuple[DaySlots, ...]:
        """Every date of the range with its slots and state; ``hint`` as in ``load_open``."""
        low, high = max(first, self.today), min(last, self.last_day)
        found = {entry.date: entry for entry in self._bookable(low, high, hint=hint)} if low <= high else {}
        dates = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(found.get(day) or self._outside(day) for day in dates)

    def around(self, minute: int) -> Visits:
        """The engine over the date of epoch ``minute``, with openness fresh from the database."""
        day = local_day(self.place.zone, date_at(self.place.zone, minute))
        loaded = self._loaded(day.date, day.date)
        opened = compute_open(self.place, [near.date for near in loaded], self._people)
        return self._visits([day], loaded, opened)

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
    def _people(self) -> set[int]:
        return {candidate.specialist_id for want in self.wanted for candidate in want.candidates}

    def _outside(self, day: date) -> DaySlots:
        return DaySlots(day, DayState.PAST if day < self.today else DayState.BEYOND, ())

    def _bookable(self, first: date, last: date, *, hint: bool) -> list[DaySlots]:
        loaded = self._loaded(first, last)
        opened = load_open(self.place, [day.date for day in loaded], hint=hint)
        days = [day for day in loaded if first <= day.date <= last]
        visits = self._visits(days, loaded, opened)
        return [self._day(day, visits) for day in days]

    def _loaded(self, first: date, last: date) -> list[LocalDay]:
        """The days with as much around them as the buffers and the length of a visit that starts on them reach."""
        beyond = sum(want.need().longest for want in self.wanted) // 1440 + 1
        return days_between(self.place.zone, first - timedelta(days=1), last + timedelta(days=beyond))

    def _day(self, day: LocalDay, visits: Visits) -> DaySlots:
        offers = visits.actual.offers(day, self.earliest)
        if offers:
            slots = tuple([
                Slot(instant_of(starts), instant_of(ends), people, seats) for starts, ends, people, seats in offers
            ])  # fmt: skip
            return DaySlots(day.date, DayState.FREE, slots)
        if visits.empty.fits_somewhere(day, self.earliest):
            return DaySlots(day.date, DayState.FULL, ())
        # Nothing would fit any more even on an empty day: it was open, and that time has gone; or it never was.
        gone = visits.empty.fits_somewhere(day, day.start)
        return DaySlots(day.date, DayState.PAST if gone else DayState.CLOSED, ())

    def _visits(
        self, days: Sequence[LocalDay], loaded: Sequence[LocalDay], opened: Mapping[date, OpenDay]
    ) -> Visits:
        in_order = [opened[day.date] for day in loaded]
        needs_room = any(want.needs_room for want in self.wanted)
        room_ids = sorted({room for day in in_order for room in day.rooms}) if needs_room else []
        low, high = loaded[0].start, loaded[-1].end
        busy = load_busy(
            Question(
                self.wanted, self.place.location_id, room_ids, low, high, self._client_id, self._ignore_booking_id
            )
        )
        length = high - low
        calendar = Calendar(
            low,
            length,
            open=_open_masks(self._people, [day.specialists for day in in_order], low, length),
            busy=busy.specialists,
            rooms_open=_open_masks(room_ids, [day.rooms for day in in_order], low, length),
            rooms_busy=busy.rooms,
            client_busy=to_mask(busy.client, low, length),
        )
        needs = [want.need(busy.sessions.get(want.service_id, ())) for want in self.wanted]
        actual = Visit(calendar, needs, days, self.place.step)
        return Visits(calendar, actual, self.wanted, days, self.place.step)


def _open_masks(
    keys: Iterable[int], days: Iterable[Mapping[int, Sequence[Interval]]], origin: int, length: int
) -> dict[int, int]:
    """What is open of each of ``keys``, from days in order."""
    spans: dict[int, list[Interval]] = {key: [] for key in keys}
    for day in days:
        for key, of_day in day.items():
            if key in spans:
                spans[key] += of_day
    return {key: to_mask(found, origin, length) for key, found in spans.items()}
