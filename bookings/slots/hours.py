"""Weekly hours and exceptions to them, as intervals of epoch minutes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from bookings.slots.intervals import Interval, subtract, union
from bookings.slots.local_days import LocalDay, days_between, local_day


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Wall-clock minutes of a weekday (Monday = 0). ``ends <= starts`` ends on the next day."""

    weekday: int
    starts: int
    ends: int
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Exceptional:
    """``closed`` or open differently from ``first`` to ``last``: whole days, or the same part of each."""

    closed: bool
    first: date
    last: date
    starts: int | None = None
    ends: int | None = None

    def holds_on(self, day: date) -> bool:
        return self.first <= day <= self.last


def _span(day: LocalDay, following: LocalDay, starts: int, ends: int) -> Interval:
    return day.minute_of(starts), (day if ends > starts else following).minute_of(ends)


def closures(zone: str, first: date, last: date, exceptions: Sequence[Exceptional]) -> list[Interval]:
    """Tidy intervals in which the exceptions close, for the dates ``first``…``last`` and what runs into them."""
    closing = [exception for exception in exceptions if exception.closed]
    found: list[Interval] = []
    for exception in closing:
        since = max(exception.first, first - timedelta(days=1))
        until = min(exception.last, last)
        for day in days_between(zone, since, until) if since <= until else ():
            if exception.starts is None or exception.ends is None:
                found.append((day.start, day.end))
            else:
                following = local_day(zone, day.date + timedelta(days=1))
                found.append(_span(day, following, exception.starts, exception.ends))
    return union(found)


def open_hours(
    zone: str, first: date, last: date, weekly: Sequence[WeeklyHours], exceptions: Sequence[Exceptional]
) -> list[Interval]:
    """Tidy intervals that are open on the dates ``first``…``last``; those of a night may begin or end outside.

    Hours belong to the date on which they begin. Where an exception opens differently it replaces the weekly hours
    of its dates; what closes is taken away last. A date closed as a whole loses the shifts that begin on it to
    their end, and every minute of its own.
    """
    days = days_between(zone, first - timedelta(days=1), last + timedelta(days=1))
    by_weekday: list[list[WeeklyHours]] = [[] for _ in range(7)]
    for hours in weekly:
        by_weekday[hours.weekday].append(hours)
    found: list[Interval] = []
    for day, following in pairwise(days):
        today = [exception for exception in exceptions if exception.holds_on(day.date)]
        if any(exception.closed and exception.starts is None for exception in today):
            continue
        spans = [
            (exception.starts, exception.ends)
            for exception in today
            if not exception.closed and exception.starts is not None and exception.ends is not None
        ] or [(hours.starts, hours.ends) for hours in by_weekday[day.date.weekday()] if hours.holds_on(day.date)]
        found += [_span(day, following, starts, ends) for starts, ends in spans]
    return subtract(union(found), closures(zone, first, last, exceptions))
