"""What an integrator reads of an event."""

from dataclasses import asdict
from typing import Any

from bookings.read_models import BookingCard
from bookings.services.audit import plain
from notifications.events import Kind
from notifications.models import OutboxEvent

#: Events that an integrator can ask for.
OFFERED = (
    Kind.BOOKING_CREATED,
    Kind.BOOKING_CONFIRMED,
    Kind.BOOKING_CANCELLED,
    Kind.BOOKING_RESCHEDULED,
    Kind.BOOKING_COMPLETED,
    Kind.BOOKING_NO_SHOW,
    Kind.BOOKING_REOPENED,
)


def webhook_body(event: OutboxEvent, card: BookingCard | None) -> dict[str, Any]:
    """Ready for JSON. ``booking`` is as it stands now, which may be later than the event; ``id`` grows with time."""
    return {
        "id": event.pk,
        "kind": event.kind,
        "at": event.created_at.isoformat(),
        "by": {"role": event.actor_role, "door": event.door},
        "details": event.payload,
        "booking": None if card is None else _booking(card),
    }


def _booking(card: BookingCard) -> dict[str, Any]:
    shown: dict[str, Any] = plain(asdict(card))
    shown["client"] = {name: shown["client"][name] for name in ("id", "name", "phone", "language")}
    return shown
