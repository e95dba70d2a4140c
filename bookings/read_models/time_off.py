"""Days and hours on which somebody or something is closed."""

from dataclasses import dataclass
from datetime import date, time

from bookings.read_models.bookings import BookingCard


@dataclass(frozen=True, slots=True)
class TimeOffCard:
    """Days (both times empty) or hours of each day on which a specialist, a location or a room is closed.

    ``over_midnight``: ``ends_at`` is on the day after each. It is not where the hours end at 00:00, the day's end.
    """

    id: int
    specialist_id: int | None
    location_id: int | None
    room_id: int | None
    date_from: date
    date_to: date
    starts_at: time | None
    ends_at: time | None
    reason: str
    over_midnight: bool = False


@dataclass(frozen=True, slots=True)
class TimeOff:
    """What was written, and the bookings that stand in its way: to be moved, reassigned or cancelled by somebody."""

    card: TimeOffCard
    affected: tuple[BookingCard, ...]
