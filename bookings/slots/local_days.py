"""Days as a place counts them, laid on elapsed time.

Minutes are counted from the Unix epoch in UTC, so a day of 23, 25 or 24.5 hours is simply shorter or longer and
every minute in it exists once. Wall-clock times meet that line in two places only: ``minute_of`` (an edge of
working hours) and ``starts`` (the times at which a visit may begin).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 1440


@dataclass(frozen=True, slots=True)
class LocalDay:
    """``start`` in epoch minutes and ``length`` in minutes; at most one change of the clock falls in it.

    ``opening`` is what the wall clock shows at ``start``: 0, except where the day begins with a gap.
    ``change_at`` counts minutes from ``start`` (``length`` when there is no change), ``change`` is how far the
    clock is put forward then, negative when it is put back.
    """

    date: date
    start: int
    length: int
    opening: int
    change_at: int
    change: int

    @property
    def end(self) -> int:
        return self.start + self.length

    def minute_of(self, wall: int) -> int:
        """The first minute at which the clock shows ``wall`` (0…1440) or later.

        A time that is skipped means the moment of the change; one that is shown twice means its first showing.
        """
        elapsed = wall - self.opening
        if elapsed >= self.change_at:
            elapsed = max(elapsed - self.change, self.change_at)
        return self.start + min(max(elapsed, 0), self.length)

    def first_showing(self, minute: int) -> int:
        """When the clock showed for the first time what it shows at ``minute``; ``minute`` itself where it was then."""
        since_change = minute - self.start - self.change_at
        return minute + self.change if 0 <= since_change < -self.change else minute

    def starts(self, step: int) -> list[int]:
        """Minutes at which the clock shows a multiple of ``step``, each shown time once: its first showing.

        The clock decides, not the time elapsed, so that a change of half an hour leaves 9:00 on the grid.
        """
        found = [
            self.start + elapsed
            for elapsed in range(-self.opening % step, self.change_at, step)
            if elapsed < self.length
        ]
        offset = self.opening + self.change
        shown = self.opening + self.change_at
        found += [
            self.start + elapsed
            for elapsed in range(self.change_at + (-(self.change_at + offset) % step), self.length, step)
            if elapsed + offset >= shown
        ]
        return found


def epoch_minute(instant: datetime) -> int:
    """The minute an aware ``instant`` falls in."""
    return int(instant.timestamp() // 60)


@lru_cache(maxsize=16_384)
def instant_of(minute: int) -> datetime:
    """The aware UTC instant at which epoch ``minute`` begins; remembered, since the same few come again and again."""
    return datetime.fromtimestamp(minute * 60, UTC)


def date_at(zone: str, minute: int) -> date:
    """The date people at ``zone`` write at epoch ``minute``; the last there is, where that lies beyond the calendar."""
    try:
        return datetime.fromtimestamp(minute * 60, ZoneInfo(zone)).date()
    except OverflowError:
        return date.max if minute > 0 else date.min


def _offset(zone: ZoneInfo, minute: int) -> int:
    offset = datetime.fromtimestamp(minute * 60, zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)


def _start_of(zone: ZoneInfo, day: date) -> int:
    # fold=0 in a gap reads the clock with the offset before the change, which gives the change itself for a
    # midnight that is skipped; of a midnight shown twice it gives the first.
    return epoch_minute(datetime(day.year, day.month, day.day, tzinfo=zone, fold=0))


@lru_cache(maxsize=8192)
def local_day(zone_name: str, day: date) -> LocalDay:
    """``day`` at the IANA zone ``zone_name``. A date that a zone has skipped altogether has length 0."""
    zone = ZoneInfo(zone_name)
    start, end = _start_of(zone, day), _start_of(zone, day + timedelta(days=1))
    first = datetime.fromtimestamp(start * 60, zone)
    opening = first.hour * 60 + first.minute if first.date() == day else 0
    before, after = _offset(zone, start), _offset(zone, max(end - 1, start))
    change_at = end - start
    if before != after:
        low, high = start, end - 1
        while high - low > 1:
            middle = (low + high) // 2
            if _offset(zone, middle) == before:
                low = middle
            else:
                high = middle
        change_at = high - start
    return LocalDay(day, start, end - start, opening, change_at, after - before)


def days_between(zone: str, first: date, last: date) -> list[LocalDay]:
    """The days from ``first`` to ``last``, both included."""
    return [local_day(zone, first + timedelta(days=n)) for n in range((last - first).days + 1)]
