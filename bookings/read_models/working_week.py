"""The weekly hours of a place, or of a person at it."""

from dataclasses import dataclass
from datetime import date, time
from typing import TypeAlias

#: From and to, wall clock; a ``to`` that is not later is on the next day, 00:00 to 00:00 is around the clock.
Span: TypeAlias = tuple[time, time]
#: First and last day of hours that hold for a time, either of which may be open; both are: they hold always.
Period: TypeAlias = tuple[date | None, date | None]
ALWAYS: Period = (None, None)


def is_reversed(span: Span) -> bool:
    """Whether the hours end before they begin, if not on the next day; 00:00 is the end of the day they begin on."""
    since, until = span
    return time(0) < until <= since


@dataclass(frozen=True, slots=True)
class SeasonalHours:
    """Hours that hold from one date until another, either of which may be open."""

    span: Span
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class DayHours:
    """``weekday`` from Monday = 0; ``spans`` in order, none where it is closed, of the ``period`` that was asked for.

    ``seasonal``: what other periods add to the hours that hold always.
    """

    weekday: int
    spans: tuple[Span, ...]
    seasonal: tuple[SeasonalHours, ...]
    period: Period = ALWAYS
