"""Every change of a booking leaves a line of history, is audited and announced, in the transaction that makes it."""

from typing import Any

from booking_site.lib.prepared_insert import PreparedInsert
from booking_site.lib.trace import current_trace_id
from bookings.actor import Actor
from bookings.enums import EventKind
from bookings.exceptions import InvalidText
from bookings.models import Booking, StatusChange
from bookings.services import audit
from bookings.signals import BookingEvent, announce

REASON_LIMIT = 300
COMMENT_LIMIT = 500
_OLD = "old_"

_lines = PreparedInsert(StatusChange)


def record(
    booking: Booking,
    *,
    actor: Actor,
    kind: EventKind,
    from_status: str,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Write the line, audit it and tell the receivers; ``details`` go into all three, ready for JSON. It may be part
    of ``one_trip``.

    What ``details`` call ``old_x`` is audited as what ``x`` was before.
    """
    traced = actor if actor.trace_id else actor.traced(current_trace_id())
    _lines.write_soon(
        StatusChange(
            booking=booking,
            from_status=from_status,
            to_status=booking.status,
            by_user_id=actor.user_id,
            by_role=actor.role,
            door=actor.door,
            reason=reason,
            details=details or {},
            trace_id=traced.trace_id,
        )
    )
    payload = {**(details or {}), **({"reason": reason} if reason else {})}
    old = {name.removeprefix(_OLD): value for name, value in payload.items() if name.startswith(_OLD)}
    audit.record(
        actor=traced,
        action=kind.value.removeprefix("booking_"),
        entity="booking",
        entity_id=booking.pk,
        before={"status": from_status, **old} if from_status else None,
        after=_values_after(booking, from_status, payload),
    )
    announce(BookingEvent(kind=kind, booking_id=booking.pk, actor=traced, payload=payload))


def _values_after(booking: Booking, from_status: str, payload: dict[str, Any]) -> dict[str, Any]:
    """What the audit says of the booking as it is now; of a new one, everything that it began with."""
    made = ("client_id", "location_id", "starts_at", "ends_at", "price", "currency", "comment")
    begun = {} if from_status else {name: getattr(booking, name) for name in made}
    told = {name: value for name, value in payload.items() if not name.startswith(_OLD)}
    return {"status": booking.status, **begun, **told}


def clean_text(text: str, *, limit: int, field: str) -> str:
    """Without surrounding space. Raises InvalidText beyond ``limit`` characters; ``field`` is what callers call it."""
    cleaned = text.strip()
    if len(cleaned) > limit:
        raise InvalidText(f"at most {limit} characters", field=field, limit=limit)
    return cleaned
