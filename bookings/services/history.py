"""Every change of a booking leaves a line of history and is announced, in the transaction that makes it."""

from typing import Any

from booking_site.lib.trace import current_trace_id
from bookings.actor import Actor
from bookings.enums import EventKind
from bookings.exceptions import InvalidText
from bookings.models import Booking, StatusChange
from bookings.signals import BookingEvent, announce

REASON_LIMIT = 300
COMMENT_LIMIT = 500


def record(
    booking: Booking,
    *,
    actor: Actor,
    kind: EventKind,
    from_status: str,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Write the line and tell the receivers; ``details`` go into both, ready for JSON."""
    traced = actor if actor.trace_id else actor.traced(current_trace_id())
    StatusChange.objects.create(
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
    payload = {**(details or {}), **({"reason": reason} if reason else {})}
    announce(BookingEvent(kind=kind, booking_id=booking.pk, actor=traced, payload=payload))


def clean_text(text: str, *, limit: int) -> str:
    """Without surrounding space. Raises InvalidText beyond ``limit`` characters."""
    cleaned = text.strip()
    if len(cleaned) > limit:
        raise InvalidText(f"at most {limit} characters", limit=limit)
    return cleaned
