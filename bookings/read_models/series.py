"""Visits every few weeks: planned and agreed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bookings.read_models.bookings import BookingCard
from bookings.read_models.catalogue import LocationCard
from bookings.read_models.people import ClientCard


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One date of a series. Where it is not free, ``code`` says why, and ``alternatives`` what is free near it.

    ``instead_of``: the date by the rhythm, where the visit was given another time.
    """

    starts_at: datetime
    is_free: bool
    code: str = ""
    alternatives: tuple[datetime, ...] = ()
    instead_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecurringPlan:
    """``price`` is of all visits that are free, before the ``discount`` on them."""

    visits: tuple[PlannedVisit, ...]
    price: Decimal
    currency: str
    discount: Decimal = Decimal(0)

    @property
    def conflicts(self) -> tuple[PlannedVisit, ...]:
        return tuple(visit for visit in self.visits if not visit.is_free)


@dataclass(frozen=True, slots=True)
class SeriesCard:
    """``times`` as agreed; ``bookings`` are those that were made, by start, in whatever state they are now."""

    id: int
    client: ClientCard
    location: LocationCard
    starts_at: datetime
    every_weeks: int
    times: int
    bookings: tuple[BookingCard, ...]
