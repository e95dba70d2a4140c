"""Group sessions and who sits in them."""

from dataclasses import dataclass
from datetime import datetime

from bookings.enums import BookingStatus
from bookings.read_models.catalogue import LocationCard
from bookings.read_models.people import ClientCard
from bookings.read_models.text import Text


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who sits in a group session."""

    booking_id: int
    seat: int
    status: BookingStatus
    client: ClientCard


@dataclass(frozen=True, slots=True)
class SessionCard:
    """``planned``: opened by staff in advance, so that it stays when nobody is in it."""

    id: int
    service_id: int
    service_name: Text
    specialist_id: int
    specialist_name: Text
    location: LocationCard
    room_name: Text | None
    starts_at: datetime
    ends_at: datetime
    capacity: int
    planned: bool
    participants: tuple[Participant, ...]

    @property
    def seats_left(self) -> int:
        return self.capacity - len(self.participants)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that can be joined, as anybody may see it: nothing of who is in it."""

    id: int
    service_id: int
    service_name: Text
    specialist_id: int
    specialist_name: Text
    zone: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    seats_left: int
