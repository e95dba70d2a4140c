"""Who waits for what, and what was offered to them."""

from dataclasses import dataclass
from datetime import date, datetime

from bookings.enums import PartOfDay, WaitlistState
from bookings.read_models.catalogue import LocationCard
from bookings.read_models.people import ClientCard
from bookings.read_models.text import Text


@dataclass(frozen=True, slots=True)
class WishedItem:
    """One service that somebody waits for; without a specialist, with any."""

    service_id: int
    service_name: Text
    specialist_id: int | None
    specialist_name: Text | None


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A time on offer from the waitlist, to be answered before ``expires_at``."""

    starts_at: datetime
    ends_at: datetime
    specialist_id: int | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WaitlistCard:
    """``date_from``–``date_to`` as the location counts days, inclusive; ``booking_id`` of the offer that was taken."""

    id: int
    state: WaitlistState
    client: ClientCard
    location: LocationCard
    items: tuple[WishedItem, ...]
    date_from: date
    date_to: date
    part_of_day: PartOfDay
    offer: OfferCard | None
    booking_id: int | None
    created_at: datetime
