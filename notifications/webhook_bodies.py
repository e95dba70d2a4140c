"""What an integrator reads of an event."""

from datetime import UTC, datetime
from typing import Any

import orjson

from bookings.read_models import BookingCard
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


#: What a change may tell of by an instant, beside the booking as it stands.
_INSTANTS = ("old_starts_at", "old_ends_at", "starts_at", "ends_at")


def webhook_body(event: OutboxEvent, card: BookingCard | None) -> dict[str, Any]:
    """Ready for JSON, and written as the API writes. ``booking`` is what it answers to ``GET /bookings/{id}``, as it
    stands now, which may be later than the event; ``id`` grows with time.
    """
    # What the API is made of is loaded by the first event that an integrator wants, not by every start of a worker.
    from bookings.api.booking_out import booking_json  # noqa: PLC0415
    from bookings.api.times import moment  # noqa: PLC0415
    from bookings.api.values import as_json  # noqa: PLC0415

    def told(name: str, value: Any) -> Any:
        if name not in _INSTANTS or card is None:
            return value
        return vars(moment(datetime.fromisoformat(value), card.location.zone))

    body: dict[str, Any] = {
        "id": event.pk,
        "kind": event.kind,
        "at": event.created_at.astimezone(UTC),
        "by": {"role": event.actor_role, "door": event.door},
        "details": {name: told(name, value) for name, value in event.payload.items()},
        "booking": None if card is None else booking_json(card),
    }
    ready: dict[str, Any] = orjson.loads(as_json(body))
    return ready
