"""How a visit turned out."""

from functools import partial

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import BookingStatus, EventKind
from bookings.exceptions import TooEarly
from bookings.models import Booking
from bookings.policies import Action, Standing
from bookings.read_models import BookingCard
from bookings.services import history
from bookings.services.change import change_booking, check_status


def complete_booking(
    *, actor: Actor, booking_id: int, expected_version: int | None = None, idempotency_key: str | None = None
) -> BookingCard:
    """The client came.

    Raises:
        WrongStatus: the booking is not confirmed. TooEarly: it has not begun.
        What ``change_booking`` raises.
    """
    apply = partial(_close, actor, BookingStatus.DONE, EventKind.BOOKING_COMPLETED)
    return change_booking(
        actor=actor,
        action=Action.COMPLETE,
        booking_id=booking_id,
        expected_version=expected_version,
        idempotency_key=idempotency_key,
        content={},
        apply=apply,
    )


def mark_no_show(
    *, actor: Actor, booking_id: int, expected_version: int | None = None, idempotency_key: str | None = None
) -> BookingCard:
    """The client did not come. Raises as ``complete_booking`` does."""
    apply = partial(_close, actor, BookingStatus.NO_SHOW, EventKind.BOOKING_NO_SHOW)
    return change_booking(
        actor=actor,
        action=Action.NO_SHOW,
        booking_id=booking_id,
        expected_version=expected_version,
        idempotency_key=idempotency_key,
        content={},
        apply=apply,
    )


def _close(actor: Actor, outcome: BookingStatus, kind: EventKind, booking: Booking, _standing: Standing) -> None:
    check_status(booking, BookingStatus.CONFIRMED)
    if booking.starts_at > clock.now():
        raise TooEarly("the visit has not begun", starts_at=booking.starts_at, zone=booking.location.timezone)
    before, booking.status = booking.status, outcome
    history.record(booking, actor=actor, kind=kind, from_status=before)
