"""Figures of a period."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bookings.read_models.text import Text


@dataclass(frozen=True, slots=True)
class Figures:
    """``visits`` took place; ``booked`` are all that were not cancelled; ``revenue`` is of visits that took place.

    ``new_clients``: those whose first booking that was not cancelled this is. Minutes are ``None`` where they mean
    nothing.
    """

    visits: int = 0
    booked: int = 0
    no_shows: int = 0
    cancellations: int = 0
    revenue: Decimal = Decimal(0)
    new_clients: int = 0
    busy_minutes: int | None = 0
    open_minutes: int | None = 0

    @property
    def occupancy(self) -> float | None:
        """Busy of open time: 1 is all of it, more where staff work beyond their hours. ``None`` without open time."""
        if not self.open_minutes or self.busy_minutes is None:
            return None
        return round(self.busy_minutes / self.open_minutes, 4)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.visits + other.visits,
            self.booked + other.booked,
            self.no_shows + other.no_shows,
            self.cancellations + other.cancellations,
            self.revenue + other.revenue,
            self.new_clients + other.new_clients,
            (self.busy_minutes or 0) + (other.busy_minutes or 0),
            (self.open_minutes or 0) + (other.open_minutes or 0),
        )


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """Figures of one specialist, service or location (``id`` and ``name``), or of one ``day``."""

    id: int | None
    name: Text | None
    day: date | None
    figures: Figures
