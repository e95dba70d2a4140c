"""The one signal by which the domain announces what happened."""

from dataclasses import dataclass, field
from typing import Any

from django.dispatch import Signal

from bookings.actor import Actor
from bookings.enums import EventKind


@dataclass(frozen=True, slots=True)
class BookingEvent:
    """``payload`` is ready for JSON: what a message needs and the row no longer tells (old time, reason)."""

    kind: EventKind
    booking_id: int
    actor: Actor
    payload: dict[str, Any] = field(default_factory=dict)


#: Sent inside the transaction that made the change, with ``event: BookingEvent``. A receiver that raises
#: rolls the change back: an event that could not be recorded must not have happened.
booking_event = Signal()


def announce(event: BookingEvent) -> None:
    """Tell the receivers; call it inside ``atomic``."""
    booking_event.send(sender=BookingEvent, event=event)
