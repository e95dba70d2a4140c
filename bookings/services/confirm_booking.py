"""Staff agree to a pending booking."""

from bookings.actor import Actor
from bookings.enums import BookingStatus, EventKind
from bookings.models import Booking
from bookings.policies import Action, Standing
from bookings.read_models import BookingCard
from bookings.services import history
from bookings.services.change import change_booking, check_status


def confirm_booking(
    *, actor: Actor, booking_id: int, expected_version: int | None = None, idempotency_key: str | None = None
) -> BookingCard:
    """Raises WrongStatus unless the booking is pending, and what ``change_booking`` raises."""

    def apply(booking: Booking, _standing: Standing) -> None:
        check_status(booking, BookingStatus.PENDING)
        before, booking.status = booking.status, BookingStatus.CONFIRMED
        history.record(booking, actor=actor, kind=EventKind.BOOKING_CONFIRMED, from_status=before)

    return change_booking(
        actor=actor,
        action=Action.CONFIRM,
        booking_id=booking_id,
        expected_version=expected_version,
        idempotency_key=idempotency_key,
        content={},
        apply=apply,
    )
