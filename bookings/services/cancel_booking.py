"""A booking is called off and its time is free again."""

from typing import Any

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import OPEN_STATUSES, BookingStatus, CancelReason, EventKind
from bookings.models import Booking, Company
from bookings.policies import Action, Standing, require_in_time
from bookings.read_models import BookingCard
from bookings.services import history, promotions, visits
from bookings.services.change import change_booking, check_status


def cancel_booking(
    *,
    actor: Actor,
    booking_id: int,
    reason: str = "",
    expected_version: int | None = None,
    idempotency_key: str | None = None,
    details: dict[str, Any] | None = None,
) -> BookingCard:
    """``details`` go into the event: what else was cancelled with it.

    The seat of a group session goes back too, and the session with it when it was the last; so does the use of a
    promotion. The time is offered to whoever waits for it, unless the team says that the specialist cannot come.

    Raises:
        WrongStatus: the booking is not open any more.
        TooLate: the company's window for clients has closed.
        InvalidText: the reason is too long.
        What ``change_booking`` raises.
    """
    reason = history.clean_text(reason, limit=history.REASON_LIMIT, field="reason")

    def apply(booking: Booking, standing: Standing) -> None:
        check_status(booking, *OPEN_STATUSES)
        require_in_time(
            standing,
            starts_at=booking.starts_at,
            now=clock.now(),
            window_minutes=Company.objects.current().cancel_window_minutes,
        )
        visits.release(booking, away=lambda specialist_id: _is_away(specialist_id, actor, standing, reason))
        promotions.give_back(booking)
        before, booking.status = booking.status, BookingStatus.CANCELLED
        history.record(
            booking,
            actor=actor,
            kind=EventKind.BOOKING_CANCELLED,
            from_status=before,
            reason=reason,
            details=details,
        )

    return change_booking(
        actor=actor,
        action=Action.CANCEL,
        booking_id=booking_id,
        expected_version=expected_version,
        idempotency_key=idempotency_key,
        content={"reason": reason},
        apply=apply,
    )


def _is_away(specialist_id: int, actor: Actor, standing: Standing, reason: str) -> bool:
    """Whether the team says that the specialist cannot come: of a visit with colleagues, who says so means themselves."""
    if standing is Standing.OWNER or reason != CancelReason.SPECIALIST_ABSENT:
        return False
    return standing is Standing.ADMIN or specialist_id == actor.specialist_id
