"""What ``place_visit`` returns: where each service of a visit goes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bookings.read_models import Text


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """One service at its time, with the specialist and the room that were picked. Instants are aware UTC.

    ``session_id`` names an existing group session to take a seat in; ``opens_session`` asks for a new one.
    ``busy_from``–``busy_to`` is what the specialist and the room are held for, buffers included.
    """

    service_id: int
    specialist_id: int
    room_id: int | None
    session_id: int | None
    opens_session: bool
    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_to: datetime
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    price: Decimal
    service_name: Text
